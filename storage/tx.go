package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/bits"
	"strings"
)

// Tx is one writing transaction. It is used by one goroutine, inside Write.
type Tx struct {
	tx    *sql.Tx
	codec codec
	// arrangement is that of the store when the transaction began.
	arrangement *arrangement
	prepared    map[string]*sql.Stmt
	concepts    map[concept]int64
	// Not written before the end: sketch keys by key, folded texts by article.
	keys   map[int64][]int64
	folded map[int64]string
	// plain and packed are what pack works in.
	plain, packed []byte
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
	t := &Tx{tx: tx, codec: s.codec, arrangement: s.arrangement.Load(), prepared: map[string]*sql.Stmt{}, concepts: map[concept]int64{},
		keys: map[int64][]int64{}, folded: map[int64]string{}}
	if err := fn(t); err != nil {
		return s.explain(err)
	}
	if err := cmp.Or(t.flushKeys(ctx), t.index(ctx)); err != nil {
		return s.explain(err)
	}
	if err := tx.Commit(); err != nil {
		return s.explain(cmp.Or(ctx.Err(), err))
	}
	return nil
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

// Meta returns the value stored under key, empty when there is none.
func (s *Store) Meta(ctx context.Context, key string) (value string, err error) {
	err = s.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT coalesce(max(value), '') FROM meta WHERE key = ?", key).Scan(&value)
	})
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
	if err := ctx.Err(); err != nil {
		return nil, err
	}
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

// exec, like scan and query, looks at ctx before the statement, not during it:
// the driver would start a goroutine for each of thousands of short statements.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.WithoutCancel(ctx), args...)
}

func (t *Tx) scan(ctx context.Context, query string, args []any, into ...any) error {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(context.WithoutCancel(ctx), args...).Scan(into...)
}

func (t *Tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.WithoutCancel(ctx), args...)
}

// insertRows inserts rows of width values each, many in one statement; into is
// all that stands before VALUES. Powers of two keep the statements few.
func (t *Tx) insertRows(ctx context.Context, into string, width int, values []any) error {
	const most = 64
	row := "(?" + strings.Repeat(", ?", width-1) + ")"
	for len(values) > 0 {
		n := min(1<<(bits.Len(uint(len(values)/width))-1), most) //nolint:gosec // not negative
		if _, err := t.exec(ctx, into+" VALUES "+row+strings.Repeat(", "+row, n-1), values[:n*width]...); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}
