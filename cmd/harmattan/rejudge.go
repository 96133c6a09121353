package main

import (
	"context"
	"fmt"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

const (
	judgedBy  = "judged_by" // meta key: fingerprint that judged the stored articles
	judgePage = 100
)

// rejudge tags the stored articles again when the vocabulary or the rules
// changed since they were judged, a page at a time so that news comes first.
// Articles keep their ids, dates and places; editions gain and lose some.
func (d *desk) rejudge(ctx context.Context) error {
	d.judging.Lock()
	defer d.judging.Unlock()
	st := d.stages.Load()
	fingerprint := st.curator.Fingerprint()
	var before string
	err := d.store.Write(ctx, func(tx *storage.Tx) (err error) {
		before, err = tx.Meta(ctx, judgedBy)
		return err
	})
	if err != nil || before == fingerprint {
		return err
	}
	now, count := d.clock(), 0
	err = eachArticle(ctx, d.store, func(page []news.Article) error {
		for i, a := range page {
			page[i] = st.curator.Judge(a, st.sources[a.SourceID])
			if !st.carries(a.SourceID) {
				page[i].Editions = nil
			}
		}
		count += len(page)
		return d.store.Write(ctx, func(tx *storage.Tx) error {
			_, err := tx.SaveJudged(ctx, page, now)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("judging stored articles again: %w", err)
	}
	if err := d.store.Write(ctx, func(tx *storage.Tx) error { return tx.SetMeta(ctx, judgedBy, fingerprint) }); err != nil {
		return err
	}
	if count > 0 {
		d.log.Info("judged stored articles again", "articles", count)
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	return d.publish(ctx, d.stages.Load(), st.editionIDs()) // labels of concepts may be others too
}

// eachArticle hands over the stored articles that still have their text, a page
// at a time, in the order in which they came.
func eachArticle(ctx context.Context, store *storage.Store, do func([]news.Article) error) error {
	after := ""
	for {
		page, err := store.Articles(ctx, time.Time{}, after, judgePage)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		if err := do(page); err != nil {
			return err
		}
	}
}
