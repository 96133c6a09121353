package storage

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// applicationID marks our files: "Harm" in ASCII.
const applicationID = 0x4861726d

//go:embed migrations/*.sql
var migrations embed.FS

// migrate runs what the file has not seen yet, one transaction each.
func migrate(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	names := migrationNames()
	for ; version < len(names); version++ {
		if err := migrateOnce(ctx, db, names[version], version+1); err != nil {
			return fmt.Errorf("migration %s: %w", names[version], err)
		}
	}
	return nil
}

func migrateOnce(ctx context.Context, db *sql.DB, name string, version int) error {
	script, err := migrations.ReadFile("migrations/" + name)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it has nothing to do
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, version)
	if _, err := tx.ExecContext(ctx, string(script)+"\n"+marks); err != nil {
		return err
	}
	return tx.Commit()
}

// inspect returns the file's schema version, 0 for a missing or empty one. It
// changes nothing, so that a file which is not ours stays as it is.
func (s *Store) inspect(ctx context.Context, mode string) (version int, err error) {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return 0, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file: give the path of the database file itself")
	}
	if err != nil {
		return 0, fmt.Errorf("database %s: %w", s.path, err)
	}
	db := open(s.path, mode, false, 1)
	defer db.Close() //nolint:errcheck // nothing was written
	var application, tables int
	row := db.QueryRowContext(ctx, `SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id a, pragma_user_version v`)
	if err := row.Scan(&application, &version, &tables); err != nil {
		return 0, err
	}
	switch {
	case application == 0 && version == 0 && tables == 0:
		return 0, nil
	case application != applicationID:
		return 0, ErrForeign
	case version > latest():
		return 0, fmt.Errorf("schema %d, this program knows %d: %w", version, latest(), ErrNewer)
	}
	return version, nil
}

// latest is the schema version that this program works with.
func latest() int { return len(migrationNames()) }

// migrationNames are in order, because fs.ReadDir sorts.
func migrationNames() []string {
	entries, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		panic(err) // embedded: cannot be missing in a program that was built
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return names
}
