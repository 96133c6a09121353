package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// publish renders the named editions from what is stored. A failing edition
// keeps its last good documents and does not stop the others.
func (d *desk) publish(ctx context.Context, ids []string) error {
	st := d.stages.Load()
	var errs []error
	for _, id := range ids {
		if e, ok := st.edition(id); ok {
			if err := d.publishOne(ctx, st, e); err != nil {
				errs = append(errs, fmt.Errorf("edition %s: %w", id, err))
			}
		}
	}
	if dir := st.cfg.Publisher.Directory; dir != "" && len(ids) > 0 {
		errs = append(errs, st.publisher.Export(dir))
	}
	return errors.Join(errs...)
}

func (d *desk) publishOne(ctx context.Context, st *stages, e news.Edition) error {
	now := d.clock()
	entries, err := d.store.Entries(ctx, e.ID, st.cfg.Publisher.LimitOf(e), now)
	if err != nil {
		return err
	}
	for i := range entries {
		if source, ok := st.sources[entries[i].Article.SourceID]; ok {
			entries[i].Source = source
		}
	}
	var changedAt time.Time
	hash := st.publisher.Hash(e, entries)
	err = d.store.Write(ctx, func(tx *storage.Tx) error {
		changedAt, err = tx.Published(ctx, e.ID, hash, now)
		return err
	})
	if err != nil {
		return err
	}
	if err := st.publisher.Publish(e, entries, changedAt); err != nil {
		return err
	}
	d.log.Info("published", "edition", e.ID, "entries", len(entries), "changed_at", changedAt.UTC().Format(time.RFC3339))
	return nil
}
