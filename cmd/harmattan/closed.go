package main

import (
	"context"
	"time"

	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

// closedFor is how long a closed edition says so before it answers 410.
const closedFor = 30 * 24 * time.Hour

// closeEditions lets the editions that left the configuration say so. The caller
// holds d.writing.
func (d *desk) closeEditions(ctx context.Context, st *stages) error {
	err := d.store.Write(ctx, func(tx *storage.Tx) error { return tx.NoteEditions(ctx, st.cfg.Editions, d.clock()) })
	if err != nil {
		return err
	}
	d.filesDue = true
	return d.showClosed(ctx, st)
}

// showClosed publishes the last word of the editions that were closed.
func (d *desk) showClosed(ctx context.Context, st *stages) error {
	left, err := d.store.Closed(ctx, st.cfg.Editions)
	if err != nil {
		return err
	}
	d.closedAt = time.Time{}
	closed := make([]publisher.Closed, 0, len(left))
	for _, c := range left {
		until := c.At.Add(closedFor)
		gone := !until.After(d.clock())
		if !gone && (d.closedAt.IsZero() || until.Before(d.closedAt)) {
			d.closedAt = until
		}
		closed = append(closed, publisher.Closed{At: c.At, Gone: gone,
			Edition: news.Edition{ID: c.ID, Title: c.Title, Language: c.Language}})
	}
	return st.publisher.SetClosed(closed)
}

// renameEditions carries what is stored of editions over to their present ids,
// and arranges the entries of those anew if they stood otherwise.
func (d *desk) renameEditions(ctx context.Context, st *stages) error {
	err := d.store.Write(ctx, func(tx *storage.Tx) error { return tx.RenameEditions(ctx, st.cfg.Editions) })
	if err == nil {
		err = d.arrange(ctx, st)
	}
	if err != nil {
		return err
	}
	pages, err := d.store.Pages(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages = pages
	return nil
}

// presentIDs leads from the former ids of editions to what they are now.
func presentIDs(editions []news.Edition) map[string]string {
	ids := map[string]string{}
	for _, e := range editions {
		for _, former := range e.Formerly {
			ids[former] = e.ID
		}
	}
	return ids
}
