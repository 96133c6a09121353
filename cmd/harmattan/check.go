package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"harmattan/config"
	"harmattan/curator/vocabulary"
	"harmattan/storage"
)

type checkCommand struct {
	Config   string `help:"Configuration file; without it the built-in example is checked." placeholder:"FILE" short:"c"`
	State    string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
	Database bool   `help:"Check the database as well: every page, index, text and archived document."`
	Repair   bool   `help:"With --database, while no daemon runs: make the search index anew first, which is the one thing that can be made of the rest."`
}

func (c *checkCommand) Run(s *session) error {
	cfg, err := settings{Config: c.Config}.load(s)
	var mistakes config.Errors
	if errors.As(err, &mistakes) {
		fmt.Fprintln(s.out, mistakes)
		return errPartial
	}
	if err != nil {
		return err
	}
	judge, err := newCurator(cfg)
	if err != nil {
		return err
	}
	if failing := judge.CheckExamples(); len(failing) > 0 {
		for _, example := range failing {
			fmt.Fprintln(s.out, example)
		}
		fmt.Fprintf(s.out, "%d examples do not come out as they say.\n", len(failing))
		return errPartial
	}
	enabled := 0
	for _, source := range cfg.Sources {
		if !source.Disabled {
			enabled++
		}
	}
	fmt.Fprintf(s.out, "The configuration is sound: %d sources (%d enabled), %d editions.\n",
		len(cfg.Sources), enabled, len(cfg.Editions))
	switch {
	case c.Repair && !c.Database:
		return errors.New("--repair is of the database: add --database")
	case c.Repair:
		if err := c.repair(s); err != nil {
			return err
		}
	case !c.Database:
		return nil
	}
	return c.checkDatabase(s)
}

// repair makes the search index anew.
func (c *checkCommand) repair(s *session) error {
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, databaseName)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is nothing to repair: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := storage.Prepare(); err != nil {
		return err
	}
	store, err := storage.Open(s.ctx, path)
	if err != nil {
		return err
	}
	n, err := store.RebuildSearch(s.ctx, vocabulary.Fold)
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The search index is made anew of %d articles.\n", n)
	return nil
}

// checkDatabase reads the whole database, beside a running daemon as well.
func (c *checkCommand) checkDatabase(s *session) error {
	var problems []string
	err := readStore(s, c.State, func(store *storage.Store) (err error) {
		problems, err = store.Check(s.ctx)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no database yet; run harmattan serve or harmattan fetch first")
	}
	for _, problem := range problems {
		fmt.Fprintf(s.out, "database: %s\n", problem)
	}
	searchAlone := !slices.ContainsFunc(problems, func(problem string) bool { return !strings.Contains(problem, "search index") })
	switch {
	case err != nil:
		return err
	case len(problems) > 0 && searchAlone && !c.Repair:
		fmt.Fprintln(s.out, "Only the search index is not sound, and nothing is lost: stop the daemon and run harmattan check --database --repair, which makes it anew.")
		return errPartial
	case len(problems) > 0:
		fmt.Fprintln(s.out, "The database is not sound: stop the daemon, keep a copy of the file and run harmattan restore with the newest backup.")
		return errPartial
	}
	fmt.Fprintln(s.out, "The database is sound.")
	return nil
}
