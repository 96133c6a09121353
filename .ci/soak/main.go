// Command soak runs a built harmattan over 2,000 feeds, a tenth of them sick, while readers poll its editions, and prints
// each minute what it takes. Usage:
//
//	go run ./.ci/soak FARM BINARY [MINUTES]
//
// FARM is a program that serves feeds on loopback addresses, as .ci/farm says. Every minute some of the feeds change. The
// first minutes read everything for the first time: a run of 3 minutes shows how readers fare meanwhile. From 15 minutes
// on the last third is held against the one before: memory, goroutines, file descriptors and the bytes an article takes
// have to be flat. The latencies of a busy machine are worth little by themselves: some readers ask a server beside it
// that does nothing else, and what its answers take is the machine's share.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	farmPort, farmControl = "8874", "127.0.0.1:8873"
	public, monitor       = "127.0.0.1:8875", "127.0.0.1:8876"
	bare                  = "127.0.0.1:8877"
	asBare                = "HARMATTAN_SOAK_BARE" // makes this program the bare server
	feeds                 = 2000
	readerCount           = 40
	changing              = "0.03" // of the feeds, each minute
	flatFrom              = 15     // minutes that tell whether something grows
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if os.Getenv(asBare) != "" {
		return serveBare(ctx)
	}
	minutes, err := 30, error(nil)
	if len(os.Args) == 4 {
		minutes, err = strconv.Atoi(os.Args[3])
	}
	if err != nil || minutes < 1 || minutes > 24*60 || len(os.Args) < 3 || len(os.Args) > 4 {
		return errors.New("usage: go run ./.ci/soak FARM BINARY [MINUTES]")
	}
	dir, err := os.MkdirTemp("", "harmattan-soak-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(ctx, time.Duration(minutes+10)*time.Minute)
	defer cancel()
	farm := command(ctx, os.Args[1], "-feeds", strconv.Itoa(feeds), "-fault-rate", "0.1", "-slow-max", "15s", "-latency", "20ms-200ms",
		"-port", farmPort, "-control", farmControl, "-life", strconv.Itoa(minutes+10)+"m")
	if err := farm.Start(); err != nil {
		return err
	}
	defer end(farm)
	urls, err := patiently(ctx, "http://"+farmControl+"/_urls")
	if err != nil {
		return fmt.Errorf("the farm: %w", err)
	}
	config := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(config, configuration(strings.Fields(urls)), 0o600); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return err
	}
	daemon := command(ctx, os.Args[2], "serve", "--config", config, "--state", filepath.Join(dir, "state"), "--listen", public)
	daemon.Stderr = log
	if err := daemon.Start(); err != nil {
		return err
	}
	defer end(daemon)
	if _, err := patiently(ctx, "http://"+public+"/healthz"); err != nil {
		told, _ := os.ReadFile(log.Name())
		return fmt.Errorf("the daemon: %w\n%s", err, told[max(0, len(told)-2000):])
	}
	beside := command(ctx, os.Args[0])
	beside.Env = append(os.Environ(), asBare+"=1")
	if err := beside.Start(); err != nil {
		return err
	}
	defer end(beside)
	if _, err := patiently(ctx, "http://"+bare+"/"); err != nil {
		return fmt.Errorf("the bare server: %w", err)
	}
	return watch(ctx, minutes)
}

func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 20 * time.Second
	return c
}

func end(c *exec.Cmd) {
	_ = c.Process.Signal(syscall.SIGTERM)
	_ = c.Wait()
}

// configuration has every feed read each minute, and editions of different sizes.
func configuration(urls []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `[fetcher]
schedule = "@every 1m"
concurrency = 128
host_spacing = "0s"
min_interval = "0s"
adaptive = false
timeout = "10s"
allow = ["127.0.0.0/8"]

[metrics]
listen = %q
`, monitor)
	for n, url := range urls {
		fmt.Fprintf(&b, "\n[[source]]\nid = \"f%d\"\nurl = %q\n", n, url)
	}
	for id, choice := range editions() {
		fmt.Fprintf(&b, "\n[[edition]]\nid = %q\ntitle = %q\nlimit = 100\n%s\n", id, id, choice)
	}
	return []byte(b.String())
}

func editions() map[string]string {
	return map[string]string{"mali": `countries = ["ML"]`, "sahel": `countries = ["ML", "NE", "BF", "TD"]`, "everything": `where = "true"`}
}
