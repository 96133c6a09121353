package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"harmattan/storage"
)

type editionsCommand struct {
	settings
	JSON bool `help:"Print JSON: an array with one object for each edition."`
}

// editionRow is what is known of one edition; the JSON names are a promise.
type editionRow struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Path      string     `json:"path"`
	Articles  int        `json:"articles"` // members, all ages
	Newest    *time.Time `json:"newest"`   // publication of the newest member
	ChangedAt *time.Time `json:"changed_at"`
}

func (c *editionsCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	stats := map[string]storage.EditionStat{}
	err = readStore(s, c.State, func(store *storage.Store) (err error) {
		stats, err = store.EditionStats(s.ctx)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	rows := make([]editionRow, 0, len(cfg.Editions))
	for _, e := range cfg.Editions {
		stat := stats[e.ID]
		rows = append(rows, editionRow{ID: e.ID, Title: e.Title, Path: "/editions/" + e.ID,
			Articles: stat.Entries, Newest: when(stat.Newest), ChangedAt: when(stat.ChangedAt)})
	}
	if c.JSON {
		return writeJSON(s.out, rows)
	}
	table := newTable(s.out)
	fmt.Fprintln(table, "EDITION\tARTICLES\tNEWEST\tCHANGED\tTITLE")
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\n", row.ID, row.Articles, optional(row.Newest), optional(row.ChangedAt), row.Title)
	}
	return table.Flush()
}
