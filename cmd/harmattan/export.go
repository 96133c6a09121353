package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"harmattan/storage"
)

type exportCommand struct {
	settings
	Dir string `arg:"" help:"Folder to write to."`
}

// Run publishes from what is stored and changes nothing of it, so that it may
// work beside a running daemon and with another configuration.
func (c *exportCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	cfg.Publisher.Directory = c.Dir // files do not link to what only the daemon answers
	st, err := newStages(cfg)
	if err != nil {
		return err
	}
	err = readStore(s, c.State, func(store *storage.Store) error {
		d := &desk{store: store, clock: s.clock, log: s.log}
		if d.states, err = store.States(s.ctx); err != nil {
			return err
		}
		if d.pages, err = store.Pages(s.ctx); err != nil {
			return err
		}
		if d.manifestDays, err = store.ManifestDays(s.ctx); err != nil {
			return err
		}
		d.equip(st)
		if err := d.arrange(s.ctx, st); err != nil {
			return err
		}
		for _, e := range slices.Concat(cfg.Editions, st.health) {
			entries, err := d.entries(s.ctx, st, e)
			if err != nil {
				return fmt.Errorf("edition %s: %w", e.ID, err)
			}
			changedAt, err := store.ChangedAt(s.ctx, e.ID)
			if err == nil {
				err = st.publisher.Publish(e, entries, changedAt)
			}
			if err != nil {
				return fmt.Errorf("edition %s: %w", e.ID, err)
			}
		}
		if err := d.showClosed(s.ctx, st); err != nil {
			return err
		}
		d.stages.Store(st)
		d.showStatus(context.WithoutCancel(s.ctx))
		return st.publisher.Export(c.Dir)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; run harmattan serve or harmattan fetch first, or name the state folder with --state DIR", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Wrote %d editions to %s.\n", len(cfg.Editions), c.Dir)
	return nil
}
