package main

import (
	"strings"
	"testing"
	"time"
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
