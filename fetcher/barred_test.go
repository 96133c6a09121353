package fetcher_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// outlet serves a document and a robots.txt and counts requests for each path.
func outlet(t *testing.T, robots *string) (source news.Source, asked map[string]int) {
	t.Helper()
	asked = map[string]int{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		switch {
		case r.URL.Path != "/robots.txt":
			write(w, twoItems)
		case *robots == "":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			write(w, *robots)
		}
	}))
	t.Cleanup(s.Close)
	return news.Source{ID: "tenere", URL: s.URL + "/private/feed"}, asked
}

func TestF64_OnlyAGroupThatNamesUsBarsASource(t *testing.T) {
	for robots, barred := range map[string]bool{
		"User-agent: *\nDisallow: /":                                               false,
		"User-agent: Harmattan\nDisallow: /":                                       true,
		"User-agent: harmattan\nUser-agent: Other\nDisallow: /private/":            true,
		"User-agent: *\nDisallow: /\n\nUser-agent: harmattan\nDisallow: /pictures": false,
		"User-agent: harmattan\nDisallow: /private/\nAllow: /private/feed":         false,
		"User-agent: HarmattanImages\nDisallow: /":                                 false,
		"":                                   false,
		"\x00<html>not a robots.txt: at all": false,
	} {
		source, asked := outlet(t, &robots)
		f := newFetcher(t)
		r := poll(f, source, news.SourceState{}, noon)
		if r.Err != nil || asked["/robots.txt"] != 0 {
			t.Fatalf("%q: the first fetch made %v: %v", robots, asked, r.Err)
		}
		r = poll(f, source, r.State, noon.Add(25*time.Hour))
		if asked["/robots.txt"] != 1 || (asked["/private/feed"] == 1) != barred || (r.Outcome == fetcher.OutcomeFailed) != barred {
			t.Errorf("%q: asked %v, outcome %s: %v", robots, asked, r.Outcome, r.Err)
		}
		if barred && (r.State.Status != news.StatusBlocked || !strings.Contains(r.State.LastError, "/robots.txt names Harmattan") || !about(wait(r, noon.Add(25*time.Hour)), 24*time.Hour)) {
			t.Errorf("%q: state %+v", robots, r.State)
		}
	}
}

func TestF64_RobotsTxtIsAskedWeeklyAndOpensAgain(t *testing.T) {
	robots := "User-agent: *\nAllow: /"
	source, asked := outlet(t, &robots)
	f := newFetcher(t)
	var state news.SourceState
	for day := range 21 {
		state = poll(f, source, state, noon.AddDate(0, 0, day)).State
	}
	if asked["/robots.txt"] != 3 || asked["/private/feed"] != 21 {
		t.Errorf("asked %v in three weeks", asked)
	}
	robots = "User-agent: Harmattan\nDisallow: /"
	for day := range 14 {
		state = poll(f, source, state, noon.AddDate(0, 0, 21+day)).State
	}
	if state.Status != news.StatusBlocked {
		t.Fatalf("status %s", state.Status)
	}
	robots = "User-agent: Harmattan\nDisallow:"
	if r := poll(f, source, state, noon.AddDate(0, 0, 40)); r.Err != nil || r.State.Status != news.StatusHealthy {
		t.Errorf("after the line was taken out: %s, %v", r.State.Status, r.Err)
	}
}

func TestF64_SourcesOfOneHostShareARobotsTxt(t *testing.T) {
	robots := "User-agent: *\nDisallow: /"
	source, asked := outlet(t, &robots)
	f := newFetcher(t)
	for i := range 5 {
		source.ID = strings.Repeat("x", i+1)
		state := poll(f, source, news.SourceState{}, noon).State
		poll(f, source, state, noon.Add(25*time.Hour))
	}
	if asked["/robots.txt"] != 1 {
		t.Errorf("asked %v", asked)
	}
}
