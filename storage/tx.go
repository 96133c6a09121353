package storage

import (
	"context"
	"database/sql"
	"fmt"
)

// Tx is one writing transaction. It is used by one goroutine, inside Write.
type Tx struct {
	tx       *sql.Tx
	codec    codec
	prepared map[string]*sql.Stmt
	concepts map[concept]int64
}

// Write runs fn in one transaction: all of it is kept when fn returns nil, none
// of it otherwise. What fn reads holds what it wrote. One Write runs at a time,
// others wait.
func (s *Store) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if s.writer == nil {
		return fmt.Errorf("database %s was opened for reading alone: %w", s.path, ErrReadOnly)
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	t := &Tx{tx: tx, codec: s.codec, prepared: map[string]*sql.Stmt{}, concepts: map[concept]int64{}}
	if err := fn(t); err != nil {
		return s.explain(err)
	}
	return s.explain(tx.Commit())
}

// Meta returns the value stored under key, empty when there is none.
func (t *Tx) Meta(ctx context.Context, key string) (string, error) {
	var value string
	err := t.scan(ctx, "SELECT coalesce(max(value), '') FROM meta WHERE key = ?", []any{key}, &value)
	if err != nil {
		return "", fmt.Errorf("meta %s: %w", key, err)
	}
	return value, nil
}

// SetMeta stores a value under key.
func (t *Tx) SetMeta(ctx context.Context, key, value string) error {
	_, err := t.exec(ctx, "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value)
	if err != nil {
		return fmt.Errorf("meta %s: %w", key, err)
	}
	return nil
}

// statement prepares a query once in the transaction, which closes it.
func (t *Tx) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := t.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := t.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	t.prepared[query] = stmt
	return stmt, nil
}

func (t *Tx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

func (t *Tx) scan(ctx context.Context, query string, args []any, into ...any) error {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(into...)
}

func (t *Tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}
