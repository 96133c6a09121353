package fetcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// answer polls once with given response headers and tells the wait.
func answer(t *testing.T, f *fetcher.Fetcher, headers ...string) (time.Duration, string) {
	t.Helper()
	code := http.StatusOK
	s := serve(t, answering(&code, headers...))
	r := poll(f, s.source(), news.SourceState{}, noon)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	return wait(r, noon), r.State.DueReason
}

// header is what a server sends beside a document: names and values in turn.
type header [6]string

// freshFor polls a server with each header and compares when the source is due.
// A quarter of an hour is what the schedule says.
func freshFor(t *testing.T, wanted map[header]time.Duration) {
	t.Helper()
	for sent, want := range wanted {
		if got, why := answer(t, newFetcher(t), sent[:]...); !about(got, want) {
			t.Errorf("%v: due in %s, want %s (%s)", sent, got, want, why)
		}
	}
}

// in is a moment as a server writes it.
func in(d time.Duration) string { return noon.Add(d).Format(http.TimeFormat) }

func TestF17_AFreshAnswerIsNotAskedForAgain(t *testing.T) {
	freshFor(t, map[header]time.Duration{
		{"Cache-Control", "max-age=7200"}:                               2 * time.Hour,
		{"Cache-Control", "public, max-age=7200, s-maxage=60"}:          2 * time.Hour,
		{"Cache-Control", "s-maxage=7200"}:                              15 * time.Minute,
		{"Cache-Control", "max-age=7200", "Age", "3600"}:                time.Hour,
		{"Expires", in(3 * time.Hour), "Date", in(0)}:                   3 * time.Hour,
		{"Expires", in(9 * time.Hour), "Cache-Control", "max-age=7200"}: 2 * time.Hour,
	})
}

func TestF18_WhatIsNoDateHasExpiredAlready(t *testing.T) {
	freshFor(t, map[header]time.Duration{
		{"Expires", "0"}:                           15 * time.Minute,
		{"Expires", "-1"}:                          15 * time.Minute,
		{"Expires", "never"}:                       15 * time.Minute,
		{"Expires", in(-time.Hour), "Date", in(0)}: 15 * time.Minute,
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Expires", "0")
		w.Header().Set("ETag", `"1"`)
		write(w, twoItems)
	})
	if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); r.State.ETag != `"1"` {
		t.Errorf("kept the validator %q", r.State.ETag)
	}
}

func TestF19_FreshnessLastsADayAtMostByTheServersOwnClock(t *testing.T) {
	freshFor(t, map[header]time.Duration{
		{"Cache-Control", "max-age=31536000"}:                        24 * time.Hour,
		{"Cache-Control", "max-age=99999999999999999999999"}:         24 * time.Hour,
		{"Cache-Control", "max-age=-5"}:                              15 * time.Minute,
		{"Cache-Control", "max-age=many"}:                            15 * time.Minute,
		{"Expires", "Tue, 01 Jan 2099 00:00:00 GMT"}:                 24 * time.Hour,
		{"Expires", in(3 * time.Hour), "Date", in(time.Hour)}:        2 * time.Hour,
		{"Expires", in(-9 * time.Hour), "Date", in(-11 * time.Hour)}: 2 * time.Hour,
	})
}

func TestF20_CacheControlIsReadHoweverItIsWritten(t *testing.T) {
	freshFor(t, map[header]time.Duration{
		{"Cache-Control", `Max-Age="7200"`}:                               2 * time.Hour,
		{"Cache-Control", "max-age=600, max-age=7200", "Age", "nonsense"}: 2 * time.Hour,
		{"Cache-Control", `stale-if-error=9, x="a", max-age=7200`}:        2 * time.Hour,
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Cache-Control"] = []string{"public", "immutable", "max-age=7200"}
		write(w, twoItems)
	})
	if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); !about(wait(r, noon), 2*time.Hour) {
		t.Errorf("three fields: due in %s (%s)", wait(r, noon), r.State.DueReason)
	}
}

func TestF21_WhatCachesMayNotKeepIsNotAskedForMoreOften(t *testing.T) {
	freshFor(t, map[header]time.Duration{
		{"Cache-Control", "max-age=7200, no-cache"}: 2 * time.Hour,
		{"Cache-Control", "private, max-age=7200"}:  2 * time.Hour,
		{"Cache-Control", "no-store"}:               15 * time.Minute,
		{"Cache-Control", "no-cache"}:               15 * time.Minute,
	})
}

func TestF22_TtlIsALowerBound(t *testing.T) {
	for ttl, want := range map[string]time.Duration{
		"180": 3 * time.Hour, " 60 ": time.Hour, "1": 15 * time.Minute, "-7": 15 * time.Minute, "x": 15 * time.Minute, "9999999999": 24 * time.Hour, "525600": 24 * time.Hour,
	} {
		document := strings.Replace(twoItems, "<description>", "<ttl>"+ttl+"</ttl><description>", 1)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, document) })
		r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
		if got := wait(r, noon); !about(got, want) {
			t.Errorf("ttl %s: due in %s, want %s (%s)", ttl, got, want, r.State.DueReason)
		}
	}
}

func TestF26_TheLatestOfAllWishesCounts(t *testing.T) {
	daily := func(o *fetcher.Options) { o.Schedule = "30 6 * * *" }
	if got, why := answer(t, newFetcher(t, daily), "Cache-Control", "max-age=7200"); !about(got, 18*time.Hour+30*time.Minute) {
		t.Errorf("due in %s (%s), want half past six tomorrow", got, why)
	}
	slow := func(o *fetcher.Options) { o.MinInterval.Duration = 5 * time.Hour }
	if got, why := answer(t, newFetcher(t, slow), "Cache-Control", "max-age=7200"); !about(got, 5*time.Hour) || !strings.Contains(why, "min_interval") {
		t.Errorf("due in %s (%s), want min_interval", got, why)
	}
	short := func(o *fetcher.Options) { o.MaxInterval.Duration = time.Hour }
	if got, why := answer(t, newFetcher(t, short), "Cache-Control", "max-age=7200"); !about(got, time.Hour) {
		t.Errorf("due in %s (%s), want max_interval", got, why)
	}
}

func TestF28_JitterSpreadsOneScheduleAndIsNeverEarly(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t)
	seen := map[time.Time]bool{}
	for i := range 50 {
		source := news.Source{ID: fmt.Sprintf("s%d", i), URL: s.URL}
		first, second := poll(f, source, news.SourceState{}, noon), poll(f, source, news.SourceState{}, noon)
		due := first.State.DueAt
		if !due.Equal(second.State.DueAt) {
			t.Fatalf("the same source at the same time is due at %s and %s", due, second.State.DueAt)
		}
		if due.Before(noon.Add(15*time.Minute)) || due.After(noon.Add(16*time.Minute+30*time.Second)) {
			t.Errorf("due at %s", due)
		}
		seen[due] = true
	}
	if len(seen) < 45 {
		t.Errorf("50 sources are due at only %d times", len(seen))
	}
	fast := newFetcher(t, func(o *fetcher.Options) { o.Schedule = "@every 2s" })
	if r := poll(fast, s.source(), news.SourceState{}, noon); wait(r, noon) > 2200*time.Millisecond {
		t.Errorf("a schedule of 2s is due in %s", wait(r, noon))
	}
}

func TestF31_SourcesOfOneScheduleAreDueAtTimesOfTheirOwnOffTheHour(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t, func(o *fetcher.Options) { o.Schedule = "@hourly" })
	jobs := many(s, 40)
	keep(jobs, collect(t, f, jobs, at(noon.Add(20*time.Minute))))
	onTheHour := 0
	for _, job := range jobs {
		if job.State.DueAt.Minute() == 0 && job.State.DueAt.Second() == 0 {
			onTheHour++
		}
	}
	hour := noon.Add(time.Hour)
	if early := f.Due(jobs, hour.Add(-time.Second)); len(early) != 0 || onTheHour > 2 {
		t.Errorf("%d are due before the hour, %d on it", len(early), onTheHour)
	}
	if some := len(f.Due(jobs, hour.Add(2*time.Minute))); some == 0 || some == 40 {
		t.Errorf("%d of 40 are due two minutes past", some)
	}
	if all := f.Due(jobs, hour.Add(10*time.Minute)); len(all) != 40 {
		t.Errorf("%d of 40 are due ten minutes past", len(all))
	}
}

func TestASourcesOwnScheduleAndZoneCount(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	source := s.source()
	source.Schedule, source.TimeZone = "0 7 * * *", "Africa/Niamey"
	r := poll(newFetcher(t), source, news.SourceState{}, noon)
	if got := wait(r, noon); !about(got, 18*time.Hour) || r.State.DueReason != "schedule 0 7 * * *" {
		t.Errorf("due in %s (%s), want 7:00 in Niamey", got, r.State.DueReason)
	}
}

func TestDueLeavesOutWhatMustNotBeAsked(t *testing.T) {
	f := newFetcher(t)
	job := func(id string, state news.SourceState, change ...func(*news.Source)) fetcher.Job {
		source := news.Source{ID: id, URL: "https://" + id + ".example/feed"}
		state.SourceID, state.URL = id, source.URL
		for _, c := range change {
			c(&source)
		}
		return fetcher.Job{Source: source, State: state}
	}
	jobs := []fetcher.Job{
		job("new", news.SourceState{}),
		job("past", news.SourceState{DueAt: noon.Add(-time.Hour)}),
		job("now", news.SourceState{DueAt: noon}),
		job("later", news.SourceState{DueAt: noon.Add(time.Minute)}),
		job("disabled", news.SourceState{}, func(s *news.Source) { s.Disabled = true }),
		job("gone", news.SourceState{Status: news.StatusGone}),
		job("moved", news.SourceState{DueAt: noon.Add(time.Hour), ETag: `"old"`}, func(s *news.Source) { s.URL = "https://elsewhere.example/" }),
	}
	var ids []string
	for _, j := range f.Due(jobs, noon) {
		ids = append(ids, j.Source.ID)
		if j.State.URL != j.Source.URL || j.State.ETag != "" {
			t.Errorf("%s: state %+v", j.Source.ID, j.State)
		}
	}
	if got := strings.Join(ids, " "); got != "new past now moved" {
		t.Errorf("due: %s", got)
	}
	if got := f.NextDue(jobs[3:4], noon); !got.Equal(noon.Add(time.Minute)) {
		t.Errorf("next due %s", got)
	}
	if got := f.NextDue(jobs, noon); !got.Equal(noon.Add(-time.Hour)) {
		t.Errorf("next due %s, want the earliest", got)
	}
	if got := f.NextDue(jobs[4:6], noon); !got.IsZero() {
		t.Errorf("next due %s, want never", got)
	}
}

func TestADueTimeFollowsAChangedSchedule(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	job := fetcher.Job{Source: s.source()}
	job.Source.Schedule = "0 6 1 1 *"
	f := newFetcher(t)
	job.State = poll(f, job.Source, job.State, noon).State
	if got := f.NextDue([]fetcher.Job{job}, noon); got.Year() != 2027 {
		t.Fatalf("next due %s", got)
	}
	job.Source.Schedule = "*/10 * * * *"
	if got := f.NextDue([]fetcher.Job{job}, noon); !got.Equal(noon.Add(10 * time.Minute)) {
		t.Errorf("next due %s after the schedule was mended", got)
	}
}

func TestAClockThatWasSetBackSilencesNobody(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t, func(o *fetcher.Options) {
		o.HostSpacing.Duration, o.MinInterval.Duration = 10*time.Millisecond, 15*time.Minute
	})
	job := fetcher.Job{Source: s.source()}
	job.State = poll(f, job.Source, job.State, noon.AddDate(4, 0, 0)).State
	due := f.Due([]fetcher.Job{job}, noon)
	if len(due) != 1 {
		t.Fatalf("not due before %s", job.State.DueAt)
	}
	if r := poll(f, due[0].Source, due[0].State, noon.Add(time.Hour)); r.Outcome != fetcher.OutcomeUnchanged || wait(r, noon.Add(time.Hour)) > time.Hour {
		t.Errorf("outcome %s, due %s: %v", r.Outcome, r.State.DueAt, r.Err)
	}
}

func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	if problems := fetcher.Default().Validate(); len(problems) != 0 {
		t.Fatalf("the defaults: %v", problems)
	}
	for key, change := range map[string]func(*fetcher.Options){
		"schedule":       func(o *fetcher.Options) { o.Schedule = "0 0 31 2 *" },
		"time_zone":      func(o *fetcher.Options) { o.TimeZone = "Africa/Agadez" },
		"concurrency":    func(o *fetcher.Options) { o.Concurrency = 0 },
		"host_spacing":   func(o *fetcher.Options) { o.HostSpacing.Duration = -1 },
		"timeout":        func(o *fetcher.Options) { o.Timeout.Duration = 0 },
		"max_body_bytes": func(o *fetcher.Options) { o.MaxBodyBytes = 0 },
		"max_items":      func(o *fetcher.Options) { o.MaxItems = 0 },
		"min_interval":   func(o *fetcher.Options) { o.MinInterval.Duration = -1 },
		"max_interval":   func(o *fetcher.Options) { o.MaxInterval.Duration = time.Minute },
		"contact":        func(o *fetcher.Options) { o.Contact = "desk\r\nX-Evil: 1" },
		"allow.1":        func(o *fetcher.Options) { o.Allow = []string{"10.0.0.0/8", "10.0.0.0/99"} },
	} {
		o := fetcher.Default()
		change(&o)
		problems := o.Validate()
		if len(problems) != 1 || strings.Join(problems[0].Path, ".") != key {
			t.Errorf("%s: %v", key, problems)
		}
		if _, err := fetcher.New(o, "1"); err == nil || !strings.Contains(err.Error(), "fetcher."+key) {
			t.Errorf("%s: New says %v", key, err)
		}
	}
}

func TestSchedulesThatWouldPanicOrNeverFireAreRefused(t *testing.T) {
	for spec, ok := range map[string]bool{
		"*/15 * * * *": true, "@hourly": true, "@every 2s": true, "@every 1h30m": true, "CRON_TZ=Africa/Bamako 0 6 * * 1-5": true,
		"0 0 29 2 *": true, "TZ=UTC @daily": true,
		"": false, "CRON_TZ=UTC": false, "TZ=UTC ": false, "0 0 31 2 *": false, "* * * *": false, "@every 500ms": false, "@every -1s": false,
		"@every 1.5s": false, "@reboot": false, "@sometimes": false, "61 * * * *": false, "CRON_TZ=Nowhere/None * * * * *": false,
	} {
		problems := fetcher.ValidateSource(news.Source{ID: "x", URL: "https://x.example/", Schedule: spec})
		if spec == "" {
			continue
		}
		if (len(problems) == 0) != ok {
			t.Errorf("%q: %v", spec, problems)
		}
	}
}

func TestMistakesInASourceAreNamed(t *testing.T) {
	good := news.Source{ID: "radio-okapi.fr", URL: "https://x.example/feed?format=rss", Homepage: "https://x.example", Language: "fr",
		Countries: []string{"NE", "ML"}, TimeZone: "Africa/Niamey", Tags: []string{"radio"}}
	if problems := fetcher.ValidateSource(good); len(problems) != 0 {
		t.Fatalf("got %v", problems)
	}
	for key, change := range map[string]func(*news.Source){
		"id":          func(s *news.Source) { s.ID = "Radio Okapi" },
		"url":         func(s *news.Source) { s.URL = "ftp://x.example/" },
		"homepage":    func(s *news.Source) { s.Homepage = "x.example" },
		"language":    func(s *news.Source) { s.Language = "français" },
		"countries.1": func(s *news.Source) { s.Countries = []string{"NE", "Mali"} },
		"time_zone":   func(s *news.Source) { s.TimeZone = "Local" },
		"schedule":    func(s *news.Source) { s.Schedule = "often" },
		"tags.0":      func(s *news.Source) { s.Tags = []string{""} },
		"kind":        func(s *news.Source) { s.Kind = "sitemap" },
	} {
		bad := good
		change(&bad)
		problems := fetcher.ValidateSource(bad)
		if len(problems) != 1 || strings.Join(problems[0].Path, ".") != key {
			t.Errorf("%s: %v", key, problems)
		}
	}
}

func TestF101_GoogleNewsIsNoSource(t *testing.T) {
	for address, refused := range map[string]bool{
		"https://news.google.com/rss/search?q=Sahel": true, "https://News.Google.com./rss": true,
		"https://news.google.com.example/rss": false, "https://tenere.example/news.google.com": false,
	} {
		problems := fetcher.ValidateSource(news.Source{ID: "x", URL: address})
		if (len(problems) == 1 && strings.Contains(problems[0].Message, "publishers' own feeds")) != refused {
			t.Errorf("%s: %v", address, problems)
		}
	}
}
