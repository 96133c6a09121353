package fetcher_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// answering serves one status with headers, given as name and value in turn.
func answering(code *int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		if *code == http.StatusOK {
			write(w, twoItems)
			return
		}
		w.WriteHeader(*code)
	}
}

// wait is how long after a moment the source is due again.
func wait(r fetcher.Result, since time.Time) time.Duration { return r.State.DueAt.Sub(since) }

// about tells whether a wait is the wanted one, jitter allowed.
func about(got, want time.Duration) bool {
	return got >= want && got <= want+want/10+time.Second
}

func TestF33_RetryAfterIsObeyedInBothForms(t *testing.T) {
	for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		for value, want := range map[string]time.Duration{
			"7200": 2 * time.Hour,
			noon.Add(3 * time.Hour).Format(http.TimeFormat): 3 * time.Hour,
			"999999999999999999999":                         7 * 24 * time.Hour,
		} {
			s := serve(t, answering(&code, "Retry-After", value, "Date", noon.Format(http.TimeFormat)))
			r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
			if got := wait(r, noon); got < want || got > want+10*time.Minute {
				t.Errorf("%d with Retry-After %s: due in %s, want %s (%s)", code, value, got, want, r.State.DueReason)
			}
			if r.State.HoldUntil.Before(noon.Add(want)) {
				t.Errorf("%d with Retry-After %s: hold until %s", code, value, r.State.HoldUntil)
			}
		}
	}
}

func TestF33_WithoutRetryAfterTheIntervalDoublesToAnHourAtLeast(t *testing.T) {
	code := http.StatusTooManyRequests
	s := serve(t, answering(&code))
	f := newFetcher(t)
	state, now := news.SourceState{}, noon
	for _, want := range []time.Duration{time.Hour, time.Hour, 2 * time.Hour, 4 * time.Hour} {
		r := poll(f, s.source(), state, now)
		if got := wait(r, now); !about(got, want) {
			t.Errorf("due in %s, want %s", got, want)
		}
		state, now = r.State, r.State.DueAt
	}
}

func TestF34_SilenceCountsForTheWholeHost(t *testing.T) {
	code := http.StatusTooManyRequests
	s := serve(t, answering(&code, "Retry-After", "3600"))
	f := newFetcher(t)
	first := poll(f, s.source(), news.SourceState{}, noon)
	s.asked()
	other := news.Source{ID: "zinder", URL: s.URL + "/zinder"}
	r := poll(f, other, news.SourceState{SourceID: "zinder"}, noon.Add(time.Minute))
	if r.Outcome != fetcher.OutcomeHeld || len(s.asked()) != 0 || r.Err != nil {
		t.Fatalf("outcome %s: %v", r.Outcome, r.Err)
	}
	if r.State.DueAt.Before(noon.Add(time.Hour)) || r.State.Failures != 0 || r.State.SourceID != "zinder" {
		t.Errorf("state %+v", r.State)
	}
	code = http.StatusOK
	if r = poll(f, other, r.State, noon.Add(61*time.Minute)); r.Outcome != fetcher.OutcomeNew {
		t.Errorf("outcome %s after the silence: %v", r.Outcome, r.Err)
	}

	// Another fetcher, after a restart, learns it from the stored state.
	jobs := []fetcher.Job{{Source: s.source(), State: first.State}, {Source: other}}
	s.asked()
	for r := range newFetcher(t).Stream(t.Context(), jobs, at(noon.Add(time.Minute))) {
		if r.Outcome != fetcher.OutcomeHeld {
			t.Errorf("%s: outcome %s", r.Source.ID, r.Outcome)
		}
	}
	if n := len(s.asked()); n != 0 {
		t.Errorf("%d requests during the silence", n)
	}

	// It need not be due itself.
	again := newFetcher(t)
	jobs[0].State.DueAt = noon.Add(24 * time.Hour)
	due := again.Due(jobs, noon.Add(time.Minute))
	if len(due) != 1 || poll(again, due[0].Source, due[0].State, noon.Add(time.Minute)).Outcome != fetcher.OutcomeHeld {
		t.Errorf("%d jobs are due, or one was asked during the silence", len(due))
	}
}

func TestF35_RetryAfterCountsOnOtherAnswersToo(t *testing.T) {
	for _, code := range []int{http.StatusOK, http.StatusForbidden, http.StatusNotFound} {
		s := serve(t, answering(&code, "Retry-After", "10800"))
		r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
		if got := wait(r, noon); !about(got, 3*time.Hour) {
			t.Errorf("%d: due in %s, want 3h", code, got)
		}
	}
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			w.Header().Set("Retry-After", "10800")
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		write(w, twoItems)
	})
	if got := wait(poll(newFetcher(t), s.source(), news.SourceState{}, noon), noon); !about(got, 3*time.Hour) {
		t.Errorf("redirect: due in %s, want 3h", got)
	}
}

func TestF36_GoneIsAskedOnceMoreAfterADay(t *testing.T) {
	code := http.StatusGone
	s := serve(t, answering(&code))
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	if r.State.Status == news.StatusGone || !about(wait(r, noon), 24*time.Hour) {
		t.Fatalf("status %s, due in %s", r.State.Status, wait(r, noon))
	}
	r = poll(f, s.source(), r.State, noon.Add(25*time.Hour))
	if r.State.Status != news.StatusGone {
		t.Fatalf("status %s after the second 410", r.State.Status)
	}
	jobs := []fetcher.Job{{Source: s.source(), State: r.State}}
	if len(f.Due(jobs, noon.Add(9000*time.Hour))) != 0 || !f.NextDue(jobs, noon).IsZero() {
		t.Error("a source that is gone is still due")
	}
	jobs[0].Source.URL = s.URL + "/new"
	if len(f.Due(jobs, noon)) != 1 {
		t.Error("another address in the configuration does not bring it back")
	}
}

func TestF37_NotFoundBacksOffAndAdvisesAfterAWeek(t *testing.T) {
	code := http.StatusNotFound
	s := serve(t, answering(&code))
	f := newFetcher(t)
	state, now, last := news.SourceState{}, noon, time.Duration(0)
	for range 14 {
		r := poll(f, s.source(), state, now)
		if got := wait(r, now); got > 7*24*time.Hour+10*time.Minute || got < last/2 {
			t.Errorf("due in %s after %s", got, last)
		}
		state, last, now = r.State, wait(r, now), r.State.DueAt
	}
	if last < 6*24*time.Hour || !strings.Contains(state.LastError, "look for its new address") || state.Status != news.StatusFailing {
		t.Errorf("after %d failures: waiting %s, %q", state.Failures, last, state.LastError)
	}
	if !state.FailingSince.Equal(noon) || state.Failures != 14 {
		t.Errorf("failing since %s, %d times", state.FailingSince, state.Failures)
	}
}

func TestF38_UnauthorizedIsNotHammered(t *testing.T) {
	code := http.StatusUnauthorized
	s := serve(t, answering(&code))
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if r.State.Status != news.StatusBlocked || wait(r, noon) < 7*24*time.Hour || !strings.Contains(r.Err.Error(), "credentials") {
		t.Errorf("status %s, due in %s: %v", r.State.Status, wait(r, noon), r.Err)
	}
}

func TestF39_ForbiddenBacksOffLikeARateLimit(t *testing.T) {
	code := http.StatusForbidden
	s := serve(t, answering(&code))
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if r.State.Status != news.StatusBlocked || !about(wait(r, noon), time.Hour) {
		t.Errorf("status %s, due in %s", r.State.Status, wait(r, noon))
	}
}

func TestF40_ABotChallengeIsCalledByItsName(t *testing.T) {
	code := http.StatusForbidden
	s := serve(t, answering(&code, "Cf-Mitigated", "challenge"))
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if r.State.Status != news.StatusBlocked || !strings.Contains(r.State.LastError, "bot challenge") {
		t.Errorf("status %s: %s", r.State.Status, r.State.LastError)
	}
}

func TestF41_LegalReasonsAreAskedWeekly(t *testing.T) {
	code := http.StatusUnavailableForLegalReasons
	s := serve(t, answering(&code))
	if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); wait(r, noon) < 7*24*time.Hour || !strings.Contains(r.State.LastError, "451 Unavailable For Legal Reasons") {
		t.Errorf("due in %s: %s", wait(r, noon), r.State.LastError)
	}
}

func TestF42_FailuresBackOffAndKeepWhatIsKnown(t *testing.T) {
	code := http.StatusOK
	s := serve(t, answering(&code, "ETag", `"1"`))
	f := newFetcher(t)
	good := poll(f, s.source(), news.SourceState{}, noon).State
	code = http.StatusBadGateway
	state, now := good, noon.Add(time.Hour)
	for i, want := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour,
		16 * time.Hour, 24 * time.Hour, 24 * time.Hour} {
		r := poll(f, s.source(), state, now)
		if got := wait(r, now); got < want || got > want+want/10+15*time.Minute {
			t.Errorf("failure %d: due in %s, want %s (%s)", i+1, got, want, r.State.DueReason)
		}
		state, now = r.State, r.State.DueAt
	}
	if state.ETag != good.ETag || len(state.ItemHashes) != 2 || state.FeedTitle != good.FeedTitle {
		t.Errorf("the failures took something away: %+v", state)
	}
	s.Close()
	r := poll(f, s.source(), state, now)
	if r.Err == nil || r.Code != 0 || r.State.LastCode != 0 || len(r.State.ItemHashes) != 2 {
		t.Errorf("no connection: %v, state %+v", r.Err, r.State)
	}
}

func TestF42_ALineThatIsDownCostsHoursNotDays(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	s.Close()
	f := newFetcher(t)
	state, now, last := news.SourceState{}, noon, time.Duration(0)
	for range 12 {
		r := poll(f, s.source(), state, now)
		state, last, now = r.State, wait(r, now), r.State.DueAt
	}
	if last < 2*time.Hour || last > 2*time.Hour+25*time.Minute {
		t.Errorf("after 12 failures the next try is in %s", last)
	}
}

func TestF43_NothingWhereThereWereItemsIsAFailure(t *testing.T) {
	for name, bad := range map[string]string{
		"an empty body":    "",
		"blanks":           " \n\t ",
		"an HTML page":     "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Revenez plus tard</body></html>",
		"a document empty": channel(),
		"an error in JSON": `{"error":"rate limit"}`,
	} {
		document := twoItems
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			write(w, document)
		})
		f := newFetcher(t)
		state := poll(f, s.source(), news.SourceState{}, noon).State
		document = bad
		r := poll(f, s.source(), state, noon.Add(time.Hour))
		if r.Outcome != fetcher.OutcomeFailed || r.Err == nil || len(r.State.ItemHashes) != 2 || r.State.ETag != "" {
			t.Errorf("%s: outcome %s, %d hashes, etag %q: %v", name, r.Outcome, len(r.State.ItemHashes), r.State.ETag, r.Err)
		}
		document = twoItems
		if r = poll(f, s.source(), r.State, noon.Add(2*time.Hour)); r.Outcome != fetcher.OutcomeUnchanged || r.State.Failures != 0 {
			t.Errorf("%s: then outcome %s with %d items", name, r.Outcome, len(r.Items))
		}
	}
}

func TestF43_AnAlertFeedThatFallsSilentIsStillAskedAtItsUsualTime(t *testing.T) {
	document := twoItems
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, document) })
	f := newFetcher(t)
	state := poll(f, s.source(), news.SourceState{}, noon).State
	document = channel()
	for range 10 {
		now := state.DueAt
		r := poll(f, s.source(), state, now)
		if got := wait(r, now); got > 20*time.Minute {
			t.Fatalf("due in %s (%s)", got, r.State.DueReason)
		}
		state = r.State
	}
}

func TestF44_ATruncatedDocumentKeepsItsCompleteItemsAndNoValidators(t *testing.T) {
	whole := channel(story(1, "a"), story(2, "b"), story(3, "c"))
	cut := whole[:strings.Index(whole, "tenere-3")]
	for name, handler := range map[string]http.HandlerFunc{
		"content length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			w.Header().Set("ETag", `"1"`)
			write(w, cut)
		},
		"document": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			write(w, cut)
		},
		"chunks": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s", len(whole), cut)
		},
		"gzip": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("ETag", `"1"`)
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			write2(z, cut)
			_ = z.Flush()
			_, _ = w.Write(packed.Bytes())
		},
	} {
		s := serve(t, handler)
		r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
		if r.Outcome != fetcher.OutcomeFailed || r.Err == nil || len(r.Items) != 2 {
			t.Errorf("%s: outcome %s with %d items: %v", name, r.Outcome, len(r.Items), r.Err)
		}
		if r.State.ETag != "" || r.State.BodyHash != "" || len(r.State.ItemHashes) != 2 {
			t.Errorf("%s: etag %q, body %q, %d hashes", name, r.State.ETag, r.State.BodyHash, len(r.State.ItemHashes))
		}
	}
}

func write2(z *gzip.Writer, text string) { _, _ = z.Write([]byte(text)) }

func TestF44_AWrongChecksumBringsNothing(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	write2(z, twoItems)
	_ = z.Close()
	damaged := packed.Bytes()
	damaged[len(damaged)-6] ^= 0xff
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(damaged)
	})
	if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed || len(r.Items) != 0 {
		t.Errorf("outcome %s with %d items", r.Outcome, len(r.Items))
	}
}

func TestErrorsNameTheSource(t *testing.T) {
	code := http.StatusBadGateway
	s := serve(t, answering(&code))
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if r.Err == nil || !strings.HasPrefix(r.Err.Error(), "source tenere: ") || errors.Unwrap(r.Err) == nil {
		t.Errorf("got %v", r.Err)
	}
}
