package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"harmattan/news"
)

const (
	// habitSpan is how far back it is counted how much a source publishes.
	habitSpan = 28 * 24 * time.Hour
	// habitArticles is how many articles tell what a source's are like; more are
	// not counted either.
	habitArticles = 200
)

// SeenSince counts the articles of a source that came at since or later, those
// that are held among them.
func (t *Tx) SeenSince(ctx context.Context, sourceID string, since time.Time) (n int, err error) {
	err = t.scan(ctx, "SELECT count(*) FROM article WHERE source_id = ? AND first_seen >= ?", []any{sourceID, toMillis(since)}, &n)
	if err != nil {
		return 0, fmt.Errorf("articles of source %s: %w", sourceID, err)
	}
	return n, nil
}

// Habit returns what is usual for a source, but for Recent; today is when the
// day began that is held against it.
func (t *Tx) Habit(ctx context.Context, sourceID string, today time.Time) (h news.Habit, err error) {
	if err = cmp.Or(t.habitSpan(ctx, sourceID, today, &h), t.habitVolume(ctx, sourceID, &h)); err != nil {
		return h, fmt.Errorf("habit of source %s: %w", sourceID, err)
	}
	return h, nil
}

// Recent returns the newest articles of a source, as they stand in its habit.
func (t *Tx) Recent(ctx context.Context, sourceID string) ([]news.Article, error) {
	recent, err := t.recent(ctx, sourceID)
	if err != nil {
		return nil, fmt.Errorf("newest articles of source %s: %w", sourceID, err)
	}
	return recent, nil
}

func (t *Tx) habitSpan(ctx context.Context, sourceID string, today time.Time, h *news.Habit) error {
	var since, last int64
	err := t.scan(ctx, `SELECT coalesce((SELECT min(first_seen) FROM article WHERE source_id = ?1), 0),
		coalesce((SELECT first_seen FROM article WHERE source_id = ?1 AND first_seen < ?2 AND held = 0 ORDER BY first_seen DESC LIMIT 1), 0),
		(SELECT count(*) FROM article WHERE source_id = ?1 AND first_seen >= ?2 AND held = 0),
		(SELECT count(*) FROM (SELECT 1 FROM article WHERE source_id = ?1 AND held = 0 LIMIT ?3))`,
		[]any{sourceID, toMillis(today), habitArticles}, &since, &last, &h.Today, &h.Known)
	h.Since, h.Last = fromMillis(since), fromMillis(last)
	return err
}

// habitVolume counts by the day of publication: a first fetch brings many days
// at once.
func (t *Tx) habitVolume(ctx context.Context, sourceID string, h *news.Habit) error {
	if h.Last.IsZero() {
		return nil
	}
	from := toMillis(h.Last.Add(-habitSpan))
	var n int
	var oldest int64
	err := t.scan(ctx, `SELECT coalesce(sum(n), 0), coalesce(max(n), 0), coalesce(min(oldest), 0) FROM (
		SELECT count(*) AS n, min(published) AS oldest FROM article
		WHERE source_id = ? AND first_seen >= ? AND first_seen <= ? AND published >= ? AND held = 0 GROUP BY published / 86400000)`,
		[]any{sourceID, from, toMillis(h.Last), from}, &n, &h.Busiest, &oldest)
	if err != nil || n == 0 {
		return err
	}
	h.Days = max(h.Last.Sub(fromMillis(oldest)).Hours()/24, 1)
	h.Daily = float64(n) / h.Days
	return nil
}

func (t *Tx) recent(ctx context.Context, sourceID string) ([]news.Article, error) {
	rows, err := t.query(ctx, `SELECT num, key, link, title, language, published, published_from, first_seen FROM article
		WHERE source_id = ? AND held = 0 ORDER BY first_seen DESC, num DESC LIMIT ?`, sourceID, habitArticles)
	if err != nil {
		return nil, err
	}
	at, nums := map[int64]int{}, []int64{}
	all, err := collect(rows, func(rows *sql.Rows) (a news.Article, err error) {
		var num, published, firstSeen int64
		err = rows.Scan(&num, &a.Key, &a.Link, &a.Title, &a.Language, &published, &a.Published.From, &firstSeen)
		a.Published.Time, a.FirstSeen = fromMillis(published), fromMillis(firstSeen)
		at[num], nums = len(nums), append(nums, num)
		return a, err
	})
	if err != nil || len(nums) == 0 {
		return nil, err
	}
	rows, err = t.query(ctx, `SELECT t.article, c.kind, c.id FROM tag t JOIN concept c ON c.num = t.concept
		WHERE t.article IN (SELECT value FROM json_each(?)) AND c.kind IN ('country', 'topic')`, jsonNumbers(nums))
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(rows *sql.Rows) (tag news.Tag, err error) {
		var num int64
		err = rows.Scan(&num, &tag.Kind, &tag.ID)
		all[at[num]].Tags = append(all[at[num]].Tags, tag)
		return tag, err
	})
	return all, err
}

// SameText returns the articles of a source whose visible text has one of the
// hashes, in the order in which they were first stored, as Known does.
func (t *Tx) SameText(ctx context.Context, sourceID string, contentHashes []string) ([]news.Article, error) {
	records, err := t.articles(ctx, `WHERE a.source_id = ? AND a.content_hash IN (SELECT value FROM json_each(?))
		ORDER BY a.num`, sourceID, jsonStrings(contentHashes))
	if err != nil {
		return nil, fmt.Errorf("articles of source %s by text: %w", sourceID, err)
	}
	return plain(records), nil
}
