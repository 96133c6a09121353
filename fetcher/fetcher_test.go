package fetcher_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// at is a clock that stands still.
func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// newFetcher is polite to nobody and may ask the loopback.
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

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

const twoItems = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Radio Ténéré</title><link>https://tenere.example/</link>
<item><title>Pluies à Agadez</title><link>https://tenere.example/1</link><guid>t-1</guid><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item>
<item><title>Marché de Zinder</title><link>https://tenere.example/2</link><guid>t-2</guid><pubDate>Mon, 02 Mar 2026 07:00:00 GMT</pubDate></item>
</channel></rss>`

func TestFirstFetchBringsAllItemsWithOneRequest(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(twoItems)) })
	source := news.Source{ID: "tenere", URL: s.URL + "/feed"}
	r := newFetcher(t).Fetch(context.Background(), fetcher.Job{Source: source}, at(noon))
	if r.Err != nil || r.Outcome != fetcher.OutcomeNew || len(r.Items) != 2 || r.Requests != 1 {
		t.Fatalf("got %d items, outcome %s after %d requests: %v", len(r.Items), r.Outcome, r.Requests, r.Err)
	}
	if r.State.Status != news.StatusHealthy || r.State.FeedTitle != "Radio Ténéré" || !r.State.DueAt.After(noon) {
		t.Errorf("state %+v", r.State)
	}
}
