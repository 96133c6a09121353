package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"harmattan/storage"
)

type backupCommand struct {
	State string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
	File  string `arg:"" help:"File to write; one that is there already is never overwritten."`
}

func (c *backupCommand) Run(s *session) error {
	err := readStore(s, c.State, func(store *storage.Store) error { return store.Backup(s.ctx, c.File) })
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w; give another name", err)
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %d bytes, checked.\n", c.File, info.Size())
	return nil
}

// backupName is what the daemon calls its copies; names in order are in the
// order of time.
const backupName = "harmattan-20060102T150405Z.db"

// backUp makes the copy that is due, if there is one, and takes away those
// that are too many. Only the tick calls it.
func (d *desk) backUp(ctx context.Context, rounds *sync.WaitGroup) {
	st, now := d.stages.Load(), d.clock()
	if st.backups == nil {
		return
	}
	dir := backupFolder(st.cfg.Backup, filepath.Dir(d.store.Path()))
	if d.backupFor != st { // the first tick under this configuration
		last := now
		if made := madeBackups(dir); len(made) > 0 {
			last = made[len(made)-1].at
		}
		d.backupFor, d.backupAt = st, st.backups.Next(last)
	}
	if now.Before(d.backupAt) {
		return
	}
	d.backupAt = st.backups.Next(now)
	rounds.Go(func() {
		if err := d.backUpNow(ctx, dir, st.cfg.Backup.Keep, now); err != nil && ctx.Err() == nil {
			d.log.Error("no backup was made; the next try is at its next time", "directory", dir, "err", err)
		}
	})
}

// backupFolder is where the copies go; a relative one is in the state folder.
func backupFolder(o storage.BackupOptions, state string) string {
	if filepath.IsAbs(o.Directory) {
		return o.Directory
	}
	return filepath.Join(state, o.Directory)
}

func (d *desk) backUpNow(ctx context.Context, dir string, keep int, now time.Time) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	file := filepath.Join(dir, now.UTC().Format(backupName))
	if err := d.store.Backup(ctx, file); err != nil {
		return err
	}
	made := madeBackups(dir)
	var errs []error
	for _, old := range made[:max(0, len(made)-keep)] {
		errs = append(errs, os.Remove(old.path))
	}
	d.log.Info("backed up", "file", file, "kept", min(len(made), keep))
	return errors.Join(errs...)
}

// madeBackup is a copy that the daemon made.
type madeBackup struct {
	path string
	at   time.Time
}

// madeBackups are the daemon's copies in a folder, the oldest first. Files of
// other names are not its own and are left alone.
func madeBackups(dir string) []madeBackup {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // not there yet, or told when the next copy is made
	}
	var made []madeBackup
	for _, entry := range entries {
		if at, err := time.Parse(backupName, entry.Name()); err == nil {
			made = append(made, madeBackup{path: filepath.Join(dir, entry.Name()), at: at})
		}
	}
	slices.SortFunc(made, func(a, b madeBackup) int { return a.at.Compare(b.at) })
	return made
}
