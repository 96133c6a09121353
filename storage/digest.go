package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"harmattan/news"
)

// country is a tag of a digest as it is stored.
type country struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// SaveDigest stores an issue of a digest edition, or that a period had no news.
// What was issued for the period stays as it is.
func (t *Tx) SaveDigest(ctx context.Context, editionID string, d news.Digest) error {
	countries := []country{}
	for _, c := range d.Countries {
		countries = append(countries, country{c.ID, c.Label})
	}
	list, err := toJSON(countries)
	if err != nil {
		return err
	}
	var id any
	if d.ID != "" {
		id = d.ID
	}
	_, err = t.exec(ctx, `INSERT INTO digest (edition_id, until, since, issued_at, id, title, summary, html, countries)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		editionID, toMillis(d.Until), toMillis(d.Since), toMillis(d.IssuedAt), id, d.Title, d.Summary, d.HTML, list)
	if err != nil {
		return fmt.Errorf("digest of edition %s: %w", editionID, err)
	}
	return nil
}

// Digests returns the newest issues of a digest edition, newest first, at most
// limit; periods without news are not among them.
func (s *Store) Digests(ctx context.Context, editionID string, limit int) ([]news.Digest, error) {
	var digests []news.Digest
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, since, until, issued_at, title, summary, html, countries FROM digest
			WHERE edition_id = ? AND id IS NOT NULL ORDER BY until DESC LIMIT ?`, editionID, limit)
		if err != nil {
			return err
		}
		digests, err = collect(rows, scanDigest)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("digests of edition %s: %w", editionID, err)
	}
	return digests, nil
}

func scanDigest(rows *sql.Rows) (d news.Digest, err error) {
	var since, until, issuedAt int64
	var list string
	if err := rows.Scan(&d.ID, &since, &until, &issuedAt, &d.Title, &d.Summary, &d.HTML, &list); err != nil {
		return d, err
	}
	d.Since, d.Until, d.IssuedAt = fromMillis(since), fromMillis(until), fromMillis(issuedAt)
	var countries []country
	if err := json.Unmarshal([]byte(list), &countries); err != nil {
		return d, fmt.Errorf("countries of %s: %w", d.ID, err)
	}
	for _, c := range countries {
		d.Countries = append(d.Countries, news.Tag{Kind: news.KindCountry, ID: c.ID, Label: c.Label})
	}
	return d, nil
}

// DigestedUntil tells until when a digest edition was issued, periods without
// news counted; zero for never.
func (s *Store) DigestedUntil(ctx context.Context, editionID string) (time.Time, error) {
	var until int64
	err := s.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT coalesce(max(until), 0) FROM digest WHERE edition_id = ?", editionID).Scan(&until)
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("digests of edition %s: %w", editionID, err)
	}
	return fromMillis(until), nil
}
