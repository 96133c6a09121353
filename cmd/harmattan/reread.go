package main

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"harmattan/config"
	"harmattan/curator"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

// replay reads the documents of the archive again, without any traffic, and
// holds what they say now against what is stored.
type replay struct {
	archive *storage.Store
	curator *curator.Curator
	sources map[string]news.Source
	states  map[string]news.SourceState
	// store keeps the better readings of a document; nil when they are only
	// to be told.
	store func(ctx context.Context, raw news.Raw, articles []news.Article) error
	// found are the articles that no fetch had found, by source.
	found map[string][]news.Article

	documents int
	changes   []rereadChange
	unread    []string // documents that cannot be read, each with its reason
}

// The kinds of what reading again changes.
const (
	changeNew  = "new"
	changeText = "changed"
	changeTags = "tagged"
)

// rereadChange is an article that reads otherwise than it is stored; the JSON
// names are a promise.
type rereadChange struct {
	Kind       string    `json:"kind"`
	SourceID   string    `json:"source"`
	Document   string    `json:"document"` // SHA-256
	ReceivedAt time.Time `json:"received_at"`
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	Link       string    `json:"link"`
	What       []string  `json:"what"` // what of it differs
}

func newReplay(store *storage.Store, judge *curator.Curator, cfg *config.Config) *replay {
	return &replay{archive: store, curator: judge, sources: sourcesByID(cfg),
		found: map[string][]news.Article{}, changes: []rereadChange{}}
}

// run reads the documents again in the order in which they came.
func (r *replay) run(ctx context.Context, sourceID string, since time.Time) error {
	var err error
	if r.states, err = r.archive.States(ctx); err != nil {
		return err
	}
	return r.archive.EachRaw(ctx, sourceID, since, func(raw news.Raw) error {
		source, ok := r.sources[raw.SourceID]
		if !ok {
			return ctx.Err() // it left the configuration
		}
		r.documents++
		better, err := r.reread(ctx, source, raw)
		if err != nil {
			return fmt.Errorf("source %s: document %s: %w", raw.SourceID, raw.Hash, err)
		}
		if r.store == nil || len(better) == 0 {
			return ctx.Err()
		}
		return r.store(ctx, raw, better)
	})
}

// reread returns the articles of a document that read otherwise than they are
// stored. An article's present state is read from the document that brought it
// alone: earlier ones hold what it said before.
func (r *replay) reread(ctx context.Context, source news.Source, raw news.Raw) ([]news.Article, error) {
	items := r.items(source, raw)
	keys, links := r.curator.Identify(source, items)
	known, err := r.archive.Known(ctx, source.ID, keys, links)
	if err != nil {
		return nil, err
	}
	var better []news.Article
	for _, reading := range r.curator.Reread(source, items, r.with(source.ID, known), raw.ReceivedAt) {
		kind, what := r.differs(raw, &reading)
		if kind == "" {
			continue
		}
		a := reading.Article
		better = append(better, a)
		r.changes = append(r.changes, rereadChange{kind, source.ID, raw.Hash, raw.ReceivedAt, a.ID, a.Title, a.Link, what})
	}
	curator.KeepTolls(better, known)
	return better, nil
}

// items are those of a document, as far as it can be read.
func (r *replay) items(source news.Source, raw news.Raw) (items []news.Item) {
	defer func() {
		if p := recover(); p != nil {
			r.unread = append(r.unread, fmt.Sprintf("%s, document %s: reading it panicked: %v", source.ID, raw.Hash, p))
		}
	}()
	contentType := ""
	if values := raw.Header["Content-Type"]; len(values) > 0 {
		contentType = values[0]
	}
	document, err := fetcher.Parse(source, raw.Body, contentType, raw.FinalURL, fetcher.Limits{})
	if err != nil {
		r.unread = append(r.unread, fmt.Sprintf("%s, document %s: %v", source.ID, raw.Hash, err))
	}
	for i := range document.Items {
		document.Items[i].IDRepeats = r.states[source.ID].BadIDs
	}
	return document.Items
}

// with adds the articles that this replay found to those that are stored.
func (r *replay) with(sourceID string, known []news.Article) []news.Article {
	for _, a := range r.found[sourceID] {
		if !slices.ContainsFunc(known, func(k news.Article) bool { return k.ID == a.ID }) {
			known = append(known, a)
		}
	}
	return known
}

// differs tells what sets a reading apart from what is stored.
func (r *replay) differs(raw news.Raw, reading *curator.Rereading) (kind string, what []string) {
	before, found := reading.Before, r.found[raw.SourceID]
	if before == nil {
		r.found[raw.SourceID] = append(found, reading.Article)
		return changeNew, []string{}
	}
	if before.BodyHash != raw.Hash {
		i := slices.IndexFunc(found, func(a news.Article) bool { return a.ID == before.ID })
		if i < 0 || before.ContentHash == reading.Article.ContentHash {
			return "", nil
		}
		reading.Article.ModifiedAt = raw.ReceivedAt // the source changed what no fetch had found
		found[i] = reading.Article
	}
	if what = textChanges(*before, reading.Article); len(what) > 0 {
		kind = changeText
	}
	tags := tagChanges(*before, reading.Article)
	if kind == "" && len(tags) > 0 {
		kind = changeTags
	}
	return kind, append(what, tags...)
}

// textChanges names what two readings of an article say differently.
func textChanges(before, after news.Article) []string {
	emptied := before.Text == "" && before.HTML == "" && before.ContentHash == after.ContentHash // by retention
	var what []string
	for _, part := range []struct {
		name    string
		differs bool
	}{
		{"title", before.Title != after.Title},
		{"summary", before.Summary != after.Summary},
		{"text", before.ContentHash != after.ContentHash || !emptied && before.Text != after.Text},
		{"markup", !emptied && after.FullText && before.HTML != after.HTML},
		{"link", before.Link != after.Link || before.RawLink != after.RawLink},
		{"language", before.Language != after.Language},
		{"authors", !slices.Equal(before.Authors, after.Authors)},
		{"categories", !slices.Equal(before.Categories, after.Categories)},
		{"image", !reflect.DeepEqual(before.Image, after.Image)},
		{"rights", before.Rights != after.Rights || before.FullText != after.FullText},
		{"origin", !reflect.DeepEqual(before.Origin, after.Origin)},
		{"agency", before.Wire != after.Wire},
		{"published", differentTimes(before.Published, after.Published)},
		{"updated", differentTimes(before.Updated, after.Updated)},
	} {
		if part.differs {
			what = append(what, part.name)
		}
	}
	return what
}

// differentTimes compares as precisely as times are stored.
func differentTimes(a, b news.Date) bool {
	return !a.Time.Truncate(time.Millisecond).Equal(b.Time.Truncate(time.Millisecond))
}

// tagChanges lists tags and editions that come (+) and go (-).
func tagChanges(before, after news.Article) []string {
	old, now := statements(before), statements(after)
	var what []string
	for _, s := range now {
		if !slices.Contains(old, s) {
			what = append(what, "+"+s)
		}
	}
	for _, s := range old {
		if !slices.Contains(now, s) {
			what = append(what, "-"+s)
		}
	}
	return what
}

// statements are the tags and editions of an article, as "kind/id".
func statements(a news.Article) []string {
	var all []string
	for _, tag := range a.Tags {
		all = append(all, string(tag.Kind)+"/"+tag.ID)
	}
	for _, m := range a.Editions {
		all = append(all, "edition/"+m.EditionID)
	}
	return all
}
