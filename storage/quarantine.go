package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"harmattan/news"
)

// holds are the values of article.held, by number.
var holds = []news.Hold{"", news.HoldQuarantined, news.HoldDropped, news.HoldPurged}

const heldQuarantined = 1

func heldAs(h news.Hold) int { return max(0, slices.Index(holds, h)) }

// Quarantine returns what is remembered of a source that flooded, nil for one
// that never did.
func (t *Tx) Quarantine(ctx context.Context, sourceID string) (*news.Quarantine, error) {
	rows, err := t.query(ctx, selectQuarantine+"WHERE q.source_id = ?", sourceID)
	if err != nil {
		return nil, fmt.Errorf("quarantine of source %s: %w", sourceID, err)
	}
	found, err := collect(rows, scanQuarantine)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// SaveQuarantine notes that a source floods; its Held counts nothing.
func (t *Tx) SaveQuarantine(ctx context.Context, q news.Quarantine) error {
	signs, err := toJSON(q.Signs)
	if err == nil {
		_, err = t.exec(ctx, "INSERT OR REPLACE INTO quarantine (source_id, signs, since, released_at) VALUES (?, ?, ?, ?)",
			q.SourceID, signs, toMillis(q.Since), toMillis(q.ReleasedAt))
	}
	if err != nil {
		return fmt.Errorf("quarantine of source %s: %w", q.SourceID, err)
	}
	return nil
}

// Quarantines returns the sources whose articles wait, by source id.
func (s *Store) Quarantines(ctx context.Context) (map[string]news.Quarantine, error) {
	all := map[string]news.Quarantine{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectQuarantine+"WHERE q.released_at = 0")
		if err != nil {
			return err
		}
		found, err := collect(rows, scanQuarantine)
		for _, q := range found {
			all[q.SourceID] = q
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("quarantines: %w", err)
	}
	return all, nil
}

const selectQuarantine = `SELECT q.source_id, q.signs, q.since, q.released_at,
	(SELECT count(*) FROM article a WHERE a.source_id = q.source_id AND a.held = 1) FROM quarantine q `

func scanQuarantine(rows *sql.Rows) (q news.Quarantine, err error) {
	var signs string
	var since, releasedAt int64
	if err := rows.Scan(&q.SourceID, &signs, &since, &releasedAt, &q.Held); err != nil {
		return q, err
	}
	q.Since, q.ReleasedAt = fromMillis(since), fromMillis(releasedAt)
	return q, json.Unmarshal([]byte(signs), &q.Signs)
}

// Held returns the articles of a source that wait in quarantine, at most limit,
// in the order in which they came.
func (s *Store) Held(ctx context.Context, sourceID string, limit int) ([]news.Article, error) {
	articles, err := s.articles(ctx, "WHERE a.source_id = ? AND a.held = 1 ORDER BY a.num LIMIT ?", sourceID, limit)
	if err != nil {
		return nil, fmt.Errorf("quarantine of source %s: %w", sourceID, err)
	}
	return articles, nil
}

// Held is Store.Held without texts, tags and editions, and with the sketches of
// those that begin a story.
func (t *Tx) Held(ctx context.Context, sourceID string, limit int) ([]news.Article, error) {
	records, err := t.articles(ctx, "WHERE a.source_id = ? AND a.held = 1 ORDER BY a.num LIMIT ?", sourceID, limit)
	for i := range records {
		if err == nil {
			err = t.fillSketch(ctx, &records[i])
		}
	}
	if err != nil {
		return nil, fmt.Errorf("quarantine of source %s: %w", sourceID, err)
	}
	return plain(records), nil
}

func (t *Tx) fillSketch(ctx context.Context, a *record) error {
	var packed []byte
	err := t.scan(ctx, "SELECT max(keys), max(data) FROM sketch WHERE article = ?", []any{a.num}, &packed, &a.Sketch.Data)
	a.Sketch.ArticleID, a.Sketch.StoryID, a.Sketch.SourceID = a.ID, a.StoryID, a.SourceID
	a.Sketch.Publisher, a.Sketch.Published, a.Sketch.Keys = a.Publisher, a.Published.Time, unpackWords(packed)
	return err
}

// Release lets articles out of quarantine at now, each into the story that it
// names. It returns the editions that they enter, and notes them for the daemon
// (see TakeTouched).
func (t *Tx) Release(ctx context.Context, articles []news.Article, now time.Time) (changedEditions []string, err error) {
	stories := map[int64]time.Time{}
	for i := range articles {
		if err := t.release(ctx, &articles[i], now, stories); err != nil {
			return nil, fmt.Errorf("releasing article %s: %w", articles[i].ID, err)
		}
	}
	changedEditions, err = t.settle(ctx, stories)
	if err != nil {
		return nil, err
	}
	for _, id := range changedEditions {
		if _, err := t.exec(ctx, "INSERT OR IGNORE INTO touched (edition_id) VALUES (?)", id); err != nil {
			return nil, err
		}
	}
	return changedEditions, nil
}

func (t *Tx) release(ctx context.Context, a *news.Article, now time.Time, stories map[int64]time.Time) error {
	batch, err := t.batch(ctx, []news.Article{*a})
	if err != nil || batch[0].old.held != heldQuarantined {
		return err
	}
	if err := t.nameStories(ctx, batch); err != nil {
		return err
	}
	s := batch[0]
	why, _, err := packDetails(a)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, "UPDATE article SET held = 0, story = ?, copy = ?, story_why = ? WHERE num = ?",
		s.story, a.StoryWhy != nil && a.StoryWhy.Copy, why, s.num); err != nil {
		return err
	}
	stories[s.old.story], stories[s.story] = now, now
	if s.story != s.old.story && len(a.Sketch.Keys) == 0 { // it begins no story any more
		if err := t.dropSketch(ctx, s.num); err != nil {
			return err
		}
	}
	_, err = t.exec(ctx, "UPDATE membership SET entered_at = ? WHERE article = ? AND left_at = 0", toMillis(now), s.num)
	return err
}

// Drop decides against all articles of a source that wait: their texts go, and
// they never come back while it lists them. It returns how many there were.
func (t *Tx) Drop(ctx context.Context, sourceID string) (int, error) {
	nums, err := t.nums(ctx, "SELECT num FROM article WHERE source_id = ? AND held = 1", sourceID)
	for _, num := range nums {
		if err == nil {
			err = t.empty(ctx, num)
		}
		if err == nil {
			err = t.dropSketch(ctx, num)
		}
		if err == nil {
			_, err = t.exec(ctx, "UPDATE article SET held = 2 WHERE num = ?", num)
		}
	}
	if err == nil {
		_, err = t.exec(ctx, "DELETE FROM quarantine WHERE source_id = ?", sourceID)
	}
	if err != nil {
		return 0, fmt.Errorf("dropping the quarantine of source %s: %w", sourceID, err)
	}
	return len(nums), nil
}

// TakeTouched returns the editions that a command changed beside the daemon,
// once each.
func (s *Store) TakeTouched(ctx context.Context) (editions []string, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT edition_id FROM touched ORDER BY edition_id")
		if err != nil {
			return err
		}
		editions, err = collect(rows, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) })
		return err
	})
	if err == nil && len(editions) > 0 {
		err = s.Write(ctx, func(t *Tx) error {
			_, err := t.exec(ctx, "DELETE FROM touched WHERE edition_id IN (SELECT value FROM json_each(?))", jsonStrings(editions))
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("editions that were touched: %w", err)
	}
	return editions, nil
}
