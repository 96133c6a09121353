package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"harmattan/storage"
)

type pruneCommand struct {
	settings
}

// Run does now what the daemon does every six hours.
func (c *pruneCommand) Run(s *session) (err error) {
	if c.Config == "" {
		return errors.New("which texts go is for the configuration to say: give that of the daemon with --config FILE")
	}
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, databaseName)
	before, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("there is nothing to prune: %w", err)
	}
	d, err := openDesk(s, cfg, dir)
	if err != nil {
		return err
	}
	gone, err := d.letGo(s.ctx)
	if err := errors.Join(err, d.close()); err != nil {
		return err
	}
	after, err := os.Stat(path)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Gone: %d texts, %d articles that were in no edition, %d sketches of stories that are over, %d archived documents.\n",
		gone.Texts, gone.Articles, gone.Sketches, gone.documents)
	fmt.Fprintf(s.out, "%s: %d bytes, was %d.\n", path, after.Size(), before.Size())
	return nil
}

// tidy takes away what retention lets go.
func (d *desk) tidy(ctx context.Context) {
	gone, err := d.letGo(ctx)
	if err != nil {
		if ctx.Err() == nil {
			d.log.Error("tidy", "err", err)
		}
		return
	}
	d.log.Info("tidied", "texts", gone.Texts, "sketches", gone.Sketches, "articles", gone.Articles, "documents", gone.documents)
}

// pruned counts what retention let go.
type pruned struct {
	storage.Pruned
	documents int
}

func (d *desk) letGo(ctx context.Context) (gone pruned, err error) {
	st, now := d.stages.Load(), d.clock()
	retention := storage.Retention{Sketches: now.Add(-2 * st.cfg.Curator.StoryWindow.Duration), Articles: d.keptSince(st, now)}
	if keep := st.cfg.Storage.KeepTexts.Duration; keep > 0 {
		retention.Texts = now.Add(-keep)
	}
	for _, e := range st.cfg.Editions {
		retention.Shown = max(retention.Shown, st.cfg.Publisher.WindowOf(e))
	}
	if gone.Pruned, err = d.store.Prune(ctx, retention); err != nil {
		return gone, err
	}
	gone.documents, err = d.store.TrimArchive(ctx, st.cfg.Archive, now)
	return gone, err
}

// keptSince tells, by source, from when on articles are kept that were in no
// edition. Sources that left the configuration are among them.
func (d *desk) keptSince(st *stages, now time.Time) map[string]time.Time {
	since := map[string]time.Time{}
	d.mu.Lock()
	defer d.mu.Unlock()
	for id := range d.states {
		if keep := st.cfg.Storage.KeptOf(st.sources[id]); keep > 0 {
			since[id] = now.Add(-keep)
		}
	}
	return since
}
