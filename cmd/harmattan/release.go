package main

import (
	"context"

	"harmattan/news"
	"harmattan/storage"
)

// releasePage bounds how long other writers wait.
const releasePage = 200

// release lets the articles of a source that wait in quarantine into their
// editions. Each first looks again for its story: others may have told it
// meanwhile.
func (d *desk) release(ctx context.Context, sourceID string) (released int, editions []string, err error) {
	now, moved, seen := d.clock(), map[string]string{}, map[string]bool{}
	for more := true; more && err == nil; {
		err = d.store.Write(ctx, func(tx *storage.Tx) error {
			held, err := tx.Held(ctx, sourceID, releasePage)
			if err != nil {
				return err
			}
			if more = len(held) > 0; !more {
				return d.closeQuarantine(ctx, tx, sourceID)
			}
			if held, err = d.regroup(ctx, tx, held, moved); err != nil {
				return err
			}
			touched, err := tx.Release(ctx, held, now)
			for _, id := range touched {
				if !seen[id] {
					seen[id], editions = true, append(editions, id)
				}
			}
			released += len(held)
			return err
		})
	}
	return released, editions, err
}

// drop keeps the articles of a source that wait out for good.
func (d *desk) drop(ctx context.Context, sourceID string) (dropped int, err error) {
	err = d.store.Write(ctx, func(tx *storage.Tx) (err error) {
		dropped, err = tx.Drop(ctx, sourceID)
		return err
	})
	return dropped, err
}

func (d *desk) closeQuarantine(ctx context.Context, tx *storage.Tx, sourceID string) error {
	q, err := tx.Quarantine(ctx, sourceID)
	if err != nil || q == nil {
		return err
	}
	q.ReleasedAt = d.clock()
	return tx.SaveQuarantine(ctx, *q)
}

// regroup looks for stories that began while the articles waited: one that
// begins a story may join an older one, with all that follow it. moved holds the
// stories that were left, over all pages.
func (d *desk) regroup(ctx context.Context, tx *storage.Tx, held []news.Article, moved map[string]string) ([]news.Article, error) {
	st := d.stages.Load()
	before := make([]string, len(held))
	var keys [][]uint64
	oldest := d.clock()
	for i := range held {
		a := &held[i]
		before[i] = a.StoryID
		if a.StoryWhy == nil && len(a.Sketch.Keys) > 0 {
			a.StoryID, keys = "", append(keys, a.Sketch.Keys)
		}
		if a.Published.Time.Before(oldest) {
			oldest = a.Published.Time
		}
	}
	near, err := tx.Neighbours(ctx, keys, oldest.Add(-st.cfg.Curator.StoryWindow.Duration))
	if err != nil {
		return nil, err
	}
	held = st.curator.Group(held, near)
	for i := range held {
		a := &held[i]
		if a.StoryID != before[i] && a.StoryWhy != nil {
			moved[before[i]] = a.StoryID
		}
	}
	for i := range held {
		for next, ok := moved[held[i].StoryID]; ok; next, ok = moved[held[i].StoryID] {
			held[i].StoryID = next
		}
	}
	return held, nil
}
