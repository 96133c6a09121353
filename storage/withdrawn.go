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

// Withdrawn returns the entries that left an edition at since or later and have
// not come back, at most limit, the last to leave first. Of an entry it has ID,
// Published, WithdrawnAt, Feed, of its Article what stands in a list, and of its
// Source only the ID.
func (s *Store) Withdrawn(ctx context.Context, editionID string, since time.Time, limit int) ([]news.Entry, error) {
	var entries []news.Entry
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT e.article, f.id, e.published, e.left_at FROM entry e JOIN article f ON f.num = e.first
			WHERE e.edition_id = ? AND e.left_at > 0 AND e.left_at >= ? AND e.published <= e.left_at
			ORDER BY e.left_at DESC, f.id LIMIT ?`, editionID, toMillis(since), limit)
		if err != nil {
			return err
		}
		var nums []int64
		if entries, err = collect(rows, func(rows *sql.Rows) (e news.Entry, err error) {
			var num, published, leftAt int64
			err = rows.Scan(&num, &e.ID, &published, &leftAt)
			e.Published, e.WithdrawnAt, nums = fromMillis(published), fromMillis(leftAt), append(nums, num)
			return e, err
		}); err != nil || len(nums) == 0 {
			return err
		}
		return fillWithdrawn(ctx, tx, entries, nums)
	})
	if err != nil {
		return nil, fmt.Errorf("withdrawn entries of edition %s: %w", editionID, err)
	}
	return entries, nil
}

// fillWithdrawn adds the articles with these numbers and the states of their
// sources.
func fillWithdrawn(ctx context.Context, tx *sql.Tx, entries []news.Entry, nums []int64) error {
	records, err := selectArticles(ctx, tx, "WHERE a.num IN (SELECT value FROM json_each(?))", jsonNumbers(nums))
	if err != nil {
		return err
	}
	var sources []string
	for _, r := range records {
		sources = append(sources, r.SourceID)
		for i := range entries {
			if nums[i] == r.num {
				entries[i].Article, entries[i].Source.ID = r.Article, r.SourceID
			}
		}
	}
	states, err := selectStates(ctx, tx, "WHERE id IN (SELECT value FROM json_each(?))", jsonStrings(sources))
	for i := range entries {
		entries[i].Feed = states[entries[i].Source.ID]
	}
	return err
}

// leftSources is the meta key of the sources whose articles LeaveSources took out
// of the editions.
const leftSources = "left_sources"

// LeaveSources ends at now the memberships of all articles whose source is not
// among those given. It returns the editions that changed, sorted, and whether a
// source is given again that was missing before: its articles are to be judged
// again to come back.
func (s *Store) LeaveSources(ctx context.Context, given []string, now time.Time) (changedEditions []string, back bool, err error) {
	var before, missing []string
	err = s.Write(ctx, func(t *Tx) error {
		stored, err := t.Meta(ctx, leftSources)
		if err == nil && stored != "" {
			err = json.Unmarshal([]byte(stored), &before)
		}
		if err != nil {
			return err
		}
		missing, err = t.texts(ctx, "SELECT id FROM source WHERE id NOT IN (SELECT value FROM json_each(?)) ORDER BY id", jsonStrings(given))
		return err
	})
	for _, id := range missing {
		if err != nil {
			break
		}
		_, err = s.repeat(ctx, func(t *Tx) (int, error) {
			n, touched, err := t.leaveSource(ctx, id, now)
			changedEditions = append(changedEditions, touched...)
			return n, err
		})
	}
	if err == nil && !slices.Equal(before, missing) {
		err = s.Write(ctx, func(t *Tx) error { return t.SetMeta(ctx, leftSources, jsonStrings(missing)) })
	}
	if err != nil {
		return nil, false, fmt.Errorf("articles of sources that left the configuration: %w", err)
	}
	slices.Sort(changedEditions)
	back = slices.ContainsFunc(before, func(id string) bool { return !slices.Contains(missing, id) })
	return slices.Compact(changedEditions), back, nil
}

// leaveSource takes a batch of a source's articles out of all editions.
func (t *Tx) leaveSource(ctx context.Context, sourceID string, now time.Time) (n int, changedEditions []string, err error) {
	nums, err := t.nums(ctx, `SELECT num FROM article a WHERE source_id = ? AND EXISTS (
		SELECT 1 FROM membership m WHERE m.article = a.num AND m.left_at = 0) LIMIT ?`, sourceID, arrangeBatch)
	if err != nil || len(nums) == 0 {
		return 0, nil, err
	}
	stories, err := t.nums(ctx, "SELECT DISTINCT story FROM article WHERE num IN (SELECT value FROM json_each(?))", jsonNumbers(nums))
	if err != nil {
		return 0, nil, err
	}
	for _, num := range nums {
		if _, err := t.exec(ctx, "UPDATE membership SET left_at = ? WHERE article = ? AND left_at = 0", toMillis(now), num); err != nil {
			return 0, nil, err
		}
	}
	at := map[int64]time.Time{}
	for _, story := range stories {
		at[story] = now
	}
	changedEditions, err = t.settle(ctx, at)
	return len(nums), changedEditions, err
}

func (t *Tx) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) })
}
