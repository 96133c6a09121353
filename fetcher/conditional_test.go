package fetcher_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// validating serves a document with validators and answers conditional
// requests as RFC 9110 says.
func validating(etag, modified *string, document *string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if *etag != "" {
			w.Header().Set("ETag", *etag)
		}
		if *modified != "" {
			w.Header().Set("Last-Modified", *modified)
		}
		if *etag != "" && r.Header.Get("If-None-Match") == *etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		write(w, *document)
	}
}

func TestF01_ValidatorsGoBackByteForByte(t *testing.T) {
	for _, etag := range []string{`"abc"`, `W/"abc-gzip"`, `unquoted`, `"a,b \ c"`, `W/"5f"`} {
		modified, document := "Sun, 1 Mar 2026 9:05:07 +0000", twoItems
		s := serve(t, validating(&etag, &modified, &document))
		f := newFetcher(t)
		first := poll(f, s.source(), news.SourceState{}, noon)
		s.asked()
		second := poll(f, s.source(), first.State, noon.Add(time.Hour))
		r := s.asked()[0]
		if r.Header.Get("If-None-Match") != etag || r.Header.Get("If-Modified-Since") != modified {
			t.Errorf("%s: sent back as %q and %q", etag, r.Header.Get("If-None-Match"), r.Header.Get("If-Modified-Since"))
		}
		if second.Outcome != fetcher.OutcomeUnchanged || second.Code != http.StatusNotModified || second.Err != nil {
			t.Errorf("%s: outcome %s (%d): %v", etag, second.Outcome, second.Code, second.Err)
		}
	}
}

func TestF02_NoDateIsInvented(t *testing.T) {
	etag, modified, document := `"1"`, "", twoItems
	s := serve(t, validating(&etag, &modified, &document))
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	poll(f, s.source(), r.State, noon.Add(time.Hour))
	for _, r := range s.asked() {
		if v := r.Header.Get("If-Modified-Since"); v != "" {
			t.Errorf("sent If-Modified-Since %q, which the server never gave", v)
		}
	}
}

func TestF04_BothValidatorsAreReplaced(t *testing.T) {
	etag, modified, document := `"1"`, "Sun, 01 Mar 2026 09:00:00 GMT", twoItems
	s := serve(t, validating(&etag, &modified, &document))
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	etag, document = "", channel(story(3, "c"))
	modified = "Mon, 02 Mar 2026 10:00:00 GMT"
	r = poll(f, s.source(), r.State, noon.Add(time.Hour))
	if r.State.ETag != "" || r.State.LastModified != modified {
		t.Errorf("kept %q and %q", r.State.ETag, r.State.LastModified)
	}
	modified = ""
	if r = poll(f, s.source(), r.State, noon.Add(2*time.Hour)); r.State.LastModified != "" {
		t.Errorf("unchanged bytes must replace validators too, kept %q", r.State.LastModified)
	}
}

func TestF05_NotModifiedBringsNewValidatorsAndFreshness(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == "" {
			w.Header().Set("ETag", `"1"`)
			write(w, twoItems)
			return
		}
		w.Header().Set("ETag", `"1b"`)
		w.Header().Set("Cache-Control", "max-age=7200")
		w.WriteHeader(http.StatusNotModified)
	})
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	r = poll(f, s.source(), r.State, noon.Add(time.Hour))
	if r.State.ETag != `"1b"` {
		t.Errorf("etag %q", r.State.ETag)
	}
	if wait := r.State.DueAt.Sub(noon.Add(time.Hour)); wait < 2*time.Hour || wait > 2*time.Hour+12*time.Minute {
		t.Errorf("due in %s (%s), want the two hours of the 304 (F-27)", wait, r.State.DueReason)
	}
}

func TestF07_ValidatorsBelongToOneAddress(t *testing.T) {
	etag, modified, document := `"1"`, "", twoItems
	s := serve(t, validating(&etag, &modified, &document))
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	s.asked()

	moved := s.source()
	moved.URL = s.URL + "/other"
	again := poll(f, moved, r.State, noon.Add(time.Hour))
	if v := s.asked()[0].Header.Get("If-None-Match"); v != "" {
		t.Errorf("sent %q to another address", v)
	}
	if len(again.Items) != 2 || again.State.URL != moved.URL {
		t.Errorf("another address is another document: %d items", len(again.Items))
	}

	old := r.State
	old.ValidatorsFor = "some other shape " + s.source().URL
	poll(f, s.source(), old, noon.Add(time.Hour))
	if v := s.asked()[0].Header.Get("If-None-Match"); v != "" {
		t.Errorf("sent %q of another request shape", v)
	}
}

func TestF08_ADocumentThatWasNotReadLeavesNoValidators(t *testing.T) {
	etag, modified, document := `"1"`, "Sun, 01 Mar 2026 09:00:00 GMT", "<rss><channel><item><title>half"
	s := serve(t, validating(&etag, &modified, &document))
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeFailed || r.State.ETag != "" || r.State.LastModified != "" {
		t.Fatalf("outcome %s, validators %q %q", r.Outcome, r.State.ETag, r.State.LastModified)
	}
	document = twoItems
	if r = poll(f, s.source(), r.State, noon.Add(24*time.Hour)); len(r.Items) != 2 {
		t.Errorf("%d items after the document was mended: %v", len(r.Items), r.Err)
	}
}

func TestF09_NotModifiedIsSuccess(t *testing.T) {
	etag, modified, document := `"1"`, "", twoItems
	s := serve(t, validating(&etag, &modified, &document))
	f := newFetcher(t)
	state := poll(f, s.source(), news.SourceState{}, noon).State
	state.Failures, state.FailingSince, state.LastError, state.Status = 4, noon, "timeout", news.StatusFailing
	r := poll(f, s.source(), state, noon.Add(time.Hour))
	if r.Err != nil || r.State.Failures != 0 || r.State.LastError != "" || r.State.Status != news.StatusHealthy ||
		!r.State.FailingSince.IsZero() || !r.State.CheckedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("state %+v, %v", r.State, r.Err)
	}
}

func TestF10_NotModifiedWithoutValidatorsIsAskedOnceMore(t *testing.T) {
	broken := true
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if broken || r.Header.Get("Cache-Control") != "no-cache" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		write(w, twoItems)
	})
	f := newFetcher(t)
	if r := poll(f, s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed || len(s.asked()) != 2 {
		t.Errorf("outcome %s: %v", r.Outcome, r.Err)
	}
	broken = false
	if r := poll(f, s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeNew || len(r.Items) != 2 || r.Requests != 2 {
		t.Errorf("outcome %s after %d requests: %v", r.Outcome, r.Requests, r.Err)
	}
}

func TestF11_ValidatorsAreDroppedEveryEightDays(t *testing.T) {
	etag, modified, document := `"for ever"`, "", twoItems
	s := serve(t, validating(&etag, &modified, &document))
	f := newFetcher(t)
	var state news.SourceState
	unconditional := 0
	for hour := range 24 * 17 {
		state = poll(f, s.source(), state, noon.Add(time.Duration(hour)*time.Hour)).State
		asked := s.asked() // the robots.txt first, once in a while
		if asked[len(asked)-1].Header.Get("If-None-Match") == "" {
			unconditional++
		}
	}
	if unconditional != 3 {
		t.Errorf("%d unconditional requests in 17 days, want the first and one per 8 days", unconditional)
	}
}

func TestF12_TheSameBytesAreUnchanged(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t)
	first := poll(f, s.source(), news.SourceState{}, noon)
	second := poll(f, s.source(), first.State, noon.Add(time.Hour))
	if second.Outcome != fetcher.OutcomeUnchanged || len(second.Items) != 0 || !second.State.ChangedAt.Equal(noon) {
		t.Errorf("outcome %s with %d items, changed at %s", second.Outcome, len(second.Items), second.State.ChangedAt)
	}
}

func TestF14_AnImpatientCallerWaits(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t, func(o *fetcher.Options) { o.MinInterval.Duration = 15 * time.Minute })
	r := poll(f, s.source(), news.SourceState{}, noon)
	again := poll(f, s.source(), r.State, noon.Add(9*time.Minute))
	if again.Outcome != fetcher.OutcomeHeld || len(s.asked()) != 1 || !again.State.DueAt.Equal(r.State.DueAt) {
		t.Errorf("outcome %s, due %s", again.Outcome, again.State.DueAt)
	}
	if again = poll(f, s.source(), r.State, noon.Add(11*time.Minute)); again.Outcome == fetcher.OutcomeHeld {
		t.Errorf("still held after 11 minutes: %s", again.State.DueReason)
	}
	silent := r.State
	silent.HoldUntil = noon.Add(3 * time.Hour)
	again = poll(f, s.source(), silent, noon.Add(time.Hour))
	if again.Outcome != fetcher.OutcomeHeld || again.State.DueAt.Before(silent.HoldUntil) {
		t.Errorf("outcome %s, due %s: the server's silence counts for callers too", again.Outcome, again.State.DueAt)
	}
}

func TestF16_PartialContentIsNoDocument(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Range", "bytes 0-99/5000")
		w.WriteHeader(http.StatusPartialContent)
		write(w, twoItems)
	})
	if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed || len(r.Items) != 0 {
		t.Errorf("outcome %s with %d items", r.Outcome, len(r.Items))
	}
}

func TestF03_BothValidatorsAreSentTogether(t *testing.T) {
	etag, modified, document := `"1"`, "Sun, 01 Mar 2026 09:00:00 GMT", twoItems
	s := serve(t, validating(&etag, &modified, &document))
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	s.asked()
	poll(f, s.source(), r.State, noon.Add(time.Hour))
	asked := s.asked()
	if len(asked) != 1 || asked[0].Header.Get("If-None-Match") != etag || asked[0].Header.Get("If-Modified-Since") != modified {
		t.Errorf("%d requests, sent %v", len(asked), asked[0].Header)
	}
}

func TestF06_WeakValidatorsAreOpaque(t *testing.T) {
	document := twoItems
	weak, sent := `W/"2026-03-02\x, "y"`, ""
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header.Get("If-None-Match")
		w.Header().Set("ETag", weak)
		if strings.TrimPrefix(sent, "W/") == strings.TrimPrefix(weak, "W/") { // weak comparison
			w.WriteHeader(http.StatusNotModified)
			return
		}
		write(w, document)
	})
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	r = poll(f, s.source(), r.State, noon.Add(time.Hour))
	if sent != weak || r.Outcome != fetcher.OutcomeUnchanged || r.State.ETag != weak {
		t.Errorf("sent %s, outcome %s, kept %s", sent, r.Outcome, r.State.ETag)
	}
	// A server that makes the validator strong with the 304 is believed.
	weak = strings.TrimPrefix(weak, "W/")
	if r = poll(f, s.source(), r.State, noon.Add(2*time.Hour)); r.Code != http.StatusNotModified || r.State.ETag != weak {
		t.Errorf("status %d, kept %s", r.Code, r.State.ETag)
	}
}
