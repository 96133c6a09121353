package storage

import (
	"fmt"

	"harmattan/news"
)

// BackupOptions are the [backup] table of the configuration: copies of the
// database that the daemon makes by itself.
type BackupOptions struct {
	// Directory gets the copies; a relative path starts at the state folder.
	// Empty: none are made.
	Directory string `toml:"directory"`
	// Schedule is the cron expression that says when, in the time zone of the
	// [fetcher] table.
	Schedule string `toml:"schedule"`
	// Keep is how many copies stay; the oldest go first.
	Keep int `toml:"keep"`
}

// DefaultBackup returns the options of an empty [backup] table.
func DefaultBackup() BackupOptions { return BackupOptions{Schedule: "20 3 * * *", Keep: 7} }

// Validate reports every mistake in the options but those in the schedule,
// which is for the reader of cron expressions.
func (o BackupOptions) Validate() []news.Problem {
	if o.Keep < 1 {
		return []news.Problem{{Path: []string{"keep"}, Message: fmt.Sprintf("%d is too few; keep 1 copy or more, or leave directory empty to make none", o.Keep)}}
	}
	return nil
}
