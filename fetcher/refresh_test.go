package fetcher_test

import (
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

func TestF14ManualRefreshObeysTheServerAndAFloor(t *testing.T) {
	f, err := fetcher.New(fetcher.Default(), "test")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	const url = "https://lefleuve.example/rss"
	for _, c := range []struct {
		name  string
		state news.SourceState
		off   bool
		want  int
	}{
		{"never fetched", news.SourceState{}, false, 1},
		{"not due, asked an hour ago", news.SourceState{CheckedAt: now.Add(-time.Hour), DueAt: now.Add(time.Hour)}, false, 1},
		{"asked five minutes ago", news.SourceState{CheckedAt: now.Add(-5 * time.Minute)}, false, 0},
		{"the server wants silence", news.SourceState{CheckedAt: now.Add(-time.Hour), HoldUntil: now.Add(time.Minute)}, false, 0},
		{"gone", news.SourceState{Status: news.StatusGone, CheckedAt: now.Add(-time.Hour)}, false, 0},
		{"disabled", news.SourceState{}, true, 0},
	} {
		c.state.SourceID, c.state.URL = "fleuve", url
		job := fetcher.Job{Source: news.Source{ID: "fleuve", URL: url, Disabled: c.off}, State: c.state}
		if got := len(f.Refreshable([]fetcher.Job{job}, now)); got != c.want {
			t.Errorf("%s: %d jobs, want %d", c.name, got, c.want)
		}
	}
}
