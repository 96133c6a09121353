package main

import (
	"errors"
	"fmt"
	"io/fs"

	"harmattan/config"
	"harmattan/storage"
)

type checkCommand struct {
	Config   string `help:"Configuration file; without it the built-in example is checked." placeholder:"FILE" short:"c"`
	State    string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
	Database bool   `help:"Check the database as well: every page, index, text and archived document."`
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
	if c.Database {
		return c.checkDatabase(s)
	}
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
	switch {
	case err != nil:
		return err
	case len(problems) > 0:
		fmt.Fprintln(s.out, "The database is not sound: stop the daemon, keep a copy of the file and run harmattan restore with the newest backup.")
		return errPartial
	}
	fmt.Fprintln(s.out, "The database is sound.")
	return nil
}
