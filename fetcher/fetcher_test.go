package fetcher_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// at is a clock that stands still.
func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// newFetcher is in no hurry to be polite and may ask the loopback.
func newFetcher(t *testing.T, change ...func(*fetcher.Options)) *fetcher.Fetcher {
	t.Helper()
	o := fetcher.Default()
	o.Allow = []string{"127.0.0.1"}
	o.MinInterval.Duration = 0
	o.HostSpacing.Duration = 0
	o.Contact = "https://desk.example/about"
	for _, c := range change {
		c(&o)
	}
	f, err := fetcher.New(o, "1.2")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// site is a server that remembers what it was asked.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func serve(t *testing.T, handler http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		s.mu.Unlock()
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// asked lists the requests since the last call.
func (s *site) asked() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.requests
	s.requests = nil
	return asked
}

// askedFor lists the requests since the last call, without those for robots.txt.
func (s *site) askedFor() []*http.Request {
	return slices.DeleteFunc(s.asked(), func(r *http.Request) bool { return r.URL.Path == "/robots.txt" })
}

func (s *site) source() news.Source { return news.Source{ID: "tenere", URL: s.URL + "/feed"} }

// poll fetches a source at a moment.
func poll(f *fetcher.Fetcher, source news.Source, state news.SourceState, now time.Time) fetcher.Result {
	return f.Fetch(context.Background(), fetcher.Job{Source: source, State: state}, at(now))
}

func write(w http.ResponseWriter, text string) { _, _ = w.Write([]byte(text)) }

// channel wraps items into an RSS document.
func channel(items ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Radio Ténéré</title>` +
		`<link>https://tenere.example/</link><description>Informations d'Agadez</description>` +
		strings.Join(items, "") + `</channel></rss>`
}

// story is an RSS item.
func story(n int, title string) string {
	return fmt.Sprintf(`<item><title>%s</title><link>https://tenere.example/%d</link>`+
		`<guid isPermaLink="false">tenere-%d</guid><pubDate>Mon, 02 Mar 2026 08:%02d:00 GMT</pubDate></item>`, title, n, n, n%60)
}

var twoItems = channel(story(1, "Pluies à Agadez"), story(2, "Marché de Zinder"))

func TestF13_FirstFetchBringsAllItemsWithOneRequest(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	r := poll(newFetcher(t), s.source(), news.SourceState{SourceID: "tenere"}, noon)
	if r.Err != nil || r.Outcome != fetcher.OutcomeNew || len(r.Items) != 2 || r.Requests != 1 || len(s.asked()) != 1 {
		t.Fatalf("got %d items, outcome %s after %d requests: %v", len(r.Items), r.Outcome, r.Requests, r.Err)
	}
	if r.State.Status != news.StatusHealthy || r.State.FeedTitle != "Radio Ténéré" || !r.State.DueAt.After(noon) {
		t.Errorf("state %+v", r.State)
	}
	if r.Code != 200 || r.Bytes != int64(len(twoItems)) || !r.ReceivedAt.Equal(noon) {
		t.Errorf("code %d, %d bytes, at %s", r.Code, r.Bytes, r.ReceivedAt)
	}
}

func TestOnlyUnseenItemsAreGiven(t *testing.T) {
	document := twoItems
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, document) })
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	document = channel(story(3, "Un convoi attaqué près de Diffa"), story(1, "Pluies à Agadez"), story(2, "Marché de Zinder"))
	r = poll(f, s.source(), r.State, noon.Add(time.Hour))
	if len(r.Items) != 1 || r.Items[0].GUID != "tenere-3" || r.Outcome != fetcher.OutcomeNew {
		t.Fatalf("outcome %s, items %+v", r.Outcome, r.Items)
	}
	if len(r.State.ItemHashes) != 3 || !r.State.ChangedAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("%d hashes, changed at %s", len(r.State.ItemHashes), r.State.ChangedAt)
	}
	document = channel(story(3, "Un convoi attaqué près de Diffa : trois morts"), story(1, "Pluies à Agadez"))
	if r = poll(f, s.source(), r.State, noon.Add(2*time.Hour)); len(r.Items) != 1 || !strings.HasSuffix(r.Items[0].Title, "trois morts") {
		t.Errorf("an edited item is given again: %+v", r.Items)
	}
	document = channel(story(1, "Pluies à Agadez")) + "<!-- built at 15:00 -->"
	if r = poll(f, s.source(), r.State, noon.Add(3*time.Hour)); len(r.Items) != 0 || r.Outcome != fetcher.OutcomeUnchanged {
		t.Errorf("outcome %s with %d items, want unchanged", r.Outcome, len(r.Items))
	}
}

func TestItemsOutliveTheDocumentTheyCameIn(t *testing.T) {
	document := twoItems
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, document) })
	f := newFetcher(t)
	first := poll(f, s.source(), news.SourceState{}, noon)
	document = strings.Repeat("x", len(twoItems))
	for range 20 {
		poll(f, s.source(), news.SourceState{}, noon)
	}
	again := parse(t, twoItems)
	for i, item := range first.Items {
		if item.Title != again.Items[i].Title || item.Link != again.Items[i].Link || item.GUID != again.Items[i].GUID {
			t.Errorf("item %d became %+v", i, item)
		}
	}
}

func TestItemsBeyondTheLimitComeWithTheNextFetch(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		write(w, channel(story(1, "a"), story(2, "b"), story(3, "c"), story(4, "d"), story(5, "e")))
	})
	f := newFetcher(t, func(o *fetcher.Options) { o.MaxItems = 2 })
	var state news.SourceState
	var got []string
	for hour := range 4 {
		r := poll(f, s.source(), state, noon.Add(time.Duration(hour)*time.Hour))
		for _, item := range r.Items {
			got = append(got, item.Title)
		}
		state = r.State
	}
	if strings.Join(got, "") != "abcde" {
		t.Errorf("got items %v", got)
	}
	if state.ETag != `"v1"` {
		t.Errorf("no validator is kept after the last part: %+v", state)
	}
}

func TestACancelledFetchChangesNothing(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	state := news.SourceState{SourceID: "tenere", URL: s.source().URL, ETag: `"x"`, DueAt: noon}
	r := newFetcher(t).Fetch(ctx, fetcher.Job{Source: s.source(), State: state}, at(noon))
	if r.Err == nil || r.State.ETag != `"x"` || r.State.Failures != 0 || !r.State.DueAt.Equal(noon) {
		t.Errorf("state %+v, %v", r.State, r.Err)
	}
}
