package storage

import (
	"context"
	"time"
)

// purge takes the articles of a source that were first seen before a time and
// whose story never had an entry. What waits in quarantine stays.
func (s *Store) purge(ctx context.Context, sourceID string, before time.Time) (int, error) {
	purged, seen, last := 0, int64(0), int64(0)
	_, err := s.repeat(ctx, func(t *Tx) (int, error) {
		nums, err := t.nums(ctx, `SELECT num FROM article WHERE source_id = ?1 AND (first_seen, num) > (?2, ?3) AND first_seen < ?4
			ORDER BY first_seen, num LIMIT ?5`, sourceID, seen, last, toMillis(before), pruneBatch)
		if err != nil || len(nums) == 0 {
			return 0, err
		}
		last = nums[len(nums)-1]
		if err := t.scan(ctx, "SELECT first_seen FROM article WHERE num = ?", []any{last}, &seen); err != nil {
			return 0, err
		}
		taken, err := t.nums(ctx, `SELECT num FROM article a WHERE num IN (SELECT value FROM json_each(?)) AND held IN (0, 2)
			AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.story = a.story)`, jsonNumbers(nums))
		for _, num := range taken {
			if err == nil {
				err = t.purgeArticle(ctx, num)
			}
		}
		purged += len(taken)
		return len(nums), err
	})
	return purged, err
}

// purgeArticle leaves of an article what an item is known by.
func (t *Tx) purgeArticle(ctx context.Context, num int64) error {
	if err := t.dropSketch(ctx, num); err != nil {
		return err
	}
	for _, query := range []string{
		"DELETE FROM body WHERE article = ?",
		"DELETE FROM revision WHERE article = ?",
		"DELETE FROM tag WHERE article = ?",
		"DELETE FROM membership WHERE article = ?",
		"DELETE FROM search WHERE rowid = ?",
		`UPDATE article SET held = 3, emptied = 1, copy = 0, title = '', summary = '', published_raw = '', updated_raw = '',
			story_why = NULL, details = NULL WHERE num = ?`,
	} {
		if _, err := t.exec(ctx, query, num); err != nil {
			return err
		}
	}
	return nil
}
