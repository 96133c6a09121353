package main

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asNobody lets a program run as a user that owns nothing, where the test may do
// that.
func (p *program) asNobody(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	text, err := os.ReadFile(p.Path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	passable(t, dir)
	p.Path = filepath.Join(dir, "harmattan")
	if err := os.WriteFile(p.Path, text, 0o755); err != nil {
		t.Fatal(err)
	}
	p.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

// passable lets everybody look into a folder and those above it.
func passable(t *testing.T, dir string) {
	t.Helper()
	for ; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBinaryPublishesWhatAnotherDaemonFetches(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	edit(t, config, "[fetcher]\n", "[publisher]\nhub = \"own\"\nrequests_per_minute = 10\nproxies = [\"127.0.0.1\"]\n[fetcher]\n")
	key := filepath.Join(t.TempDir(), "manifest.key") // which nobody but the fetcher can read
	public := output(t, "key", "--config", config, key)
	edit(t, config, "[publisher]\n", "[publisher]\nmanifest_key = \""+key+"\"\n")
	passable(t, state)
	passable(t, filepath.Dir(config))
	if err := os.Chmod(config, 0o644); err != nil {
		t.Fatal(err)
	}
	address, told := notices(t)
	if err := os.Chmod(address, 0o666); err != nil {
		t.Fatal(err)
	}
	passable(t, filepath.Dir(address))
	publisher := prepare(t, "serve", "--only", "publish", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	publisher.asNobody(t)
	publisher.Env = append(publisher.Env, "NOTIFY_SOCKET="+address)
	publisher.run(t) // before there is a database
	base := publisher.address(t)
	fetch := func() *program {
		return start(t, "serve", "--only", "fetch", "--config", config, "--state", state)
	}
	fetcher := fetch()
	await(t, told, "READY=1")
	edition := base + "/editions/sahel-security.rss"
	eventually(t, "the first article", func() bool {
		return answers(edition, http.StatusOK) && strings.Contains(fetchBody(t, edition), "Ménaka")
	})
	if page := fetchBody(t, base+"/search?q=M%C3%A9naka"); !strings.Contains(page, "jihadiste") {
		t.Error("the search finds nothing")
	}
	if strings.Contains(fetchBody(t, edition), `rel="hub"`) {
		t.Error("the edition names a hub that nobody answers for")
	}
	await(t, told, "WATCHDOG=1")

	if err := fetcher.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-fetcher.ended
	before := fetchBody(t, edition)
	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	fetcher = fetch()
	eventually(t, "the second article", func() bool { return strings.Contains(fetchBody(t, edition), "Diffa") })
	if !strings.Contains(before, "Ménaka") || !answers(base+"/readyz", http.StatusOK) {
		t.Error("the publisher did not go on while nobody fetched")
	}

	// The fetcher ends well and leaves one tidy file; a publisher that begins on
	// it must notice the next one.
	fetcher.stop(t)
	for line := range fetcher.lines {
		t.Errorf("the fetcher says %q: it serves nothing", line)
	}
	publisher.stop(t)
	publisher = prepare(t, "serve", "--only", "publish", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	publisher.asNobody(t)
	publisher.run(t)
	base = publisher.address(t)
	if got := fetchBody(t, base+"/manifests/key.txt"); strings.TrimSpace(got) != strings.TrimSpace(public) {
		t.Errorf("the key of the manifests is %s, want %s", got, public)
	}
	edition = base + "/editions/sahel-security.rss"
	eventually(t, "both articles from the file at rest", func() bool {
		return answers(edition, http.StatusOK) && strings.Contains(fetchBody(t, edition), "Diffa")
	})
	fleuve.change(func(o *outlet) { o.stories[0] = battle("vingt-sept") })
	fetcher = fetch()
	eventually(t, "what is fetched after that", func() bool { return strings.Contains(fetchBody(t, edition), "vingt-sept") })

	fleuve.change(func(o *outlet) {
		for n := range 12 {
			o.stories = append(o.stories, raid(n, monday.Add(time.Duration(n)*time.Minute)))
		}
	})
	eventually(t, "what a change can take away", func() bool { return strings.Count(fetchBody(t, edition), "<item>") > 12 })
	oneDecision(t, config, state, edition, publisher)
	limited(t, edition)
	publisher.stop(t)
	fetcher.stop(t)
}

// A fetcher updates the database of an older version in steps.
func TestBinaryPublishesOnceAnOlderDatabaseIsUpdated(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	unpack(t, "testdata/upgrade/schema-0001.db.gz", filepath.Join(state, databaseName))
	publisher := prepare(t, "serve", "--only", "publish", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	publisher.Stderr = nil
	log, err := publisher.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	publisher.run(t)
	waits := false
	for lines := bufio.NewScanner(log); !waits && lines.Scan(); {
		waits = strings.Contains(lines.Text(), "waiting for the daemon that fetches")
	}
	if !waits {
		t.Fatal("the publisher does not wait")
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()
	fetcher := start(t, "serve", "--only", "fetch", "--config", config, "--state", state)
	edition := publisher.address(t) + "/editions/sahel-security.rss"
	eventually(t, "the edition", func() bool { return answers(edition, http.StatusOK) })
	publisher.stop(t)
	fetcher.stop(t)
}

// oneDecision holds that the publisher takes over what the fetcher has taken over,
// by itself, and nothing else.
func oneDecision(t *testing.T, config, state, edition string, publisher *program) {
	t.Helper()
	refused := func() {
		t.Helper()
		if err := publisher.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		health := strings.Replace(edition, "/editions/sahel-security.rss", "/healthz", 1)
		eventually(t, "the publisher to refuse", func() bool { return strings.Contains(fetchBody(t, health), "was refused") })
	}
	edit(t, config, "Sahel security", "Sahel security, anew")
	refused()
	if strings.Contains(fetchBody(t, edition), "Sahel security, anew") {
		t.Error("the publisher took over what the fetcher was not asked to")
	}
	output(t, "reload", "--state", state)
	eventually(t, "the new title", func() bool { return strings.Contains(fetchBody(t, edition), "Sahel security, anew") })
	edit(t, config, `countries = ["ML"`, `countries = ["MR"] #`)
	if code, out, _ := invoke(t, "reload", "--state", state); code != exitPartial || !strings.Contains(out, "max_change") {
		t.Errorf("the fetcher's answer: %d, %s", code, out)
	}
	refused()
	if body := fetchBody(t, edition); !strings.Contains(body, "vingt-sept") {
		t.Errorf("the publisher took over what the fetcher refused: %s", body)
	}
	edit(t, config, `countries = ["MR"] #`, `countries = ["ML"`)
}

// limited holds that a client behind the proxy is answered ten times a minute.
func limited(t *testing.T, address string) {
	t.Helper()
	for i := range 11 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if tooMany := answer.StatusCode == http.StatusTooManyRequests; tooMany != (i == 10) {
			t.Errorf("request %d: %d", i, answer.StatusCode)
		}
	}
}
