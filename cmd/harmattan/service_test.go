package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"harmattan/storage"
)

// notices is where a program under test tells systemd how it is.
func notices(t *testing.T) (address string, told <-chan string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "n") // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "notify"), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	lines := make(chan string, 1000)
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, _, err := conn.ReadFromUnix(buffer)
			if err != nil {
				return
			}
			lines <- string(buffer[:n])
		}
	}()
	return conn.LocalAddr().String(), lines
}

// await waits until systemd is told what begins so.
func await(t *testing.T, told <-chan string, beginning string) string {
	t.Helper()
	timeout := time.After(30 * time.Second)
	for {
		select {
		case line := <-told:
			if strings.HasPrefix(line, beginning) {
				return line
			}
		case <-timeout:
			t.Fatalf("systemd is not told %s…", beginning)
		}
	}
}

// The writer is held up by another process here, which is as stuck as it gets
// from outside.
func TestBinaryPingsTheWatchdogOnlyWhileTheWriterMoves(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	address, told := notices(t)
	p := prepare(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	p.Env = append(p.Env, "NOTIFY_SOCKET="+address, "WATCHDOG_USEC=2000000")
	p.run(t)
	base := p.address(t)
	await(t, told, "READY=1")
	await(t, told, "WATCHDOG=1")
	await(t, told, "WATCHDOG=1")
	if body := fetchBody(t, base+"/readyz"); body != "ready\n" {
		t.Errorf("/readyz: %s", body)
	}

	if err := storage.Prepare(); err != nil {
		t.Fatal(err)
	}
	other, err := storage.Open(t.Context(), filepath.Join(state, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	held, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- other.Write(context.Background(), func(*storage.Tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	eventually(t, "/readyz to say that nothing is written", func() bool {
		r, err := http.Get(base + "/readyz")
		if err != nil {
			return false
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		return r.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(body), "cannot be written")
	})
	for len(told) > 0 {
		if line := <-told; line == "WATCHDOG=1" {
			t.Log("a ping from before the writer was held up")
		}
	}
	select { // more than a watchdog's time without a ping
	case line := <-told:
		if line == "WATCHDOG=1" {
			t.Error("the watchdog is pinged while nothing can be written")
		}
	case <-time.After(3 * time.Second):
	}
	if body := fetchBody(t, base+"/editions/sahel-security.json"); !strings.Contains(body, "items") {
		t.Error("readers are not served meanwhile")
	}
	close(release)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	await(t, told, "WATCHDOG=1")
	eventually(t, "/readyz to be well again", func() bool { return answers(base+"/readyz", http.StatusOK) })
	p.stop(t)
}

func answers(url string, status int) bool {
	r, err := http.Get(url)
	if err != nil {
		return false
	}
	return errors.Join(r.Body.Close()) == nil && r.StatusCode == status
}

func TestWhatStandsStillIsNamed(t *testing.T) {
	b := newWorkbench(t, t.TempDir(), monday)
	cfg := b.stages.Load().cfg
	if standing := b.hearts.standing(0, cfg); standing != "" {
		t.Errorf("nothing is under way, yet %s stands still", standing)
	}
	b.hearts.rounds.begin()
	if standing := b.hearts.standing(0, cfg); standing != "" {
		t.Errorf("a round may take its time, yet %s stands still", standing)
	}
	if standing := b.hearts.standing(-longestPause(cfg), cfg); standing == "" {
		t.Error("a round without a result is not noticed")
	}
	b.hearts.rounds.end()
	b.hearts.ticks.begin()
	if standing := b.hearts.standing(0, cfg); standing != "the scheduler" {
		t.Errorf("%q stands still, want the scheduler", standing)
	}
	b.hearts.ticks.beat()
	if standing := b.hearts.standing(time.Hour, cfg); standing != "" {
		t.Errorf("%s stands still right after a tick", standing)
	}
}

func TestBinaryServesOnTheSocketThatItIsGiven(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	fleuve := newOutlet(t, battle("douze"))
	config := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"})
	// systemd sets LISTEN_PID between fork and exec; a shell can do the same.
	p := prepare(t, "serve", "--config", config, "--state", t.TempDir())
	p.under("/bin/sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=harmattan.socket exec "$0" "$@"`)
	p.ExtraFiles = []*os.File{file}
	p.run(t)
	if got, want := p.address(t), "http://"+listener.Addr().String(); got != want {
		t.Errorf("it serves at %s, want %s", got, want)
	}
	eventually(t, "the edition on the given socket", func() bool {
		return answers("http://"+listener.Addr().String()+"/editions/sahel-security.rss", http.StatusOK)
	})
	p.stop(t)
}

func TestBinaryLogsForTheJournalAndAsJSONWithoutSecrets(t *testing.T) {
	config := configure(t, map[string]string{"fleuve": "http://127.0.0.1:1/rss?token=SECRETTOKEN"})
	for _, form := range []struct {
		args []string
		line string
	}{
		{nil, `^<4>msg=fetched source=fleuve outcome=failed .*err=`},
		{[]string{"--log-format", "json"}, `^<4>\{"msg":"fetched","source":"fleuve","outcome":"failed",`},
	} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		var stat syscall.Stat_t
		if err := syscall.Fstat(int(write.Fd()), &stat); err != nil {
			t.Fatal(err)
		}
		args := append([]string{"serve", "--config", config, "--state", t.TempDir(), "--listen", "127.0.0.1:0"}, form.args...)
		p := prepare(t, args...)
		p.Stderr = write
		p.Env = append(p.Env, fmt.Sprintf("JOURNAL_STREAM=%d:%d", stat.Dev, stat.Ino))
		p.run(t)
		_ = write.Close()
		logged := make(chan string, 1000)
		go func() {
			defer close(logged)
			for scanner := bufio.NewScanner(read); scanner.Scan(); {
				logged <- scanner.Text()
			}
		}()
		base := p.address(t)
		var out []string
		for line := range logged {
			if out = append(out, line); regexp.MustCompile(form.line).MatchString(line) {
				break
			}
		}
		// A user name in an address is a mistake, whose message shows the line.
		text, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		wrong := append(bytes.Clone(text), []byte("\n[[source]]\nid = \"other\"\nurl = \"http://reader:SECRETTOKEN@127.0.0.1:1/rss?token=SECRETTOKEN\"\n")...)
		if err := os.WriteFile(config, wrong, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = p.Process.Signal(syscall.SIGHUP)
		eventually(t, "the refusal", func() bool { return strings.Contains(fetchBody(t, base+"/healthz"), "was refused") })
		if err := os.WriteFile(config, text, 0o600); err != nil {
			t.Fatal(err)
		}
		p.stop(t)
		for line := range logged {
			out = append(out, line)
		}
		for _, line := range out {
			if !regexp.MustCompile(`^<[3467]>`).MatchString(line) {
				t.Errorf("no priority: %s", line)
			}
			if strings.Contains(line, "SECRETTOKEN") {
				t.Errorf("the secret is logged: %s", line)
			}
		}
		if !slices.ContainsFunc(out, func(line string) bool { return strings.Contains(line, "is refused") && strings.HasPrefix(line, "<3>") }) {
			t.Errorf("the refusal is not logged as an error: %q", out)
		}
	}
}

func TestBinaryLogsOneLineForEachSourceAndRoundAndForEachEdition(t *testing.T) {
	fleuve, desert := newOutlet(t, battle("douze")), newOutlet(t, kidnapping())
	p := prepare(t, "serve", "--config", configure(t, map[string]string{"fleuve": fleuve.URL + "/rss", "desert": desert.URL + "/rss"}),
		"--state", t.TempDir(), "--listen", "127.0.0.1:0")
	var log logged
	p.Stderr = &log
	p.run(t)
	p.address(t)
	eventually(t, "three rounds", func() bool { return fleuve.asked() >= 3 && desert.asked() >= 3 })
	p.stop(t)
	lines := regexp.MustCompile(`(?m)^.* msg=fetched source=(\w+) .*$`).FindAllStringSubmatch(log.text.String(), -1)
	counts := map[string]int{}
	for _, line := range lines {
		counts[line[1]]++
	}
	for source, asked := range map[string]int{"fleuve": fleuve.asked(), "desert": desert.asked()} {
		if n := counts[source]; n != asked && n != asked-1 { // the last may have been cut short
			t.Errorf("%d lines of %s, which was asked %d times", n, source, asked)
		}
	}
	published := regexp.MustCompile(`(?m) msg=published edition=sahel-security entries=[12] .*$`).FindAllString(log.text.String(), -1)
	if len(published) != len(slices.Compact(slices.Clone(published))) || len(published) == 0 || len(published) > 2 {
		t.Errorf("the edition changed with two articles and has the lines %q", published)
	}
}
