package storage

import (
	"testing"

	sqlite3 "modernc.org/sqlite/lib"
)

func TestCodesOfSQLiteHaveAMeaning(t *testing.T) {
	for code, want := range map[int]error{
		sqlite3.SQLITE_BUSY:                  ErrBusy,
		sqlite3.SQLITE_BUSY_SNAPSHOT:         ErrBusy,
		sqlite3.SQLITE_FULL:                  ErrFull,
		sqlite3.SQLITE_READONLY_DBMOVED:      ErrReadOnly,
		sqlite3.SQLITE_CORRUPT_VTAB:          ErrDamaged,
		sqlite3.SQLITE_NOTADB:                ErrForeign,
		sqlite3.SQLITE_IOERR_WRITE:           ErrIO,
		sqlite3.SQLITE_CANTOPEN:              ErrNoFile,
		sqlite3.SQLITE_CONSTRAINT_UNIQUE:     nil,
		sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: nil,
	} {
		if got := meaning(code); got != want {
			t.Errorf("code %d means %v, want %v", code, got, want)
		}
	}
}
