package main

import (
	"context"

	"harmattan/news"
	"harmattan/publisher"
)

// showStatus tells the pages around the editions how the sources are.
func (d *desk) showStatus(ctx context.Context) {
	st := d.stages.Load()
	status := publisher.Status{Schedule: st.cfg.Fetcher.Schedule, UserAgent: st.fetcher.UserAgent()}
	counts, err := d.store.SourceCounts(ctx)
	if err != nil {
		status.Trouble = "the database cannot be read"
		d.log.Error("status", "err", err)
	}
	d.mu.Lock()
	for _, source := range st.cfg.Sources {
		state, ok := d.states[source.ID]
		if !ok {
			state = news.SourceState{SourceID: source.ID, Status: news.StatusNew}
		}
		if state.CheckedAt.After(status.At) {
			status.At = state.CheckedAt
		}
		status.Sources = append(status.Sources, publisher.SourceStatus{Source: source, State: state, Articles: counts[source.ID]})
	}
	d.mu.Unlock()
	st.publisher.SetStatus(status)
}
