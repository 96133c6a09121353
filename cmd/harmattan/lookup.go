package main

import (
	"context"
	"errors"
	"slices"

	"harmattan/curator"
	"harmattan/curator/vocabulary"
	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

// explain reads what is known of an article, without its documents, and asks
// the curator why it is in each edition or not.
func explain(ctx context.Context, store *storage.Store, judge *curator.Curator, sources map[string]news.Source, ref string) (e explanation, err error) {
	if e.Article, err = store.Article(ctx, ref); err != nil {
		return e, err
	}
	if e.Revisions, err = store.Revisions(ctx, e.Article.ID); err != nil {
		return e, err
	}
	if e.Story, err = store.Story(ctx, e.Article.StoryID); err != nil {
		return e, err
	}
	states, err := store.States(ctx)
	if err != nil {
		return e, err
	}
	e.State = states[e.Article.SourceID]
	known := false
	if e.Source, known = sources[e.Article.SourceID]; !known {
		e.Source = news.Source{ID: e.Article.SourceID, Publisher: e.Article.Publisher}
	}
	e.Editions = judge.Explain(e.Article, e.Source)
	e.Source, e.State = e.Source.Public(e.State)
	return e, nil
}

// searched is how many articles a search within one edition looks through.
const searched = 200

// lookup lets the pages of these stages answer questions from what is stored.
func (d *desk) lookup(st *stages) publisher.Lookup {
	return publisher.Lookup{
		Article: func(ctx context.Context, ref string) (publisher.ArticleView, error) {
			e, err := explain(ctx, d.store, st.curator, st.sources, ref)
			if errors.Is(err, storage.ErrNotFound) || err == nil && !st.carries(e.Article.SourceID) {
				return publisher.ArticleView{}, publisher.ErrNotFound
			}
			d.logQuestion(ctx, err)
			return publisher.ArticleView{
				Article: e.Article, Source: e.Source, State: e.State, Story: st.carried(e.Story), Revisions: e.Revisions, Editions: e.Editions,
			}, err
		},
		Search: func(ctx context.Context, query, edition string, limit int) ([]news.Article, error) {
			found, err := searchStored(ctx, d.store, query, edition, limit)
			d.logQuestion(ctx, err)
			return st.carried(found), err
		},
	}
}

// searchStored finds articles by the words of their titles and excerpts.
func searchStored(ctx context.Context, store *storage.Store, query, edition string, limit int) ([]news.Article, error) {
	query = vocabulary.Fold(query)
	if edition == "" {
		return store.Search(ctx, query, limit)
	}
	found, err := store.Search(ctx, query, searched)
	found = slices.DeleteFunc(found, func(a news.Article) bool {
		return !slices.ContainsFunc(a.Editions, func(m news.Membership) bool { return m.EditionID == edition })
	})
	return found[:min(len(found), limit)], err
}

// logQuestion tells the operator why a page could not be made: readers are not
// told. That a reader went away is nobody's fault.
func (d *desk) logQuestion(ctx context.Context, err error) {
	if err != nil && !errors.Is(ctx.Err(), context.Canceled) {
		d.log.Error("question", "err", err)
	}
}
