package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// SaveManifest stores what the editions said on a day (2026-03-14, UTC), signed.
// One that is there stays as it is.
func (t *Tx) SaveManifest(ctx context.Context, day string, text []byte) error {
	if _, err := t.exec(ctx, "INSERT OR IGNORE INTO manifest (day, text) VALUES (?, ?)", day, text); err != nil {
		return fmt.Errorf("manifest of %s: %w", day, err)
	}
	return nil
}

// Manifest reads the manifest of a day; the error is ErrNotFound when there is
// none.
func (s *Store) Manifest(ctx context.Context, day string) ([]byte, error) {
	var text []byte
	err := s.read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT text FROM manifest WHERE day = ?", day).Scan(&text)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("manifest of %s: %w", day, err)
	}
	return text, nil
}

// ManifestDays returns the days that have a manifest, the earliest first.
func (s *Store) ManifestDays(ctx context.Context) ([]string, error) {
	var days []string
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT day FROM manifest ORDER BY day")
		if err != nil {
			return err
		}
		days, err = collect(rows, func(rows *sql.Rows) (day string, err error) { return day, rows.Scan(&day) })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("manifests: %w", err)
	}
	return days, nil
}
