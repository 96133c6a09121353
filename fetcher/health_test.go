package fetcher_test

import (
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

const dayLong = 24 * time.Hour

// every lists moments of publication, the last one some time before noon.
func every(pause time.Duration, n int, silence time.Duration) (published []time.Time) {
	for i := range n {
		published = append(published, noon.Add(-silence-time.Duration(i)*pause))
	}
	return published
}

func TestHealthIsAWordWithItsEvidenceAndAdvice(t *testing.T) {
	source := news.Source{ID: "tenere", URL: "https://tenere.example/feed"}
	well := news.SourceState{SourceID: "tenere", URL: source.URL, Status: news.StatusHealthy, CheckedAt: noon, ChangedAt: noon.Add(-time.Hour)}
	with := func(change func(*news.SourceState)) news.SourceState {
		state := well
		change(&state)
		return state
	}
	failed := func(status news.Status, code int, message string, since time.Duration) news.SourceState {
		return with(func(s *news.SourceState) {
			s.Status, s.LastCode, s.LastError, s.Failures, s.FailingSince = status, code, message, 4, noon.Add(-since)
		})
	}
	moved := func(count int, since time.Duration) news.SourceState {
		return with(func(s *news.SourceState) {
			s.MovedTo, s.MovedCount, s.MovedSince = "https://news.tenere.example/rss?key=4711", count, noon.Add(-since)
		})
	}
	hourly := every(time.Hour, 100, time.Hour)
	for _, c := range []struct {
		name             string
		state            news.SourceState
		published        []time.Time
		want             fetcher.Condition
		evidence, advice string
	}{
		{"never fetched", news.SourceState{}, nil, fetcher.ConditionNew, "never fetched", ""},
		{"another address in the configuration", with(func(s *news.SourceState) { s.URL = "https://old.example/" }), hourly, fetcher.ConditionNew, "", ""},
		{"all well", well, hourly, fetcher.ConditionHealthy, "100 articles in four weeks, the newest of 2026-03-02 11:00Z", ""},
		{"failed once", failed(news.StatusFailing, 0, "connection refused", time.Hour), hourly, fetcher.ConditionFailing, "4 times in a row since 2026-03-02 11:00Z, last: connection refused", "by itself"},
		{"down for a week", failed(news.StatusFailing, 0, "no such host", 8*dayLong), hourly, fetcher.ConditionFailing, "no such host", "still exists"},
		{"500 for a week", failed(news.StatusFailing, 500, "the server answered 500", 8*dayLong), hourly, fetcher.ConditionFailing, "500", "tell the publisher"},
		{"not found", failed(news.StatusFailing, 404, "the server answered 404", dayLong), hourly, fetcher.ConditionFailing, "404", "new address"},
		{"cut off", failed(news.StatusFailing, 200, "the document was cut off after 3 complete items", dayLong), hourly, fetcher.ConditionFailing, "3 complete items", "ends too early"},
		{"gone, said once", failed(news.StatusFailing, 410, "the server answered 410 Gone", time.Hour), hourly, fetcher.ConditionFailing, "410", "once more a day after"},
		{"no feed", failed(news.StatusFailing, 200, "not a feed", dayLong), hourly, fetcher.ConditionFailing, "not a feed", "browser"},
		{"bot challenge", failed(news.StatusBlocked, 403, "the server answered 403: a bot challenge", dayLong), hourly, fetcher.ConditionBlocked, "bot challenge", `exempt that path, at Cloudflare with the rule (http.request.uri.path eq "/feed")`},
		{"credentials", failed(news.StatusBlocked, 401, "x", dayLong), hourly, fetcher.ConditionBlocked, "", "public feed"},
		{"too many", failed(news.StatusBlocked, 429, "x", dayLong), hourly, fetcher.ConditionBlocked, "", "slower"},
		{"forbidden", failed(news.StatusBlocked, 403, "x", dayLong), hourly, fetcher.ConditionBlocked, "", "contact"},
		{"gone", failed(news.StatusGone, 410, "the server answered 410 Gone", dayLong), hourly, fetcher.ConditionGone, "410", "remove"},
		{"moved for good", moved(5, 3*dayLong), hourly, fetcher.ConditionMoved, "seen 5 times in a row since 2026-02-27", `url = "https://news.tenere.example/rss?`},
		{"a move that is young", moved(2, dayLong), hourly, fetcher.ConditionHealthy, "2 times in a row", ""},
		{"quiet", well, every(time.Hour, 100, 2*dayLong), fetcher.ConditionQuiet, "nothing new for 2 days; the longest pause before was 60 minutes (100 articles", "broken or has moved"},
		{"as quiet as it was before", well, append(every(time.Hour, 20, 3*dayLong), every(time.Hour, 20, 6*dayLong)...), fetcher.ConditionHealthy, "", ""},
		{"less than a day is no silence", well, every(time.Minute, 100, 23*time.Hour), fetcher.ConditionHealthy, "", ""},
		{"too few articles to tell", well, every(time.Hour, 5, 9*dayLong), fetcher.ConditionHealthy, "", ""},
		{"silent for five weeks", with(func(s *news.SourceState) { s.ChangedAt = noon.Add(-35 * dayLong) }), nil, fetcher.ConditionQuiet, "nothing new for 35 days", ""},
		{"never an article", with(func(s *news.SourceState) { s.ChangedAt = time.Time{} }), nil, fetcher.ConditionQuiet, "never held an article", ""},
	} {
		got := fetcher.HealthOf(source, c.state, c.published, noon)
		if got.Condition != c.want || !strings.Contains(got.Evidence, c.evidence) || !strings.Contains(got.Advice, c.advice) {
			t.Errorf("%s: %+v", c.name, got)
		}
		if strings.Contains(got.Evidence+got.Advice, "4711") {
			t.Errorf("%s: tells the value of a query: %+v", c.name, got)
		}
	}
	source.Disabled = true
	if got := fetcher.HealthOf(source, well, hourly, noon); got.Condition != fetcher.ConditionDisabled {
		t.Errorf("disabled: %+v", got)
	}
}

func TestNextTellsWhenASourceIsDueAndWhy(t *testing.T) {
	f := newFetcher(t, func(o *fetcher.Options) { o.Schedule = "@hourly" })
	source := news.Source{ID: "tenere", URL: "https://tenere.example/feed"}
	state := news.SourceState{SourceID: "tenere", URL: source.URL, Status: news.StatusHealthy, CheckedAt: noon,
		DueAt: noon.Add(20 * time.Minute), DueReason: "schedule */20 * * * *"}
	held := state
	held.HoldUntil, held.DueReason = noon.Add(3*time.Hour), "schedule @hourly"
	gone := state
	gone.Status, gone.DueReason = news.StatusGone, "never again: it is gone"
	off := source
	off.Disabled = true
	for _, c := range []struct {
		name   string
		source news.Source
		state  news.SourceState
		at     time.Time
		why    string
	}{
		{"never fetched", source, news.SourceState{SourceID: "tenere"}, noon, "never fetched"},
		{"the schedule was changed since", source, state, noon.Add(time.Hour), "schedule @hourly"},
		{"the server wants silence", source, held, noon.Add(3 * time.Hour), "silence"},
		{"gone", source, gone, time.Time{}, "never again"},
		{"disabled", off, state, time.Time{}, "disabled"},
	} {
		at, why := f.Next(fetcher.Job{Source: c.source, State: c.state}, noon)
		if !at.Equal(c.at) || !strings.Contains(why, c.why) {
			t.Errorf("%s: %s, %q", c.name, at, why)
		}
	}
}
