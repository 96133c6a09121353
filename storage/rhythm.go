package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Rhythm returns when the articles of each source were published that first
// came at since or later and still have their text, by source id and in no
// order. Articles dated before since are left out.
func (s *Store) Rhythm(ctx context.Context, since time.Time) (map[string][]time.Time, error) {
	published := map[string][]time.Time{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT source_id, published FROM article
			WHERE first_seen >= ?1 AND emptied = 0 AND published >= ?1`, toMillis(since))
		if err != nil {
			return err
		}
		_, err = collect(rows, func(rows *sql.Rows) (none struct{}, err error) {
			var id string
			var at int64
			err = rows.Scan(&id, &at)
			published[id] = append(published[id], fromMillis(at))
			return none, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rhythm of the sources: %w", err)
	}
	return published, nil
}
