package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

const (
	// watchEvery is how often the sources are looked at for health editions.
	watchEvery = 5 * time.Minute
	// A source is told to be in trouble when it failed this often, for this
	// long: servers stumble.
	troubleFailures = 3
	troubleLasts    = time.Hour
)

// watchSources tells health editions which sources got into another condition. The
// caller holds d.writing.
func (d *desk) watchSources(ctx context.Context, st *stages) error {
	now := d.clock()
	if now.Before(d.watchAt) {
		return nil
	}
	d.watchAt = now.Add(watchEvery)
	told, err := d.store.Conditions(ctx)
	if err != nil {
		return err
	}
	rhythm, err := d.store.Rhythm(ctx, now.Add(-fetcher.RhythmSpan))
	if err != nil {
		return err
	}
	quarantines, err := d.store.Quarantines(ctx)
	if err != nil {
		return err
	}
	var notices []news.Notice
	for _, source := range st.cfg.Sources {
		d.mu.Lock()
		state := d.states[source.ID]
		d.mu.Unlock()
		state.SourceID = source.ID
		health := healthOf(source, state, rhythm[source.ID], quarantines, now)
		if condition, changed := turned(told[source.ID], health.Condition, state, now); changed {
			notices = append(notices, notice(source, condition, health, state, now))
		}
		delete(told, source.ID)
	}
	for _, id := range gone(told) {
		notices = append(notices, news.Notice{Subject: id, Condition: string(fetcher.ConditionDisabled), At: now,
			Title: id + " is no longer read", Summary: "The source left the configuration."})
	}
	return d.tell(ctx, st, notices)
}

// turned tells whether another condition is to be told, and which.
func turned(told string, now fetcher.Condition, state news.SourceState, at time.Time) (fetcher.Condition, bool) {
	switch now {
	case fetcher.ConditionNew, fetcher.ConditionDisabled:
		return fetcher.ConditionDisabled, inTrouble(told) && now == fetcher.ConditionDisabled
	case fetcher.ConditionFailing, fetcher.ConditionBlocked:
		if state.Failures < troubleFailures || at.Sub(state.FailingSince) < troubleLasts {
			return now, false
		}
	case fetcher.ConditionHealthy:
		return now, inTrouble(told)
	}
	return now, told != string(now)
}

// inTrouble tells whether what was told last is a trouble that may end.
func inTrouble(told string) bool {
	return told != "" && told != string(fetcher.ConditionHealthy) && told != string(fetcher.ConditionDisabled)
}

// gone are the sources in trouble that are no longer configured.
func gone(told map[string]string) []string {
	var ids []string
	for id, condition := range told {
		if id != "" && inTrouble(condition) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// notice writes what health editions tell of a source. Nothing in it holds an
// address that may be a secret, and no words of a server.
func notice(source news.Source, condition fetcher.Condition, h fetcher.Health, state news.SourceState, now time.Time) news.Notice {
	is := map[fetcher.Condition]string{
		fetcher.ConditionGone: "is gone for good", fetcher.ConditionBlocked: "refuses us", fetcher.ConditionFailing: "fails",
		fetcher.ConditionMoved: "has moved", fetcher.ConditionQuiet: "is silent for longer than usual",
		fetcher.ConditionQuarantined: "is quarantined",
		fetcher.ConditionHealthy:     "is well again", fetcher.ConditionDisabled: "is no longer read",
	}[condition]
	if is == "" {
		is = "is " + string(condition)
	}
	var parts []string
	switch condition {
	case fetcher.ConditionQuiet, fetcher.ConditionQuarantined:
		parts = append(parts, h.Evidence)
	case fetcher.ConditionFailing, fetcher.ConditionBlocked, fetcher.ConditionGone:
		answer := fmt.Sprintf("HTTP %d", state.LastCode)
		switch state.LastCode {
		case 0:
			answer = "no answer"
		case http.StatusOK:
			answer = "what it sends is not understood"
		}
		parts = append(parts, fmt.Sprintf("%d times in a row since %s: %s", state.Failures, moment(state.FailingSince), answer))
	}
	if h.Advice != "" && condition != fetcher.ConditionMoved && condition != fetcher.ConditionHealthy && condition != fetcher.ConditionDisabled {
		parts = append(parts, h.Advice)
	}
	parts = append(parts, "harmattan sources --health tells more of "+source.ID)
	return news.Notice{Subject: source.ID, Condition: string(condition), At: now,
		Title: source.Title() + " " + is, Summary: strings.Join(parts, ". ") + "."}
}

// refusedCondition and goodCondition are those of the configuration.
const (
	refusedCondition = "refused"
	goodCondition    = "healthy"
)

// noteConfiguration tells the health edition that a new configuration was
// refused, or taken over after that. The message itself is for the operator alone.
func (d *desk) noteConfiguration(ctx context.Context, refused error) error {
	told, err := d.store.Conditions(ctx)
	if err != nil {
		return err
	}
	n := news.Notice{Condition: goodCondition, At: d.clock(), Title: "The new configuration was taken over",
		Summary: "The mistakes that were told before are gone."}
	if refused != nil {
		n.Condition, n.Title = refusedCondition, "The new configuration was refused"
		n.Summary = "The config file has mistakes or would change too much; the old configuration goes on. harmattan check and the log tell more."
	}
	if refused != nil && told[""] == refusedCondition || refused == nil && told[""] != refusedCondition {
		return nil
	}
	d.writing.Lock()
	defer d.writing.Unlock()
	return d.tell(ctx, d.stages.Load(), []news.Notice{n})
}

// tell stores notices and publishes the health editions that have them. The
// caller holds d.writing.
func (d *desk) tell(ctx context.Context, st *stages, notices []news.Notice) error {
	if len(notices) == 0 {
		return nil
	}
	fed, err := d.store.Fed(ctx, d.clock().Add(-fetcher.RhythmSpan))
	if err != nil {
		return err
	}
	err = d.store.Write(ctx, func(tx *storage.Tx) error {
		for _, n := range notices {
			n.ID, n.Editions = st.publisher.NoticeID(n.Subject, n.Condition, n.At), fed[n.Subject]
			if err := tx.SaveNotice(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var ids []string
	for _, e := range st.health {
		ids = append(ids, e.ID)
	}
	return d.publish(ctx, st, ids)
}

// notices are what a health edition tells.
func (d *desk) notices(ctx context.Context, st *stages, e news.Edition) ([]news.Entry, error) {
	all, err := d.store.Notices(ctx, publisher.HealthOf(e), st.cfg.Publisher.LimitOf(e))
	if err != nil {
		return nil, err
	}
	return st.publisher.NoticeEntries(e, all), nil
}
