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

// logged is one request as a server's log has it.
type logged struct {
	at              time.Time
	etag, modified  string // as sent
	code            int
	issued, changed string // validators as answered
	until           time.Time
}

// critic serves one source and notes all that the feed-reader score project
// counts.
type critic struct {
	*site
	log   []logged
	stray []string // cookies, referers, queries, other methods and paths
}

// newCritic serves what behave says; until is the time before which the answer
// asks not to be asked again.
func newCritic(t *testing.T, now *time.Time, behave func(w http.ResponseWriter, at time.Time) (etag, modified string, code int, quiet time.Duration)) *critic {
	c := &critic{}
	c.site = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet || r.URL.Path != "/feed" || r.URL.RawQuery != "" || r.Referer() != "" || r.Header.Get("Cookie") != "" {
			c.stray = append(c.stray, fmt.Sprint(r.Method, r.URL, r.Header))
		}
		http.SetCookie(w, &http.Cookie{Name: "visitor", Value: "1"})
		etag, modified, code, quiet := behave(w, *now)
		sent := logged{at: *now, etag: r.Header.Get("If-None-Match"), modified: r.Header.Get("If-Modified-Since"),
			issued: etag, changed: modified, until: now.Add(quiet)}
		for name, value := range map[string]string{"ETag": etag, "Last-Modified": modified} {
			if value != "" {
				w.Header().Set(name, value)
			}
		}
		if code == http.StatusOK && etag != "" && sent.etag == etag {
			code = http.StatusNotModified
		}
		sent.code = code
		c.log = append(c.log, sent)
		w.WriteHeader(code)
		if code == http.StatusOK {
			write(w, channel(story(int(now.Sub(noon)/(24*time.Hour)), "Pluies"))+"<!-- "+etag+" -->")
		}
	})
	return c
}

// judge holds the log against the rules.
func (c *critic) judge(t *testing.T, name string, least time.Duration, unconditional int) {
	t.Helper()
	if len(c.stray) > 0 {
		t.Errorf("%s: %d requests with what nobody asked for, such as %s", name, len(c.stray), c.stray[0])
	}
	etag, modified := "", ""
	for i, l := range c.log {
		switch {
		case l.etag == "" && l.modified == "":
			unconditional--
		case l.etag != etag || l.modified != modified:
			t.Errorf("%s at %s: sent %q and %q, the last given were %q and %q", name, l.at, l.etag, l.modified, etag, modified)
		}
		if i > 0 && (l.at.Before(c.log[i-1].until) || l.at.Sub(c.log[i-1].at) < least) {
			t.Errorf("%s: asked at %s and %s, not before %s was wanted", name, c.log[i-1].at, l.at, c.log[i-1].until)
		}
		if l.code < 400 {
			etag, modified = l.issued, l.changed
		}
	}
	if unconditional != 0 {
		t.Errorf("%s: %d unconditional requests fewer than expected, of %d", name, unconditional, len(c.log))
	}
}

// TestScoreOfASimulatedWeek counts what the feed-reader score project counts,
// over nine days for the refresh after eight.
func TestScoreOfASimulatedWeek(t *testing.T) {
	now := noon
	day := func(at time.Time) int { return int(at.Sub(noon) / (24 * time.Hour)) }
	daily := func(at time.Time) (string, string) {
		return fmt.Sprintf(`W/"%d"`, day(at)), at.Truncate(24 * time.Hour).Format(http.TimeFormat)
	}
	critics := map[string]*critic{
		"plain": newCritic(t, &now, func(_ http.ResponseWriter, at time.Time) (string, string, int, time.Duration) {
			etag, modified := daily(at)
			return etag, modified, 200, 0
		}),
		"one validator comes and goes": newCritic(t, &now, func(_ http.ResponseWriter, at time.Time) (string, string, int, time.Duration) {
			etag, modified := daily(at)
			if day(at)%2 == 1 {
				modified = ""
			}
			return etag, modified, 200, 0
		}),
		"fresh": newCritic(t, &now, func(w http.ResponseWriter, at time.Time) (string, string, int, time.Duration) {
			etag, modified := daily(at)
			w.Header().Set("Cache-Control", "max-age=5400")
			return etag, modified, 200, 90 * time.Minute
		}),
		"rate limited": newCritic(t, &now, func(w http.ResponseWriter, at time.Time) (string, string, int, time.Duration) {
			etag, modified := daily(at)
			if at.Hour() == 6 {
				w.Header().Set("Retry-After", "10800")
				return "", "", 429, 3 * time.Hour
			}
			return etag, modified, 200, 0
		}),
		"broken at night": newCritic(t, &now, func(_ http.ResponseWriter, at time.Time) (string, string, int, time.Duration) {
			etag, modified := daily(at)
			if at.Hour() < 4 {
				return "", "", 503, time.Hour
			}
			return etag, modified, 200, 0
		}),
	}
	f := newFetcher(t, func(o *fetcher.Options) { o.MinInterval.Duration = time.Hour })
	var jobs []fetcher.Job
	for name, c := range critics {
		jobs = append(jobs, fetcher.Job{Source: news.Source{ID: strings.ReplaceAll(name, " ", "-"), URL: c.URL + "/feed"}})
	}
	for end := noon.AddDate(0, 0, 9); now.Before(end); {
		for _, due := range f.Due(jobs, now) {
			state := poll(f, due.Source, due.State, now).State
			for i := range jobs {
				if jobs[i].Source.ID == due.Source.ID {
					jobs[i].State = state
				}
			}
		}
		now = f.NextDue(jobs, now)
	}
	for name, c := range critics {
		if len(c.log) < 80 {
			t.Errorf("%s: only %d requests in nine days", name, len(c.log))
		}
		c.judge(t, name, time.Hour, 2)
	}
}

func TestF24_ThePeriodThatBlogSoftwareWritesUnaskedSaysNothing(t *testing.T) {
	for period, want := range map[string]time.Duration{
		"hourly</sy:updatePeriod><sy:updateFrequency>1": 15 * time.Minute,
		"daily</sy:updatePeriod><sy:updateFrequency>2":  12 * time.Hour,
		"daily</sy:updatePeriod><sy:updateFrequency>x":  24 * time.Hour,
		"yearly</sy:updatePeriod><sy:updateFrequency>1": 24 * time.Hour,
		"often</sy:updatePeriod><sy:updateFrequency>1":  15 * time.Minute,
	} {
		document := strings.Replace(strings.Replace(twoItems, "<description>", "<sy:updatePeriod>"+period+"</sy:updateFrequency><description>", 1),
			"<rss", `<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"`, 1)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, document) })
		if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); !about(wait(r, noon), want) {
			t.Errorf("%s: due in %s (%s), want %s", period, wait(r, noon), r.State.DueReason, want)
		}
	}
}

func TestF30_AGeneratorThatTheOperatorLetPassIsHeldForOneSourceAlone(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/limited" {
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		write(w, twoItems)
	})
	base := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	f := newFetcher(t, func(o *fetcher.Options) { o.Allow = []string{strings.TrimPrefix(base, "http://")} })
	limited := poll(f, news.Source{ID: "limited", URL: base + "/limited"}, news.SourceState{}, noon)
	if limited.Code != http.StatusTooManyRequests || !about(wait(limited, noon), 2*time.Hour) {
		t.Fatalf("status %d, due in %s: %v", limited.Code, wait(limited, noon), limited.Err)
	}
	if r := poll(f, news.Source{ID: "other", URL: base + "/other"}, news.SourceState{}, noon); r.Outcome != fetcher.OutcomeNew {
		t.Errorf("another source of the generator: %s, %v", r.Outcome, r.Err)
	}
}
