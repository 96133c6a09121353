package fetcher_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// among makes a fetcher that knows all configured sources.
func among(t *testing.T, allow []string, sources ...news.Source) *fetcher.Fetcher {
	t.Helper()
	o := fetcher.Default()
	o.Allow, o.MinInterval.Duration, o.HostSpacing.Duration = allow, 0, 0
	f, err := fetcher.New(o, "1.2", sources...)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestF47_AMoveIsNotKeptBeforeFivePollsOrBeforeTwoDays(t *testing.T) {
	code, to := 301, "/elsewhere"
	s := serve(t, redirecting(&code, &to))
	for name, at := range map[string][]time.Duration{
		"five polls in less than two days": {0, time.Hour, 2 * time.Hour, 24 * time.Hour, 48*time.Hour - time.Second, 50 * time.Hour},
		"four polls in a week":             {0, 48 * time.Hour, 96 * time.Hour, 168 * time.Hour, 169 * time.Hour},
	} {
		f, state := newFetcher(t), news.SourceState{}
		for _, after := range at {
			s.asked()
			state = poll(f, s.source(), state, noon.Add(after)).State
			if asked := s.askedFor(); asked[0].URL.Path != "/feed" {
				t.Errorf("%s: after %s it was asked at %s", name, after, asked[0].URL)
			}
		}
		s.asked()
		poll(f, s.source(), state, noon.Add(200*time.Hour))
		if asked := s.askedFor(); asked[0].URL.Path != "/elsewhere" {
			t.Errorf("%s: at last it was asked at %s", name, asked[0].URL)
		}
	}
}

func TestF49_NoMoveOntoAnotherSourceOnAnyPath(t *testing.T) {
	code, to := 301, "/zinder"
	s := serve(t, redirecting(&code, &to))
	other := news.Source{ID: "zinder", URL: strings.Replace(s.URL, "http", "HTTP", 1) + "/zinder"}
	f := among(t, []string{"127.0.0.1"}, s.source(), other)
	first := poll(f, s.source(), news.SourceState{}, noon)
	if len(first.Items) != 2 || first.State.MovedTo != "" || first.Move == nil || first.Move.Kind != fetcher.MoveRefused ||
		!strings.Contains(first.Move.Reason, "zinder") {
		t.Errorf("moved to %q, told %+v: %v", first.State.MovedTo, first.Move, first.Err)
	}
	if again := poll(f, s.source(), first.State, noon.Add(time.Hour)); again.State.MovedTo != "" || again.Move != nil {
		t.Errorf("told again: %+v", again.Move)
	}

	kept := first.State
	kept.MovedTo, kept.MovedCount, kept.MovedSince, kept.CheckedAt = s.URL+"/zinder", 9, noon, noon.Add(72*time.Hour)
	later := noon.Add(30 * 24 * time.Hour)
	job := fetcher.Job{Source: s.source(), State: kept}
	s.asked()
	poll(f, s.source(), kept, later)
	for range f.Stream(t.Context(), []fetcher.Job{job}, at(later)) {
	}
	for _, r := range s.askedFor() {
		if r.URL.Path == "/zinder" && r.Header.Get("If-None-Match") != "" || r.URL.Path != "/zinder" && r.URL.Path != "/feed" {
			t.Errorf("asked at %s", r.URL)
		}
	}
	for name, jobs := range map[string][]fetcher.Job{"due": f.Due([]fetcher.Job{job}, later), "refreshable": f.Refreshable([]fetcher.Job{job}, later)} {
		if len(jobs) != 1 || jobs[0].State.MovedTo != "" {
			t.Errorf("%s: %+v", name, jobs)
		}
	}
	if r := poll(f, s.source(), kept, later); r.Requests != 2 {
		t.Errorf("the move that was kept before is followed without detour: %d requests", r.Requests)
	}
}

func TestF49_NoMoveToAPrivateAddressByName(t *testing.T) {
	code, to := 301, ""
	s := serve(t, redirecting(&code, &to))
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	to = "http://localhost" + port + "/elsewhere"
	r := poll(among(t, []string{"127.0.0.1", "localhost"}, s.source()), s.source(), news.SourceState{}, noon)
	if len(r.Items) != 2 || r.State.MovedTo != "" || r.Move == nil || !strings.Contains(r.Move.Reason, "private") {
		t.Errorf("moved to %q, told %+v: %v", r.State.MovedTo, r.Move, r.Err)
	}
}

func TestF49_NoMoveThatAddsASecret(t *testing.T) {
	code, to := 301, "/elsewhere?PHPSESSID=q8Zr2Lk9xW4v"
	s := serve(t, redirecting(&code, &to))
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	if r.State.MovedTo != "" || r.Move == nil || strings.Contains(r.Move.To, "q8Zr") {
		t.Errorf("moved to %q, told %+v", r.State.MovedTo, r.Move)
	}
	source := s.source()
	source.URL += "?token=hush"
	to = "/elsewhere?token=hush"
	if r = poll(f, source, news.SourceState{}, noon); r.State.MovedTo != s.URL+to || r.Move == nil || strings.Contains(r.Move.To, "hush") {
		t.Errorf("one that had a secret before: moved to %q, told %+v", r.State.MovedTo, r.Move)
	}
}

func TestF50_EveryMoveIsToldOnce(t *testing.T) {
	code, to := 308, "/elsewhere"
	inner := redirecting(&code, &to)
	broken := false
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if broken {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		inner(w, r)
	})
	f, state := newFetcher(t), news.SourceState{}
	var told []string
	for hour := range 24 * 4 {
		broken = hour == 24*3
		r := poll(f, s.source(), state, noon.Add(time.Duration(hour)*time.Hour))
		if state = r.State; r.Move != nil {
			told = append(told, string(r.Move.Kind)+" "+strings.TrimPrefix(r.Move.To, s.URL))
		}
	}
	if got := strings.Join(told, ", "); got != "seen /elsewhere, kept /elsewhere, undone /elsewhere, seen /elsewhere" {
		t.Errorf("told: %s", got)
	}
}

func TestARedirectIsFollowedWithoutItsFragment(t *testing.T) {
	code, to := 301, "/elsewhere#top"
	s := serve(t, redirecting(&code, &to))
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if r.State.MovedTo != s.URL+"/elsewhere" || strings.Contains(r.State.ValidatorsFor, "#") {
		t.Errorf("moved to %q, validators for %q", r.State.MovedTo, r.State.ValidatorsFor)
	}
	to = "/feed#again"
	s.asked()
	if r = poll(newFetcher(t), s.source(), news.SourceState{}, noon); len(s.asked()) != 1 || r.Err == nil {
		t.Errorf("a loop with a fragment: %d requests", r.Requests)
	}
}
