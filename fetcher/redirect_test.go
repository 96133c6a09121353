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

// redirecting sends /feed elsewhere and serves the document at any other path.
func redirecting(code *int, to *string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			w.Header().Set("Location", *to)
			w.WriteHeader(*code)
			return
		}
		w.Header().Set("ETag", `"there"`)
		write(w, twoItems)
	}
}

func TestF46_AllRedirectsAreFollowed(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		to := "/elsewhere"
		s := serve(t, redirecting(&code, &to))
		if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); len(r.Items) != 2 || r.Requests != 2 {
			t.Errorf("%d: %d items after %d requests: %v", code, len(r.Items), r.Requests, r.Err)
		}
	}
}

func TestF46_LoopsAndLongChainsEnd(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/feed", http.StatusFound) })
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if n := len(s.asked()); n != 1 || r.Err == nil {
		t.Errorf("a loop took %d requests: %v", n, r.Err)
	}
	hop := 0
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		hop++
		http.Redirect(w, r, fmt.Sprintf("/%d", hop), http.StatusFound)
	})
	r = poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if n := len(s.asked()); n != 6 || r.Err == nil {
		t.Errorf("an endless chain took %d requests: %v", n, r.Err)
	}
}

// days polls a source every hour for some days and tells the last state.
func days(f *fetcher.Fetcher, source news.Source, state news.SourceState, from time.Time, n int) news.SourceState {
	for hour := range 24 * n {
		state = poll(f, source, state, from.Add(time.Duration(hour)*time.Hour)).State
	}
	return state
}

func TestF47_APermanentMoveIsUsedAfterFivePollsAndTwoDays(t *testing.T) {
	for _, code := range []int{301, 308} {
		to := "/elsewhere"
		s := serve(t, redirecting(&code, &to))
		f := newFetcher(t)
		state := days(f, s.source(), news.SourceState{}, noon, 2)
		state = poll(f, s.source(), state, noon.Add(48*time.Hour)).State
		if state.MovedTo != s.URL+to || state.MovedCount < 5 || !state.MovedSince.Equal(noon) {
			t.Fatalf("%d: moved to %q, %d times since %s", code, state.MovedTo, state.MovedCount, state.MovedSince)
		}
		s.asked()
		r := poll(f, s.source(), state, noon.Add(49*time.Hour))
		asked := s.asked()
		if len(asked) != 1 || asked[0].URL.Path != "/elsewhere" || asked[0].Header.Get("If-None-Match") != `"there"` {
			t.Errorf("%d: %d requests, first to %s", code, len(asked), asked[0].URL)
		}
		if r.State.URL != s.source().URL || r.State.MovedTo != s.URL+to {
			t.Errorf("%d: the configured address must stay: %+v", code, r.State)
		}
	}
}

func TestF47_OnlyAChainOfPermanentRedirectsIsAMove(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed":
			http.Redirect(w, r, "/permanent", http.StatusMovedPermanently)
		case "/permanent":
			http.Redirect(w, r, "/mirror", http.StatusFound)
		case "/mirror":
			http.Redirect(w, r, "/other", http.StatusMovedPermanently)
		default:
			write(w, twoItems)
		}
	})
	if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); r.State.MovedTo != s.URL+"/permanent" {
		t.Errorf("moved to %q", r.State.MovedTo)
	}
}

func TestF47_AMoveToWhatIsNoDocumentDoesNotCount(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, "/", http.StatusMovedPermanently)
			return
		}
		write(w, "<!doctype html><html><body>Bienvenue</body></html>")
	})
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeFailed || r.State.MovedTo != "" {
		t.Errorf("outcome %s, moved to %q (F-54)", r.Outcome, r.State.MovedTo)
	}
}

func TestF48_TemporaryRedirectsAreNeverKept(t *testing.T) {
	for _, code := range []int{302, 303, 307} {
		to := "/elsewhere"
		s := serve(t, redirecting(&code, &to))
		if state := days(newFetcher(t), s.source(), news.SourceState{}, noon, 4); state.MovedTo != "" {
			t.Errorf("%d: moved to %q", code, state.MovedTo)
		}
	}
}

func TestF49_SomeMovesAreNeverKept(t *testing.T) {
	code, to := 301, "/zinder"
	s := serve(t, redirecting(&code, &to))
	f := newFetcher(t)
	to = strings.Replace(s.URL, "http://", "http://user:secret@", 1) + "/new"
	r := poll(f, s.source(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeFailed || strings.Contains(r.Err.Error(), "secret") {
		t.Errorf("a redirect with credentials: outcome %s, %v", r.Outcome, r.Err)
	}
	to = "ftp://127.0.0.1/new"
	if r = poll(f, s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed {
		t.Errorf("a redirect to ftp: outcome %s", r.Outcome)
	}
}

func TestF50_AMoveThatFailsLeadsBackToTheConfiguredAddress(t *testing.T) {
	code, to := 301, "/elsewhere"
	broken := false
	inner := redirecting(&code, &to)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if broken && r.URL.Path == "/elsewhere" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		inner(w, r)
	})
	f := newFetcher(t)
	state := days(f, s.source(), news.SourceState{}, noon, 3)
	broken = true
	state = poll(f, s.source(), state, noon.Add(73*time.Hour)).State
	to = "/third"
	s.asked()
	if r := poll(f, s.source(), state, noon.Add(99*time.Hour)); r.Err != nil || s.asked()[0].URL.Path != "/feed" {
		t.Errorf("the configured address was not asked: %v", r.Err)
	}
}

func TestF51_NothingIsCarriedAcrossARedirect(t *testing.T) {
	code, to := 302, "/elsewhere?token=a"
	s := serve(t, redirecting(&code, &to))
	f := newFetcher(t)
	source := s.source()
	source.URL += "?token=secret"
	state := news.SourceState{URL: source.URL, ETag: `"mine"`, LastModified: "Sun, 01 Mar 2026 09:00:00 GMT"}
	state.ValidatorsFor = poll(f, source, news.SourceState{}, noon).State.ValidatorsFor
	state.ValidatorsFor = strings.Replace(state.ValidatorsFor, "/elsewhere?token=a", "/feed?token=secret", 1)
	state.ValidatorsAt = noon
	s.asked()
	poll(f, source, state, noon.Add(time.Hour))
	asked := s.asked()
	if len(asked) != 2 || asked[0].Header.Get("If-None-Match") != `"mine"` {
		t.Fatalf("%d requests, first with %v", len(asked), asked[0].Header)
	}
	for _, name := range []string{"If-None-Match", "If-Modified-Since", "Authorization", "Cookie", "Referer"} {
		if v := asked[1].Header.Get(name); v != "" {
			t.Errorf("the second hop got %s: %s", name, v)
		}
	}
}

func TestF52_EachHopIsChecked(t *testing.T) {
	code, to := 302, "http://[::1]:9/private"
	s := serve(t, redirecting(&code, &to))
	for _, to = range []string{"http://[::1]:9/x", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.8/"} {
		r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
		if r.Outcome != fetcher.OutcomeFailed || r.Requests != 2 || !strings.Contains(r.Err.Error(), "address refused") {
			t.Errorf("%s: outcome %s after %d requests: %v", to, r.Outcome, r.Requests, r.Err)
		}
	}
}

func TestF53_PagesThatRedirectAreNotFollowed(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		write(w, `<html><head><meta http-equiv="refresh" content="0;url=/new"></head></html>`)
	})
	if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed || len(s.asked()) != 1 {
		t.Errorf("outcome %s", r.Outcome)
	}
}
