package main

import (
	"context"
	"slices"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/publisher"
)

// coverageFor reads who wrote for the editions in the last four weeks.
func (d *desk) coverageFor(st *stages) func(context.Context) (publisher.CoverageView, error) {
	return func(ctx context.Context) (publisher.CoverageView, error) {
		now := d.lastLook()
		v := publisher.CoverageView{Since: now.Add(-fetcher.RhythmSpan), At: now, Wanted: map[string][]news.Tag{}}
		for _, e := range st.curator.Editions() {
			for _, rule := range slices.Concat([]news.Rule{e.Rule}, e.Also) {
				for _, id := range rule.Countries {
					t := news.Tag{Kind: news.KindCountry, ID: id, Label: st.curator.Label(news.KindCountry, id)}
					if !slices.ContainsFunc(v.Wanted[e.ID], func(known news.Tag) bool { return known.ID == id }) {
						v.Wanted[e.ID] = append(v.Wanted[e.ID], t)
					}
				}
			}
		}
		var err error
		v.Rows, err = d.store.Coverage(ctx, v.Since)
		d.logQuestion(ctx, err)
		return v, err
	}
}

// lastLook is when a source was asked last: until then all that was written is
// known, and files of one database tell the same whenever they are made.
func (d *desk) lastLook() (at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, state := range d.states {
		if state.CheckedAt.After(at) {
			at = state.CheckedAt
		}
	}
	return at
}
