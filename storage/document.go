package storage

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Published tells when the content of an edition last changed. hash stands for
// what would be published: if it is the stored one, that is the stored time;
// else now is stored and returned, but never a time before the stored one.
func (t *Tx) Published(ctx context.Context, editionID, hash string, now time.Time) (changedAt time.Time, err error) {
	var stored string
	var before int64
	err = t.scan(ctx, "SELECT coalesce(max(hash), ''), coalesce(max(changed_at), 0) FROM document WHERE edition_id = ?",
		[]any{editionID}, &stored, &before)
	if err != nil {
		return time.Time{}, fmt.Errorf("edition %s: %w", editionID, err)
	}
	if before != 0 && stored == hash {
		return fromMillis(before), nil
	}
	after := max(before, toMillis(now))
	_, err = t.exec(ctx, "INSERT OR REPLACE INTO document (edition_id, hash, changed_at) VALUES (?, ?, ?)", editionID, hash, after)
	if err != nil {
		return time.Time{}, fmt.Errorf("edition %s: %w", editionID, err)
	}
	return fromMillis(after), nil
}

// ChangedAt tells when the content of an edition last changed, as Published
// noted it; zero before it was first published.
func (s *Store) ChangedAt(ctx context.Context, editionID string) (time.Time, error) {
	stats, err := s.EditionStats(ctx)
	return stats[editionID].ChangedAt, err
}

// EditionStat is how an edition stands.
type EditionStat struct {
	Entries   int       // stories in it, beyond those that it shows too
	Newest    time.Time // the newest entry's Published
	ChangedAt time.Time // when its content last changed; zero before it was first published
}

// EditionStats returns how every edition stands that has entries or was
// published, by edition id.
func (s *Store) EditionStats(ctx context.Context) (map[string]EditionStat, error) {
	stats := map[string]EditionStat{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT edition_id, sum(entries), max(newest), max(changed_at) FROM (
			SELECT edition_id, count(*) AS entries, max(published) AS newest, 0 AS changed_at FROM entry WHERE shown = 1 GROUP BY edition_id
			UNION ALL SELECT edition_id, 0, 0, changed_at FROM document) GROUP BY edition_id`)
		if err != nil {
			return err
		}
		_, err = collect(rows, func(rows *sql.Rows) (stat EditionStat, err error) {
			var id string
			var newest, changedAt int64
			err = rows.Scan(&id, &stat.Entries, &newest, &changedAt)
			stat.Newest, stat.ChangedAt = fromMillis(newest), fromMillis(changedAt)
			stats[id] = stat
			return stat, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("editions: %w", err)
	}
	return stats, nil
}

// SourceCounts returns how many articles of each source are stored, by source
// id.
func (s *Store) SourceCounts(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT source_id, count(*) FROM article GROUP BY source_id")
		if err != nil {
			return err
		}
		_, err = collect(rows, func(rows *sql.Rows) (n int, err error) {
			var id string
			err = rows.Scan(&id, &n)
			counts[id] = n
			return n, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("articles of each source: %w", err)
	}
	return counts, nil
}
