package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"harmattan/config"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

type sourcesCommand struct {
	settings
	JSON   bool `help:"Print JSON: an array with one object for each source." xor:"form"`
	Health bool `help:"Print how each source is, the evidence and what to do." xor:"form"`
	Next   bool `help:"Print when each source is due and why, the next one first." xor:"form"`
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
	MovedTo   string      `json:"moved_to"` // where it redirects for good, or empty

	Health   fetcher.Condition `json:"health"`
	Since    *time.Time        `json:"health_since"`
	Evidence string            `json:"health_evidence"`
	Advice   string            `json:"health_advice"`
	// Recoveries counts, by kind, what had to be mended in the last document.
	Recoveries map[string]int `json:"recoveries"`
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
	switch {
	case c.JSON:
		return writeJSON(s.out, rows)
	case c.Health:
		printHealth(s.out, rows)
		return printRefusal(s, c.State)
	case c.Next:
		return printNext(s.out, rows)
	}
	table := newTable(s.out)
	fmt.Fprintln(table, "SOURCE\tHEALTH\tITEMS\tCHECKED\tNEXT DUE\tLAST ERROR")
	for _, row := range rows {
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\n", row.ID, row.Health, row.Items,
			optional(row.CheckedAt), optional(row.NextDue), row.LastError)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, row := range rows {
		if row.MovedTo != "" {
			fmt.Fprintf(s.out, "%s redirects for good to %s\n", row.ID, row.MovedTo)
		}
	}
	return printRefusal(s, c.State)
}

// printHealth tells of each source how it is, those that need somebody first.
func printHealth(out io.Writer, rows []sourceRow) {
	slices.SortStableFunc(rows, func(a, b sourceRow) int { return cmp.Compare(btoi(a.Advice == ""), btoi(b.Advice == "")) })
	for _, row := range rows {
		since := ""
		if row.Since != nil {
			since = " since " + moment(*row.Since)
		}
		fmt.Fprintf(out, "%s (%s): %s%s\n  %s\n", row.ID, row.Name, row.Health, since, row.Evidence)
		if mended := mendedIn(row.Recoveries); mended != "" {
			fmt.Fprintf(out, "  mended in its last document: %s\n", mended)
		}
		if row.Advice != "" {
			fmt.Fprintf(out, "  -> %s\n", row.Advice)
		}
	}
}

// mendedIn lists recoveries, the most frequent first.
func mendedIn(recoveries map[string]int) string {
	kinds := slices.SortedFunc(maps.Keys(recoveries), func(a, b string) int {
		return cmp.Or(cmp.Compare(recoveries[b], recoveries[a]), cmp.Compare(a, b))
	})
	for i, kind := range kinds {
		kinds[i] = fmt.Sprintf("%s (%d)", kind, recoveries[kind])
	}
	return strings.Join(kinds, ", ")
}

// printNext tells when each source is due, those that never are last.
func printNext(out io.Writer, rows []sourceRow) error {
	slices.SortStableFunc(rows, func(a, b sourceRow) int {
		if a.NextDue == nil || b.NextDue == nil {
			return cmp.Compare(btoi(a.NextDue == nil), btoi(b.NextDue == nil))
		}
		return a.NextDue.Compare(*b.NextDue)
	})
	table := newTable(out)
	fmt.Fprintln(table, "DUE\tSOURCE\tWHY THEN")
	for _, row := range rows {
		due := "never"
		if row.NextDue != nil {
			due = moment(*row.NextDue)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", due, row.ID, row.DueReason)
	}
	return table.Flush()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// stored is what the database knows of the sources.
type stored struct {
	states map[string]news.SourceState
	counts map[string]int
	rhythm map[string][]time.Time
	floods map[string]news.Quarantine
}

// sourceRows joins the configured sources with what is stored of them. A
// database that is not there yet means that nothing has happened yet.
func sourceRows(s *session, cfg *config.Config, dir string) ([]sourceRow, error) {
	var known stored
	now := s.clock()
	err := readStore(s, dir, func(store *storage.Store) (err error) {
		if known.states, err = store.States(s.ctx); err != nil {
			return err
		}
		if known.counts, err = store.SourceCounts(s.ctx); err != nil {
			return err
		}
		if known.rhythm, err = store.Rhythm(s.ctx, now.Add(-fetcher.RhythmSpan)); err != nil {
			return err
		}
		known.floods, err = store.Quarantines(s.ctx)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := fetcher.New(cfg.Fetcher, version, cfg.Sources...)
	if err != nil {
		return nil, err
	}
	rows := make([]sourceRow, 0, len(cfg.Sources))
	for _, source := range cfg.Sources {
		rows = append(rows, known.row(f, source, now))
	}
	together(rows, cfg.Sources)
	return rows, nil
}

// together gives the rows of sources with one address, which is asked once for
// all of them, the earliest time at which one is due.
func together(rows []sourceRow, sources []news.Source) {
	earliest := map[string]sourceRow{}
	for i, row := range rows {
		key := news.SameAddress(sources[i].URL)
		if at, ok := earliest[key]; row.NextDue != nil && (!ok || row.NextDue.Before(*at.NextDue)) {
			earliest[key] = row
		}
	}
	for i := range rows {
		at, ok := earliest[news.SameAddress(sources[i].URL)]
		if ok && rows[i].NextDue != nil && at.NextDue.Before(*rows[i].NextDue) {
			rows[i].NextDue, rows[i].DueReason = at.NextDue, "together with "+at.ID+", which has the same address"
		}
	}
}

func (k stored) row(f *fetcher.Fetcher, source news.Source, now time.Time) sourceRow {
	state, ok := k.states[source.ID]
	if !ok {
		state = news.SourceState{SourceID: source.ID, Status: news.StatusNew}
	}
	health := healthOf(source, state, k.rhythm[source.ID], k.floods, now)
	if health.Condition == fetcher.ConditionQuarantined {
		q := k.floods[source.ID]
		health.Evidence = fmt.Sprintf("%d articles wait; %s", q.Held, evidenceOf(q.Signs))
	}
	due, why := f.Next(fetcher.Job{Source: source, State: state}, now)
	return sourceRow{ID: source.ID, Name: source.Title(), URL: source.PublicURL(),
		State: state.Status, Disabled: source.Disabled, Items: k.counts[source.ID],
		LastError: state.LastError, Failures: state.Failures,
		CheckedAt: when(state.CheckedAt), ChangedAt: when(state.ChangedAt),
		NextDue: when(due), DueReason: why, MovedTo: news.RedactURL(state.MovedTo),
		Health: health.Condition, Since: when(health.Since), Evidence: health.Evidence, Advice: health.Advice,
		Recoveries: state.Recoveries}
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
