package main

import (
	"context"
	"fmt"
	"time"

	"harmattan/storage"
)

const (
	judgedBy   = "judged_by" // meta key: fingerprint that judged the stored articles
	judgePage  = 200
	judgeSpan  = 45 * 24 * time.Hour
	judgeStart = "" // pages begin before the first id
)

// rejudge tags the stored articles again when the vocabulary or the rules
// changed since they were judged. Articles keep their ids, dates and places.
func (d *desk) rejudge(ctx context.Context) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	fingerprint := d.curator.Fingerprint()
	var before string
	err := d.store.Write(ctx, func(tx *storage.Tx) (err error) {
		before, err = tx.Meta(ctx, judgedBy)
		return err
	})
	if err != nil || before == fingerprint {
		return err
	}
	now := d.clock()
	since, count := now.Add(-judgeSpan), 0
	for after := judgeStart; ; {
		page, err := d.store.Articles(ctx, since, after, judgePage)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].ID
		for i, a := range page {
			page[i] = d.curator.Judge(a, d.sources[a.SourceID])
		}
		count += len(page)
		err = d.store.Write(ctx, func(tx *storage.Tx) error {
			_, err := tx.SaveJudged(ctx, page, now)
			return err
		})
		if err != nil {
			return fmt.Errorf("judging stored articles again: %w", err)
		}
	}
	if count > 0 {
		d.log.Info("judged stored articles again", "articles", count)
	}
	return d.store.Write(ctx, func(tx *storage.Tx) error { return tx.SetMeta(ctx, judgedBy, fingerprint) })
}
