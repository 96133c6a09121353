package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"text/tabwriter"
	"time"

	"harmattan/config"
	"harmattan/news"
	"harmattan/storage"
)

type sourcesCommand struct {
	settings
	JSON bool `help:"Print JSON: an array with one object for each source."`
}

// sourceRow is what is known of one source; the JSON names are a promise.
type sourceRow struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	URL       string      `json:"url"`
	State     news.Status `json:"state"`
	Disabled  bool        `json:"disabled"`
	Items     int         `json:"items"` // articles stored
	LastError string      `json:"last_error"`
	Failures  int         `json:"failures"`
	CheckedAt *time.Time  `json:"checked_at"`
	ChangedAt *time.Time  `json:"changed_at"`
	NextDue   *time.Time  `json:"next_due"`
	DueReason string      `json:"due_reason"`
}

func (c *sourcesCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	rows, err := sourceRows(s, cfg, c.State)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, rows)
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SOURCE\tSTATE\tITEMS\tCHECKED\tNEXT DUE\tLAST ERROR")
	for _, row := range rows {
		state := string(row.State)
		if row.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\n", row.ID, state, row.Items,
			optional(row.CheckedAt), optional(row.NextDue), row.LastError)
	}
	return table.Flush()
}

// sourceRows joins the configured sources with what is stored of them. A
// database that is not there yet means that nothing has happened yet.
func sourceRows(s *session, cfg *config.Config, state string) ([]sourceRow, error) {
	states, counts := map[string]news.SourceState{}, map[string]int{}
	err := readStore(s, state, func(store *storage.Store) (err error) {
		if states, err = store.States(s.ctx); err != nil {
			return err
		}
		counts, err = store.SourceCounts(s.ctx)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	rows := make([]sourceRow, 0, len(cfg.Sources))
	for _, source := range cfg.Sources {
		state, ok := states[source.ID]
		if !ok {
			state.Status = news.StatusNew
		}
		rows = append(rows, sourceRow{ID: source.ID, Name: source.Title(), URL: source.URL,
			State: state.Status, Disabled: source.Disabled, Items: counts[source.ID],
			LastError: state.LastError, Failures: state.Failures,
			CheckedAt: when(state.CheckedAt), ChangedAt: when(state.ChangedAt),
			NextDue: when(state.DueAt), DueReason: state.DueReason})
	}
	return rows, nil
}

// readStore opens the database for reading only, beside a running daemon.
func readStore(s *session, state string, read func(*storage.Store) error) error {
	dir, err := stateFolder(state)
	if err != nil {
		return err
	}
	if err := storage.Prepare(); err != nil {
		return err
	}
	store, err := storage.OpenReadOnly(s.ctx, filepath.Join(dir, databaseName))
	if err != nil {
		return err
	}
	return errors.Join(read(store), store.Close())
}

func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// when makes a zero time null in JSON.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func optional(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return moment(*t)
}
