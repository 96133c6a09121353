package storage

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// pragma is a setting of every connection of a pool.
type pragma struct{ name, value, readBack string }

// pragmas are in the order in which they must be set: query_only after
// everything else.
func pragmas(writer bool) []pragma {
	all := []pragma{
		{"busy_timeout", "5000", "5000"},
		{"foreign_keys", "ON", "1"},
		{"trusted_schema", "OFF", "0"},
		{"temp_store", "MEMORY", "2"},
		{"synchronous", "NORMAL", "1"},
	}
	if !writer {
		return append(all,
			pragma{"cache_size", "-2048", "-2048"}, // KiB
			pragma{"query_only", "ON", "1"})
	}
	return append(all,
		pragma{"journal_mode", "WAL", "wal"},
		pragma{"cache_size", "-8192", "-8192"},
		// Index pages that change in every batch reach the file only now and then.
		pragma{"wal_autocheckpoint", "4096", "4096"},
		pragma{"journal_size_limit", "67108864", "67108864"})
}

// create is the mode in which a file is made. Only then is auto_vacuum set, before
// anything is written: to set it again would write the first page of a database
// at each start, which a full disk does not let happen.
const create = "rwc"

// immutable is a mode of our own: ro, and nobody changes the file meanwhile.
const immutable = "immutable"

// open never fails: the first use of the pool connects. The settings are in
// the name, because a PRAGMA statement reaches one connection of the pool only.
// mode is create, immutable or SQLite's: ro or rw.
func open(path, mode string, writer bool, connections int) *sql.DB {
	query := url.Values{
		"mode": {mode}, "_txlock": {"deferred"},
		"_dqs": {"0"}, "_defensive": {"1"}, "_error_rc": {"1"},
	}
	if mode == immutable {
		query.Set("mode", "ro")
		query.Set("immutable", "1")
	}
	if writer {
		query.Set("_txlock", "immediate")
	}
	if mode == create {
		query.Add("_pragma", "auto_vacuum(INCREMENTAL)")
	}
	for _, p := range pragmas(writer) {
		query.Add("_pragma", p.name+"("+p.value+")")
	}
	file := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	// The only error is an unknown driver, and the driver is imported above.
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		panic(err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// assertPragmas guards against a driver that skips what it does not know.
func assertPragmas(ctx context.Context, db *sql.DB, writer bool) error {
	for _, p := range append(pragmas(writer),
		pragma{name: "auto_vacuum", readBack: "2"},
		pragma{name: "application_id", readBack: fmt.Sprint(applicationID)},
		pragma{name: "user_version", readBack: fmt.Sprint(latest())},
	) {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return fmt.Errorf("pragma %s: %w", p.name, err)
		}
		if got != p.readBack {
			return fmt.Errorf("pragma %s is %s, want %s: the driver did not take it", p.name, got, p.readBack)
		}
	}
	return nil
}
