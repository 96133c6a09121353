package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

func TestTwoSourcesWithOneAddressAreAskedOnceAndBothStored(t *testing.T) {
	fleuve, dir := newOutlet(t, battle("douze"), kidnapping()), t.TempDir()
	first, second := fleuve.source("fleuve"), fleuve.source("delta")
	first.Schedule, second.Schedule = "@hourly", "*/10 * * * *"
	first.Publisher, second.Publisher, second.Tags = "Le Fleuve", "Le Delta", []string{"delta"}
	b := newWorkbench(t, dir, monday.Add(time.Hour), first, second)
	for _, o := range b.after(time.Minute) {
		if o.New != 2 || o.Err != nil {
			t.Errorf("%s: %d articles: %v", o.Source.ID, o.New, o.Err)
		}
	}
	if fleuve.asked() != 1 {
		t.Errorf("%d requests", fleuve.asked())
	}
	if outcomes := b.after(15 * time.Minute); len(outcomes) != 2 || fleuve.asked() != 2 {
		t.Errorf("a quarter of an hour later: %d outcomes, %d requests", len(outcomes), fleuve.asked())
	}
	counts, err := b.store.SourceCounts(t.Context())
	if err != nil || counts["fleuve"] != 2 || counts["delta"] != 2 {
		t.Errorf("stored %v: %v", counts, err)
	}

	due := b.jobs()
	b.setBusy(due[:1], true)
	if left := b.jobs(); len(left) != 0 {
		t.Errorf("%s may be asked while its address is", left[0].Source.ID)
	}
	b.setBusy(due[:1], false)
	if left := b.jobs(); len(left) != 2 {
		t.Errorf("%d jobs afterwards", len(left))
	}
	now := b.hand.read()
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	cfg := writeFile(t, "twins.toml", `
[[source]]
id = "fleuve"
url = "`+first.URL+`"
schedule = "@hourly"

[[source]]
id = "delta"
url = "`+second.URL+`"
schedule = "*/10 * * * *"

[[edition]]
id = "all"
title = "All"
countries = ["ML"]
`)
	next := sourcesCommand{settings: settings{State: dir, Config: cfg}, Next: true}
	told, err := command(t, now, next.Run)
	if err != nil || !strings.Contains(told, "together with delta, which has the same address") {
		t.Errorf("%v\n%s", err, told)
	}
}

func TestAReloadAsksNoHostTwiceAtOnce(t *testing.T) {
	arrived, release := make(chan string, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- r.URL.Path
		<-release
	}))
	defer server.Close()
	old, added := news.Source{ID: "old", URL: server.URL + "/old"}, news.Source{ID: "added", URL: server.URL + "/added"}
	b := newWorkbench(t, t.TempDir(), monday, old)
	rounds := make(chan error, 2)
	go func() { rounds <- b.round(t.Context(), b.jobs(), func([]outcome) {}) }()
	if got := <-arrived; got != "/old" {
		t.Fatalf("asked for %s", got)
	}
	if err := b.reload(t.Context(), roundsConfig(t, old, added)); err != nil {
		t.Fatal(err)
	}
	jobs := b.jobs()
	if len(jobs) != 1 || jobs[0].Source.ID != "added" {
		t.Fatalf("%d jobs", len(jobs))
	}
	go func() { rounds <- b.round(t.Context(), jobs, func([]outcome) {}) }()
	select {
	case path := <-arrived:
		t.Errorf("asked for %s while another request is under way", path)
	case <-time.After(200 * time.Millisecond):
	}
	close(release)
	for range 2 {
		if err := <-rounds; err != nil {
			t.Error(err)
		}
	}
}
