package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// examine runs the doctor and returns its findings in one matter, by their text.
func examine(t *testing.T, matter string, args ...string) map[string]finding {
	t.Helper()
	code, out, errOut := invoke(t, append([]string{"doctor", "--json"}, args...)...)
	var all []finding
	if err := json.Unmarshal([]byte(out), &all); err != nil || code == exitFailed {
		t.Fatalf("%d, %v: %s%s", code, err, out, errOut)
	}
	found := map[string]finding{}
	for _, f := range all {
		if f.Matter == matter {
			found[f.Text] = f
		}
		if !f.Well && f.Advice == "" {
			t.Errorf("%s: %s, and no advice", f.Matter, f.Text)
		}
	}
	return found
}

// has tells whether one of the findings holds the words and is well or not.
func has(found map[string]finding, well bool, words string) bool {
	for text, f := range found {
		if f.Well == well && strings.Contains(text+f.Advice, words) {
			return true
		}
	}
	return false
}

func TestDoctorTellsSourcesApartByWhatTheyFailOf(t *testing.T) {
	fleuve, broken := newOutlet(t, battle("douze")), newOutlet(t)
	broken.broken = true
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, frontPage) }))
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for _, s := range []*httptest.Server{refusing, page, secure} {
		t.Cleanup(s.Close)
	}
	state := t.TempDir()
	conf := configure(t, map[string]string{
		"fleuve": fleuve.URL + "/rss", "broken": broken.URL + "/rss", "refusing": refusing.URL + "/rss", "page": page.URL + "/rss",
		"secure": secure.URL + "/rss", "closed": closed.URL + "/rss", "nowhere": "http://feeds.lefleuve.invalid/rss",
	})
	found := examine(t, "sources", "--config", conf, "--state", state)
	for class, id := range map[string]string{classServer: "broken", classBlocked: "refusing", classContent: "page", classTLS: "secure",
		classConnect: "closed", classDNS: "nowhere"} {
		if _, ok := found[class+": "+id]; !ok {
			t.Errorf("no %q in %v", class+": "+id, found)
		}
	}
	if !has(found, true, "7 of 7 asked now, 1 of them answered well") {
		t.Errorf("the sum: %v", found)
	}
	if files, err := os.ReadDir(state); err != nil || len(files) != 0 {
		t.Errorf("the doctor left %v, %v", files, err)
	}
	before := fleuve.asked()
	examine(t, "sources", "--offline", "--config", conf, "--state", state)
	if fleuve.asked() != before {
		t.Error("a source was asked in spite of --offline")
	}
}

func TestDoctorLooksAtTheRunningDaemon(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	conf, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	p := start(t, "serve", "--config", conf, "--state", state, "--listen", "127.0.0.1:0")
	base := p.address(t)
	eventually(t, "the article", func() bool { return len(readBack(t, fetchBody(t, base+"/editions/sahel-security.json")).Items) == 1 })
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	listening := func(address string) string {
		return writeFile(t, "config.toml", strings.Replace(string(text), "[[source]]",
			"[publisher]\nlisten = \""+address+"\"\n\n[[source]]", 1))
	}
	address := strings.TrimPrefix(base, "http://")
	if found := examine(t, "address", "--config", listening(address), "--state", state); !has(found, true, "http://"+address+" answers") {
		t.Errorf("the daemon: %v", found)
	}
	if found := examine(t, "database", "--config", conf, "--state", state); !has(found, true, "1 articles") {
		t.Errorf("the database: %v", found)
	}
	p.stop(t)
	if found := examine(t, "address", "--config", listening(address), "--state", state); !has(found, false, "start the daemon") {
		t.Errorf("without the daemon: %v", found)
	}
}

func TestDoctorLooksAtWhatWasForgotten(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	conf, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	if found := examine(t, "database", "--offline", "--config", conf, "--state", state); !has(found, false, "there is none yet") {
		t.Errorf("no database: %v", found)
	}
	wrong := writeFile(t, "wrong.toml", "[[source]]\nid = \"a\"\nevry = \"15m\"\n")
	if found := examine(t, "configuration", "--offline", "--config", wrong, "--state", state); !has(found, false, "mistakes") {
		t.Errorf("a wrong file: %v", found)
	}
	if found := examine(t, "backup", "--offline", "--config", conf, "--state", state); !has(found, false, "none are made") {
		t.Errorf("no backups: %v", found)
	}
	text, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	kept := writeFile(t, "config.toml", "[backup]\ndirectory = \"backups\"\n\n"+string(text))
	if found := examine(t, "backup", "--offline", "--config", kept, "--state", state); !has(found, true, "the first is due") {
		t.Errorf("before the first: %v", found)
	}
	if err := os.Mkdir(filepath.Join(state, "backups"), 0o750); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(state, "backups", monday.Add(-72*time.Hour).UTC().Format(backupName))
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if found := examine(t, "backup", "--offline", "--config", kept, "--state", state); !has(found, false, "is missing") {
		t.Errorf("an old one: %v", found)
	}
	open := writeFile(t, "config.toml", "[publisher]\nlisten = \"0.0.0.0:1\"\n\n"+string(text))
	if found := examine(t, "address", "--offline", "--config", open, "--state", state); !has(found, false, "open to every network") {
		t.Errorf("an open address: %v", found)
	}
}
