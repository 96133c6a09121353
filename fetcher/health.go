package fetcher

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// Condition is how a source is, in a word that a person understands.
type Condition string

// The conditions of a source, the gravest first.
const (
	ConditionDisabled Condition = "disabled"
	ConditionGone     Condition = "gone"    // for good; no longer asked
	ConditionBlocked  Condition = "blocked" // the server answers, but not to us
	ConditionFailing  Condition = "failing"
	// ConditionQuarantined is told by what it sent, which no state holds.
	ConditionQuarantined Condition = "quarantined"
	ConditionMoved       Condition = "moved" // read from where it moved to
	ConditionQuiet       Condition = "quiet" // for longer than usual
	ConditionNew         Condition = "new"   // never fetched
	ConditionHealthy     Condition = "healthy"
)

// Health is how a source is, why we think so and what to do.
type Health struct {
	Condition Condition
	Since     time.Time // zero when not known
	Evidence  string
	Advice    string // empty when there is nothing to do
}

// RhythmSpan is how much of a source's past tells what is usual for it.
const RhythmSpan = 28 * 24 * time.Hour

// HealthOf judges a source by its state and by when its articles of the last
// RhythmSpan were published, in any order. It asks nobody.
func HealthOf(source news.Source, state news.SourceState, published []time.Time, now time.Time) Health {
	if source.Disabled {
		return Health{Condition: ConditionDisabled, Evidence: "disabled = true in the configuration"}
	}
	state = current(Job{Source: source, State: state}, now)
	h := healthOf(state, published, now)
	h.Evidence += protocolEvidence(state.Pace)
	return h
}

func healthOf(state news.SourceState, published []time.Time, now time.Time) Health {
	switch {
	case state.Status == news.StatusGone:
		return Health{ConditionGone, state.FailingSince, answered(state),
			"remove the source, or look on the site for the address of its successor"}
	case state.Status == news.StatusBlocked:
		return blocked(state)
	case state.Failures > 0:
		return failing(state, now)
	case state.CheckedAt.IsZero():
		return Health{Condition: ConditionNew, Evidence: "never fetched yet"}
	}
	if state.MovedTo != "" && address(state) == state.MovedTo {
		return Health{ConditionMoved, state.MovedSince,
			fmt.Sprintf("redirects for good to %s, seen %s since %s", shown(state.MovedTo), times(state.MovedCount), day(state.MovedSince)),
			fmt.Sprintf("write url = %q into its [[source]] table", news.RedactURL(state.MovedTo))}
	}
	if h, quiet := quiet(state, published, now); quiet {
		return h
	}
	return healthy(state, published)
}

func blocked(state news.SourceState) Health {
	h := Health{ConditionBlocked, state.FailingSince, answered(state), "ask the publisher to let the User-Agent of Harmattan through; a [fetcher] contact helps"}
	switch {
	case strings.Contains(state.LastError, "bot challenge"):
		h.Advice = "the site puts a bot challenge before its feed: ask it to exempt that path" + exemption(state.URL)
	case state.LastCode == http.StatusUnauthorized:
		h.Advice = "the server wants credentials: look for a public feed of the outlet"
	case state.LastCode == http.StatusTooManyRequests:
		h.Advice = "the server counts too many requests: give the source a slower schedule"
	}
	return h
}

// exemption is the rule that the site's operator can paste (F-66).
func exemption(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(", at Cloudflare with the rule (http.request.uri.path eq %q) and the action Skip", u.EscapedPath())
}

func failing(state news.SourceState, now time.Time) Health {
	h := Health{ConditionFailing, state.FailingSince, answered(state), ""}
	lasting := now.Sub(state.FailingSince) >= week
	switch {
	case state.LastCode == http.StatusGone:
		h.Advice = "nothing yet: it is asked once more a day after it said to be gone for good, then never"
	case state.LastCode == http.StatusNotFound:
		h.Advice = "look on the site for the new address of the feed"
	case holdsDocument(state.LastCode) && strings.Contains(state.LastError, errTruncated.Error()):
		h.Advice = "its document ends too early; what is complete of it is taken: tell the publisher if it lasts"
	case holdsDocument(state.LastCode):
		h.Advice = "what came is no feed that can be read: open the address in a browser"
	case lasting && state.LastCode == 0:
		h.Advice = "the server has not been reached for a week: see whether the site still exists"
	case lasting:
		h.Advice = "it has failed for a week: tell the publisher"
	default:
		h.Advice = "nothing yet: it is asked again by itself"
	}
	return h
}

// answered tells what a failing source answers, how often and since when.
func answered(state news.SourceState) string {
	return fmt.Sprintf("failed %s since %s, last: %s", times(state.Failures), day(state.FailingSince), state.LastError)
}

// fewest is how many pauses between articles tell what is usual.
const fewest = 5

// quiet tells whether the source is silent for much longer than it ever was in
// its usual span, and a day at least: outlets rest at week-ends and on holidays.
func quiet(state news.SourceState, published []time.Time, now time.Time) (Health, bool) {
	longest, newest, pauses := rhythm(published)
	if newest.IsZero() {
		newest = state.ChangedAt
	}
	silence := now.Sub(newest)
	advice := "open the outlet's site: if it has news, its feed is broken or has moved"
	switch {
	case newest.IsZero():
		return Health{ConditionQuiet, time.Time{}, "its document has never held an article", advice}, state.Status == news.StatusHealthy
	case silence >= RhythmSpan:
		return Health{ConditionQuiet, newest, fmt.Sprintf("nothing new for %s", people(silence)), advice}, true
	case pauses < fewest || silence < 24*time.Hour || silence < longest+longest/2:
		return Health{}, false
	}
	return Health{ConditionQuiet, newest, fmt.Sprintf("nothing new for %s; the longest pause before was %s (%d articles in four weeks)",
		people(silence), people(longest), len(published)), advice}, true
}

// rhythm finds the longest pause between articles, the newest of them, and the
// number of pauses.
func rhythm(published []time.Time) (longest time.Duration, newest time.Time, pauses int) {
	ordered := slices.SortedFunc(slices.Values(published), time.Time.Compare)
	for i, at := range ordered {
		newest = at
		if i > 0 && at.After(ordered[i-1]) {
			longest = max(longest, at.Sub(ordered[i-1]))
			pauses++
		}
	}
	return longest, newest, pauses
}

func healthy(state news.SourceState, published []time.Time) Health {
	h := Health{Condition: ConditionHealthy, Evidence: fmt.Sprintf("%d articles in four weeks", len(published))}
	if _, newest, _ := rhythm(published); !newest.IsZero() {
		h.Evidence += ", the newest of " + day(newest)
	}
	if state.MovedTo != "" {
		h.Evidence += fmt.Sprintf("; redirected for good to %s %s since %s: followed without detour after five times and two days",
			shown(state.MovedTo), times(state.MovedCount), day(state.MovedSince))
	}
	return h
}

// Next tells when a source is due and why then; the time is zero for never.
func (f *Fetcher) Next(job Job, now time.Time) (at time.Time, why string) {
	job.State = f.current(job, now)
	at, ok := f.dueAt(job)
	spec, _ := f.spec(job.Source)
	switch {
	case job.Source.Disabled:
		return time.Time{}, "disabled in the configuration"
	case !ok:
		return time.Time{}, job.State.DueReason
	case job.State.CheckedAt.IsZero() && at.IsZero():
		return now, "never fetched yet"
	case job.State.HoldUntil.After(at):
		return job.State.HoldUntil, "the server asked for silence"
	case strings.HasPrefix(job.State.DueReason, reasonSchedule):
		return at, reasonSchedule + spec
	}
	return at, job.State.DueReason
}

func day(t time.Time) string {
	if t.IsZero() {
		return "an unknown day"
	}
	return t.UTC().Format("2006-01-02 15:04Z")
}

// people writes a time span as people count silence: in days or hours.
func people(d time.Duration) string {
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	if d >= 2*time.Hour {
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d minutes", d/time.Minute)
}
