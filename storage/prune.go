package storage

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Retention says what Prune may take away. A zero time takes nothing.
type Retention struct {
	// Texts is the time before which an article must have been first seen for
	// its text, and the text of its earlier states, to be taken.
	Texts time.Time
	// Shown is how many of the newest entries of each edition keep their text
	// whatever their age.
	Shown int
	// Sketches is the time before which an article must have been published
	// for its sketch to be taken: no later article can join its story then.
	Sketches time.Time
	// Articles is, by source, the time before which an article must have been
	// first seen to be taken, unless its story has or had an entry.
	Articles map[string]time.Time
}

// Pruned counts what Prune took away.
type Pruned struct {
	Texts    int
	Sketches int
	Articles int
}

// pruneBatch bounds how long Prune keeps other writers waiting.
const pruneBatch = 500

// Prune takes away what is old and gives the room back to the disk. What an
// edition shows or showed stays, with title, summary, link and tags. Of an
// article that is taken its keys, link and hash stay: what was seen once is
// never new again, however long its source lists it.
func (s *Store) Prune(ctx context.Context, r Retention) (Pruned, error) {
	var done Pruned
	var err error
	if !r.Texts.IsZero() {
		if done.Texts, err = s.repeat(ctx, func(t *Tx) (int, error) { return t.pruneTexts(ctx, r) }); err != nil {
			return done, fmt.Errorf("retention of texts: %w", err)
		}
	}
	if !r.Sketches.IsZero() {
		if done.Sketches, err = s.repeat(ctx, func(t *Tx) (int, error) { return t.pruneSketches(ctx, r.Sketches) }); err != nil {
			return done, fmt.Errorf("retention of sketches: %w", err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.Articles)) {
		n, err := s.purge(ctx, id, r.Articles[id])
		if done.Articles += n; err != nil {
			return done, fmt.Errorf("retention of articles of source %s: %w", id, err)
		}
	}
	if done == (Pruned{}) {
		return done, nil
	}
	if _, err := s.writer.ExecContext(ctx, "PRAGMA incremental_vacuum"); err != nil {
		return done, s.explain(err)
	}
	return done, nil
}

// repeat runs fn in one transaction after the other until one had nothing to do.
func (s *Store) repeat(ctx context.Context, fn func(t *Tx) (int, error)) (total int, err error) {
	for {
		var n int
		err := s.Write(ctx, func(t *Tx) (err error) {
			n, err = fn(t)
			return err
		})
		if err != nil || n == 0 {
			return total, err
		}
		total += n
	}
}

func (t *Tx) pruneTexts(ctx context.Context, r Retention) (int, error) {
	nums, err := t.nums(ctx, `SELECT num FROM article WHERE first_seen < ?1 AND emptied = 0 AND num NOT IN (
		SELECT article FROM (SELECT article, row_number() OVER (PARTITION BY edition_id ORDER BY published DESC) AS place FROM entry WHERE shown = 1)
		WHERE place <= ?2) ORDER BY first_seen LIMIT ?3`, toMillis(r.Texts), r.Shown, pruneBatch)
	if err != nil {
		return 0, err
	}
	for _, num := range nums {
		if err := t.empty(ctx, num); err != nil {
			return 0, err
		}
	}
	return len(nums), nil
}

// empty takes the text of an article and of its earlier states.
func (t *Tx) empty(ctx context.Context, num int64) error {
	for _, query := range []string{
		"DELETE FROM body WHERE article = ?",
		"UPDATE revision SET content = NULL WHERE article = ?",
		"UPDATE article SET emptied = 1 WHERE num = ?",
	} {
		if _, err := t.exec(ctx, query, num); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) pruneSketches(ctx context.Context, before time.Time) (int, error) {
	nums, err := t.nums(ctx, "SELECT article FROM sketch WHERE published < ? LIMIT ?", toMillis(before), pruneBatch)
	if err != nil {
		return 0, err
	}
	for _, num := range nums {
		if err := t.dropSketch(ctx, num); err != nil {
			return 0, err
		}
	}
	return len(nums), nil
}

func (t *Tx) dropSketch(ctx context.Context, num int64) error {
	if err := t.dropSketchKeys(ctx, num); err != nil {
		return err
	}
	_, err := t.exec(ctx, "DELETE FROM sketch WHERE article = ?", num)
	return err
}

func (t *Tx) nums(ctx context.Context, query string, args ...any) ([]int64, error) {
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (num int64, err error) { return num, rows.Scan(&num) })
}
