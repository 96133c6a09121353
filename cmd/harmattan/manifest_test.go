package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// signing is a desk with a key whose manifests are saved as files.
type signing struct {
	*workbench
	outlet *outlet
	dir    string
	public string
}

func newSigning(t *testing.T) *signing {
	t.Helper()
	b := &signing{workbench: &workbench{hand: hand{now: monday}}, outlet: newOutlet(t, battle("douze")), dir: t.TempDir()}
	key := keyCommand{Name: "desk.example", File: filepath.Join(b.dir, manifestCredential)}
	out, err := command(t, monday, key.Run)
	if err != nil || !strings.HasPrefix(out, "desk.example+") {
		t.Fatal(out, err)
	}
	b.public = strings.TrimSpace(out)
	if info, err := os.Stat(key.File); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file is %v, %v", info.Mode(), err)
	}
	if _, err := command(t, monday, key.Run); err == nil {
		t.Error("a key was written over another")
	}
	t.Setenv("CREDENTIALS_DIRECTORY", b.dir)
	b.open(t, roundsConfig(t, b.outlet.source("fleuve")), t.TempDir())
	b.after(time.Minute)
	return b
}

// midnight lets a day end, and saves the manifests that there are.
func (b *signing) midnight() (files []string) {
	b.t.Helper()
	b.hand.move(24 * time.Hour)
	b.writing.Lock()
	err := b.renew(b.t.Context())
	b.writing.Unlock()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, day := range b.manifestDays {
		files = append(files, b.save(day+".txt", b.get("/manifests/"+day+".txt").body))
	}
	return files
}

func (b *signing) save(name, text string) string {
	b.t.Helper()
	file := filepath.Join(b.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return file
}

func (b *signing) verify(document string, from ...string) (string, error) {
	b.t.Helper()
	c := verifyCommand{Key: b.public, From: from, Document: document}
	return command(b.t, b.hand.read(), c.Run)
}

func TestEachDayIsSignedAndChained(t *testing.T) {
	b := newSigning(t)
	document := b.save("saved.atom", b.get("/editions/sahel-security.atom").body)
	first := b.midnight()
	if len(first) != 1 || !strings.HasSuffix(first[0], "2026-03-02.txt") {
		t.Fatalf("manifests %v", first)
	}
	text := b.get("/manifests/2026-03-02.txt").body
	for _, want := range []string{`"id": "sahel-security"`, `"address": "http://127.0.0.1:8025/editions/sahel-security.rss"`, `"previous": null`,
		`"url": "https://lefleuve.example/menaka-1"`, "\n\n— desk.example "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	b.outlet.stories[0] = battle("treize")
	b.after(time.Hour)
	b.midnight()
	all := b.midnight()
	out, err := b.verify(document, all...)
	for _, want := range []string{"2026-03-02: good", "; begins the chain", "2026-03-03: good", "; follows 2026-03-02\n", "2026-03-04: good",
		"saved.atom: is http://127.0.0.1:8025/editions/sahel-security.atom at the end of 2026-03-02\n"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%v: no %q in\n%s", err, want, out)
		}
	}
	if b.get("/manifests/latest.txt").body != b.get("/manifests/2026-03-04.txt").body || strings.TrimSpace(b.get("/manifests/key.txt").body) != b.public {
		t.Error("latest or key is another one")
	}
	for _, path := range []string{"/manifests/", "/manifests/2026-03-09.txt", "/manifests/2026-03-02", "/manifests/../x.txt"} {
		if code := b.code(path); code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
	dir := t.TempDir()
	if err := b.stages.Load().publisher.Export(dir); err != nil {
		t.Fatal(err)
	}
	if file, err := os.ReadFile(filepath.Join(dir, "manifests", "2026-03-02.txt")); err != nil || string(file) != text {
		t.Errorf("the file is not what is served: %v", err)
	}
}

func TestWhatWasTamperedWithIsFound(t *testing.T) {
	b := newSigning(t)
	b.midnight()
	files := b.midnight()
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := b.save("changed.txt", strings.Replace(string(good), "menaka-1", "menaka-2", 1))
	if out, err := b.verify("", changed); err == nil || !strings.Contains(out, "BAD") {
		t.Errorf("another text passed: %s", out)
	}
	other := keyCommand{Name: "desk.example", File: filepath.Join(b.dir, "other")}
	public, err := command(t, monday, other.Run)
	if err != nil {
		t.Fatal(err)
	}
	stranger := verifyCommand{Key: strings.TrimSpace(public), From: files[:1]}
	if out, err := command(t, monday, stranger.Run); err == nil {
		t.Errorf("another key passed: %s", out)
	}
	// The first day told again, and signed: the second does not follow it.
	again := newSigning(t)
	key, err := readManifestKey(filepath.Join(b.dir, manifestCredential))
	if err != nil {
		t.Fatal(err)
	}
	again.stages.Load().key = key
	again.outlet.stories = append(again.outlet.stories, earlier(kidnapping()))
	again.after(time.Hour)
	forged := again.midnight()
	if out, err := b.verify("", forged[0], files[1]); err == nil || !strings.Contains(out, "BROKEN: it follows another manifest of 2026-03-02") {
		t.Errorf("a chain to another past passed: %v\n%s", err, out)
	}
	if out, err := b.verify(b.save("unknown.atom", "<feed/>"), files...); err == nil || !strings.Contains(out, "is in none of these manifests") {
		t.Errorf("an unknown document passed: %v\n%s", err, out)
	}
}

func TestManifestsNameNoPrivateEdition(t *testing.T) {
	b := newSigning(t)
	cfg := roundsConfig(t, b.outlet.source("fleuve"))
	cfg.Editions[0].Private = true
	if err := b.reload(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	b.midnight()
	text := b.get("/manifests/latest.txt").body
	if regexp.MustCompile(`"id": "`+cfg.Editions[0].ID+`"`).MatchString(text) || !strings.Contains(text, cfg.Editions[1].ID) {
		t.Error("a private edition is in the manifest, or a public one is not")
	}
}

func TestAKeyThatCannotSignIsTold(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty": "", "one line": "PRIVATE+KEY+x", "no key": "a b", "absent": ""} {
		file := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if name != "absent" {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := readManifestKey(file); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	if key, err := readManifestKey(""); key != nil || err != nil {
		t.Errorf("a folder of credentials without ours: %v, %v", key, err)
	}
}
