package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"harmattan/fetcher"
)

type fetchCommand struct {
	settings
	All bool `help:"Fetch every source, due or not; what a server asked for is still obeyed."`
}

func (c *fetchCommand) Run(s *session) error {
	s.level.Set(slog.LevelWarn)
	cfg, err := c.loadToFetch(s)
	if err != nil {
		return err
	}
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	d, err := openDesk(s, cfg, dir)
	if err != nil {
		return err
	}
	outcomes, err := c.round(s, d)
	if err = errors.Join(err, d.close()); err != nil {
		return err
	}
	if failed := summarise(s.out, outcomes, len(cfg.Sources)); failed > 0 {
		return errPartial
	}
	return nil
}

// round fetches and tells the progress: a bar on a terminal, else a line for
// each source.
func (c *fetchCommand) round(s *session, d *desk) ([]outcome, error) {
	if err := errors.Join(d.rejudge(s.ctx), d.start(s.ctx)); err != nil {
		return nil, err
	}
	jobs := d.jobs()
	if c.All {
		jobs = d.stages.Load().fetcher.Refreshable(jobs, s.clock())
	} else {
		jobs = d.stages.Load().fetcher.Due(jobs, s.clock())
	}
	tell := func(stored []outcome) { fmt.Fprint(s.errOut, progress(stored)) }
	if file, ok := s.errOut.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		bar := progressbar.NewOptions(len(jobs), progressbar.OptionSetWriter(file),
			progressbar.OptionSetDescription("fetching"), progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish())
		tell = func(stored []outcome) { _ = bar.Add(len(stored)) }
	}
	outcomes := make([]outcome, 0, len(jobs))
	err := d.round(s.ctx, jobs, func(stored []outcome) {
		outcomes = append(outcomes, stored...)
		tell(stored)
	})
	return outcomes, err
}

// progress is a line for each source that was stored.
func progress(stored []outcome) string {
	var lines strings.Builder
	for _, o := range stored {
		if o.Err != nil {
			fmt.Fprintf(&lines, "%s: %s: %v\n", o.Source.ID, o.Outcome, o.Err)
			continue
		}
		fmt.Fprintf(&lines, "%s: %s, %d new, %d changed\n", o.Source.ID, o.Outcome, o.New, o.Changed)
	}
	return lines.String()
}

// summarise prints the round as a table and tells how many sources failed.
func summarise(out io.Writer, outcomes []outcome, configured int) (failed int) {
	slices.SortFunc(outcomes, func(a, b outcome) int { return cmp.Compare(a.Source.ID, b.Source.ID) })
	table := newTable(out)
	fmt.Fprintln(table, "SOURCE\tOUTCOME\tSTATUS\tITEMS\tNEW\tCHANGED\tNEXT DUE\tERROR")
	var newOnes, changed int
	for _, o := range outcomes {
		problem := ""
		if o.Err != nil {
			problem = o.Err.Error()
		}
		if o.Outcome == fetcher.OutcomeFailed {
			failed++
		}
		newOnes, changed = newOnes+o.New, changed+o.Changed
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", o.Source.ID, o.Outcome, code(o.Code),
			o.Received, o.New, o.Changed, moment(o.State.DueAt), problem)
	}
	_ = table.Flush()
	fmt.Fprintf(out, "%d of %d sources fetched, %d failed; %d new articles, %d changed.\n",
		len(outcomes), configured, failed, newOnes, changed)
	return failed
}

// code writes an HTTP status, or a dash when there was no answer.
func code(status int) string {
	if status == 0 {
		return "-"
	}
	return fmt.Sprint(status)
}

// moment writes a time for people, or a dash for never.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}
