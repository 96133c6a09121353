package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"harmattan/news"
)

// edit puts another text into a configuration.
func edit(t *testing.T, name, from, to string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		t.Fatalf("%s has no %q", name, from)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// told runs a subcommand and returns its exit code and what it printed.
func told(t *testing.T, args ...string) (code int, out string) {
	t.Helper()
	p := start(t, args...)
	var text strings.Builder
	for line := range p.lines {
		text.WriteString(line + "\n")
	}
	<-p.ended
	return p.ProcessState.ExitCode(), text.String()
}

func TestBinaryReloadAnswersWhetherTheConfigurationWasTakenOver(t *testing.T) {
	var stories []story
	for n := range 12 {
		stories = append(stories, numbered(battle("douze"), n))
	}
	fleuve := newOutlet(t, stories...)
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	edit(t, config, "language = \"en\"\n", "language = \"en\"\nstories = \"list\"\n")
	if code, out := told(t, "reload", "--state", state); code != exitFailed {
		t.Errorf("without a daemon: exit code %d: %s", code, out)
	}
	address, notices := notices(t)
	p := prepare(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	p.Env = append(p.Env, "NOTIFY_SOCKET="+address)
	p.run(t)
	base := p.address(t)
	entries := func() int { return len(readBack(t, fetchBody(t, base+"/editions/sahel-security.json")).Items) }
	eventually(t, "twelve entries", func() bool { return entries() == 12 })
	await(t, notices, "STATUS=1 editions of 1 sources")

	edit(t, config, "countries", "cuontries")
	code, out := told(t, "reload", "--state", state)
	if code != exitPartial || !strings.Contains(out, `unknown key "cuontries"`) {
		t.Errorf("a bad file: exit code %d: %s", code, out)
	}
	await(t, notices, "STATUS=the configuration of ")
	if health := fetchBody(t, base+"/healthz"); !strings.HasPrefix(health, "ok, but the configuration of ") || strings.Contains(health, "cuontries") {
		t.Errorf("/healthz: %s", health)
	}
	edit(t, config, "cuontries", "countries")
	if out := output(t, "sources", "--config", config, "--state", state); !strings.Contains(out, "refused the new one") || !strings.Contains(out, "cuontries") {
		t.Errorf("sources: %s", out)
	}

	edit(t, config, `"ML", "BF", "NE", "TD", "MR"`, `"MR"`)
	code, out = told(t, "reload", "--state", state)
	if code != exitPartial || !strings.Contains(out, "sahel-security: 0 enter, 12 leave, 0 stay") || !strings.Contains(out, "  - Mali : une attaque") ||
		!strings.Contains(out, "--force") {
		t.Errorf("too great a change: exit code %d: %s", code, out)
	}
	edit(t, config, `"MR"`, `"ML", "BF", "NE", "TD", "MR"`)
	if code, out = told(t, "reload", "--state", state); code != exitOK || entries() != 12 {
		t.Errorf("a sound file: exit code %d, %d entries: %s", code, entries(), out)
	}
	await(t, notices, "STATUS=1 editions of 1 sources")
	if health := fetchBody(t, base+"/healthz"); health != "ok\n" {
		t.Errorf("/healthz afterwards: %s", health)
	}
	if out := output(t, "sources", "--config", config, "--state", state); strings.Contains(out, "refused") {
		t.Errorf("sources afterwards: %s", out)
	}

	edit(t, config, `"ML", "BF", "NE", "TD", "MR"`, `"MR"`)
	if code, out = told(t, "reload", "--force", "--state", state); code != exitOK {
		t.Errorf("forced: exit code %d: %s", code, out)
	}
	eventually(t, "the empty edition", func() bool { return entries() == 0 })
	p.stop(t)
}

func TestAReloadThatWouldHoldBackTheEntriesIsRefusedAndUndone(t *testing.T) {
	var stories []story
	for n := range 12 {
		stories = append(stories, numbered(battle("douze"), n))
	}
	fleuve := newOutlet(t, stories...)
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	list := *b.stages.Load().cfg
	list.Editions = append(list.Editions[:0:0], list.Editions...)
	list.Editions[0].Stories = "list"
	if err := b.reload(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	b.after(1)
	before, ids := b.edition(), b.ids()
	if len(ids) != 12 {
		t.Fatalf("%d entries", len(ids))
	}
	held := list
	held.Editions = append(list.Editions[:0:0], list.Editions...)
	held.Editions[0].MinPublishers = 2
	err := b.reload(t.Context(), &held)
	if err == nil || !strings.Contains(err.Error(), "of 12 entries shown, 12 would leave") {
		t.Errorf("the reload: %v", err)
	}
	gone := list
	gone.Editions = list.Editions[1:]
	if err := b.reload(t.Context(), &gone); err == nil || !strings.Contains(err.Error(), "would be gone with 12 entries") {
		t.Errorf("a reload without the edition: %v", err)
	}
	other := list
	other.Sources = []news.Source{newOutlet(t).source("autre")}
	if err := b.reload(t.Context(), &other); err == nil || !strings.Contains(err.Error(), "of 12 entries shown, 12 would leave") {
		t.Errorf("a reload without the source: %v", err)
	}
	b.after(1)
	for i, document := range b.edition() {
		if document != before[i] {
			t.Errorf("%s changed", formats[i])
		}
	}
}

func TestBinaryReloadDropsNeitherAConnectionNorAFetch(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	asked, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	handler := fleuve.Config.Handler
	fleuve.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(asked) })
		<-release
		handler.ServeHTTP(w, r)
	})
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	p := start(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	base := p.address(t)
	<-asked
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	ask := func() {
		t.Helper()
		fmt.Fprintf(conn, "HEAD /editions/sahel-security.rss HTTP/1.1\r\nHost: localhost\r\n\r\n")
		response, err := http.ReadResponse(reader, &http.Request{Method: http.MethodHead})
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("on the open connection: %v %v", response, err)
		}
	}
	ask()
	edit(t, config, "Sahel security", "Sahel security, again")
	if code, out := told(t, "reload", "--state", state); code != exitOK {
		t.Fatalf("exit code %d: %s", code, out)
	}
	ask()
	close(release)
	eventually(t, "what was being fetched", func() bool {
		body := fetchBody(t, base+"/editions/sahel-security.rss")
		return strings.Contains(body, "Ménaka") && strings.Contains(body, "again")
	})
	p.stop(t)
}
