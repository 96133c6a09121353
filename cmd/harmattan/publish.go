package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

// retryAfter is when an edition that could not be published is tried again.
const retryAfter = 30 * time.Second

// publish renders the named editions from what is stored. A failing edition
// keeps its last good documents, is tried again and does not stop the others. The
// caller holds d.writing.
func (d *desk) publish(ctx context.Context, st *stages, ids []string) error {
	var errs []error
	for _, id := range st.withVariants(ids) {
		if e, ok := st.edition(id); ok {
			if err := d.publishOne(ctx, st, e); err != nil {
				errs = append(errs, fmt.Errorf("edition %s: %w", id, err))
				d.renewAt[id] = d.clock().Add(retryAfter)
			}
		}
	}
	d.filesDue = d.filesDue || len(ids) > 0
	d.writeFiles(st)
	return errors.Join(errs...)
}

// writeFiles brings the folder of files up to date, if there is one. A failure
// is told once and the files are written when they can be: it stops no news.
func (d *desk) writeFiles(st *stages) {
	dir := st.cfg.Publisher.Directory
	if dir == "" || !d.filesDue {
		return
	}
	if err := st.publisher.Export(dir); err != nil {
		if !d.filesTold {
			d.log.Error("the files of the editions cannot be written; trying again", "directory", dir, "err", err)
		}
		d.filesTold = true
		return
	}
	d.filesDue, d.filesTold = false, false
}

// entries reads an edition's entries with their sources, and behind them those
// that left it lately.
func (d *desk) entries(ctx context.Context, st *stages, e news.Edition) ([]news.Entry, error) {
	switch {
	case e.Health:
		return d.notices(ctx, st, e)
	case e.Digest != "":
		return d.digests(ctx, st, e)
	}
	of := cmp.Or(e.Of, e.ID)
	read := d.store.Entries
	if e.Of != "" {
		read = func(ctx context.Context, of string, limit int, now time.Time) ([]news.Entry, error) {
			return d.store.Select(ctx, of, e.Facet(), limit, now)
		}
	}
	entries, err := read(ctx, of, st.cfg.Publisher.WindowOf(e), d.clock())
	if err != nil {
		return nil, err
	}
	left, err := d.store.Withdrawn(ctx, of, d.clock().Add(-news.WithdrawnFor), publisher.WithdrawnLimit)
	if err != nil {
		return nil, err
	}
	entries = append(entries, left...)
	st.attribute(entries)
	bursts, err := d.store.Bursts(ctx)
	for i := range entries {
		entries[i].Burst = news.BurstOf(entries[i].Article, bursts)
	}
	return entries, err
}

// attribute gives entries their sources, and takes those out of the other voices
// that left the configuration.
func (st *stages) attribute(entries []news.Entry) {
	for i := range entries {
		entries[i].Others = st.carried(entries[i].Others)
		if source, ok := st.sources[entries[i].Article.SourceID]; ok {
			entries[i].Source = source
		}
	}
}

// publishOne publishes an edition, and once more when archive documents had to be
// written for what it does not show any more.
func (d *desk) publishOne(ctx context.Context, st *stages, e news.Edition) error {
	if e.Digest != "" {
		if err := d.issueDigest(ctx, st, e); err != nil {
			return err
		}
	}
	entries, err := d.entries(ctx, st, e)
	if err != nil {
		return err
	}
	if at := nextChange(e, entries); !at.IsZero() {
		d.renewAt[e.ID] = at
	}
	if err := d.publishEntries(ctx, st, e, entries); err != nil {
		return err
	}
	archived, err := d.keepHistory(ctx, st, e, entries)
	if err == nil && archived {
		err = d.publishEntries(ctx, st, e, entries)
	}
	return err
}

func (d *desk) publishEntries(ctx context.Context, st *stages, e news.Edition, entries []news.Entry) error {
	var changedAt time.Time
	hash := st.publisher.Hash(e, entries)
	err := d.store.Write(ctx, func(tx *storage.Tx) (err error) {
		changedAt, err = tx.Published(ctx, e.ID, hash, d.clock())
		return err
	})
	if err != nil {
		return err
	}
	if err := st.publisher.Publish(e, entries, changedAt); err != nil {
		return err
	}
	d.log.Info("published", "edition", e.ID, "entries", st.publisher.Count(e.ID), "changed_at", changedAt.UTC().Format(time.RFC3339))
	return nil
}

// nextChange is when an edition changes by time alone, zero for never: the
// update of an entry becomes due, the oldest one has been kept long enough, or
// it was told long enough that one left.
func nextChange(e news.Edition, entries []news.Entry) (next time.Time) {
	for i := range entries {
		moments := []time.Time{entries[i].ChangesAt}
		if left := entries[i].WithdrawnAt; !left.IsZero() {
			moments = append(moments, left.Add(news.WithdrawnFor+time.Millisecond))
		} else if e.Keep.Duration > 0 {
			moments = append(moments, entries[i].Published.Add(e.Keep.Duration))
		}
		for _, at := range moments {
			if !at.IsZero() && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
	}
	return next
}

// renew publishes the editions that time has changed. The caller holds
// d.writing.
func (d *desk) renew(ctx context.Context) error {
	if err := d.keepManifest(ctx); err != nil {
		return err
	}
	if !d.closedAt.IsZero() && !d.closedAt.After(d.clock()) {
		if err := d.closeEditions(ctx, d.stages.Load()); err != nil {
			return err
		}
	}
	var due []string
	for id, at := range d.renewAt {
		if !at.After(d.clock()) {
			due = append(due, id)
			delete(d.renewAt, id)
		}
	}
	if len(due) == 0 {
		return nil
	}
	slices.Sort(due)
	return d.publish(ctx, d.stages.Load(), due)
}

// publishTouched publishes the editions that a command beside the daemon changed. The
// caller holds d.writing.
func (d *desk) publishTouched(ctx context.Context) error {
	touched, err := d.store.TakeTouched(ctx)
	if err != nil || len(touched) == 0 {
		return err
	}
	return d.publish(ctx, d.stages.Load(), touched)
}
