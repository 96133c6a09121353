package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"harmattan/config"
	"harmattan/news"
	"harmattan/storage"
)

type replayCommand struct {
	settings
	Source string `help:"Read the documents of this source alone." placeholder:"ID"`
	Since  string `help:"Read documents received since then: 2026-03-02, 2026-03-02T08:00:00Z, or a span back from now such as 36h or 7d." placeholder:"TIME"`
	Apply  bool   `help:"Store the better readings under the old ids; the daemon must not run meanwhile."`
	JSON   bool   `help:"Print JSON: an array with one object for each article that differs."`
}

func (c *replayCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	since, err := readSince(c.Since, s.clock())
	if err != nil {
		return err
	}
	if _, ok := sourcesByID(cfg)[c.Source]; !ok && c.Source != "" {
		return fmt.Errorf("there is no source %q in the configuration", c.Source)
	}
	var r *replay
	if c.Apply {
		r, err = c.apply(s, cfg, since)
	} else {
		r, err = c.compare(s, cfg, since)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("nothing is stored yet; run harmattan serve or harmattan fetch first")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, r.changes)
	}
	r.print(s.out, c.Apply)
	return nil
}

// compare reads again beside a running daemon and changes nothing.
func (c *replayCommand) compare(s *session, cfg *config.Config, since time.Time) (r *replay, err error) {
	judge, err := newCurator(cfg)
	if err != nil {
		return nil, err
	}
	err = readStore(s, c.State, func(store *storage.Store) error {
		r = newReplay(store, judge, cfg)
		return r.run(s.ctx, c.Source, since)
	})
	return r, err
}

// apply reads again, stores what differs and publishes what that touches.
func (c *replayCommand) apply(s *session, cfg *config.Config, since time.Time) (r *replay, err error) {
	dir, err := stateFolder(c.State)
	if err != nil {
		return nil, err
	}
	d, err := openDesk(s, cfg, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	st := d.stages.Load()
	r = newReplay(d.store, st.curator, cfg)
	var touched []string
	r.store = func(ctx context.Context, raw news.Raw, articles []news.Article) error {
		editions, err := d.keepReread(ctx, raw, articles)
		touched = append(touched, editions...)
		return err
	}
	if err := r.run(s.ctx, c.Source, since); err != nil {
		return nil, err
	}
	slices.Sort(touched)
	return r, d.publish(s.ctx, d.stages.Load(), slices.Compact(touched))
}

// keepReread stores better readings of a document; those of new articles join
// their stories.
func (d *desk) keepReread(ctx context.Context, raw news.Raw, articles []news.Article) (touched []string, err error) {
	st := d.stages.Load()
	err = d.store.Write(ctx, func(tx *storage.Tx) error {
		near, err := tx.Neighbours(ctx, sketchKeys(articles), raw.ReceivedAt.Add(-st.cfg.Curator.StoryWindow.Duration))
		if err != nil {
			return err
		}
		if touched, err = tx.SaveReread(ctx, st.curator.Group(articles, near), d.clock()); err != nil {
			return err
		}
		return tx.SaveRaw(ctx, raw, true)
	})
	return touched, err
}

// readSince reads a moment as people give it; an empty text is the beginning.
func readSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	var span news.Duration
	if err := span.UnmarshalText([]byte(text)); err != nil || span.Duration < 0 {
		return time.Time{}, fmt.Errorf("%q is neither a time such as 2026-03-02 or 2026-03-02T08:00:00Z nor a span such as 36h or 7d", text)
	}
	return now.Add(-span.Duration), nil
}

func (r *replay) print(out io.Writer, applied bool) {
	count := map[string]int{}
	document := ""
	for _, c := range r.changes {
		count[c.Kind]++
		if c.Document != document {
			document = c.Document
			fmt.Fprintf(out, "%s, received %s, document %s\n", c.SourceID, moment(c.ReceivedAt), c.Document)
		}
		fmt.Fprintf(out, "  %-8s %s <%s>", c.Kind, c.Title, c.Link)
		if len(c.What) > 0 {
			fmt.Fprintf(out, ": %s", strings.Join(c.What, ", "))
		}
		fmt.Fprintln(out)
	}
	for _, line := range r.unread {
		fmt.Fprintln(out, line)
	}
	verb, end := "would be", "Nothing was changed; --apply stores it."
	if applied {
		verb, end = "are", "Stored under the old ids."
	}
	if len(r.changes) == 0 {
		end = "All is stored as it reads today."
	}
	fmt.Fprintf(out, "%d documents read again: %d articles %s new, %d changed, %d differently tagged. %s\n",
		r.documents, count[changeNew], verb, count[changeText], count[changeTags], end)
}
