package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Restore puts a copy of the backup in the place of the database at path. The
// copy is checked in full first; a backup of an older schema is brought up to
// date when it is opened. The files that were there stay beside it under the
// name that is returned, empty when there were none. The caller holds whatever
// keeps others away from path.
func Restore(ctx context.Context, backup, path string, now time.Time) (aside string, err error) {
	if aside, err = restore(ctx, backup, path, now); err != nil {
		return aside, fmt.Errorf("restore %s: %w", backup, err)
	}
	return aside, nil
}

func restore(ctx context.Context, backup, path string, now time.Time) (aside string, err error) {
	source, err := newStore(backup)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	version, err := source.inspect(ctx, "ro")
	if err != nil {
		return "", source.explain(err)
	}
	if version == 0 {
		return "", fmt.Errorf("there is no backup in this file: %w", fs.ErrNotExist)
	}
	partial, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial")
	if err != nil {
		return "", err
	}
	defer os.Remove(partial.Name()) //nolint:errcheck // gone when all went well
	if err := source.copyInto(ctx, partial.Name()); err != nil {
		return "", errors.Join(source.explain(err), partial.Close())
	}
	if err := verify(ctx, partial.Name(), version); err != nil {
		return "", errors.Join(fmt.Errorf("the backup is not sound: %w", err), partial.Close())
	}
	if err := errors.Join(partial.Sync(), partial.Close()); err != nil {
		return "", err
	}
	if aside, err = setAside(path, now); err != nil {
		return aside, err
	}
	return aside, errors.Join(os.Rename(partial.Name(), path), syncFolder(filepath.Dir(path)))
}

// setAside renames a database together with its log, without which the newest
// of its changes would be lost.
func setAside(path string, now time.Time) (aside string, err error) {
	name := path + ".replaced-" + now.UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if _, err := os.Lstat(name + suffix); err == nil {
			return "", fmt.Errorf("%s: %w", name+suffix, fs.ErrExist)
		}
		switch err := os.Rename(path+suffix, name+suffix); {
		case err == nil:
			aside = name
		case !errors.Is(err, fs.ErrNotExist):
			return aside, err
		}
	}
	return aside, nil
}
