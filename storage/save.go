package storage

import (
	"context"
	"database/sql"
	"fmt"
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
	for len(articles) > 0 {
		batch, err := t.batch(ctx, articles)
		if err != nil {
			return nil, err
		}
		if err := t.saveBatch(ctx, batch); err != nil {
			return nil, err
		}
		for i := range batch {
			s := &batch[i]
			if s.old.held > heldQuarantined {
				continue
			}
			stories[s.story] = latestOf(stories[s.story], at(s.Article))
			if s.old.num != 0 {
				stories[s.old.story] = latestOf(stories[s.old.story], at(s.Article))
			}
		}
		articles = articles[len(batch):]
	}
	return t.settle(ctx, stories)
}

func named(a *news.Article, err error) error {
	return fmt.Errorf("source %s: article %s: %w", a.SourceID, a.ID, err)
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
	for len(articles) > 0 {
		batch, err := t.batch(ctx, articles)
		if err != nil {
			return nil, err
		}
		for i := range batch {
			s := &batch[i]
			changed, err := t.judgeStored(ctx, s, now)
			if err != nil {
				return nil, named(s.Article, err)
			}
			if changed {
				stories[s.old.story] = now
			}
		}
		articles = articles[len(batch):]
	}
	return t.settle(ctx, stories)
}

func (t *Tx) judgeStored(ctx context.Context, s *saving, now time.Time) (changed bool, err error) {
	switch {
	case s.num == 0:
		return false, ErrNotFound
	case s.old.contentHash != s.ContentHash || s.old.held > heldQuarantined:
		return false, nil
	}
	return t.judge(ctx, s.num, s.Article, now)
}

// moment is when the article's present state came in.
func moment(a *news.Article) time.Time { return latestOf(a.FirstSeen, a.ModifiedAt) }

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// saveBatch writes what is new in a few statements for all, and what is known
// one by one.
func (t *Tx) saveBatch(ctx context.Context, batch []saving) error {
	if err := t.nameStories(ctx, batch); err != nil {
		return fmt.Errorf("source %s: stories: %w", batch[0].SourceID, err)
	}
	var last int64
	if err := t.scan(ctx, "SELECT coalesce(max(num), 0) FROM article", nil, &last); err != nil {
		return err
	}
	var fresh inserts
	for i := range batch {
		if s := &batch[i]; s.num == 0 {
			last++
			s.num = last
			if err := t.insert(ctx, s, &fresh); err != nil {
				return named(s.Article, err)
			}
		}
	}
	if err := t.flush(ctx, &fresh); err != nil {
		return fmt.Errorf("source %s: %w", batch[0].SourceID, err)
	}
	for i := range batch {
		if s := &batch[i]; s.old.num != 0 {
			if err := t.update(ctx, s); err != nil {
				return named(s.Article, err)
			}
		}
	}
	return nil
}

// nameStories gives each article the number of its story.
func (t *Tx) nameStories(ctx context.Context, batch []saving) error {
	var ids []string
	var values []any
	for i := range batch {
		if s := &batch[i]; s.storyID != "" && s.old.held <= heldQuarantined {
			ids, values = append(ids, s.storyID), append(values, s.storyID)
		}
	}
	if err := t.insertRows(ctx, "INSERT OR IGNORE INTO story (id)", 1, values); err != nil || len(ids) == 0 {
		return err
	}
	rows, err := t.query(ctx, "SELECT id, num FROM story WHERE id IN (SELECT value FROM json_each(?))", jsonStrings(ids))
	if err != nil {
		return err
	}
	nums := make(map[string]int64, len(ids))
	if _, err := collect(rows, func(rows *sql.Rows) (num int64, err error) {
		var id string
		err = rows.Scan(&id, &num)
		nums[id] = num
		return num, err
	}); err != nil {
		return err
	}
	for i := range batch {
		if s := &batch[i]; s.storyID != "" && s.old.held <= heldQuarantined {
			s.story = nums[s.storyID]
		}
	}
	return nil
}

// keepAway notes what an article that was dropped or purged is known by now, so
// that it does not come back.
func (t *Tx) keepAway(ctx context.Context, s *saving) error {
	_, err := t.exec(ctx, `UPDATE article SET key = iif(EXISTS (SELECT 1 FROM article o WHERE o.source_id = article.source_id AND o.key = ?1), key, ?1),
		link = ?2, raw_link = NULL, content_hash = ?3 WHERE num = ?4`, s.Key, s.Link, s.ContentHash, s.num)
	return err
}

// inserts are the rows of new articles, by table.
type inserts struct{ articles, bodies, tags, memberships, sketches []any }

func (t *Tx) insert(ctx context.Context, s *saving, fresh *inserts) (err error) {
	if fresh.articles, err = appendArticle(fresh.articles, s); err != nil {
		return err
	}
	fresh.articles = append(fresh.articles, s.num, s.id, s.SourceID, s.Publisher, toMillis(s.FirstSeen), s.Revision, heldAs(s.Hold), 0)
	if content := t.pack(s.Text, s.HTML); content != nil {
		fresh.bodies = append(fresh.bodies, s.num, content)
	}
	tags, err := t.rowsOfTags(ctx, s.Tags)
	if err != nil {
		return fmt.Errorf("tags: %w", err)
	}
	fresh.tags = appendTags(fresh.tags, s.num, tags)
	for i, m := range s.Editions {
		fresh.memberships = append(fresh.memberships, s.num, m.EditionID, i, toMillis(moment(s.Article)), 0, m.Score, m.Reason)
	}
	if s.Folded != "" {
		t.folded[s.num] = s.Folded
	}
	fresh.sketches = t.appendSketch(fresh.sketches, s)
	return nil
}

func (t *Tx) flush(ctx context.Context, fresh *inserts) error {
	for _, table := range []struct {
		into   string
		width  int
		values []any
	}{
		{`INSERT INTO article (key, link, raw_link, title, summary, language, language_from, full_text,
			published, published_raw, published_from, updated, updated_raw, updated_from, modified_at, content_hash, body_hash,
			story, copy, story_why, details, num, id, source_id, publisher, first_seen, revision, held, emptied)`, 29, fresh.articles},
		{"INSERT INTO body (article, content)", 2, fresh.bodies},
		{insertTag, 5, fresh.tags},
		{"INSERT INTO membership (article, edition_id, position, entered_at, left_at, score, reason)", 7, fresh.memberships},
		{insertSketch, 4, fresh.sketches},
	} {
		if err := t.insertRows(ctx, table.into, table.width, table.values); err != nil {
			return err
		}
	}
	return nil
}

// update brings a known article up to date with its parts.
func (t *Tx) update(ctx context.Context, s *saving) error {
	if s.old.held > heldQuarantined {
		return t.keepAway(ctx, s)
	}
	if err := t.updateRow(ctx, s); err != nil {
		return err
	}
	if err := t.saveText(ctx, s); err != nil {
		return fmt.Errorf("text: %w", err)
	}
	if s.Folded != "" {
		t.folded[s.num] = s.Folded
	}
	if err := t.saveSketch(ctx, s); err != nil {
		return err
	}
	_, err := t.judge(ctx, s.num, s.Article, moment(s.Article))
	return err
}

// updateRow writes the state before to revision when the text is another one. A
// key that belongs to another article of the source is left where it is.
func (t *Tx) updateRow(ctx context.Context, s *saving) error {
	values, err := appendArticle(nil, s)
	if err != nil {
		return err
	}
	revision := s.old.revision
	if s.ContentHash != s.old.contentHash {
		revision++
		_, err := t.exec(ctx, `INSERT INTO revision (article, number, title, summary, content, content_hash, body_hash, seen_at)
			SELECT a.num, a.revision, a.title, a.summary, b.content, a.content_hash, a.body_hash, a.modified_at
			FROM article a LEFT JOIN body b ON b.article = a.num WHERE a.num = ?`, s.num)
		if err != nil {
			return fmt.Errorf("revision %d: %w", s.old.revision, err)
		}
		if err := t.boundRevisions(ctx, s.num); err != nil {
			return fmt.Errorf("earlier revisions: %w", err)
		}
	}
	_, err = t.exec(ctx, `UPDATE article SET
		key = iif(EXISTS (SELECT 1 FROM article o WHERE o.source_id = article.source_id AND o.key = ?1), key, ?1),
		link = ?2, raw_link = ?3, title = ?4, summary = ?5, language = ?6, language_from = ?7, full_text = ?8,
		published = ?9, published_raw = ?10, published_from = ?11, updated = ?12, updated_raw = ?13, updated_from = ?14,
		modified_at = ?15, content_hash = ?16, body_hash = ?17, story = ?18, copy = ?19, story_why = ?20, details = ?21,
		revision = ?22 WHERE num = ?23`, append(values, revision, s.num)...)
	return err
}

// appendArticle adds the values that a new state of an article may change.
func appendArticle(values []any, s *saving) ([]any, error) {
	a := s.Article
	why, more, err := packDetails(a)
	if err != nil {
		return values, err
	}
	var rawLink any
	if a.RawLink != a.Link {
		rawLink = a.RawLink
	}
	return append(values, a.Key, a.Link, rawLink, a.Title, a.Summary, a.Language, a.LanguageFrom, a.FullText,
		toMillis(a.Published.Time), a.Published.Raw, a.Published.From, toMillis(a.Updated.Time), a.Updated.Raw, a.Updated.From,
		toMillis(a.ModifiedAt), a.ContentHash, a.BodyHash,
		s.story, a.StoryWhy != nil && a.StoryWhy.Copy, why, more), nil
}

// saveText keeps what is stored when the article comes without a text, unless
// it is another one: then its source took the text away.
func (t *Tx) saveText(ctx context.Context, s *saving) error {
	content := t.pack(s.Text, s.HTML)
	if content == nil {
		if s.ContentHash == s.old.contentHash {
			return nil
		}
		_, err := t.exec(ctx, "DELETE FROM body WHERE article = ?", s.num)
		return err
	}
	if _, err := t.exec(ctx, "INSERT OR REPLACE INTO body (article, content) VALUES (?, ?)", s.num, content); err != nil {
		return err
	}
	_, err := t.exec(ctx, "UPDATE article SET emptied = 0 WHERE num = ? AND emptied", s.num)
	return err
}
