package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

// strike is one of many different stories of Niger.
func strike(n int, at time.Time) story {
	return story{id: fmt.Sprintf("greve-%d", 2000+n), published: at,
		title: fmt.Sprintf("Niger : %d putschistes arrêtés à Niamey après une tentative de coup d’État, jour %d", 2+n*5, n),
		text:  fmt.Sprintf("Les autorités de Niamey annoncent l’arrestation de %d putschistes après une tentative de coup d’État au Niger (communiqué %d).", 2+n*5, n)}
}

func TestABurstComesFirstAndIsMarkedOnce(t *testing.T) {
	fleuve := newOutlet(t)
	cfg := roundsConfig(t, fleuve.source("fleuve"))
	cfg.Editions = []news.Edition{{ID: "sahel-security", Title: "Sahel", Language: "en", Limit: 100, Stories: news.StoriesList,
		Rule: news.Rule{Countries: []string{"ML", "NE"}}}}
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	tell := func(s story) {
		fleuve.change(func(o *outlet) { o.stories = append([]story{s}, o.stories...) })
	}
	for n := range 14 { // always much on Mali
		for i := range 5 {
			tell(raid(5*n+i, b.hand.read().Add(time.Duration(i)*time.Minute)))
		}
		b.after(16 * time.Hour)
	}
	quiet, before := b.edition(), b.ids()
	for i, document := range quiet {
		if strings.Contains(document.body, "burst") {
			t.Errorf("%s: what is always much is marked", formats[i])
		}
	}

	for n := range 6 {
		tell(strike(n, b.hand.read()))
		b.after(time.Hour)
	}
	tell(raid(400, b.hand.read()))
	b.after(time.Hour)
	marks := []string{`<harmattan:burst country="NE" topic="coup"`, `<harmattan:burst country="NE" topic="coup"`, `"burst":{"country":"NE","topic":"coup"`}
	first := b.edition()
	for i, document := range first {
		if got := strings.Count(document.body, marks[i]); got != 6 {
			t.Errorf("%s: %d entries are marked: %.3000s", formats[i], got, document.body)
		}
	}
	page := b.get("/editions/sahel-security").body
	if heading, mali := strings.Index(page, "Far more than usual"), strings.Index(page, raid(400, monday).title); heading < 0 || mali < strings.LastIndex(page, "putschistes") {
		t.Error("the page does not begin with the burst")
	}
	if after := b.ids(); len(after) != len(before)+7 || !slices.Equal(after[7:], before) {
		t.Error("a burst changed ids or order of the feeds")
	}

	b.hand.move(20 * time.Minute)
	b.noted()
	if !slices.Equal(b.edition(), first) {
		t.Error("looking again changed the edition")
	}
	b.hand.move(48 * time.Hour)
	b.noted()
	for i, document := range b.edition() {
		if strings.Contains(document.body, marks[i]) {
			t.Errorf("%s: still marked when it is over", formats[i])
		}
	}
	if after := b.ids(); !slices.Equal(after[7:], before) {
		t.Error("its end changed ids or order")
	}
}

// noted looks for bursts as the daemon does.
func (b *workbench) noted() {
	b.t.Helper()
	b.writing.Lock()
	defer b.writing.Unlock()
	if err := b.noteBursts(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}
