package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

// earlier is a story that was published before the first round.
func earlier(s story) story {
	s.published = monday.Add(-2 * time.Hour)
	return s
}

func TestP45_ARemovedSourceLeavesAllOutputsAtOnceAndComesBack(t *testing.T) {
	kept, removed := newOutlet(t, battle("douze")), newOutlet(t, earlier(kidnapping()))
	sources := []news.Source{kept.source("fleuve"), removed.source("rive")}
	b := newWorkbench(t, t.TempDir(), monday, sources...)
	b.after(time.Minute)
	before := b.ids()
	if len(before) != 2 {
		t.Fatalf("entries %v", before)
	}
	if err := b.reload(t.Context(), roundsConfig(t, sources[0])); err != nil {
		t.Fatal(err)
	}
	after := b.ids()
	if len(after) != 1 {
		t.Fatalf("after the reload the edition shows %v", after)
	}
	gone := before[slices.IndexFunc(before, func(id string) bool { return id != after[0] })]
	atom := b.get("/editions/sahel-security.atom").body
	if !strings.Contains(atom, `<at:deleted-entry ref="`+gone+`"`) {
		t.Error("no tombstone")
	}
	if err := b.rejudge(t.Context()); err != nil || len(b.ids()) != 1 {
		t.Errorf("judging again brought it back: %v, %v", b.ids(), err)
	}
	if page := b.get("/search?q=humanitaires").body; strings.Contains(page, "diffa-2") {
		t.Error("the search still finds it")
	}
	if err := b.reload(t.Context(), roundsConfig(t, sources...)); err != nil {
		t.Fatal(err)
	}
	if err := b.rejudge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.ids(); !slices.Equal(got, before) {
		t.Errorf("with the source again: %v, want %v", got, before)
	}
	cfg := roundsConfig(t, sources[0])
	cfg.Storage.KeepRemoved = true
	if err := b.reload(t.Context(), cfg); err != nil || !slices.Equal(b.ids(), before) {
		t.Errorf("keep_removed: %v, %v", b.ids(), err)
	}
	if strings.Contains(b.get("/editions/sahel-security.atom").body, "deleted-entry") {
		t.Error("a tombstone of what is shown")
	}
}

func TestP89_TombstonesEndAfterThirtyDays(t *testing.T) {
	kept, removed := newOutlet(t, battle("douze")), newOutlet(t, earlier(kidnapping()))
	b := newWorkbench(t, t.TempDir(), monday, kept.source("fleuve"), removed.source("rive"))
	b.after(time.Minute)
	if err := b.reload(t.Context(), roundsConfig(t, kept.source("fleuve"))); err != nil {
		t.Fatal(err)
	}
	told := func() bool {
		b.t.Helper()
		b.writing.Lock()
		defer b.writing.Unlock()
		if err := b.renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		return strings.Contains(b.get("/editions/sahel-security.atom").body, "deleted-entry")
	}
	b.hand.move(29 * 24 * time.Hour)
	if !told() {
		t.Error("gone after 29 days")
	}
	b.hand.move(25 * time.Hour)
	if told() {
		t.Error("still told after 30 days")
	}
}

func TestP08_IDsOutliveTheWayTheyWereMinted(t *testing.T) {
	o, dir := newOutlet(t, battle("douze")), t.TempDir()
	b := newWorkbench(t, dir, monday, o.source("fleuve"))
	b.after(time.Minute)
	legacy := b.ids()
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	cfg := roundsConfig(t, o.source("fleuve"))
	cfg.Curator.IDAuthority = "elsewhere.example,2030"
	b.open(t, cfg, dir)
	if got := b.ids(); !slices.Equal(got, legacy) {
		t.Errorf("minted another way: %v, want %v", got, legacy)
	}
	o.stories[0] = battle("quatorze")
	b.hand.move(2 * time.Hour)
	for _, out := range b.after(0) {
		if out.New != 0 || out.Changed != 1 {
			t.Errorf("%d new, %d changed", out.New, out.Changed)
		}
	}
	o.stories = append(o.stories, earlier(kidnapping()))
	b.after(time.Hour)
	got := b.ids()
	if len(got) != 2 || !slices.Contains(got, legacy[0]) || !slices.ContainsFunc(got, func(id string) bool { return strings.HasPrefix(id, "tag:elsewhere.example,2030:") }) {
		t.Errorf("ids %v: the old one stays, the new one is minted the new way", got)
	}
}
