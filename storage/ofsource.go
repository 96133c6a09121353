package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"harmattan/news"
)

// OfSource is what is stored of one source.
type OfSource struct {
	State     news.SourceState // with its SourceID alone when it was never fetched
	Stored    int              // articles
	Newest    []news.Article   // none that is held or of private editions alone, by date of publication, newest first
	Published []time.Time      // of those that are not held since a moment, oldest first
}

// OfSource reads what is stored of a source: up to limit articles with
// everything but their sketches, and when its articles were published since a
// moment. A source that is not known has nothing stored.
func (s *Store) OfSource(ctx context.Context, sourceID string, since time.Time, limit int) (of OfSource, err error) {
	var found []record
	err = s.read(ctx, func(tx *sql.Tx) (err error) {
		states, err := selectStates(ctx, tx, "WHERE id = ?", sourceID)
		if err != nil {
			return err
		}
		of.State = states[sourceID]
		of.State.SourceID = sourceID
		row := tx.QueryRowContext(ctx, "SELECT count(*) FROM article WHERE source_id = ?", sourceID)
		if err := row.Scan(&of.Stored); err != nil {
			return err
		}
		if of.Published, err = publishedBy(ctx, tx, sourceID, since); err != nil {
			return err
		}
		if found, err = selectArticles(ctx, tx, "WHERE a.source_id = ?2 AND a.held = 0 AND"+isOpen+
			" ORDER BY a.published DESC, a.num DESC LIMIT ?3", s.arrangement.Load().hiddenFrom(""), sourceID, limit); err != nil {
			return err
		}
		return s.fill(ctx, tx, found)
	})
	if err != nil {
		return OfSource{}, fmt.Errorf("source %s: %w", sourceID, err)
	}
	of.Newest = plain(found)
	return of, nil
}

func publishedBy(ctx context.Context, tx *sql.Tx, sourceID string, since time.Time) ([]time.Time, error) {
	rows, err := tx.QueryContext(ctx, "SELECT published FROM article WHERE source_id = ? AND published >= ? AND held = 0 ORDER BY published", sourceID, toMillis(since))
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (time.Time, error) {
		var at int64
		err := rows.Scan(&at)
		return fromMillis(at), err
	})
}
