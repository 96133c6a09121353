package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"
)

// Token opens a private edition. What is stored is its hash alone.
type Token struct {
	// ID is the beginning of the hash, in hexadecimal: it names the token and
	// tells nothing of it.
	ID        string
	EditionID string
	Label     string // whose it is
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
}

const tokenIDLength = 12

// SaveToken stores the hash of a secret that opens an edition from now on, and
// returns its ID. The secret must be random, of 128 bits at least: its hash is not
// salted.
func (t *Tx) SaveToken(ctx context.Context, secret string, token Token) (id string, err error) {
	hash := sha256.Sum256([]byte(secret))
	_, err = t.exec(ctx, "INSERT INTO token (hash, edition_id, label, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
		hash[:], token.EditionID, token.Label, toMillis(token.CreatedAt), toMillis(token.ExpiresAt))
	if err != nil {
		return "", fmt.Errorf("token for edition %s: %w", token.EditionID, err)
	}
	return hex.EncodeToString(hash[:])[:tokenIDLength], nil
}

// Tokens returns all tokens, by edition and age.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) {
	var tokens []Token
	err := s.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT substr(lower(hex(hash)), 1, ?), edition_id, label, created_at, expires_at
			FROM token ORDER BY edition_id, created_at, hash`, tokenIDLength)
		if err != nil {
			return err
		}
		tokens, err = collect(rows, func(rows *sql.Rows) (k Token, err error) {
			var created, expires int64
			err = rows.Scan(&k.ID, &k.EditionID, &k.Label, &created, &expires)
			k.CreatedAt, k.ExpiresAt = fromMillis(created), fromMillis(expires)
			return k, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return tokens, nil
}

// Opens tells whether a secret opens an edition at now.
func (s *Store) Opens(ctx context.Context, secret, editionID string, now time.Time) (bool, error) {
	hash := sha256.Sum256([]byte(secret))
	var n int
	err := s.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM token WHERE hash = ? AND edition_id = ?
			AND (expires_at = 0 OR expires_at > ?)`, hash[:], editionID, toMillis(now)).Scan(&n)
	})
	if err != nil {
		return false, fmt.Errorf("token for edition %s: %w", editionID, err)
	}
	return n == 1, nil
}

// RevokeToken forgets the token with this ID; the error is ErrNotFound when there
// is none.
func (t *Tx) RevokeToken(ctx context.Context, id string) error {
	result, err := t.exec(ctx, "DELETE FROM token WHERE substr(lower(hex(hash)), 1, ?) = ?", tokenIDLength, id)
	if err != nil {
		return fmt.Errorf("token %s: %w", id, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("token %s: %w", id, ErrNotFound)
	}
	return nil
}
