package main

import (
	"context"
	"errors"

	"harmattan/curator"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

// explain reads what is known of an article, without its documents, and asks
// the curator why it is in each edition or not.
func explain(ctx context.Context, store *storage.Store, judge *curator.Curator, sources map[string]news.Source, ref string) (e explanation, err error) {
	if e.Article, err = articleOf(ctx, store, ref); err != nil {
		return e, err
	}
	if e.Revisions, err = store.Revisions(ctx, e.Article.ID); err != nil {
		return e, err
	}
	e.Story, err = store.Story(ctx, e.Article.StoryID)
	if errors.Is(err, storage.ErrNotFound) && e.Article.Hold != "" {
		e.Story, err = []news.Article{e.Article}, nil // it waits alone
	}
	if err != nil {
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

// articleOf finds an article by its entry id or a link to it, whatever else that
// link carries.
func articleOf(ctx context.Context, store *storage.Store, ref string) (news.Article, error) {
	a, err := store.Article(ctx, ref)
	if link := curator.CanonicalLink(ref); errors.Is(err, storage.ErrNotFound) && link != "" && link != ref {
		return store.Article(ctx, link)
	}
	return a, err
}

// lookup lets the pages of these stages answer questions from what is stored.
func (d *desk) lookup(st *stages) publisher.Lookup {
	return publisher.Lookup{
		Article: func(ctx context.Context, ref string) (publisher.ArticleView, error) {
			e, err := explain(ctx, d.store, st.curator, st.sources, ref)
			hidden := err == nil && (e.Article.Hold != "" || !st.carries(e.Article.SourceID) || st.private(e.Article))
			if errors.Is(err, storage.ErrNotFound) || hidden {
				return publisher.ArticleView{}, publisher.ErrNotFound
			}
			d.logQuestion(ctx, err)
			return publisher.ArticleView{
				Article: e.Article, Source: e.Source, State: e.State, Story: st.open(e.Story), Revisions: e.Revisions, Editions: e.Editions,
			}, err
		},
		Story: func(ctx context.Context, id string) (publisher.StoryView, error) {
			v, err := d.storyOf(ctx, st, id)
			if errors.Is(err, storage.ErrNotFound) {
				return v, publisher.ErrNotFound
			}
			d.logQuestion(ctx, err)
			return v, err
		},
		Source: func(ctx context.Context, id string) (publisher.SourceView, error) {
			source, known := st.sources[id]
			if !known {
				return publisher.SourceView{}, publisher.ErrNotFound
			}
			v, err := d.sourceOf(ctx, st, source)
			d.logQuestion(ctx, err)
			return v, err
		},
		Search:   d.searchFor(st),
		Select:   d.selectFor(st),
		Coverage: d.coverageFor(st),
	}
}

// compared is how many articles of a story have their revisions shown.
const compared = 50

// storyOf reads a story with what its articles said before, as far as everybody
// may see it.
func (d *desk) storyOf(ctx context.Context, st *stages, id string) (v publisher.StoryView, err error) {
	if v.Articles, err = d.store.Story(ctx, id); err != nil {
		return v, err
	}
	if v.Articles = st.open(v.Articles); len(v.Articles) == 0 {
		return v, storage.ErrNotFound
	}
	v.Revisions = map[string][]news.Revision{}
	for i := range v.Articles {
		a := &v.Articles[i]
		if a.Revision == 0 || len(v.Revisions) == compared {
			continue
		}
		if v.Revisions[a.ID], err = d.store.Revisions(ctx, a.ID); err != nil {
			return v, err
		}
	}
	return v, nil
}

// newestShown is how many articles the page of a source lists.
const newestShown = 30

// sourceOf reads what is known of a configured source.
func (d *desk) sourceOf(ctx context.Context, st *stages, source news.Source) (publisher.SourceView, error) {
	now := d.clock()
	of, err := d.store.OfSource(ctx, source.ID, now.Add(-fetcher.RhythmSpan), newestShown)
	if err != nil {
		return publisher.SourceView{}, err
	}
	floods, err := d.store.Quarantines(ctx)
	if err != nil {
		return publisher.SourceView{}, err
	}
	health := healthOf(source, of.State, of.Published, floods, now)
	due, why := st.fetcher.Next(fetcher.Job{Source: source, State: of.State}, now)
	of.State.DueAt = due
	return publisher.SourceView{
		Source: source, State: of.State, Stored: of.Stored, Articles: of.Newest, Published: of.Published,
		Health:    publisher.Health{Condition: string(health.Condition), Since: health.Since, Evidence: health.Evidence},
		DueReason: why, At: now, Span: fetcher.RhythmSpan,
	}, nil
}

// logQuestion tells the operator why a page could not be made: readers are not
// told. That a reader went away is nobody's fault.
func (d *desk) logQuestion(ctx context.Context, err error) {
	if err != nil && !errors.Is(ctx.Err(), context.Canceled) {
		d.log.Error("question", "err", err)
	}
}
