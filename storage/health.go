package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"harmattan/news"
)

// noticesRead is how many of the newest notices health editions look through.
const noticesRead = 2000

// SaveNotice stores a notice, unless its id is known.
func (t *Tx) SaveNotice(ctx context.Context, n news.Notice) error {
	_, err := t.exec(ctx, `INSERT INTO health (id, subject, condition, at, title, summary, editions) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, n.ID, n.Subject, n.Condition, toMillis(n.At), n.Title, n.Summary, jsonStrings(n.Editions))
	if err != nil {
		return fmt.Errorf("notice %s: %w", n.ID, err)
	}
	return nil
}

// Notices returns the newest notices, newest first, at most limit: of the sources
// that fed an edition, or all with an empty id.
func (s *Store) Notices(ctx context.Context, editionID string, limit int) ([]news.Notice, error) {
	var notices []news.Notice
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, subject, condition, at, title, summary, editions FROM health h
			WHERE num > (SELECT max(num) FROM health) - ?1 AND (?2 = '' OR ?2 IN (SELECT value FROM json_each(h.editions)))
			ORDER BY num DESC LIMIT ?3`, noticesRead, editionID, limit)
		if err != nil {
			return err
		}
		notices, err = collect(rows, scanNotice)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	return notices, nil
}

func scanNotice(rows *sql.Rows) (n news.Notice, err error) {
	var at int64
	var editions string
	if err := rows.Scan(&n.ID, &n.Subject, &n.Condition, &at, &n.Title, &n.Summary, &editions); err != nil {
		return n, err
	}
	n.At = fromMillis(at)
	if err := json.Unmarshal([]byte(editions), &n.Editions); err != nil {
		return n, fmt.Errorf("editions of notice %s: %w", n.ID, err)
	}
	return n, nil
}

// Conditions returns the condition of each subject as it was last told.
func (s *Store) Conditions(ctx context.Context) (map[string]string, error) {
	conditions := map[string]string{}
	err := s.pairs(ctx, "SELECT subject, condition, max(num) FROM health GROUP BY subject", func(rows *sql.Rows) error {
		var subject, condition string
		var num int64
		err := rows.Scan(&subject, &condition, &num)
		conditions[subject] = condition
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("conditions of the sources: %w", err)
	}
	return conditions, nil
}

// Fed returns the editions of which a source has articles that first came at
// since or later, by source id.
func (s *Store) Fed(ctx context.Context, since time.Time) (map[string][]string, error) {
	fed := map[string][]string{}
	err := s.pairs(ctx, `SELECT a.source_id, m.edition_id FROM article a JOIN membership m ON m.article = a.num
		WHERE a.first_seen >= ? AND a.emptied = 0 AND a.held = 0 AND m.left_at = 0 GROUP BY a.source_id, m.edition_id ORDER BY a.source_id, m.edition_id`,
		func(rows *sql.Rows) error {
			var source, edition string
			err := rows.Scan(&source, &edition)
			fed[source] = append(fed[source], edition)
			return err
		}, toMillis(since))
	if err != nil {
		return nil, fmt.Errorf("editions of the sources: %w", err)
	}
	return fed, nil
}

// Coverage tells who wrote for each edition about which country and in which
// language, of the articles that first came at since or later and still have
// their text.
func (s *Store) Coverage(ctx context.Context, since time.Time) ([]news.Coverage, error) {
	var all []news.Coverage
	err := s.pairs(ctx, `SELECT m.edition_id, coalesce(c.id, ''), coalesce(c.label, ''), a.language, a.publisher, count(*), max(a.published)
		FROM article a JOIN membership m ON m.article = a.num
		LEFT JOIN (tag t JOIN concept c ON c.num = t.concept AND c.kind = 'country') ON t.article = a.num
		WHERE a.first_seen >= ? AND a.emptied = 0 AND a.held = 0 AND m.left_at = 0
		GROUP BY m.edition_id, c.id, a.language, a.publisher ORDER BY m.edition_id, c.label, a.language, a.publisher`,
		func(rows *sql.Rows) error {
			var c news.Coverage
			var newest int64
			err := rows.Scan(&c.EditionID, &c.Country, &c.Label, &c.Language, &c.Publisher, &c.Articles, &newest)
			c.Newest = fromMillis(newest)
			all = append(all, c)
			return err
		}, toMillis(since))
	if err != nil {
		return nil, fmt.Errorf("coverage: %w", err)
	}
	return all, nil
}

// pairs reads the rows of a query that answers for all there is.
func (s *Store) pairs(ctx context.Context, query string, scan func(*sql.Rows) error, args ...any) error {
	return s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		_, err = collect(rows, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, scan(rows) })
		return err
	})
}
