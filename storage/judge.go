package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"harmattan/news"
)

// judge replaces tags and memberships of a known article where they are others
// than before.
func (t *Tx) judge(ctx context.Context, num int64, a *news.Article, now time.Time) (changed bool, err error) {
	tags, err := t.saveTags(ctx, num, a.Tags)
	if err != nil {
		return false, fmt.Errorf("tags: %w", err)
	}
	memberships, err := t.saveMemberships(ctx, num, a.Editions, now)
	if err != nil {
		return false, fmt.Errorf("memberships: %w", err)
	}
	return tags || memberships, nil
}

// tagRow is a tag as it is stored.
type tagRow struct {
	concept  int64
	score    float64
	evidence string
}

const insertTag = "INSERT INTO tag (article, position, concept, score, evidence)"

func (t *Tx) saveTags(ctx context.Context, num int64, tags []news.Tag) (changed bool, err error) {
	want, err := t.rowsOfTags(ctx, tags)
	if err != nil {
		return false, err
	}
	have, err := t.tagRows(ctx, num)
	if err != nil || slices.Equal(have, want) {
		return false, err
	}
	if _, err := t.exec(ctx, "DELETE FROM tag WHERE article = ?", num); err != nil {
		return false, err
	}
	return true, t.insertRows(ctx, insertTag, 5, appendTags(nil, num, want))
}

func (t *Tx) rowsOfTags(ctx context.Context, tags []news.Tag) ([]tagRow, error) {
	rows := make([]tagRow, len(tags))
	for i := range tags {
		packed, err := packEvidence(tags[i].Evidence)
		if err != nil {
			return nil, err
		}
		concept, err := t.concept(ctx, &tags[i])
		if err != nil {
			return nil, err
		}
		rows[i] = tagRow{concept, tags[i].Score, packed}
	}
	return rows, nil
}

func appendTags(values []any, num int64, tags []tagRow) []any {
	for i, row := range tags {
		values = append(values, num, i, row.concept, row.score, sql.NullString{String: row.evidence, Valid: row.evidence != ""})
	}
	return values
}

func (t *Tx) tagRows(ctx context.Context, num int64) ([]tagRow, error) {
	rows, err := t.query(ctx, "SELECT concept, score, coalesce(evidence, '') FROM tag WHERE article = ? ORDER BY position", num)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (r tagRow, err error) {
		return r, rows.Scan(&r.concept, &r.score, &r.evidence)
	})
}

// concept is what a tag says, comparable.
type concept struct {
	kind      news.Kind
	id, label string
	lat, lon  string // as text: NULL and 0 differ
}

// concept returns the number of what the tag says, stored at most once in a
// transaction.
func (t *Tx) concept(ctx context.Context, tag *news.Tag) (num int64, err error) {
	c := concept{kind: tag.Kind, id: tag.ID, label: tag.Label}
	var lat, lon any
	if p := tag.Point; p != nil {
		lat, lon = p.Lat, p.Lon
		c.lat, c.lon = strconv.FormatFloat(p.Lat, 'g', -1, 64), strconv.FormatFloat(p.Lon, 'g', -1, 64)
	}
	if num, ok := t.concepts[c]; ok {
		return num, nil
	}
	err = t.scan(ctx, `INSERT INTO concept (kind, id, label, lat, lon) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET label = excluded.label, lat = excluded.lat, lon = excluded.lon RETURNING num`,
		[]any{string(tag.Kind), tag.ID, tag.Label, lat, lon}, &num)
	if err != nil {
		return 0, fmt.Errorf("%s/%s: %w", tag.Kind, tag.ID, err)
	}
	t.concepts[c] = num
	return num, nil
}

// memberRow is a membership as it is stored.
type memberRow struct {
	position int
	leftAt   int64
	score    float64
	reason   string
}

// saveMemberships keeps the time of entering of a membership that stays or
// comes back, and the row of one that ends.
func (t *Tx) saveMemberships(ctx context.Context, num int64, editions []news.Membership, now time.Time) (changed bool, err error) {
	have, err := t.memberRows(ctx, num)
	if err != nil {
		return false, err
	}
	for i, m := range editions {
		old, had := have[m.EditionID]
		delete(have, m.EditionID)
		if had && old == (memberRow{i, 0, m.Score, m.Reason}) {
			continue
		}
		changed = true
		_, err := t.exec(ctx, `INSERT INTO membership (article, edition_id, position, entered_at, left_at, score, reason)
			VALUES (?, ?, ?, ?, 0, ?, ?) ON CONFLICT (article, edition_id) DO UPDATE
			SET position = excluded.position, left_at = 0, score = excluded.score, reason = excluded.reason`,
			num, m.EditionID, i, toMillis(now), m.Score, m.Reason)
		if err != nil {
			return false, err
		}
	}
	for edition, old := range have {
		if old.leftAt != 0 {
			continue
		}
		changed = true
		_, err := t.exec(ctx, "UPDATE membership SET left_at = ? WHERE article = ? AND edition_id = ?", toMillis(now), num, edition)
		if err != nil {
			return false, err
		}
	}
	return changed, nil
}

func (t *Tx) memberRows(ctx context.Context, num int64) (map[string]memberRow, error) {
	rows, err := t.query(ctx, "SELECT edition_id, position, left_at, score, reason FROM membership WHERE article = ?", num)
	if err != nil {
		return nil, err
	}
	have := map[string]memberRow{}
	_, err = collect(rows, func(rows *sql.Rows) (r memberRow, err error) {
		var edition string
		err = rows.Scan(&edition, &r.position, &r.leftAt, &r.score, &r.reason)
		have[edition] = r
		return r, err
	})
	return have, err
}
