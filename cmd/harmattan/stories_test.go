package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/config"
	"harmattan/news"
)

// ambush is one event as three outlets tell it, the last in English.
func ambush(teller int) story {
	published := monday.Add(time.Duration(teller-1) * time.Hour)
	switch teller {
	case 0:
		return story{id: "riviere-1", published: published,
			title: "Mali : douze soldats tués dans une embuscade du JNIM près de Ménaka",
			text: "Douze soldats maliens ont été tués lundi dans une embuscade tendue par le JNIM près de Ménaka, dans le nord-est du Mali, " +
				"a annoncé l’état-major à Bamako."}
	case 1:
		return story{id: "dune-7", published: published,
			title: "Embuscade près de Ménaka : l’armée malienne perd douze soldats face au JNIM",
			text: "Une colonne militaire est tombée lundi dans une embuscade non loin de Ménaka. Le bilan est de douze soldats tués, " +
				"selon l’armée malienne, qui accuse le JNIM."}
	}
	return story{id: "courier-3", published: published,
		title: "Mali: JNIM ambush near Ménaka kills twelve soldiers",
		text: "Twelve Malian soldiers were killed on Monday in an ambush by the JNIM near Ménaka in northeastern Mali, " +
			"the army said in Bamako."}
}

// tellers are three outlets with publishers of their own, silent at first.
func tellers(t *testing.T) (outlets []*outlet, sources []news.Source) {
	t.Helper()
	for i, name := range []string{"La Rivière", "La Dune", "The Courier"} {
		o := newOutlet(t)
		source := o.source([]string{"riviere", "dune", "courier"}[i])
		source.Name, source.Language = name, []string{"fr", "fr", "en"}[i]
		outlets, sources = append(outlets, o), append(sources, source)
	}
	return outlets, sources
}

// storyBench has one edition on security in Mali for each change given.
func storyBench(t *testing.T, sources []news.Source, changes ...func(e *news.Edition)) (*workbench, *config.Config) {
	t.Helper()
	cfg := roundsConfig(t, sources...)
	cfg.Editions = nil
	for _, change := range changes {
		e := news.Edition{ID: "sahel-security", Title: "Sahel", Language: "en", Rule: news.Rule{Countries: []string{"ML"}, Topics: []string{"security"}}}
		change(&e)
		cfg.Editions = append(cfg.Editions, e)
	}
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	return b, cfg
}

// links are where the entries of an edition lead, by entry id.
func (b *workbench) links(edition string) (ids, links []string) {
	b.t.Helper()
	for _, item := range readBack(b.t, b.get("/editions/"+edition+".atom").body).Items {
		ids, links = append(ids, item.GUID), append(links, item.Link[strings.LastIndex(item.Link, "/")+1:])
	}
	return ids, links
}

func TestAStoryToldByThreeOutletsInTurnIsOneEntryThroughout(t *testing.T) {
	outlets, sources := tellers(t)
	b, cfg := storyBench(t, sources, func(*news.Edition) {})
	var first []string
	for i, o := range outlets {
		o.change(func(o *outlet) { o.stories = []story{ambush(i)} })
		b.after(time.Hour)
		ids := b.ids()
		if i == 0 {
			first = ids
		}
		if len(ids) != 1 || !slices.Equal(ids, first) {
			t.Fatalf("told by %d: entries %v, were %v", i+1, ids, first)
		}
		for n, document := range b.edition() {
			item := readBack(t, document.body).Items[0]
			if !item.PublishedParsed.Equal(ambush(0).published) || item.UpdatedParsed != nil && item.UpdatedParsed.After(*item.PublishedParsed) {
				t.Errorf("told by %d: %s is dated %s, updated %s", i+1, formats[n], item.Published, item.Updated)
			}
			for _, name := range []string{"La Dune", "The Courier"}[:i] {
				if !strings.Contains(document.body, name) {
					t.Errorf("told by %d: %s does not name %s", i+1, formats[n], name)
				}
			}
			if voices := []string{"1", "2", "3"}[i]; !strings.Contains(document.body, `publishers="`+voices+`"`) && !strings.Contains(document.body, `"publishers":`+voices) {
				t.Errorf("told by %d: %s counts other publishers", i+1, formats[n])
			}
		}
	}

	outlets[0].change(func(o *outlet) { o.stories = nil })
	b.after(time.Hour)
	if ids, links := b.links("sahel-security"); !slices.Equal(ids, first) || links[0] != "riviere-1" {
		t.Errorf("its source lists it no more: %v at %v", ids, links)
	}

	next := *cfg
	next.Editions = slices.Clone(cfg.Editions)
	next.Editions[0].Sources = []string{"dune", "courier"}
	b.hand.move(time.Hour)
	if err := b.reload(t.Context(), &next); err != nil {
		t.Fatal(err)
	}
	if err := b.rejudge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.ids(); !slices.Equal(got, first) {
		t.Errorf("another stands in: %v, was %v", got, first)
	}
	if _, links := b.links("sahel-security"); len(links) != 1 || links[0] != "courier-3" {
		t.Errorf("the article in the edition's language should stand in, not %v", links)
	}
	if !strings.Contains(b.edition()[0].body, "La Rivière") {
		t.Error("the article that left the edition still tells the story")
	}
}

func TestAnEditionWaitsForASecondVoiceAndItsSiblingLetsGo(t *testing.T) {
	outlets, sources := tellers(t)
	b, _ := storyBench(t, sources,
		func(e *news.Edition) { e.MinPublishers = 2 },
		func(e *news.Edition) { e.ID, e.MaxPublishers = "rumours", 1 })
	entries := func() string {
		confirmed, _ := b.links("sahel-security")
		_, rumours := b.links("rumours")
		return strings.Join([]string{strings.Repeat("*", len(confirmed)), strings.Join(rumours, " ")}, "|")
	}
	outlets[0].change(func(o *outlet) { o.stories = []story{ambush(0)} })
	b.after(time.Hour)
	if got := entries(); got != "|riviere-1" {
		t.Errorf("told by one: %s", got)
	}
	reprint := ambush(0)
	reprint.id = "dune-reprint"
	outlets[1].change(func(o *outlet) { o.stories = []story{reprint} })
	b.after(time.Hour)
	if got := entries(); got != "|riviere-1" {
		t.Errorf("reprinted: %s", got)
	}
	outlets[2].change(func(o *outlet) { o.stories = []story{ambush(2)} })
	b.after(time.Hour)
	if got := entries(); got != "*|" {
		t.Errorf("told by another: %s", got)
	}
}

func TestAnEditionThatListsHasEveryArticle(t *testing.T) {
	outlets, sources := tellers(t)
	b, _ := storyBench(t, sources, func(e *news.Edition) { e.Stories = news.StoriesList })
	for i, o := range outlets {
		o.change(func(o *outlet) { o.stories = []story{ambush(i)} })
		b.after(time.Hour)
	}
	if _, links := b.links("sahel-security"); !slices.Equal(links, []string{"courier-3", "dune-7", "riviere-1"}) {
		t.Errorf("listed are %v", links)
	}
	if ids := b.ids(); len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 3 {
		t.Errorf("ids %v", ids)
	}
}

func TestAnEditedTollIsFlaggedAndUpdatesOnceAnHour(t *testing.T) {
	outlets, sources := tellers(t)
	b, _ := storyBench(t, sources[:1], func(*news.Edition) {})
	tell := func(killed string) {
		outlets[0].change(func(o *outlet) { o.stories = []story{battle(killed)} })
	}
	updated := func() string {
		item := readBack(t, b.edition()[1].body).Items[0]
		return item.UpdatedParsed.Sub(monday).String()
	}
	tell("douze")
	b.after(15 * time.Minute)
	ids := b.ids()
	tell("vingt-sept")
	b.after(30 * time.Minute)
	if got := updated(); got != "45m0s" {
		t.Errorf("after the first edit: updated at %s", got)
	}
	tell("trente et un")
	b.after(30 * time.Minute)
	early := b.edition()
	if got := updated(); got != "45m0s" || !slices.Equal(b.ids(), ids) {
		t.Errorf("half an hour later: updated at %s, ids %v", got, b.ids())
	}
	for i, document := range early {
		if !strings.Contains(document.body, "Toll changed: killed 12 → 31") {
			t.Errorf("%s does not flag the toll", formats[i])
		}
	}
	if !strings.Contains(b.get("/editions/sahel-security").body, "killed 12 → 31") {
		t.Error("the page does not flag the toll")
	}
	b.hand.move(29 * time.Minute)
	b.renewed()
	if !slices.Equal(b.edition(), early) {
		t.Error("the edition changed before the hour was over")
	}
	b.hand.move(time.Minute)
	b.renewed()
	if got := updated(); got != "1h45m0s" {
		t.Errorf("when the hour is over: updated at %s", got)
	}
}

func TestAnEditionLetsGoWhatItHasKeptLongEnough(t *testing.T) {
	outlets, sources := tellers(t)
	b, _ := storyBench(t, sources[:1], func(e *news.Edition) { e.Keep = news.Duration{Duration: 24 * time.Hour} })
	outlets[0].change(func(o *outlet) { o.stories = []story{ambush(0)} })
	b.after(time.Hour)
	if ids := b.ids(); len(ids) != 1 {
		t.Fatalf("entries %v", ids)
	}
	b.hand.move(22 * time.Hour)
	b.renewed()
	if ids := b.ids(); len(ids) != 0 {
		t.Errorf("still there after a day: %v", ids)
	}
	outlets[0].change(func(o *outlet) { o.stories[0].title += " (vidéo)" })
	b.after(time.Hour)
	if ids := b.ids(); len(ids) != 0 {
		t.Errorf("an edit brought it back: %v", ids)
	}
}

// renewed publishes what time has changed.
func (b *workbench) renewed() {
	b.t.Helper()
	b.writing.Lock()
	defer b.writing.Unlock()
	if err := b.renew(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}
