package main

import (
	"context"
	"slices"
	"time"

	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

// pageEntries is how many entries an archive document holds, and at least as many
// as fall out of the live one at a time.
const pageEntries = 50

// history lets the publisher read the archive documents that are stored.
func (d *desk) history() publisher.History {
	return publisher.History{
		Pages: func(editionID string) []time.Time {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.pages[editionID]
		},
		Page: func(ctx context.Context, editionID string, number int) (publisher.Page, error) {
			page, err := d.store.Page(ctx, editionID, number)
			d.logQuestion(ctx, err)
			return publisher.Page{Atom: page.Atom, JSON: page.JSON}, err
		},
	}
}

// keepHistory writes archive documents for the entries that the live documents of
// an edition do not show any more, and cuts those out that were withdrawn. It
// tells whether anything changed: then the edition is to be published again, with
// the links.
func (d *desk) keepHistory(ctx context.Context, st *stages, e news.Edition, entries []news.Entry) (changed bool, err error) {
	if e.Digest != "" || e.Health || e.Of != "" { // what these show stands elsewhere
		return false, nil
	}
	if changed, err = d.cutHistory(ctx, e); err != nil {
		return changed, err
	}
	for {
		n, err := d.overdue(ctx, st, e, entries)
		if err != nil || n == 0 {
			return changed, err
		}
		if err := d.writePage(ctx, st, e, n); err != nil {
			return changed, err
		}
		changed = true
	}
}

// overdue is how many of the oldest unarchived entries are to be archived: none
// while the live documents show all of them, else at least half.
func (d *desk) overdue(ctx context.Context, st *stages, e news.Edition, entries []news.Entry) (int, error) {
	waiting, err := d.store.Unarchived(ctx, e.ID, 3*pageEntries, d.clock())
	if err != nil {
		return 0, err
	}
	shown := entries[:st.publisher.Count(e.ID)]
	missing := 0
	for i, id := range waiting {
		if !slices.ContainsFunc(shown, func(e news.Entry) bool { return e.Key() == id }) {
			missing = i + 1
		}
	}
	if missing == 0 {
		return 0, nil
	}
	return min(max(missing, (len(waiting)+1)/2), pageEntries), nil
}

func (d *desk) writePage(ctx context.Context, st *stages, e news.Edition, n int) error {
	entries, err := d.store.UnarchivedEntries(ctx, e.ID, n, d.clock())
	if err != nil {
		return err
	}
	st.attribute(entries)
	number := len(d.history().Pages(e.ID)) + 1
	page, held, err := st.publisher.NewPage(e, entries, number)
	if err != nil {
		return err
	}
	ids := make([]string, 0, held)
	for i := range entries[len(entries)-held:] {
		ids = append(ids, entries[len(entries)-held+i].Key())
	}
	return d.savePage(ctx, e, storage.Page{Number: number, Atom: page.Atom, JSON: page.JSON, ChangedAt: d.clock()},
		func(tx *storage.Tx, page storage.Page) error { return tx.SavePage(ctx, e.ID, page, ids) })
}

// savePage stores an archive document and then tells the publisher of it.
func (d *desk) savePage(ctx context.Context, e news.Edition, page storage.Page, save func(*storage.Tx, storage.Page) error) error {
	if err := d.store.Write(ctx, func(tx *storage.Tx) error { return save(tx, page) }); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	pages := slices.Clone(d.pages[e.ID]) // readers may hold the one before
	if page.Number > len(pages) {
		pages = append(pages, page.ChangedAt)
	} else {
		pages[page.Number-1] = page.ChangedAt
	}
	d.pages[e.ID] = pages
	d.log.Info("archive written", "edition", e.ID, "number", page.Number)
	return nil
}

// cutHistory takes withdrawn entries out of the archive documents.
func (d *desk) cutHistory(ctx context.Context, e news.Edition) (changed bool, err error) {
	lost, err := d.store.Lost(ctx, e.ID)
	for len(lost) > 0 && err == nil {
		number, ids, when := lost[0].Number, []string(nil), map[string]time.Time{}
		for len(lost) > 0 && lost[0].Number == number {
			ids, when[lost[0].ID] = append(ids, lost[0].ID), lost[0].LeftAt
			lost = lost[1:]
		}
		if err = d.cutPage(ctx, e, number, ids, when); err == nil {
			changed = true
		}
	}
	return changed, err
}

func (d *desk) cutPage(ctx context.Context, e news.Edition, number int, ids []string, when map[string]time.Time) error {
	page, err := d.store.Page(ctx, e.ID, number)
	if err != nil {
		return err
	}
	cut, err := publisher.Page{Atom: page.Atom, JSON: page.JSON}.Without(when)
	if err != nil {
		return err
	}
	page.Atom, page.JSON, page.ChangedAt = cut.Atom, cut.JSON, d.clock()
	return d.savePage(ctx, e, page, func(tx *storage.Tx, page storage.Page) error { return tx.SaveCut(ctx, e.ID, page, ids) })
}
