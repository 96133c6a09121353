package storage

import (
	"context"
	"database/sql"
	"errors"
	"os"
)

// Watch tells when others change a database that is open for reading. It is used
// by one goroutine; the caller closes it before the store.
type Watch struct {
	store *Store
	conn  *sql.Conn // the version that SQLite counts is the connection's own
	seen  int64
	file  os.FileInfo
}

// Watch begins to watch: what changes from now on is told.
func (s *Store) Watch(ctx context.Context) (*Watch, error) {
	w := &Watch{store: s}
	var err error
	if w.file, err = os.Stat(s.path); err != nil {
		return nil, err
	}
	if w.conn, err = s.reader.Conn(ctx); err != nil {
		return nil, s.explain(err)
	}
	if _, err := w.Changed(ctx); err != nil {
		return nil, errors.Join(err, w.conn.Close())
	}
	return w, nil
}

// Changed tells whether something was committed since the last call.
func (w *Watch) Changed(ctx context.Context) (bool, error) {
	before := w.seen
	if err := w.conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&w.seen); err != nil {
		return false, w.store.explain(err)
	}
	return w.seen != before, nil
}

// Replaced tells whether the store is to be opened again: another file lies at
// its path, or somebody began to write to what was opened at rest.
func (w *Watch) Replaced() bool {
	now, err := os.Stat(w.store.path)
	if err != nil || !os.SameFile(w.file, now) {
		return err == nil
	}
	return w.store.resting && !w.store.atRestNow()
}

// Close ends the watch.
func (w *Watch) Close() error { return w.conn.Close() }
