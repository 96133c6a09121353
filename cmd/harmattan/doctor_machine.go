package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"harmattan/storage"
)

// clock asks the kernel whether anything keeps the time.
func (e *examination) clock() {
	now := moment(e.session.clock())
	switch kept, known := clockKept(); {
	case !known:
		e.well("clock", "%s; whether it is kept right is not known here", now)
	case !kept:
		e.ill("clock", "switch on systemd-timesyncd or chrony: dates of articles and the freshness of answers hang on it",
			"%s, and nothing keeps it right", now)
	default:
		e.well("clock", "%s, synchronised", now)
	}
}

// scarce is the room that a disk should have left beside the database: a backup
// and the log of a long transaction.
const scarce = 512 << 20

func (e *examination) disk() {
	const matter = "disk"
	var room syscall.Statfs_t
	if err := syscall.Statfs(e.dir, &room); err != nil {
		e.ill(matter, "start the daemon once, or give the folder with --state DIR", "state folder %s: %v", e.dir, err)
		return
	}
	free := int64(room.Bavail) * int64(room.Bsize)
	need := int64(scarce)
	if info, err := os.Stat(filepath.Join(e.dir, databaseName)); err == nil {
		need += 2 * info.Size()
	}
	if free < need {
		e.ill(matter, "make room, or lower max_bytes below [archive] and keep_texts below [storage]",
			"%d MB free at %s; a backup and a long transaction want %d MB", free>>20, e.dir, need>>20)
		return
	}
	e.well(matter, "%d MB free at %s", free>>20, e.dir)
}

// database opens it as readers do; the check in full is that of harmattan check.
func (e *examination) database() {
	const matter = "database"
	path := filepath.Join(e.dir, databaseName)
	err := readStore(e.session, e.dir, func(store *storage.Store) error {
		counts, err := store.SourceCounts(e.ctx)
		if err != nil {
			return err
		}
		total := 0
		for _, n := range counts {
			total += n
		}
		e.well(matter, "%s: %d articles; harmattan check --database reads every page", path, total)
		return nil
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.ill(matter, "start the daemon, or run harmattan fetch", "there is none yet at %s", path)
		return
	case err != nil:
		e.ill(matter, "see \"When the database is damaged\" in the runbook", "%v", err)
		return
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > scarce {
		e.ill(matter, "stop programs that keep the database open for reading", "its log has grown to %d MB", info.Size()>>20)
	}
}

// systemdWait bounds each question to systemd.
const systemdWait = 10 * time.Second

// service asks systemd about the unit and how far it is locked in.
func (e *examination) service() {
	const matter = "service"
	shown, err := systemd(e.ctx, "systemctl", "show", "harmattan.service", "--property=LoadState,ActiveState,NRestarts,Result")
	state := map[string]string{}
	for line := range strings.Lines(shown) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			state[key] = value
		}
	}
	if err != nil || state["LoadState"] != "loaded" {
		e.well(matter, "no unit harmattan.service of systemd here")
		return
	}
	if state["ActiveState"] != "active" {
		e.ill(matter, "journalctl -u harmattan -e tells why; systemctl start harmattan starts it", "%s (%s)", state["ActiveState"], state["Result"])
	} else {
		e.well(matter, "active, restarted %s times", state["NRestarts"])
	}
	said, err := systemd(e.ctx, "systemd-analyze", "security", "--no-pager", "--threshold=11", "harmattan.service")
	if lines := strings.Split(strings.TrimSpace(said), "\n"); err == nil {
		e.well("sandbox", "%s", strings.TrimSpace(strings.TrimLeft(lines[len(lines)-1], "→ ")))
	} else if said != "" {
		e.ill("sandbox", "compare the unit and its drop-ins (systemctl cat harmattan) with the one that came with the program", "weaker than it was made")
	}
}

func systemd(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, systemdWait)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).Output()
	if err != nil {
		err = fmt.Errorf("%s: %w", program, err)
	}
	return string(out), err
}
