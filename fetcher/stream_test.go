package fetcher_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// ticking is a clock that follows the machine's from noon on.
func ticking() func() time.Time {
	start := time.Now()
	return func() time.Time { return noon.Add(time.Since(start)) }
}

// many makes jobs for one site.
func many(s *site, n int) []fetcher.Job {
	var jobs []fetcher.Job
	for i := range n {
		jobs = append(jobs, fetcher.Job{Source: news.Source{ID: fmt.Sprintf("s%d", i), URL: fmt.Sprintf("%s/%d", s.URL, i)}})
	}
	return jobs
}

func TestF28_OneHostIsAskedOnceAtATimeWithPauses(t *testing.T) {
	var mu sync.Mutex
	var starts []time.Time
	busy, worst := 0, 0
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		starts = append(starts, time.Now())
		busy++
		worst = max(worst, busy)
		mu.Unlock()
		time.Sleep(10 * time.Millisecond)
		mu.Lock()
		busy--
		mu.Unlock()
		write(w, twoItems)
	})
	f := newFetcher(t, func(o *fetcher.Options) { o.HostSpacing.Duration = 200 * time.Millisecond })
	count := 0
	for r := range f.Stream(t.Context(), many(s, 5), ticking()) {
		if r.Err != nil {
			t.Error(r.Err)
		}
		count++
	}
	if count != 5 || worst != 1 {
		t.Errorf("%d results, %d requests at once", count, worst)
	}
	for i := 1; i < len(starts); i++ {
		if gap := starts[i].Sub(starts[i-1]); gap < 100*time.Millisecond {
			t.Errorf("requests %d and %d started %s apart", i-1, i, gap)
		}
	}
}

func TestF28_SourcesThatRedirectToOneHostTakeTurnsThere(t *testing.T) {
	var mu sync.Mutex
	busy, worst := 0, 0
	back := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		busy++
		worst = max(worst, busy)
		mu.Unlock()
		time.Sleep(20 * time.Millisecond)
		mu.Lock()
		busy--
		mu.Unlock()
		write(w, twoItems)
	})
	var jobs []fetcher.Job
	for i := range 4 {
		front := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, back.URL, http.StatusFound) })
		jobs = append(jobs, fetcher.Job{Source: news.Source{ID: fmt.Sprintf("s%d", i), URL: front.URL}})
	}
	count := 0
	for r := range newFetcher(t).Stream(t.Context(), jobs, at(noon)) {
		if r.Err != nil {
			t.Error(r.Err)
		}
		count++
	}
	if count != 4 || worst != 1 {
		t.Errorf("%d results, %d requests at once", count, worst)
	}
}

func TestASlowHostDelaysNobodyElse(t *testing.T) {
	release := make(chan struct{})
	slow := serve(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	quick := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t, func(o *fetcher.Options) { o.Concurrency = 2 })
	jobs := append(many(slow, 3), fetcher.Job{Source: quick.source()})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	results := f.Stream(ctx, jobs, at(noon))
	select {
	case r := <-results:
		if r.Source.ID != "tenere" || r.Err != nil {
			t.Errorf("first came %s: %v", r.Source.ID, r.Err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the quick source waits for the slow one")
	}
	cancel()
	for r := range results {
		t.Errorf("a fetch that was cut short is sent: %s %v", r.Source.ID, r.Err)
	}
}

func TestFetchingIsNotFarAheadOfItsReader(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	var jobs []fetcher.Job
	for i := range 12 {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			asked++
			mu.Unlock()
			write(w, twoItems)
		})
		jobs = append(jobs, fetcher.Job{Source: news.Source{ID: fmt.Sprintf("s%d", i), URL: s.URL}})
	}
	f := newFetcher(t, func(o *fetcher.Options) { o.Concurrency = 2 })
	results := f.Stream(t.Context(), jobs, at(noon))
	time.Sleep(100 * time.Millisecond)
	mu.Lock()
	early := asked
	mu.Unlock()
	count := 0
	for range results {
		count++
	}
	if early > 2 || count != 12 {
		t.Errorf("%d requests before a result was taken, %d results in all", early, count)
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	var mu sync.Mutex
	busy, worst := 0, 0
	handler := func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		busy++
		worst = max(worst, busy)
		mu.Unlock()
		time.Sleep(20 * time.Millisecond)
		mu.Lock()
		busy--
		mu.Unlock()
		write(w, twoItems)
	}
	var jobs []fetcher.Job
	for i := range 8 {
		jobs = append(jobs, fetcher.Job{Source: news.Source{ID: fmt.Sprintf("s%d", i), URL: serve(t, handler).URL}})
	}
	f := newFetcher(t, func(o *fetcher.Options) { o.Concurrency = 3 })
	for r := range f.Stream(t.Context(), jobs, at(noon)) {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
	if worst > 3 {
		t.Errorf("%d requests at once, want at most 3", worst)
	}
}

func TestAHostWhoseRequestWasCutKeepsItsTurnForAWhile(t *testing.T) {
	var mu sync.Mutex
	busy, worst := 0, 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		busy++
		worst = max(worst, busy)
		mu.Unlock()
		defer func() {
			mu.Lock()
			busy--
			mu.Unlock()
		}()
		if r.URL.Path != "/0" {
			write(w, twoItems)
			return
		}
		for range 1000 { // until it notices that nobody listens, and then some
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				break
			}
		}
		time.Sleep(200 * time.Millisecond)
	})
	f := newFetcher(t, func(o *fetcher.Options) { o.MaxBodyBytes = 1 << 20 })
	results := collect(t, f, many(s, 2), at(noon))
	if results["s0"].Outcome != fetcher.OutcomeFailed || results["s1"].Outcome != fetcher.OutcomeNew || worst != 1 {
		t.Errorf("%s, %s, %d requests at once", results["s0"].Outcome, results["s1"].Outcome, worst)
	}
}

func TestARequestOnAKeptConnectionThatBreaksIsNotRepeatedAtOnce(t *testing.T) {
	var asked, busy, worst atomic.Int32
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		worst.Store(max(worst.Load(), busy.Add(1)))
		defer busy.Add(-1)
		if asked.Add(1) != 2 {
			write(w, twoItems)
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
		time.Sleep(200 * time.Millisecond) // still at work on it
	})
	f := newFetcher(t)
	first := poll(f, s.source(), news.SourceState{}, noon)
	again := poll(f, s.source(), first.State, noon.Add(time.Hour))
	if again.Err != nil || asked.Load() != 3 || worst.Load() != 1 {
		t.Errorf("%v, asked %d times, %d at once", again.Err, asked.Load(), worst.Load())
	}
}

func TestASourceThatFailedIsAskedAfterTheOthersOfItsHost(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	jobs := many(s, 3)
	jobs[0].State = news.SourceState{SourceID: "s0", URL: jobs[0].Source.URL, Failures: 2, LastCode: 500}
	collect(t, newFetcher(t), jobs, at(noon))
	var order []string
	for _, r := range s.asked() {
		order = append(order, r.URL.Path)
	}
	if got := strings.Join(order, " "); got != "/1 /2 /0" {
		t.Errorf("asked %s", got)
	}
}
