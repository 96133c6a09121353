package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// rewrite puts another text into a configuration and tells the daemon.
func rewrite(t *testing.T, p *program, name string, edit func(string) string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(edit(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

func TestBinaryTakesOverANewConfigurationAndKeepsTheOldOneWhenItIsWrong(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	config := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"})
	p := start(t, "serve", "--config", config, "--state", t.TempDir(), "--listen", "127.0.0.1:0")
	edition := p.address(t) + "/editions/sahel-security.json"
	eventually(t, "both articles", func() bool { return len(readBack(t, fetchBody(t, edition)).Items) == 2 })
	ids := entryIDs(readBack(t, fetchBody(t, edition)))

	rewrite(t, p, config, func(text string) string {
		return strings.Replace(text, `"ML", "BF", "NE"`, `"NE"`, 1)
	})
	eventually(t, "the edition without Mali", func() bool {
		left := entryIDs(readBack(t, fetchBody(t, edition)))
		return len(left) == 1 && left[0] == ids[0]
	})

	rewrite(t, p, config, func(text string) string { return text + "\n[[edition]]\nid = \"x\"\ncuontries = [\"NE\"]\n" })
	rewrite(t, p, config, func(text string) string {
		text, _, _ = strings.Cut(text, "\n[[edition]]\nid = \"x\"")
		return strings.Replace(text, "Sahel security", "Sahel security, again", 1)
	})
	eventually(t, "the new title", func() bool { return strings.Contains(fetchBody(t, edition), "Sahel security, again") })

	rewrite(t, p, config, func(text string) string { return strings.Replace(text, `["NE"`, `["ML", "NE"`, 1) })
	eventually(t, "Mali again", func() bool { return len(readBack(t, fetchBody(t, edition)).Items) == 2 })
	if again := entryIDs(readBack(t, fetchBody(t, edition))); again[0] != ids[0] || again[1] != ids[1] {
		t.Errorf("the entries came back as %v, were %v", again, ids)
	}
	p.stop(t)
}

func TestPlanTellsWhatAConfigurationWouldChange(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	if out := output(t, "fetch", "--all", "--config", config, "--state", state); !strings.Contains(out, "2 new articles") {
		t.Fatal(out)
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	next := config + ".new"
	if err := os.WriteFile(next, []byte(strings.Replace(string(text), `"ML", "BF", "NE"`, `"NE"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	out := output(t, "plan", "--config", next, "--state", state)
	if !strings.Contains(out, "sahel-security: 0 enter, 1 leave, 1 stay") || !strings.Contains(out, "- Mali : une attaque") {
		t.Error(out)
	}
	if out := output(t, "plan", "--config", config, "--state", state); !strings.Contains(out, "0 enter, 0 leave, 2 stay") {
		t.Errorf("planning changed something: %s", out)
	}
}

func TestEvalPrintsFiguresMistakesAndPredictions(t *testing.T) {
	dir := t.TempDir()
	labels := dir + "/labels.jsonl"
	lines := `{"id":"a","language":"fr","title":"Mali : une attaque jihadiste fait douze morts près de Ménaka","summary":"","expect":{"countries":["ML"],"editions":{"sahel-security":true}}}
{"id":"b","language":"en","title":"Chad Miller joins the board of a bakery in Leeds","summary":"","expect":{"countries":[],"editions":{"sahel-security":false}}}
{"id":"c","language":"fr","title":"Niger : la récolte de mil est bonne","summary":"","expect":{"countries":["BF"],"editions":{"sahel-security":false}}}
`
	if err := os.WriteFile(labels, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	out := output(t, "eval", "--predictions", dir+"/said.jsonl", labels)
	if !strings.Contains(out, "edition sahel-security  precision 1.000  recall 1.000") || !strings.Contains(out, "missed country/BF") ||
		!strings.Contains(out, "wrong country/NE") {
		t.Error(out)
	}
	said, err := os.ReadFile(dir + "/said.jsonl")
	if err != nil || strings.Count(string(said), "\n") != 3 || !strings.Contains(string(said), `"countries":["ML"]`) {
		t.Errorf("predictions: %v %s", err, said)
	}
	if out := output(t, "eval", "--json", labels); !strings.Contains(out, `"figures":{"countries":{`) {
		t.Error(out)
	}
}

// output runs a subcommand that must end well and returns what it printed.
func output(t *testing.T, args ...string) string {
	t.Helper()
	p := start(t, args...)
	var text strings.Builder
	for line := range p.lines {
		text.WriteString(line + "\n")
	}
	if err := <-p.ended; err != nil {
		t.Errorf("harmattan %s: %v\n%s", strings.Join(args, " "), err, text.String())
	}
	return text.String()
}

func TestExportChangesNothingThatIsStoredAndTouchesNoFileTwice(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	config, state, dir := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir(), t.TempDir()
	output(t, "fetch", "--all", "--config", config, "--state", state)
	output(t, "export", "--config", config, "--state", state, dir)
	first := modified(t, dir)
	output(t, "export", "--config", config, "--state", state, dir)
	for name, at := range modified(t, dir) {
		if !at.Equal(first[name]) {
			t.Errorf("%s was written again", name)
		}
	}
	if _, there := first["editions/sahel-security.rss"]; !there {
		t.Errorf("no edition among %v", first)
	}
	for _, name := range []string{"coverage/index.html", "coverage.json", "editions/health/index.html", "editions/sahel-security-health.atom", "editions/sahel-security.geojson", "editions/sahel-security/map/index.html", "opml.xml", "about/index.html"} {
		if _, there := first[name]; !there {
			t.Errorf("%s is not written", name)
		}
	}
	again := t.TempDir() // made at another time, of the same database
	output(t, "export", "--config", config, "--state", state, again)
	for name := range first {
		one, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		two, err := os.ReadFile(filepath.Join(again, name))
		if err != nil || string(one) != string(two) {
			t.Errorf("%s differs between two exports of one database", name)
		}
		if links := regexp.MustCompile(`href="/(search|articles|stories|sources)[?"]`).FindString(string(one)); links != "" {
			t.Errorf("%s leads to what no file answers: %s", name, links)
		}
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	other := config + ".other"
	if err := os.WriteFile(other, []byte(strings.Replace(string(text), `"ML", "BF", "NE"`, `"MR"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	output(t, "export", "--config", other, "--state", state, t.TempDir())
	if out := output(t, "plan", "--config", config, "--state", state); !strings.Contains(out, "0 enter, 0 leave, 2 stay") {
		t.Errorf("an export with another configuration changed what is stored: %s", out)
	}

	p := start(t, "export", "--config", config, "--state", t.TempDir(), dir)
	for range p.lines {
		continue
	}
	if <-p.ended; p.ProcessState.ExitCode() != exitFailed {
		t.Errorf("export without a database: exit code %d", p.ProcessState.ExitCode())
	}
}

// modified lists the files below dir with the time of their inode's change,
// which no writer can set.
func modified(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	times := map[string]time.Time{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			change := info.Sys().(*syscall.Stat_t).Ctim
			times[name] = time.Unix(change.Unix())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return times
}

func TestFilesThatCannotBeWrittenStopNoNewsAndAreWrittenLater(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	blocked := filepath.Join(t.TempDir(), "files")
	if err := os.WriteFile(blocked, []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.stages.Load().cfg.Publisher.Directory = blocked
	b.after(time.Minute)
	if len(b.ids()) != 1 {
		t.Error("the news did not come")
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	b.writeFiles(b.stages.Load())
	if _, err := os.Stat(filepath.Join(blocked, "editions", "sahel-security.rss")); err != nil {
		t.Error(err)
	}
}

func TestEvalComparesTwoConfigurations(t *testing.T) {
	labels := filepath.Join(t.TempDir(), "labels.jsonl")
	line := `{"id":"a","language":"fr","title":"Mali : une attaque jihadiste fait douze morts près de Ménaka","summary":"","expect":{"editions":{"sahel-security":true}}}` + "\n"
	if err := os.WriteFile(labels, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	wide := configure(t, map[string]string{"fleuve": "https://lefleuve.example/rss"})
	text, err := os.ReadFile(wide)
	if err != nil {
		t.Fatal(err)
	}
	narrow := wide + ".narrow"
	if err := os.WriteFile(narrow, []byte(strings.Replace(string(text), `"ML", "BF", "NE"`, `"NE"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	out := output(t, "eval", "--config", wide, "--compare", narrow, labels)
	for _, want := range []string{"- edition sahel-security  precision 1.000", "+ edition sahel-security  precision 0.000",
		"- edition/sahel-security a (", "1 statements change"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %s", want, out)
		}
	}
}
