package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

// runAsProgram makes the test binary behave as harmattan, so that the tests
// run the real process without building it twice. HARMATTAN_BINARY names a
// built one instead.
const runAsProgram = "HARMATTAN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if rules := os.Getenv(sandboxed); rules != "" {
		fmt.Fprintln(os.Stderr, "launcher:", enterSandbox(rules))
		os.Exit(exitFailed + 1)
	}
	if os.Getenv(runAsProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// program is a harmattan, running once run was called.
type program struct {
	*exec.Cmd
	lines chan string // standard output
	ended chan error
}

func start(t *testing.T, args ...string) *program {
	t.Helper()
	p := prepare(t, args...)
	p.run(t)
	return p
}

func prepare(t *testing.T, args ...string) *program {
	binary := os.Getenv("HARMATTAN_BINARY")
	if binary == "" {
		binary = os.Args[0]
	}
	p := &program{Cmd: exec.Command(binary, args...), lines: make(chan string, 1000), ended: make(chan error, 1)}
	p.Env = append(os.Environ(), runAsProgram+"=1")
	p.Stderr = t.Output()
	return p
}

// under puts another program before this one, which it is to execute.
func (p *program) under(launcher string, args ...string) {
	p.Args = slices.Concat([]string{launcher}, args, []string{p.Path}, p.Args[1:])
	p.Path = launcher
}

func (p *program) run(t *testing.T) {
	t.Helper()
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			p.lines <- scanner.Text()
		}
		close(p.lines)
		p.ended <- p.Wait()
	}()
	t.Cleanup(func() { _ = p.Process.Kill() })
}

// address waits for the line that says where to look.
func (p *program) address(t *testing.T) string {
	t.Helper()
	for line := range p.lines {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "look" {
			return strings.TrimSuffix(fields[1], "/")
		}
	}
	t.Fatal("the program ended without saying where to look")
	return ""
}

// stop ends the program and wants it to end well.
func (p *program) stop(t *testing.T) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.ended:
		if err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the program did not end within 20 s of SIGTERM")
	}
}

func fetchBody(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", url, response.Status, err)
	}
	return string(body)
}

// eventually waits for what the daemon does by itself.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for tick := time.NewTicker(100 * time.Millisecond); ; {
		if done() {
			tick.Stop()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waited 30 s in vain for %s", what)
		case <-tick.C:
		}
	}
}

func TestBinaryDemo(t *testing.T) {
	p := start(t, "demo", "--listen", "127.0.0.1:0", "--for", "2m")
	base := p.address(t)
	eventually(t, "the summit in the edition", func() bool {
		return strings.Contains(fetchBody(t, base+"/editions/sahel-security.json"), "5,000")
	})
	ids := map[string][]string{}
	for _, format := range formats {
		feed := readBack(t, fetchBody(t, base+"/editions/sahel-security."+format))
		if len(feed.Items) < 5 {
			t.Errorf("%s: %d entries", format, len(feed.Items))
		}
		ids[format] = entryIDs(feed)
	}
	for _, format := range formats {
		if len(slices.Compact(slices.Sorted(slices.Values(ids[format])))) != len(ids[format]) {
			t.Errorf("%s: an id stands twice in %v", format, ids[format])
		}
	}
	for _, path := range []string{"/", "/editions/sahel-security"} {
		if page := fetchBody(t, base+path); !strings.Contains(page, "sahel-security.atom") {
			t.Errorf("%s does not lead to the edition", path)
		}
	}
	p.stop(t)
}

func entryIDs(feed *gofeed.Feed) []string {
	var ids []string
	for _, item := range feed.Items {
		ids = append(ids, item.GUID)
	}
	return ids
}

// configure writes a configuration over the given sources that is looked at
// every second.
func configure(t *testing.T, urls map[string]string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`[fetcher]
schedule = "@every 1s"
min_interval = "0s"
host_spacing = "0s"
timeout = "20s"
allow = ["127.0.0.0/8"]

[[edition]]
id = "sahel-security"
title = "Sahel security"
language = "en"
countries = ["ML", "BF", "NE", "TD", "MR"]
`)
	for id, url := range urls {
		fmt.Fprintf(&b, "\n[[source]]\nid = %q\nurl = %q\nlanguage = \"fr\"\n", id, url)
	}
	name := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// storedItems asks the program itself what it holds.
func storedItems(t *testing.T, config, state string) map[string]int {
	t.Helper()
	p := start(t, "sources", "--json", "--config", config, "--state", state)
	var text strings.Builder
	for line := range p.lines {
		text.WriteString(line)
	}
	if err := <-p.ended; err != nil {
		t.Fatal(err)
	}
	var rows []sourceRow
	if err := json.Unmarshal([]byte(text.String()), &rows); err != nil {
		t.Fatalf("%v in %s", err, text.String())
	}
	items := map[string]int{}
	for _, row := range rows {
		items[row.ID] = row.Items
	}
	return items
}

func TestBinaryServesAnArticleWhileAnotherSourceHangs(t *testing.T) {
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer hanging.Close()
	defer close(release)
	fleuve := newOutlet(t, battle("douze"))
	config := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss", "hangs": hanging.URL + "/rss"})
	p := start(t, "serve", "--config", config, "--state", t.TempDir(), "--listen", "127.0.0.1:0")
	base := p.address(t)
	eventually(t, "the first article", func() bool {
		return strings.Contains(fetchBody(t, base+"/editions/sahel-security.rss"), "Ménaka")
	})
	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	eventually(t, "the source to be asked again", fleuve.caughtUp)
	eventually(t, "the new article", func() bool {
		return strings.Contains(fetchBody(t, base+"/editions/sahel-security.rss"), "Diffa")
	})
	t.Logf("in the served edition at most %v after the last byte of the answer", fleuve.sinceGiven().Round(time.Millisecond))
	p.stop(t)
}

func TestBinaryKilledInTheMiddleOfARoundLosesAndRepeatsNothing(t *testing.T) {
	const outlets = 24
	urls, served := map[string]string{}, make(chan struct{}, 1000)
	for n := range outlets {
		id := fmt.Sprintf("outlet-%02d", n)
		one := newOutlet(t, numbered(battle("douze"), n), numbered(kidnapping(), n))
		urls[id] = one.URL + "/rss"
		handler := one.Config.Handler
		one.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			handler.ServeHTTP(w, r)
			served <- struct{}{}
		})
	}
	config, state := configure(t, urls), t.TempDir()
	before := map[string]bool{}
	for _, killAfter := range []int{1, 5, 12, outlets} {
		p := start(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
		base := p.address(t)
		for range killAfter {
			<-served
		}
		ids := entryIDs(readBack(t, fetchBody(t, base+"/editions/sahel-security.json")))
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-p.ended
		for id := range before {
			if !slices.Contains(ids, id) {
				t.Errorf("killed and started again: entry %s is gone", id)
			}
		}
		for _, id := range ids {
			before[id] = true
		}
	}
	p := start(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	p.address(t)
	eventually(t, "every article", func() bool {
		total := 0
		for id, items := range storedItems(t, config, state) {
			if items > 2 {
				t.Errorf("%s has %d articles, want 2", id, items)
			}
			total += items
		}
		return total == 2*outlets
	})
	p.stop(t)
}

// numbered makes a story of its own out of a story.
func numbered(s story, n int) story {
	s.id = fmt.Sprintf("%s-%d", s.id, n)
	s.title = fmt.Sprintf("%s (%d)", s.title, n)
	return s
}

func TestBinaryExitCodes(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	broken := newOutlet(t)
	broken.broken = true
	good := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"})
	half := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss", "broken": broken.URL + "/rss"})
	wrong := filepath.Join(t.TempDir(), "wrong.toml")
	if err := os.WriteFile(wrong, []byte("[[source]]\nid = \"a\"\nurl = \"https://a.example/\"\nevry = \"15m\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		want int
	}{
		{"all sources well", []string{"fetch", "--all", "--config", good, "--state", t.TempDir()}, exitOK},
		{"one source failed", []string{"fetch", "--all", "--config", half, "--state", t.TempDir()}, exitPartial},
		{"no such configuration", []string{"fetch", "--config", wrong + "x", "--state", t.TempDir()}, exitFailed},
		{"check finds a mistake", []string{"check", "--config", wrong}, exitPartial},
		{"check finds none", []string{"check", "--config", good}, exitOK},
		{"unknown subcommand", []string{"fletch"}, exitFailed},
		{"explain what is not there", []string{"explain", "--config", good, "--state", t.TempDir(), "https://x.example/"}, exitFailed},
		{"help", []string{"--help"}, exitOK},
	} {
		p := start(t, c.args...)
		for range p.lines {
			continue
		}
		<-p.ended
		if got := p.ProcessState.ExitCode(); got != c.want {
			t.Errorf("%s: exit code %d, want %d", c.name, got, c.want)
		}
	}
}
