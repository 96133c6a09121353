package storage

import (
	"context"
	"database/sql"
	"fmt"
)

// RebuildSearch makes the search index anew from the stored titles and summaries,
// and tells of how many articles. fold folds a text as Article.Folded is. All
// other tables are only read; what was there stays when it fails.
func (s *Store) RebuildSearch(ctx context.Context, fold func(text string) string) (n int, err error) {
	err = s.Write(ctx, func(t *Tx) error {
		if _, err := t.exec(ctx, "INSERT INTO search (search) VALUES ('delete-all')"); err != nil {
			return err
		}
		for last := int64(0); ; {
			page, err := t.titles(ctx, last)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, a := range page {
				if _, err := t.exec(ctx, "INSERT INTO search (rowid, folded) VALUES (?, ?)", a.num, fold(a.title+"\n"+a.summary)); err != nil {
					return err
				}
			}
			n, last = n+len(page), page[len(page)-1].num
		}
	})
	if err != nil {
		return 0, fmt.Errorf("search index: %w", err)
	}
	return n, nil
}

type titled struct {
	num            int64
	title, summary string
}

// titles are those of a page of the articles that can be found, after one.
func (t *Tx) titles(ctx context.Context, after int64) ([]titled, error) {
	rows, err := t.query(ctx, "SELECT num, title, summary FROM article WHERE num > ? AND held <> 3 ORDER BY num LIMIT 500", after)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (a titled, err error) { return a, rows.Scan(&a.num, &a.title, &a.summary) })
}
