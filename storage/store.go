package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"modernc.org/sqlite"
)

// Store is the database of one Harmattan. It is safe for concurrent use: one
// connection writes, a few others read, and readers never wait for the writer.
type Store struct {
	path   string
	writer *sql.DB // nil when opened for reading alone
	reader *sql.DB
	codec  codec
	// resting says that it was opened as a file that nobody writes to.
	resting bool
	// arrangement is what the configuration says of stories.
	arrangement atomic.Pointer[arrangement]
}

const readers = 4

// Open opens the database at path for reading and writing. A missing or empty
// file is made into a new database; an older one is brought to the present
// schema. The error is ErrForeign for the file of another program and ErrNewer
// for one that a newer Harmattan wrote: both are left as they were.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := newStore(path)
	if err != nil {
		return nil, err
	}
	version, err := s.inspect(ctx, "ro")
	if err != nil {
		return nil, s.explain(err)
	}
	if err := s.connect(ctx, version); err != nil {
		return nil, s.explain(errors.Join(err, s.disconnect()))
	}
	return s, nil
}

// OpenReadOnly opens an existing database of the present schema for reading;
// the error is fs.ErrNotExist when there is none. Write then returns
// ErrReadOnly. The folder need not be writable.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	s, err := newStore(path)
	if err != nil {
		return nil, err
	}
	mode := "ro"
	version, err := s.inspect(ctx, mode)
	if s.atRest(err) {
		mode, s.resting = immutable, true
		version, err = s.inspect(ctx, mode)
	}
	if err != nil {
		return nil, s.explain(err)
	}
	if version == 0 {
		return nil, fmt.Errorf("database %s: nothing was stored yet, fetch first: %w", s.path, fs.ErrNotExist)
	}
	if want := latest(); version != want {
		return nil, fmt.Errorf("database %s has schema %d, this program reads %d: %w", s.path, version, want, ErrOlder)
	}
	s.reader = open(s.path, mode, false, readers)
	if err := assertPragmas(ctx, s.reader, false); err != nil {
		return nil, s.explain(errors.Join(err, s.disconnect()))
	}
	return s, nil
}

// atRest tells whether the file could not be opened only because SQLite wants to
// put its log beside it and may not: without a log, nobody is writing.
func (s *Store) atRest(err error) bool {
	if known := meaningOf(err); known != ErrReadOnly && known != ErrNoFile {
		return false
	}
	return s.atRestNow()
}

// atRestNow tells whether no log lies beside the file.
func (s *Store) atRestNow() bool {
	_, err := os.Stat(s.path + "-wal")
	return errors.Is(err, fs.ErrNotExist)
}

// Prepare sets how SQLite locks files in this process. Call it first thing in
// main, before any database is opened: without it, a database file that the
// process opens and closes by other means loses its locks.
func Prepare() error {
	_, err := sqlite.OFDLocking(true)
	if err != nil && !errors.Is(err, sqlite.ErrOFDLockingUnavailable) {
		return fmt.Errorf("locking of database files: %w", err)
	}
	return nil
}

// Close leaves a single tidy file behind. It waits for running queries. It runs
// no PRAGMA optimize: the plans are right without statistics, and statistics of
// a database that was small once would make it scan tables when it has grown.
func (s *Store) Close() error {
	if s.writer == nil {
		return s.explain(s.disconnect())
	}
	err := s.reader.Close()
	var busy, log, moved int
	checkpoint := s.writer.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	return s.explain(errors.Join(err, checkpoint, s.writer.Close()))
}

// Path is the absolute path of the database file.
func (s *Store) Path() string { return s.path }

func newStore(path string) (*Store, error) {
	if path == "" {
		return nil, errors.New("database: no path given")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	codec, err := newCodec()
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	s := &Store{path: absolute, codec: codec}
	s.arrangement.Store(newArrangement(Default(), nil, nil))
	return s, nil
}

func (s *Store) connect(ctx context.Context, version int) error {
	mode := "rw"
	if version == 0 {
		mode = create
	}
	s.writer = open(s.path, mode, true, 1)
	if err := migrate(ctx, s.writer); err != nil {
		return err
	}
	if err := assertPragmas(ctx, s.writer, true); err != nil {
		return err
	}
	s.reader = open(s.path, "rw", false, readers)
	return assertPragmas(ctx, s.reader, false)
}

func (s *Store) disconnect() error {
	var errs []error
	for _, db := range []*sql.DB{s.reader, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// read runs fn on one consistent state of the database.
func (s *Store) read(ctx context.Context, fn func(tx *sql.Tx) error) error {
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.explain(err)
	}
	return s.explain(errors.Join(fn(tx), tx.Rollback()))
}
