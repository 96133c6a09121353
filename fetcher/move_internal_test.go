package fetcher

import (
	"testing"
	"time"

	"harmattan/news"
)

func TestF49_NoMoveAwayFromEncryptionOrToAPrivateAddress(t *testing.T) {
	f := &Fetcher{owners: owners([]news.Source{{ID: "tenere", URL: "https://tenere.example/feed"}, {ID: "air", URL: "https://air.example"}})}
	for to, want := range map[string]bool{
		"https://tenere.example/new":            true,
		"https://tenere.test/feed":              true,
		"https://tenere.example:443/feed":       true,
		"http://tenere.example/feed":            false,
		"https://10.0.0.1/feed":                 false,
		"https://[::1]/feed":                    false,
		"https://[::ffff:192.168.0.1]/feed":     false,
		"https://93.184.216.34/feed":            true,
		"https://desk:hush@tenere.example/feed": false,
		"https://tenere.example/feed?key=hush":  false,
		"https://AIR.example:443/":              false,
		"https://air.example/feed":              true,
	} {
		source := news.Source{ID: "tenere", URL: "https://tenere.example/feed"}
		if why := f.mayNotMove(source, to, false); (why == "") != want {
			t.Errorf("to %s: %q", to, why)
		}
		job := Job{Source: source, State: news.SourceState{URL: source.URL, MovedTo: to, MovedCount: 9}}
		if kept := f.current(job, time.Time{}).MovedTo != ""; kept != want {
			t.Errorf("remembered to %s: kept is %v", to, kept)
		}
	}
}

func TestAnUpgradeToHttpsOnTheSameHostCountsAtOnce(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	state := news.SourceState{URL: "http://tenere.example/feed", MovedCount: 1, MovedSince: now, CheckedAt: now}
	for to, want := range map[string]string{
		"https://tenere.example/feed": "https://tenere.example/feed",
		"https://other.example/feed":  "http://tenere.example/feed",
	} {
		state.MovedTo = to
		if got := address(state); got != want {
			t.Errorf("moved to %s: asked at %s", to, got)
		}
	}
}
