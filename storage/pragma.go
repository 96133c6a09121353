package storage

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"slices"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// cacheKiB is the page cache of each connection.
const cacheKiB = 8192

// dsn carries every pragma, because one that is sent as a statement reaches a
// single connection of the pool.
func dsn(path, mode string, more string) string {
	file := url.URL{Scheme: "file", Path: path}
	query := "mode=" + mode +
		"&_busy_timeout=5000" +
		"&_synchronous=NORMAL" +
		"&_foreign_keys=1" +
		"&_dqs=0" +
		"&_defensive=1" +
		"&_error_rc=1" +
		"&_pragma=cache_size(-" + fmt.Sprint(cacheKiB) + ")" +
		"&_pragma=temp_store(MEMORY)" +
		"&_pragma=trusted_schema(0)" +
		"&" + more
	if mode == "rwc" {
		query += "&_auto_vacuum=INCREMENTAL&_journal_mode=WAL&_pragma=journal_size_limit(67108864)"
	}
	return file.String() + "?" + query
}

func writerPragmas() map[string]string {
	return map[string]string{
		"query_only":         "0",
		"auto_vacuum":        "2",
		"journal_mode":       "wal",
		"journal_size_limit": "67108864",
	}
}

// open never fails: the first use of the pool connects.
func open(dsn string, connections int) *sql.DB {
	// The only error is an unknown driver, and the driver is imported above.
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		panic(err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// assertPragmas guards against a driver that skips what it does not know.
func assertPragmas(ctx context.Context, db *sql.DB, more map[string]string) error {
	want := map[string]string{
		"busy_timeout":   "5000",
		"synchronous":    "1",
		"foreign_keys":   "1",
		"cache_size":     fmt.Sprint(-cacheKiB),
		"temp_store":     "2",
		"trusted_schema": "0",
		"application_id": fmt.Sprint(applicationID),
		"user_version":   fmt.Sprint(latest()),
	}
	maps.Copy(want, more)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&got); err != nil {
			return fmt.Errorf("pragma %s: %w", name, err)
		}
		if got != want[name] {
			return fmt.Errorf("pragma %s is %s, want %s: the driver did not take it", name, got, want[name])
		}
	}
	return nil
}
