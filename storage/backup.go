package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the database, as it is at this moment, to a new file
// while others go on reading and writing. The copy is checked in full before it
// gets its name; a file that is there already is never overwritten.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.backup(ctx, path); err != nil {
		return fmt.Errorf("backup to %s: %w", path, err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, path string) error {
	path, err := filepath.Abs(path) // the name of a database is part of an address
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fs.ErrExist)
	}
	partial, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial")
	if err != nil {
		return err
	}
	defer os.Remove(partial.Name()) //nolint:errcheck // gone when all went well
	if err := s.copyInto(ctx, partial.Name()); err != nil {
		return errors.Join(s.explain(err), partial.Close())
	}
	if err := verify(ctx, partial.Name(), latest()); err != nil {
		return errors.Join(fmt.Errorf("the copy is not sound: %w", err), partial.Close())
	}
	if err := errors.Join(partial.Sync(), partial.Close()); err != nil {
		return err
	}
	// Reserving the name makes the rename unable to replace another's file.
	reserved, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(reserved.Close(), os.Rename(partial.Name(), path), syncFolder(filepath.Dir(path)))
}

// copyInto has a connection of its own, because query_only refuses the copy.
func (s *Store) copyInto(ctx context.Context, path string) error {
	db := open(s.path, "ro", false, 1)
	if _, err := db.ExecContext(ctx, "PRAGMA query_only = OFF"); err != nil {
		return errors.Join(err, db.Close())
	}
	_, err := db.ExecContext(ctx, "VACUUM INTO ?", path)
	return errors.Join(err, db.Close())
}

// verify reads every page and index of a copy, which must have that schema.
func verify(ctx context.Context, path string, schema int) error {
	db := open(path, "ro", false, 1)
	defer db.Close() //nolint:errcheck // nothing was written
	var verdict string
	var application, version int
	row := db.QueryRowContext(ctx, `SELECT i.integrity_check, a.application_id, v.user_version
		FROM pragma_integrity_check i, pragma_application_id a, pragma_user_version v LIMIT 1`)
	if err := row.Scan(&verdict, &application, &version); err != nil {
		return err
	}
	if verdict != "ok" || application != applicationID || version != schema {
		return fmt.Errorf("%w (%s)", ErrDamaged, verdict)
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	// Some file systems refuse to sync a folder; the copy itself is on disk.
	_ = folder.Sync()
	return folder.Close()
}
