package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

type quarantineCommand struct {
	List    quarantineList    `cmd:"" help:"Print the sources in quarantine, or the articles of one."`
	Release quarantineRelease `cmd:"" help:"Let a source's articles into their editions, and its next ones too."`
	Drop    quarantineDrop    `cmd:"" help:"Keep a source's articles out for good; its next ones are judged again."`
}

// quarantineRow is a source in quarantine; the JSON names are a promise.
type quarantineRow struct {
	SourceID string           `json:"source"`
	Since    time.Time        `json:"since"`
	Held     int              `json:"held"`
	Signs    []news.FloodSign `json:"signs"`
	Articles []heldRow        `json:"articles"`
}

type heldRow struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Link      string    `json:"link"`
	Published time.Time `json:"published"`
	Editions  []string  `json:"editions"` // those that it would enter
}

// heldShown is how many articles of a quarantine are listed at most.
const heldShown = 1000

type quarantineList struct {
	settings
	Source string `arg:"" optional:"" help:"Source whose articles are listed."`
	JSON   bool   `help:"Print JSON: an array with one object for each source."`
}

func (c *quarantineList) Run(s *session) error {
	rows := []quarantineRow{}
	err := readStore(s, c.State, func(store *storage.Store) error {
		all, err := store.Quarantines(s.ctx)
		if err != nil {
			return err
		}
		for id, q := range all {
			if c.Source != "" && c.Source != id {
				continue
			}
			row := quarantineRow{SourceID: id, Since: q.Since.UTC(), Held: q.Held, Signs: q.Signs, Articles: []heldRow{}}
			if c.Source != "" || c.JSON {
				held, err := store.Held(s.ctx, id, heldShown)
				if err != nil {
					return err
				}
				row.Articles = heldRows(held)
			}
			rows = append(rows, row)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	slices.SortFunc(rows, func(a, b quarantineRow) int { return a.Since.Compare(b.Since) })
	if c.JSON {
		return writeJSON(s.out, rows)
	}
	printQuarantines(s.out, rows)
	return nil
}

func heldRows(held []news.Article) []heldRow {
	rows := []heldRow{}
	for _, a := range held {
		row := heldRow{ID: a.ID, Title: a.Title, Link: a.Link, Published: a.Published.Time.UTC(), Editions: []string{}}
		for _, m := range a.Editions {
			row.Editions = append(row.Editions, m.EditionID)
		}
		rows = append(rows, row)
	}
	return rows
}

func printQuarantines(out io.Writer, rows []quarantineRow) {
	if len(rows) == 0 {
		fmt.Fprintln(out, "Nothing is in quarantine.")
	}
	for _, row := range rows {
		fmt.Fprintf(out, "%s: %d articles wait since %s\n", row.SourceID, row.Held, moment(row.Since))
		for _, sign := range row.Signs {
			fmt.Fprintf(out, "  %s: %s\n", sign.Kind, sign.Evidence)
		}
		for _, a := range row.Articles {
			fmt.Fprintf(out, "  %s  %s <%s>\n", moment(a.Published), a.Title, a.Link)
		}
		fmt.Fprintf(out, "  -> harmattan quarantine release %s, or harmattan quarantine drop %[1]s\n", row.SourceID)
	}
}

type quarantineRelease struct {
	settings
	Source string `arg:"" help:"Source whose articles are released."`
}

func (c *quarantineRelease) Run(s *session) error {
	return decide(s, c.settings, c.Source, func(d *desk) error {
		released, editions, err := d.release(s.ctx, c.Source)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s: %d articles released into %d editions. A running daemon publishes them now, else the next start does.\n",
			c.Source, released, len(editions))
		return nil
	})
}

type quarantineDrop struct {
	settings
	Source string `arg:"" help:"Source whose articles are dropped."`
}

func (c *quarantineDrop) Run(s *session) error {
	return decide(s, c.settings, c.Source, func(d *desk) error {
		dropped, err := d.drop(s.ctx, c.Source)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s: %d articles dropped. They do not come back while the source lists them.\n", c.Source, dropped)
		return nil
	})
}

// decide opens the database beside a daemon that may be running.
func decide(s *session, c settings, sourceID string, do func(*desk) error) (err error) {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	if _, ok := sourcesByID(cfg)[sourceID]; !ok { // another configuration would arrange the editions otherwise
		return fmt.Errorf("there is no source %q in the configuration; give that of the daemon with --config FILE", sourceID)
	}
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	d, err := openDeskBeside(s, cfg, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	all, err := d.store.Quarantines(s.ctx)
	if err != nil {
		return err
	}
	if _, waits := all[sourceID]; !waits {
		return fmt.Errorf("source %q is not in quarantine; harmattan quarantine list tells which are", sourceID)
	}
	return do(d)
}
