package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whoever serves files alone has no address that redirects or answers 410.
func TestP90_ExportAloneTellsOfClosedAndRenamedEditions(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	for after, want := range map[string]string{
		"id = \"sahel\"": "<title>This edition has been closed</title>",
		"id = \"sahel\"\nformerly = [\"sahel-security\"]": `href="http://127.0.0.1:8025/editions/sahel.atom" rel="self"`,
	} {
		config, state, dir := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir(), t.TempDir()
		output(t, "fetch", "--all", "--config", config, "--state", state)
		text, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(config, []byte(strings.Replace(string(text), `id = "sahel-security"`, after, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		output(t, "fetch", "--all", "--config", config, "--state", state)
		output(t, "export", "--config", config, "--state", state, dir)
		for _, name := range []string{"editions/sahel-security.atom", "editions/sahel-security.json", "editions/sahel-security/index.html", "editions/sahel.rss"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Errorf("%s: %v", after, err)
			}
		}
		if document, err := os.ReadFile(filepath.Join(dir, "editions", "sahel-security.atom")); err != nil || !strings.Contains(string(document), want) {
			t.Errorf("%s: no %s (%v) in %.1500s", after, want, err, document)
		}
	}
}
