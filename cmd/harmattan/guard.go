package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"harmattan/curator"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

// acceptedFor is how long a released flood's signs say nothing: by then they are
// what is usual.
const acceptedFor = 28 * 24 * time.Hour

// recognise finds the articles that are known by their text alone. It returns
// what is known with them.
func recognise(ctx context.Context, tx *storage.Tx, sourceID string, articles, known []news.Article, now time.Time) ([]news.Article, []news.Article, error) {
	var hashes []string
	for _, a := range curator.Fresh(articles, now) {
		hashes = append(hashes, a.ContentHash)
	}
	if len(hashes) == 0 {
		return articles, known, nil
	}
	same, err := tx.SameText(ctx, sourceID, hashes)
	if err != nil || len(same) == 0 {
		return articles, known, err
	}
	taken := make(map[string]bool, len(articles))
	for _, a := range articles {
		taken[a.ID] = true
	}
	same = slices.DeleteFunc(same, func(a news.Article) bool { return taken[a.ID] })
	return curator.Recognise(articles, same, now), append(known, same...), nil
}

// guard holds back the new articles of a source that floods, and all that come
// until somebody decides. It raises one event for each flood.
func (d *desk) guard(ctx context.Context, tx *storage.Tx, o *outcome, articles []news.Article) error {
	now, id := o.ReceivedAt, o.Source.ID
	fresh := curator.Fresh(articles, now)
	if len(fresh) == 0 {
		return nil
	}
	quarantine, err := tx.Quarantine(ctx, id)
	if err != nil {
		return err
	}
	if quarantine == nil || !quarantine.ReleasedAt.IsZero() {
		signs, err := floodSigns(ctx, tx, id, fresh, quarantine, now)
		if err != nil {
			return err
		}
		if len(signs) == 0 {
			return nil
		}
		o.Flood = &news.Quarantine{SourceID: id, Signs: signs, Since: now, Held: len(fresh)}
		if err := tx.SaveQuarantine(ctx, *o.Flood); err != nil {
			return err
		}
	}
	for i := range articles {
		if articles[i].FirstSeen.Equal(now) {
			articles[i].Hold = news.HoldQuarantined
		}
	}
	return nil
}

// floodSigns asks what is usual only when enough came within a day to be a flood. What was
// released lately says nothing again.
func floodSigns(ctx context.Context, tx *storage.Tx, sourceID string, fresh []news.Article, released *news.Quarantine, now time.Time) ([]news.FloodSign, error) {
	today := now.Add(-24 * time.Hour)
	if released != nil && released.ReleasedAt.After(today) {
		today = released.ReleasedAt.Add(time.Millisecond) // behind the last that was released
	}
	if len(fresh) < curator.LeastFlood {
		n, err := tx.SeenSince(ctx, sourceID, today)
		if err != nil || n+len(fresh) < curator.LeastFlood {
			return nil, err
		}
	}
	habit, err := tx.Habit(ctx, sourceID, today)
	if err == nil && curator.Many(len(fresh), habit) {
		habit.Recent, err = tx.Recent(ctx, sourceID)
	}
	if err != nil {
		return nil, err
	}
	signs := curator.Flood(fresh, habit, now)
	if released != nil && now.Sub(released.ReleasedAt) < acceptedFor {
		signs = slices.DeleteFunc(signs, func(s news.FloodSign) bool {
			return slices.ContainsFunc(released.Signs, func(was news.FloodSign) bool { return was.Kind == s.Kind })
		})
	}
	return signs, nil
}

// logFlood raises the event of a flood, once.
func (d *desk) logFlood(o outcome) {
	if o.Flood == nil {
		return
	}
	d.log.Warn("quarantined: its new articles are in no edition until somebody decides", "source", o.Source.ID,
		"articles", o.Flood.Held, "evidence", evidenceOf(o.Flood.Signs), "advice", adviceOn(o.Source.ID))
}

func evidenceOf(signs []news.FloodSign) string {
	var all []string
	for _, s := range signs {
		all = append(all, string(s.Kind)+": "+s.Evidence)
	}
	return strings.Join(all, "; ")
}

// healthOf judges a source by its state, by when its articles were published and by what of
// it waits in quarantine. The evidence names kinds and numbers alone: readers see it.
func healthOf(source news.Source, state news.SourceState, published []time.Time, floods map[string]news.Quarantine, now time.Time) fetcher.Health {
	q, waits := floods[source.ID]
	if !waits || source.Disabled {
		return fetcher.HealthOf(source, state, published, now)
	}
	var kinds []string
	for _, s := range q.Signs {
		kinds = append(kinds, string(s.Kind))
	}
	return fetcher.Health{Condition: fetcher.ConditionQuarantined, Since: q.Since, Advice: adviceOn(source.ID),
		Evidence: fmt.Sprintf("%d articles wait outside all editions, for their %s", q.Held, strings.Join(kinds, ", "))}
}

func adviceOn(sourceID string) string {
	return "look at them with harmattan quarantine list " + sourceID + ", then release or drop them"
}
