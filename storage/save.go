package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"harmattan/news"
)

// SaveArticles stores new articles and new states of known ones, and returns
// the editions whose visible content may have changed, sorted: an article came
// in, left or changed there, or another voice joined one of its stories.
//
// An article is known by its ID, else by its source and key; ID, source,
// publisher and FirstSeen of a known one stay. If its ContentHash is another
// one, the state before is kept as a revision. An article without Sketch or
// Folded keeps those that are stored; one without Text and HTML keeps them as
// long as ContentHash is the same. An ID that another source owns is
// replaced by AltID; without one that is free the error is a *TakenError. An
// article without StoryID is a story of its own. Hold counts for new articles
// alone: what is known keeps its own, and what was dropped or purged is left as
// it is.
func (t *Tx) SaveArticles(ctx context.Context, articles []news.Article) (changedEditions []string, err error) {
	return t.saveArticles(ctx, articles, moment)
}

// saveArticles settles the stories of each article as they stand at a moment.
func (t *Tx) saveArticles(ctx context.Context, articles []news.Article, at func(*news.Article) time.Time) ([]string, error) {
	stories := map[int64]time.Time{}
	for i := range articles {
		a := articles[i]
		touched, err := t.saveArticle(ctx, &a)
		if err != nil {
			return nil, fmt.Errorf("source %s: article %s: %w", a.SourceID, a.ID, err)
		}
		for _, story := range touched {
			stories[story] = latestOf(stories[story], at(&a))
		}
	}
	return t.settle(ctx, stories)
}

// SaveJudged stores tags and memberships of known articles that were judged
// again at now, and nothing else of them. It returns the editions whose visible
// content may have changed, sorted. Articles that were judged as before cost no
// write and change no edition; of one whose text changed since it was read, the
// newer judgement stays. Another label or position of a concept shows in
// all articles at once and is not told: publish all editions after a change of
// vocabulary.
func (t *Tx) SaveJudged(ctx context.Context, articles []news.Article, now time.Time) (changedEditions []string, err error) {
	stories := map[int64]time.Time{}
	for i := range articles {
		a := &articles[i]
		old, err := t.stored(ctx, a)
		if err == nil && old.num == 0 {
			err = ErrNotFound
		}
		changed := false
		if err == nil && old.contentHash == a.ContentHash && old.held <= heldQuarantined {
			changed, err = t.judge(ctx, old.num, true, a, now)
		}
		if err != nil {
			return nil, fmt.Errorf("source %s: article %s: %w", a.SourceID, a.ID, err)
		}
		if changed {
			stories[old.story] = now
		}
	}
	return t.settle(ctx, stories)
}

// moment is when the article's present state came in.
func moment(a *news.Article) time.Time { return latestOf(a.FirstSeen, a.ModifiedAt) }

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// stored is what saving must know of an article's row.
type stored struct {
	num, story  int64 // 0: new
	id          string
	contentHash string
	revision    int
	held        int
	renamed     bool // the article came with another id
}

// stored finds the article's row and gives a its stored id. The id comes
// before the key, because a source may change its keys.
func (t *Tx) stored(ctx context.Context, a *news.Article) (stored, error) {
	rows, err := t.query(ctx, `SELECT num, story, id, content_hash, revision, held, source_id FROM article
		WHERE id = ?1 OR id = ?2 OR (source_id = ?3 AND key = ?4)`, a.ID, a.AltID, a.SourceID, a.Key)
	if err != nil {
		return stored{}, err
	}
	owners := map[string]string{}
	found, err := collect(rows, func(rows *sql.Rows) (stored, error) {
		var s stored
		var owner string
		err := rows.Scan(&s.num, &s.story, &s.id, &s.contentHash, &s.revision, &s.held, &owner)
		owners[s.id] = owner
		return s, err
	})
	if err != nil {
		return stored{}, err
	}
	found = slices.DeleteFunc(found, func(s stored) bool { return owners[s.id] != a.SourceID })
	if len(found) > 0 {
		best := found[max(0, slices.IndexFunc(found, func(s stored) bool { return s.id == a.ID }))]
		best.renamed, a.ID = best.id != a.ID, best.id
		return best, nil
	}
	owner, taken := owners[a.ID]
	if !taken {
		return stored{}, nil
	}
	if _, taken := owners[a.AltID]; taken || a.AltID == "" {
		return stored{}, &TakenError{ID: a.ID, Owner: owner}
	}
	if a.StoryWhy == nil { // its story was named after the id
		a.StoryID = a.AltID
	}
	a.ID = a.AltID
	return stored{}, nil
}

// saveArticle returns the stories that it touched.
func (t *Tx) saveArticle(ctx context.Context, a *news.Article) ([]int64, error) {
	if a.ID == "" || a.SourceID == "" || a.Key == "" {
		return nil, errors.New("an article needs an ID, a SourceID and a Key to be stored")
	}
	old, err := t.stored(ctx, a)
	if err != nil {
		return nil, err
	}
	if old.held > heldQuarantined {
		return nil, t.keepAway(ctx, a, old.num)
	}
	story := old.story
	if !old.renamed || a.StoryWhy != nil { // else its story was named after the id that it came with
		if story, err = t.story(ctx, a); err != nil {
			return nil, err
		}
	}
	num := old.num
	if num == 0 {
		num, err = t.insert(ctx, a, story)
	} else {
		err = t.update(ctx, a, old, story)
	}
	if err != nil {
		return nil, err
	}
	if err := t.saveParts(ctx, num, a, old); err != nil {
		return nil, err
	}
	if _, err := t.judge(ctx, num, old.num != 0, a, moment(a)); err != nil {
		return nil, err
	}
	if old.num != 0 && old.story != story {
		return []int64{old.story, story}, nil
	}
	return []int64{story}, nil
}

// keepAway notes what an article that was dropped or purged is known by now, so
// that it does not come back.
func (t *Tx) keepAway(ctx context.Context, a *news.Article, num int64) error {
	_, err := t.exec(ctx, `UPDATE article SET key = iif(EXISTS (SELECT 1 FROM article o WHERE o.source_id = article.source_id AND o.key = ?1), key, ?1),
		link = ?2, raw_link = NULL, content_hash = ?3 WHERE num = ?4`, a.Key, a.Link, a.ContentHash, num)
	return err
}

func (t *Tx) story(ctx context.Context, a *news.Article) (num int64, err error) {
	id := a.StoryID
	if id == "" {
		id = a.ID
	}
	err = t.scan(ctx, "INSERT INTO story (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET id = id RETURNING num", []any{id}, &num)
	return num, err
}

func (t *Tx) insert(ctx context.Context, a *news.Article, story int64) (int64, error) {
	values, err := articleValues(a, story)
	if err != nil {
		return 0, err
	}
	result, err := t.exec(ctx, `INSERT INTO article (key, link, raw_link, title, summary, language, language_from, full_text,
		published, published_raw, published_from, updated, updated_raw, updated_from, modified_at, content_hash, body_hash,
		story, copy, story_why, details, id, source_id, publisher, first_seen, revision, held, emptied)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		append(values, a.ID, a.SourceID, a.Publisher, toMillis(a.FirstSeen), a.Revision, heldAs(a.Hold))...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// update writes the state before to revision when the text is another one. A
// key that belongs to another article of the source is left where it is.
func (t *Tx) update(ctx context.Context, a *news.Article, old stored, story int64) error {
	values, err := articleValues(a, story)
	if err != nil {
		return err
	}
	revision := old.revision
	if a.ContentHash != old.contentHash {
		revision++
		_, err := t.exec(ctx, `INSERT INTO revision (article, number, title, summary, content, content_hash, body_hash, seen_at)
			SELECT a.num, a.revision, a.title, a.summary, b.content, a.content_hash, a.body_hash, a.modified_at
			FROM article a LEFT JOIN body b ON b.article = a.num WHERE a.num = ?`, old.num)
		if err != nil {
			return fmt.Errorf("revision %d: %w", old.revision, err)
		}
		if err := t.boundRevisions(ctx, old.num); err != nil {
			return fmt.Errorf("earlier revisions: %w", err)
		}
	}
	_, err = t.exec(ctx, `UPDATE article SET
		key = iif(EXISTS (SELECT 1 FROM article o WHERE o.source_id = article.source_id AND o.key = ?1), key, ?1),
		link = ?2, raw_link = ?3, title = ?4, summary = ?5, language = ?6, language_from = ?7, full_text = ?8,
		published = ?9, published_raw = ?10, published_from = ?11, updated = ?12, updated_raw = ?13, updated_from = ?14,
		modified_at = ?15, content_hash = ?16, body_hash = ?17, story = ?18, copy = ?19, story_why = ?20, details = ?21,
		revision = ?22 WHERE num = ?23`, append(values, revision, old.num)...)
	return err
}

// articleValues are those that a new state of an article may change.
func articleValues(a *news.Article, story int64) ([]any, error) {
	why, more, err := packDetails(a)
	if err != nil {
		return nil, err
	}
	var rawLink any
	if a.RawLink != a.Link {
		rawLink = a.RawLink
	}
	return []any{a.Key, a.Link, rawLink, a.Title, a.Summary, a.Language, a.LanguageFrom, a.FullText,
		toMillis(a.Published.Time), a.Published.Raw, a.Published.From, toMillis(a.Updated.Time), a.Updated.Raw, a.Updated.From,
		toMillis(a.ModifiedAt), a.ContentHash, a.BodyHash,
		story, a.StoryWhy != nil && a.StoryWhy.Copy, why, more}, nil
}

// saveParts stores text, search index and sketch, each if the article has it.
func (t *Tx) saveParts(ctx context.Context, num int64, a *news.Article, old stored) error {
	if err := t.saveText(ctx, num, a, old); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	if a.Folded != "" {
		t.folded[num] = a.Folded
	}
	return t.saveSketch(ctx, num, a, old.num != 0)
}

// saveText keeps what is stored when the article comes without a text, unless
// it is another one: then its source took the text away.
func (t *Tx) saveText(ctx context.Context, num int64, a *news.Article, old stored) error {
	content := t.codec.pack(a.Text, a.HTML)
	if content == nil {
		if old.num == 0 || a.ContentHash == old.contentHash {
			return nil
		}
		_, err := t.exec(ctx, "DELETE FROM body WHERE article = ?", num)
		return err
	}
	if _, err := t.exec(ctx, "INSERT OR REPLACE INTO body (article, content) VALUES (?, ?)", num, content); err != nil {
		return err
	}
	if old.num == 0 {
		return nil
	}
	_, err := t.exec(ctx, "UPDATE article SET emptied = 0 WHERE num = ? AND emptied", num)
	return err
}
