package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// smallDisk mounts a file system of its own, which only root may.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("harmattan-test", dir, "tmpfs", 0, "size=32m")
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skip("only root may mount a file system to fill; CI does")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillUp leaves no room on the disk.
func fillUp(t *testing.T, dir string) (file string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return f.Name()
}

// ground is a running program with its outlets and its reader.
type ground struct {
	*wire
	t      *testing.T
	dir    string
	reader *subscriber
	p      *program
	told   <-chan string // systemd, by p
	log    logged
}

// logged is what a program logs while it is read.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logged) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), text)
}

func newGround(t *testing.T, dir string) *ground {
	t.Helper()
	g := &ground{wire: newWire(t, 2, rand.New(rand.NewPCG(1, 1))), t: t, dir: dir, reader: newSubscriber(freePort(t))}
	g.begin()
	g.everythingComes(t, g.reader)
	return g
}

func (g *ground) args() []string {
	return []string{"serve", "--config", g.config, "--state", g.dir, "--listen", g.reader.address}
}

func (g *ground) begin() {
	g.t.Helper()
	address, told := notices(g.t)
	g.p, g.told = prepare(g.t, g.args()...), told
	g.p.Env = append(g.p.Env, "NOTIFY_SOCKET="+address)
	g.p.Stderr = io.MultiWriter(g.t.Output(), &g.log)
	g.p.run(g.t)
	g.p.address(g.t)
	eventually(g.t, "an edition", func() bool {
		r, err := http.Get(g.reader.url("atom"))
		if err != nil {
			return false
		}
		defer r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
}

// news comes from every outlet.
func (g *ground) news() {
	for _, o := range g.outlets {
		g.write(o)
		g.write(o)
	}
}

// says waits until a monitor is told.
func (g *ground) says(path, want string) {
	g.t.Helper()
	eventually(g.t, path+" to say "+want, func() bool {
		r, err := http.Get("http://" + g.reader.address + path)
		if err != nil {
			return false
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		return strings.Contains(string(body), want)
	})
}

// recovers wants all that the outlets list, once and under the ids that it had.
func (g *ground) recovers() {
	g.t.Helper()
	g.says("/healthz", "ok\n")
	g.news()
	g.everythingComes(g.t, g.reader)
	g.p.stop(g.t)
	g.checkStored(g.t, g.dir)
	g.reader.check(g.t)
	g.t.Log(g.reader)
}

// fails runs the program, which is to end with an error that says something.
func (g *ground) fails(want string) {
	g.t.Helper()
	code, _, errOut := invoke(g.t, g.args()...)
	if code != exitFailed || !strings.Contains(errOut, want) {
		g.t.Errorf("exit code %d, want %q in %s", code, want, errOut)
	}
}

func TestCrashFullDisk(t *testing.T) {
	g := newGround(t, smallDisk(t))
	shown := fetchBody(t, g.reader.url("atom"))
	filler := fillUp(t, g.dir)
	g.refused(shown, "disk is full")
	g.p.kill(t)
	g.begin()
	g.reader.poll(t.Context())
	if again := fetchBody(t, g.reader.url("atom")); again != shown {
		t.Error("killed and started on the full disk: the edition changed")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	g.recovers()
}

func TestCrashReadOnly(t *testing.T) {
	g := newGround(t, smallDisk(t))
	shown := fetchBody(t, g.reader.url("atom"))
	g.p.kill(t)
	if err := syscall.Mount("", g.dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "size=32m"); err != nil {
		t.Fatal(err)
	}
	g.fails("read-only file system")
	g.p = start(t, append(g.args(), "--only", "publish")...)
	g.p.address(t)
	if again := fetchBody(t, g.reader.url("atom")); again != shown {
		t.Error("published from the read-only disk: the edition changed")
	}
	g.p.stop(t)
	if err := syscall.Mount("", g.dir, "", syscall.MS_REMOUNT, "size=32m"); err != nil {
		t.Fatal(err)
	}
	g.begin()
	g.recovers()
}

// refused wants the daemon to tell everybody that it cannot write, and why, and to
// go on serving what it served, while news comes.
func (g *ground) refused(shown, why string) {
	g.t.Helper()
	for range 20 {
		g.news()
	}
	g.says("/healthz", "ok, but the database cannot be written: "+why)
	g.says("/readyz", why)
	await(g.t, g.told, "STATUS=the database cannot be written: "+why)
	if !g.log.has("the database cannot be written") {
		g.t.Error("the log does not tell")
	}
	if again := fetchBody(g.t, g.reader.url("atom")); again != shown {
		g.t.Error("the edition changed though nothing could be stored")
	}
}

// A file system that refuses every write to what is open, and then takes them
// again, as one over a network does: here by the limit of the size of files, which
// anybody may set.
func TestCrashWritesRefusedForAWhile(t *testing.T) {
	g := newGround(t, t.TempDir())
	shown := fetchBody(t, g.reader.url("atom"))
	var before unix.Rlimit
	if err := unix.Prlimit(g.p.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Max: unix.RLIM_INFINITY}, &before); err != nil {
		t.Fatal(err)
	}
	g.refused(shown, "the disk or file system reports an error")
	if err := unix.Prlimit(g.p.Process.Pid, unix.RLIMIT_FSIZE, &before, nil); err != nil {
		t.Fatal(err)
	}
	await(t, g.told, "STATUS=2 editions of 2 sources")
	g.recovers()
}

// A file system turns read-only under the running daemon, as ext4 does when it
// meets an error: that of a file of its own, which is mended afterwards.
func TestCrashReadOnlySwitch(t *testing.T) {
	image, dir := filepath.Join(t.TempDir(), "image"), t.TempDir()
	if err := asRoot("truncate", "--size=64M", image); err != nil {
		t.Fatal(err)
	}
	mount := func() error { return asRoot("mount", "-o", "loop", image, dir) }
	if err := errors.Join(asRoot("mkfs.ext4", "-q", "-F", image), mount()); err != nil {
		t.Skip("only root, with mkfs.ext4 and loop devices, may mount a file system to break:", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	g := newGround(t, dir)
	shown := fetchBody(t, g.reader.url("atom"))
	if err := asRoot("mount", "-o", "remount,abort", dir); err != nil {
		t.Fatal(err)
	}
	g.refused(shown, "the disk or file system reports an error")
	output(t, "backup", filepath.Join(t.TempDir(), "rescued.db"), "--state", dir)
	g.p.kill(t)
	g.fails("read-only file system")
	if err := cmp.Or(asRoot("umount", dir), asRoot("sh", "-c", "e2fsck -p "+image+" || [ $? -eq 1 ]"), mount()); err != nil { // 1: it mended something
		t.Fatal(err)
	}
	g.begin()
	g.recovers()
}

// asRoot runs a program of the system.
func asRoot(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

func TestCrashDamagedPages(t *testing.T) {
	g := newGround(t, t.TempDir())
	backup := filepath.Join(t.TempDir(), "backup.db")
	output(t, "backup", backup, "--state", g.dir)
	g.news()
	g.everythingComes(t, g.reader)
	shown := fetchBody(t, g.reader.url("atom"))
	g.p.stop(t)
	g.begin()
	path := filepath.Join(g.dir, databaseName)
	damage(t, path, 1)
	g.news()
	g.says("/healthz", "ok, but the database cannot be written: damaged")
	if again := fetchBody(t, g.reader.url("atom")); again != shown {
		t.Error("the edition changed on a damaged database")
	}
	g.p.kill(t)
	g.fails(`"When the database is damaged" in the runbook`)
	damage(t, path, 0)
	g.fails("its first page is damaged")
	output(t, "restore", backup, "--state", g.dir)
	g.begin()
	g.recovers()
}

// damage overwrites the pages of a database from one on.
func damage(t *testing.T, path string, page int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for at := page * 4096; at < info.Size(); at += 4096 {
		if _, err := f.WriteAt([]byte(strings.Repeat("\xa5", 4096)), at); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCrashLostLog(t *testing.T) {
	g := newGround(t, t.TempDir())
	g.p.stop(t)
	g.begin()
	g.news()
	g.everythingComes(t, g.reader)
	g.p.kill(t)
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(filepath.Join(g.dir, databaseName+suffix)); err != nil {
			t.Fatal(err)
		}
	}
	g.begin()
	g.recovers()
}

// The clock of the machine jumps by days and by decades while sources write.
func TestCrashClockJumps(t *testing.T) {
	fleuve := newOutlet(t)
	for n := range 5 {
		fleuve.stories = append(fleuve.stories, raid(n, monday))
	}
	b := newWorkbench(t, t.TempDir(), monday.Add(time.Hour), fleuve.source("fleuve"))
	known, told := map[string]string{}, 5
	for _, jump := range []time.Duration{time.Hour, -3 * 24 * time.Hour, 30 * 24 * time.Hour, -20 * 365 * 24 * time.Hour, 50 * 365 * 24 * time.Hour, -30 * 365 * 24 * time.Hour, time.Minute} {
		b.hand.move(jump)
		fleuve.change(func(o *outlet) {
			o.stories = append(o.stories, raid(told, monday.Add(time.Duration(told)*time.Minute)))
		})
		told++
		for range 3 { // a day of ticks at most until the source is due again
			b.after(8 * time.Hour)
			b.renewed()
		}
		ids, links := b.links("sahel-security")
		for i, link := range links {
			if id, seen := known[link]; seen && id != ids[i] {
				t.Errorf("after a jump of %v: %s came again under %s, was %s", jump, link, ids[i], id)
			}
			known[link] = ids[i]
		}
		if problems, err := b.store.Check(t.Context()); err != nil || len(problems) > 0 {
			t.Errorf("after a jump of %v: %q, %v", jump, problems, err)
		}
		if counts, err := b.store.SourceCounts(t.Context()); err != nil || counts["fleuve"] != told {
			t.Errorf("after a jump of %v: %d articles are stored, %d were written (%v)", jump, counts["fleuve"], told, err)
		}
	}
}
