package storage

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The errors that a caller can tell apart with errors.Is.
var (
	ErrNotFound = errors.New("not found")
	ErrForeign  = errors.New("not a database of Harmattan, or its first page is damaged: give another path or restore a backup, this file was left as it is")
	ErrNewer    = errors.New("written by a newer Harmattan: update the program, this file was left as it is")
	ErrOlder    = errors.New("written by an older Harmattan: let this program open it for writing once")
	ErrReadOnly = errors.New("cannot be written: check owner and permissions of the file and its folder, and that the file system is not mounted read-only")
	ErrBusy     = errors.New("locked by another process: stop the other program or try again")
	ErrFull     = errors.New("disk is full: free some space, the last change was not saved")
	ErrDamaged  = errors.New(`damaged: see "When the database is damaged" in the runbook; in short, stop the daemon, keep a copy of its folder and run harmattan restore with the newest backup`)
	ErrIO       = errors.New("the disk or file system reports an error: see the system's log")
	ErrNoFile   = errors.New("cannot be opened: check that the folder exists and may be read and written")
)

// TakenError says that an article's id belongs to another source already and
// that it has no free AltID to be stored under.
type TakenError struct {
	ID    string
	Owner string // id of the source that owns ID
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("entry id %q belongs to source %s: an AltID that is free is needed", e.ID, e.Owner)
}

// explain names the file and says what to do about it.
func (s *Store) explain(err error) error {
	if err == nil {
		return nil
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		if errors.Is(err, ErrForeign) || errors.Is(err, ErrNewer) {
			return fmt.Errorf("database %s: %w", s.path, err)
		}
		return err
	}
	if known := meaning(failure.Code()); known != nil {
		return fmt.Errorf("database %s: %w (%w)", s.path, known, err)
	}
	return fmt.Errorf("database %s: %w", s.path, err)
}

// meaningOf is what the driver's error means to a caller, nil when nothing.
func meaningOf(err error) error {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return nil
	}
	return meaning(failure.Code())
}

// meaning looks at the primary code, the low byte of an extended one.
func meaning(code int) error {
	switch code & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrBusy
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return ErrReadOnly
	case sqlite3.SQLITE_CORRUPT:
		return ErrDamaged
	case sqlite3.SQLITE_NOTADB:
		return ErrForeign
	case sqlite3.SQLITE_IOERR:
		return ErrIO
	case sqlite3.SQLITE_CANTOPEN:
		return ErrNoFile
	}
	return nil
}
