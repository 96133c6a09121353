package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmattan/config"
)

func TestInitWritesAConfigurationThatIsSound(t *testing.T) {
	for _, c := range []struct {
		flags    []string
		editions string
		title    string
	}{
		{nil, "sahel-security", "Sahel: security"},
		{[]string{"--region", "sahel", "--languages", "fr"}, "sahel-security", "Sahel : sécurité"},
		{[]string{"--region", "lake-chad", "--languages", "ar,fr"}, "lake-chad-humanitarian", "حوض بحيرة تشاد: الشؤون الإنسانية"},
		{[]string{"--region", "gulf-of-guinea", "--languages", "fr,en"}, "gulf-of-guinea-politics", "Golfe de Guinée : politique et diplomatie"},
		{[]string{"--region", "west-africa", "--languages", "ar"}, "west-africa-security", "غرب أفريقيا: الأمن"},
		{[]string{"--region", "ml, bf"}, "ml-bf-security", "ML, BF: security"},
	} {
		name := filepath.Join(t.TempDir(), "config.toml")
		flags := append([]string{"init", name, "--yes", "--contact", "desk@news.example"}, c.flags...)
		if out := output(t, flags...); !strings.Contains(out, "harmattan serve --config "+name) {
			t.Errorf("%v said %q", c.flags, out)
		}
		if out := output(t, "check", "--config", name); !strings.Contains(out, "sound") {
			t.Errorf("%v: check said %q", c.flags, out)
		}
		made, err := config.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range made.Editions {
			found = found || e.ID == c.editions && e.Title == c.title
		}
		if !found || len(made.Sources) == 0 || !strings.HasPrefix(made.Curator.IDAuthority, "news.example,") || made.Fetcher.Contact != "desk@news.example" {
			t.Errorf("%v: %d sources, authority %s, editions %+v", c.flags, len(made.Sources), made.Curator.IDAuthority, made.Editions)
		}
		if schema, err := os.ReadFile(filepath.Join(filepath.Dir(name), schemaName)); err != nil || !strings.Contains(string(schema), "draft-07") {
			t.Errorf("%v: schema %v", c.flags, err)
		}
	}
}

// The service is another user than who writes its configuration.
func TestInitWritesWhatTheServiceCanRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	mode := func() os.FileMode {
		t.Helper()
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	write := []string{"init", file, "--region", "sahel", "--contact", "desk@news.example", "--base-url", "https://news.example"}
	output(t, write...)
	if got := mode(); got&0o444 != 0o444 {
		t.Errorf("a new one has the mode %o", got)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	output(t, append(write, "--force")...)
	if got := mode(); got != 0o640 {
		t.Errorf("written anew it has the mode %o, had 640", got)
	}
}

func TestInitReadsOnlyTheLanguagesThatWereChosen(t *testing.T) {
	name := filepath.Join(t.TempDir(), "config.toml")
	output(t, "init", name, "--yes", "--region", "west-africa", "--languages", "fr")
	made, err := config.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range made.Sources {
		if s.Language != "fr" {
			t.Errorf("source %s is in %q", s.ID, s.Language)
		}
	}
}

func TestInitTellsWhatItCannotDo(t *testing.T) {
	taken := writeFile(t, "config.toml", "# mine\n")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{taken}, "--force overwrites it"},
		{[]string{filepath.Join(t.TempDir(), "a.toml"), "--region", "atlantis"}, "give one of sahel, lake-chad"},
		{[]string{filepath.Join(t.TempDir(), "a.toml"), "--languages", "en,de"}, `language "de"`},
	} {
		code, _, errOut := invoke(t, append([]string{"init", "--yes"}, c.args...)...)
		if code != exitFailed || !strings.Contains(errOut, c.want) {
			t.Errorf("%v: %d, %s", c.args, code, errOut)
		}
	}
	if text, err := os.ReadFile(taken); err != nil || string(text) != "# mine\n" {
		t.Errorf("the file of the operator: %q, %v", text, err)
	}
}

func TestInitAsksForWhatNoFlagSays(t *testing.T) {
	c := initCommand{Region: "lake-chad"}
	var out strings.Builder
	if err := c.ask(strings.NewReader("fr, en\n\nhttps://news.example\n"), &out); err != nil {
		t.Fatal(err)
	}
	if c.Region != "lake-chad" || c.Languages != "fr, en" || c.Contact != "" || c.BaseURL != "https://news.example" {
		t.Errorf("answers %+v", c)
	}
	if strings.Contains(out.String(), "Region") || !strings.Contains(out.String(), "Languages") {
		t.Errorf("asked %q", out.String())
	}
	text, err := c.text(monday)
	if err != nil || !strings.Contains(text, `id_authority = "news.example,2026"`) || !strings.Contains(text, `base_url = "https://news.example"`) {
		t.Errorf("%v\n%s", err, text)
	}
	if err := new(initCommand).ask(strings.NewReader(""), &out); err == nil {
		t.Error("no answer was an answer")
	}
}
