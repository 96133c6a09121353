package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmattan/config"
)

func TestASecretComesFromACredentialAndIsNeverShown(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"fleuve": "a b&SECRET\n", "empty": "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	source := func(address string) []byte {
		return []byte("[[source]]\nid = \"fleuve\"\nurl = \"" + address + "\"\n")
	}
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	c, err := config.Parse("config.toml", source("https://lefleuve.example/rss?v=2&x={credential:fleuve}"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Sources[0].URL; got != "https://lefleuve.example/rss?v=2&x=a+b%26SECRET" {
		t.Errorf("the address is %s", got)
	}
	if got := c.Sources[0].PublicURL(); got != "https://lefleuve.example/rss?v=2&x=REDACTED" {
		t.Errorf("strangers see %s", got)
	}
	for address, want := range map[string]string{
		"https://lefleuve.example/rss?x={credential:nobody}":    "config.toml:3:7: url: credential nobody: ",
		"https://lefleuve.example/rss?x={credential:empty}":     "is empty",
		"https://lefleuve.example/rss?x={credential:../fleuve}": "cannot be the name of a credential",
		"https://{credential:fleuve}/rss":                       "behind the question mark",
	} {
		if _, err := config.Parse("config.toml", source(address)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET\n") {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	c, err = config.Parse("config.toml", source("https://lefleuve.example/rss?x={credential:fleuve}"))
	if err != nil || len(c.Withheld) != 1 || c.Sources[0].URL != "https://lefleuve.example/rss?x=REDACTED" {
		t.Errorf("without a folder: %v %+v", err, c)
	}
}
