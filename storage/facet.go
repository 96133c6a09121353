package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"harmattan/news"
)

// facetDepth is how many of an edition's newest entries a facet looks through.
const facetDepth = 5000

// Select returns the newest entries of an edition that the facet takes, as
// Entries does: it looks at the article that stands in the entry, through the
// newest 5000 entries.
func (s *Store) Select(ctx context.Context, editionID string, facet news.Facet, limit int, now time.Time) ([]news.Entry, error) {
	asked := askedOf(facet)
	return s.entries(ctx, editionID, now, func(tx *sql.Tx, after int64) ([]shownEntry, error) {
		return asked.entries(ctx, tx, editionID, max(after, asked.since-1), now, limit)
	})
}

// asked is a facet as SQL takes it.
type asked struct {
	tags, languages, publishers, sources string // JSON
	since, before                        int64
}

func askedOf(f news.Facet) asked {
	tags := "[]"
	if lists := f.TagLists(); len(lists) > 0 {
		text, err := json.Marshal(lists)
		if err != nil {
			panic(err) // strings always marshal
		}
		tags = string(text)
	}
	a := asked{tags: tags, languages: jsonStrings(f.Languages), publishers: jsonStrings(f.Publishers), sources: jsonStrings(f.Sources),
		since: math.MinInt64 + 1, before: math.MaxInt64}
	if !f.Since.IsZero() {
		a.since = toMillis(f.Since)
	}
	if !f.Before.IsZero() {
		a.before = toMillis(f.Before)
	}
	return a
}

// inFacet takes the articles "a" that meet a facet: ?2 tags, ?3 languages, ?4
// publishers, ?5 sources.
const inFacet = ` NOT EXISTS (SELECT 1 FROM json_each(?2) list WHERE NOT EXISTS (
		SELECT 1 FROM tag t JOIN concept c ON c.num = t.concept WHERE t.article = a.num
		AND c.kind || '/' || c.id IN (SELECT value FROM json_each(list.value))))
	AND (?3 = '[]' OR a.language IN (SELECT value FROM json_each(?3))
		OR substr(a.language, 1, instr(a.language || '-', '-') - 1) IN (SELECT value FROM json_each(?3)))
	AND (?4 = '[]' OR a.publisher IN (SELECT value FROM json_each(?4)))
	AND (?5 = '[]' OR a.source_id IN (SELECT value FROM json_each(?5)))`

func (q asked) entries(ctx context.Context, tx *sql.Tx, editionID string, after int64, now time.Time, limit int) ([]shownEntry, error) {
	before := min(q.before, toMillis(now)+1)
	var deepest int64
	row := tx.QueryRowContext(ctx, `SELECT coalesce(min(published), ?4) FROM (SELECT published FROM entry
		WHERE edition_id = ?1 AND shown = 1 AND published < ?2 ORDER BY published DESC LIMIT 1 OFFSET ?3)`,
		editionID, before, facetDepth, int64(math.MinInt64))
	if err := row.Scan(&deepest); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT e.article, f.id, e.published, e.updated FROM entry e JOIN article f ON f.num = e.first
		JOIN article a ON a.num = e.article
		WHERE e.edition_id = ?1 AND e.shown = 1 AND e.published > ?6 AND e.published < ?7 AND`+inFacet+`
		ORDER BY e.published DESC, f.id LIMIT ?8`,
		editionID, q.tags, q.languages, q.publishers, q.sources, max(after, deepest), before, limit)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (shownEntry, error) { return scanShown(rows, now) })
}

// entries reads the entries of an edition that pick chooses among those that
// are published after a moment, in its order.
func (s *Store) entries(ctx context.Context, editionID string, now time.Time, pick func(tx *sql.Tx, after int64) ([]shownEntry, error)) ([]news.Entry, error) {
	after := int64(math.MinInt64)
	if keep := s.arrangement.Load().editions[editionID].keep; keep > 0 {
		after = toMillis(now.Add(-keep))
	}
	var entries []news.Entry
	err := s.read(ctx, func(tx *sql.Tx) error {
		shown, err := pick(tx, after)
		if err != nil || len(shown) == 0 {
			return err
		}
		entries, err = s.complete(ctx, tx, editionID, shown, now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("entries of edition %s: %w", editionID, err)
	}
	return entries, nil
}
