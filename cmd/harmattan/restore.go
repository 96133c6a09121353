package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"harmattan/storage"
)

type restoreCommand struct {
	State string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
	File  string `arg:"" help:"Backup to restore."`
}

func (c *restoreCommand) Run(s *session) error {
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return err
	}
	return errors.Join(c.restore(s, filepath.Join(dir, databaseName)), lock.Close())
}

func (c *restoreCommand) restore(s *session, path string) error {
	if err := storage.Prepare(); err != nil {
		return err
	}
	aside, err := storage.Restore(s.ctx, c.File, path, s.clock())
	if aside != "" {
		fmt.Fprintf(s.out, "The database that was there is now %s.\n", aside)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s is the backup %s now. Start the daemon: what the sources still list comes again under its old ids.\n", path, c.File)
	return nil
}
