package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"harmattan/curator"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

// A batch is stored in one transaction: it is closed when it holds this many
// items or when its first result has waited this long.
const (
	batchItems = 1000
	batchWait  = 200 * time.Millisecond
)

// outcome is what became of one source in a round.
type outcome struct {
	fetcher.Result
	Received     int // items that came, which are not kept here
	New, Changed int // articles
	// Entered are the dates that the source gives the new articles that came
	// into an edition.
	Entered []time.Time
	first   bool // nothing was known of the source before
	Held    int  // new articles that wait in quarantine
	// Flood is what put the source into quarantine in this round, else nil.
	Flood *news.Quarantine
}

// round fetches the jobs in parallel; each result is curated, stored and
// published as it comes. seen is told of sources once they are stored.
func (d *desk) round(ctx context.Context, jobs []fetcher.Job, seen func([]outcome)) error {
	d.setBusy(jobs, true)
	defer d.setBusy(jobs, false)
	d.hearts.rounds.begin()
	defer d.hearts.rounds.end()
	d.boundMemory()
	began := d.clock()
	defer func() { d.counters.rounds.observe(roundBounds(), d.clock().Sub(began).Seconds()) }()
	// What was received is stored even when ctx ends meanwhile.
	keepCtx := context.WithoutCancel(ctx)
	var errs []error
	for batch := range batches(d.stages.Load().fetcher.Stream(ctx, jobs, d.clock)) {
		outcomes, err := d.keep(keepCtx, batch)
		errs = append(errs, err)
		d.hearts.rounds.beat()
		for _, o := range outcomes {
			d.logMove(o)
			d.logFlood(o)
		}
		seen(outcomes)
	}
	return errors.Join(errs...)
}

// keep curates and stores a batch in one transaction, then publishes the
// editions that it touched. When a batch cannot be stored, its results are
// stored one by one, so that one source never costs the others their news.
func (d *desk) keep(ctx context.Context, batch []*fetcher.Result) ([]outcome, error) {
	d.writing.Lock()
	defer d.writing.Unlock()
	outcomes, touched, err := d.keepAll(ctx, batch)
	if err != nil {
		outcomes, touched = nil, nil
		for _, result := range batch {
			one, editions, err := d.keepAll(ctx, []*fetcher.Result{result})
			if err != nil {
				one = []outcome{d.unstored(*result, err)}
			}
			outcomes, touched = append(outcomes, one...), append(touched, editions...)
		}
	}
	d.wrote(err)
	d.remember(outcomes)
	slices.Sort(touched)
	err = d.publish(ctx, d.stages.Load(), slices.Compact(touched))
	if slices.ContainsFunc(outcomes, func(o outcome) bool { return o.New > 0 }) {
		err = errors.Join(err, d.noteBursts(ctx))
	}
	for _, o := range outcomes {
		d.counters.fetched(o, d.clock())
	}
	return outcomes, err
}

// keepAll curates and stores results in one transaction, all of them or none.
func (d *desk) keepAll(ctx context.Context, batch []*fetcher.Result) (outcomes []outcome, touched []string, err error) {
	err = d.store.Write(ctx, func(tx *storage.Tx) error {
		outcomes, touched = make([]outcome, 0, len(batch)), nil
		var visits []*news.SourceState
		for _, result := range batch {
			if d.idle(result) {
				outcomes, visits = append(outcomes, outcome{Result: *result}), append(visits, &result.State)
				continue
			}
			o, editions, err := d.keepOne(ctx, tx, *result)
			if err != nil {
				return fmt.Errorf("source %s: %w", result.Source.ID, err)
			}
			outcomes = append(outcomes, o)
			touched = append(touched, editions...)
		}
		return errors.Join(tx.SaveVisits(ctx, visits), d.trimArchive(ctx, tx, batch))
	})
	return outcomes, touched, err
}

// idle tells whether there is nothing to store of a result but when its source
// was asked and is asked next.
func (d *desk) idle(result *fetcher.Result) bool {
	_, before := d.push(result.Source.ID)
	return result.Outcome == fetcher.OutcomeUnchanged && result.State.Idle(before)
}

// keepOne takes one result down the line: read what is known, curate, group
// into stories, write articles and state.
func (d *desk) keepOne(ctx context.Context, tx *storage.Tx, result fetcher.Result) (outcome, []string, error) {
	_, before := d.push(result.Source.ID)
	o := outcome{Result: result, first: before.ChangedAt.IsZero()}
	articles, err := d.curate(ctx, tx, &o)
	if err != nil {
		return o, nil, err
	}
	touched, err := save(ctx, tx, articles, o.ReceivedAt)
	if err != nil {
		return o, nil, err
	}
	for _, a := range articles {
		switch {
		case a.FirstSeen.Equal(o.ReceivedAt) && a.Hold != "":
			o.Held++
		case a.FirstSeen.Equal(o.ReceivedAt):
			o.New++
			o.entered(a)
		case a.ModifiedAt.Equal(o.ReceivedAt):
			o.Changed++
		}
	}
	if err := d.archive(ctx, tx, o.Raws, articles); err != nil {
		return o, nil, err
	}
	o.Received, o.Items, o.Raws = len(o.Items), nil, nil // a round remembers no texts
	return o, touched, tx.SaveState(ctx, o.State)
}

// entered notes the date of a new article that an edition takes, if its source
// gives one and was read before: what a source lists at the first look is old.
func (o *outcome) entered(a news.Article) {
	if len(a.Editions) > 0 && !o.first && !strings.HasPrefix(a.Published.From, "first seen") {
		o.Entered = append(o.Entered, a.Published.Time)
	}
}

// save stores what is new or says something else, and what only came under
// another key.
func save(ctx context.Context, tx *storage.Tx, articles []news.Article, now time.Time) ([]string, error) {
	came := func(a news.Article) bool { return a.FirstSeen.Equal(now) || a.ModifiedAt.Equal(now) }
	first := slices.IndexFunc(articles, func(a news.Article) bool { return !came(a) })
	if first < 0 { // mostly; articles are large to copy
		return tx.SaveArticles(ctx, articles)
	}
	changed, same := slices.Clone(articles[:first]), []news.Article(nil)
	for _, a := range articles[first:] {
		if came(a) {
			changed = append(changed, a)
		} else {
			same = append(same, a)
		}
	}
	touched, err := tx.SaveArticles(ctx, changed)
	if err != nil {
		return nil, err
	}
	again, err := tx.SaveReread(ctx, same, now)
	return append(touched, again...), err
}

// archive keeps responses as they were received, unless the archive is off.
func (d *desk) archive(ctx context.Context, tx *storage.Tx, raws []news.Raw, articles []news.Article) error {
	if d.stages.Load().cfg.Archive.MaxBytes == 0 {
		return nil
	}
	for _, raw := range raws {
		cited := slices.ContainsFunc(articles, func(a news.Article) bool { return a.BodyHash == raw.Hash })
		if err := tx.SaveRaw(ctx, raw, cited); err != nil {
			return err
		}
	}
	return nil
}

// trimArchive makes room for what a batch put into the archive.
func (d *desk) trimArchive(ctx context.Context, tx *storage.Tx, batch []*fetcher.Result) error {
	if !slices.ContainsFunc(batch, func(r *fetcher.Result) bool { return len(r.Raws) > 0 }) {
		return nil
	}
	_, err := tx.TrimArchive(ctx, d.stages.Load().cfg.Archive, d.clock())
	return err
}

// curate turns a result's items into articles. A panic in the pure stage costs
// this source its round, nothing else: its validators stay as they were, so
// that the items come again.
func (d *desk) curate(ctx context.Context, tx *storage.Tx, o *outcome) (articles []news.Article, err error) {
	st := d.stages.Load()
	if len(o.Items) == 0 || !st.carries(o.Source.ID) { // it may have left the configuration while it was fetched
		return nil, nil
	}
	defer func() {
		if r := recover(); r != nil {
			articles = nil
			d.unread(o, fmt.Errorf("curating: %v", r))
		}
	}()
	now := o.ReceivedAt
	for i := range o.Items {
		o.Items[i].IDRepeats = o.State.BadIDs
	}
	articles, known, err := identify(ctx, tx, st.curator, o)
	if err != nil {
		return nil, err
	}
	curator.MarkTolls(articles, known)
	if err := d.guard(ctx, tx, o, articles); err != nil {
		return nil, err
	}
	near, err := tx.Neighbours(ctx, sketchKeys(articles), now.Add(-st.cfg.Curator.StoryWindow.Duration))
	if err != nil {
		return nil, err
	}
	return st.curator.Group(articles, near), nil
}

// identify curates a result's items and returns beside the articles those that
// are stored of them. A source's first document asks for none.
func identify(ctx context.Context, tx *storage.Tx, c *curator.Curator, o *outcome) (articles, known []news.Article, err error) {
	stored, err := tx.Knows(ctx, o.Source.ID)
	if err != nil {
		return nil, nil, err
	}
	if !stored {
		return c.Curate(o.Source, o.Items, nil, o.ReceivedAt), nil, nil
	}
	keys, links := c.Identify(o.Source, o.Items)
	if known, err = tx.Known(ctx, o.Source.ID, keys, links); err != nil {
		return nil, nil, err
	}
	articles = c.Curate(o.Source, o.Items, known, o.ReceivedAt)
	return recognise(ctx, tx, o.Source.ID, articles, known, o.ReceivedAt)
}

// sketchKeys are the keys under which each article's neighbours are looked up.
func sketchKeys(articles []news.Article) [][]uint64 {
	var keys [][]uint64
	for _, a := range articles {
		keys = append(keys, a.Sketch.Keys)
	}
	return keys
}

// unstored is what becomes of a result that could not be stored: it is told as
// a failure, and the source is asked again when it would have been due, for the
// same documents.
func (d *desk) unstored(result fetcher.Result, err error) outcome {
	o := outcome{Result: result}
	d.unread(&o, err)
	return o
}

// unread turns a result into a failure that forgets what was received.
func (d *desk) unread(o *outcome, err error) {
	d.mu.Lock()
	before := d.states[o.Source.ID]
	d.mu.Unlock()
	before.SourceID, before.URL = o.Source.ID, o.State.URL
	before.Status, before.LastError = news.StatusFailing, err.Error()
	before.Failures++
	before.CheckedAt, before.DueAt, before.DueReason = o.State.CheckedAt, o.State.DueAt, o.State.DueReason
	o.State, o.Outcome, o.Err = before, fetcher.OutcomeFailed, err
}

// remember keeps the stored states for the next round.
func (d *desk) remember(outcomes []outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, o := range outcomes {
		d.states[o.Source.ID] = o.State
	}
}

// batches gathers results as they come, so that many small ones share a
// transaction and none waits longer than batchWait.
func batches(results <-chan *fetcher.Result) <-chan []*fetcher.Result {
	out := make(chan []*fetcher.Result)
	go func() {
		defer close(out)
		for first := range results {
			batch, items := []*fetcher.Result{first}, len(first.Items)
			timeout := time.NewTimer(batchWait)
			for open := true; open && items < batchItems; {
				select {
				case result, ok := <-results:
					if !ok {
						open = false
						break
					}
					batch, items = append(batch, result), items+len(result.Items)
				case <-timeout.C:
					open = false
				}
			}
			timeout.Stop()
			out <- batch
		}
	}()
	return out
}
