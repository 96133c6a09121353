package storage

import (
	"context"
	"database/sql"
	"fmt"
)

// Totals counts what is stored.
func (s *Store) Totals(ctx context.Context) (articles, stories int, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM story)").Scan(&articles, &stories)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("totals: %w", err)
	}
	return articles, stories, nil
}
