package main

import (
	"context"
	"maps"
	"slices"

	"harmattan/news"
	"harmattan/storage"
)

// leaveSources takes the articles of sources that are no longer configured out
// of the editions, unless the configuration wants them kept. Those of a source
// that is configured again are judged again, which brings them back.
func (d *desk) leaveSources(ctx context.Context, st *stages) error {
	given := make([]string, 0, len(st.cfg.Sources))
	for _, source := range st.cfg.Sources {
		given = append(given, source.ID)
	}
	if st.cfg.Storage.KeepRemoved {
		d.mu.Lock()
		given = slices.AppendSeq(given, maps.Keys(d.states))
		d.mu.Unlock()
	}
	changed, back, err := d.store.LeaveSources(ctx, given, d.clock())
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		d.log.Info("articles of sources that are no longer configured left their editions", "editions", changed)
	}
	if !back {
		return nil
	}
	return d.store.Write(ctx, func(tx *storage.Tx) error { return tx.SetMeta(ctx, judgedBy, "") })
}

// carries tells whether articles of a source may stand in editions.
func (st *stages) carries(sourceID string) bool {
	_, configured := st.sources[sourceID]
	return configured || st.cfg.Storage.KeepRemoved
}

// carried are the articles whose source may stand in editions.
func (st *stages) carried(articles []news.Article) []news.Article {
	return slices.DeleteFunc(articles, func(a news.Article) bool { return !st.carries(a.SourceID) })
}

// private tells whether an article stands in private editions alone.
func (st *stages) private(a news.Article) bool {
	return len(a.Editions) > 0 && !slices.ContainsFunc(a.Editions, func(m news.Membership) bool {
		e, _ := st.edition(m.EditionID)
		return !e.Private
	})
}

// open are the articles that everybody may see.
func (st *stages) open(articles []news.Article) []news.Article {
	return slices.DeleteFunc(st.carried(articles), st.private)
}
