package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"harmattan/config"
	"harmattan/news"
)

// watched looks at the sources as the daemon does now and then.
func (b *workbench) watched(pause time.Duration) {
	b.t.Helper()
	b.hand.move(pause)
	b.writing.Lock()
	defer b.writing.Unlock()
	if err := b.watchSources(b.t.Context(), b.stages.Load()); err != nil {
		b.t.Fatal(err)
	}
}

// told are the titles of a health edition, newest first.
func (b *workbench) told(edition string) []string {
	b.t.Helper()
	var titles []string
	for _, item := range readBack(b.t, b.get("/editions/"+edition+".atom").body).Items {
		titles = append(titles, item.Title)
	}
	return titles
}

func TestHealthIsToldAtEachTransitionAndNeverAmongTheNews(t *testing.T) {
	fleuve, dune := newOutlet(t, battle("douze")), newOutlet(t)
	calm := dune.source("dune")
	calm.Name = "La Dune"
	b := newWorkbench(t, t.TempDir(), monday.Add(time.Hour), fleuve.source("fleuve"), calm)
	b.after(time.Minute)
	b.watched(time.Second)
	fleuve.change(func(o *outlet) { o.broken = true })
	for range 2 {
		b.after(30 * time.Minute)
		b.watched(6 * time.Minute)
	}
	if titles := b.told("health"); len(titles) > 1 || strings.Contains(strings.Join(titles, " "), "fails") {
		t.Errorf("a server that stumbled is told: %v", titles)
	}
	for range 6 {
		b.after(2 * time.Hour)
		b.watched(6 * time.Minute)
	}
	for _, edition := range []string{"health", "sahel-security-health"} {
		titles := b.told(edition)
		if len(titles) == 0 || titles[0] != "Le Fleuve fails" {
			t.Fatalf("%s: %v", edition, titles)
		}
	}
	if titles := b.told("lake-chad-health"); len(titles) != 0 {
		t.Errorf("a source that did not feed the edition: %v", titles)
	}
	document := b.get("/editions/health.json").body
	if !strings.Contains(document, "HTTP 500") || strings.Contains(document, "database connection lost") || strings.Contains(document, fleuve.URL) {
		t.Errorf("what is told of a failure: %s", document)
	}
	before := b.get("/editions/health.rss")
	b.watched(10 * time.Minute)
	if after := b.get("/editions/health.rss"); after != before {
		t.Error("what lasts is told again")
	}
	fleuve.change(func(o *outlet) { o.broken = false })
	b.after(24 * time.Hour)
	b.watched(6 * time.Minute)
	titles := b.told("sahel-security-health")
	if len(titles) != 2 || titles[0] != "Le Fleuve is well again" || titles[1] != "Le Fleuve fails" {
		t.Errorf("after it came back: %v", titles)
	}
	for _, path := range []string{"/", "/opml.xml", "/editions/sahel-security", "/editions/sahel-security.rss", "/search"} {
		if strings.Contains(b.get(path).body, "Le Fleuve fails") || path == "/opml.xml" && strings.Contains(b.get(path).body, "health") {
			t.Errorf("%s mixes news and health", path)
		}
	}
	page := b.get("/editions/health").body
	if !strings.Contains(page, "Le Fleuve is well again") || strings.Contains(page, "/articles?id=tag") {
		t.Error("the page of the health edition is none")
	}
}

func TestASourceThatFallsSilentIsTold(t *testing.T) {
	fleuve := newOutlet(t)
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	for i := range 8 {
		one := battle("douze")
		one.id, one.published = "n"+string(rune('a'+i)), b.hand.read()
		fleuve.change(func(o *outlet) { o.stories = append(o.stories, one) })
		b.after(3 * time.Hour)
	}
	b.watched(time.Minute)
	if titles := b.told("health"); len(titles) != 0 {
		t.Fatalf("while it wrote: %v", titles)
	}
	b.after(40 * time.Hour)
	b.watched(6 * time.Minute)
	if titles := b.told("health"); len(titles) != 1 || titles[0] != "Le Fleuve is silent for longer than usual" {
		t.Errorf("after forty hours: %v", titles)
	}
}

func TestARefusedConfigurationIsToldUntilItIsMended(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	bad := func() (*config.Config, error) { return nil, errors.New("config.toml:3:1: secret = hunter2") }
	for range 2 {
		if err := b.takeOver(t.Context(), bad, false); err == nil {
			t.Fatal("taken over")
		}
		b.hand.move(time.Minute)
	}
	if titles := b.told("health"); len(titles) != 1 || titles[0] != "The new configuration was refused" || strings.Contains(b.get("/editions/health.atom").body, "hunter2") {
		t.Errorf("refused: %v", titles)
	}
	good := func() (*config.Config, error) {
		cfg := *b.stages.Load().cfg
		return &cfg, nil
	}
	if err := b.takeOver(t.Context(), good, false); err != nil {
		t.Fatal(err)
	}
	if titles := b.told("health"); len(titles) != 2 || titles[0] != "The new configuration was taken over" {
		t.Errorf("mended: %v", titles)
	}
}

func TestCoverageNamesItsGaps(t *testing.T) {
	outlets, sources := tellers(t)
	cfg := roundsConfig(t, sources...)
	cfg.Editions = []news.Edition{
		{ID: "sahel-security", Title: "Sahel", Language: "en", Rule: news.Rule{Countries: []string{"ML", "NE"}, Topics: []string{"security"}}},
		{ID: "sahel-french", Title: "Sahel, French", Of: "sahel-security", Rule: news.Rule{Languages: []string{"fr"}}},
	}
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	for i, o := range outlets {
		o.change(func(o *outlet) { o.stories = []story{ambush(i)} })
	}
	b.after(2 * time.Hour)
	var got struct {
		Editions []struct {
			ID        string
			Languages []string
			Countries []struct {
				ID, Label string
				Languages []struct {
					Language   string
					Publishers []struct {
						Name     string
						Articles int
					}
				}
			}
			Gaps []struct {
				Country, Label, Language string
				Publishers               int
			}
		}
	}
	if err := json.Unmarshal([]byte(b.get("/coverage.json?edition=sahel-security").body), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Editions) != 1 || len(got.Editions[0].Countries) != 2 || strings.Join(got.Editions[0].Languages, " ") != "en fr" {
		t.Fatalf("%+v", got)
	}
	e := got.Editions[0]
	if mali := e.Countries[0]; mali.ID != "ML" || mali.Label != "Mali" || len(mali.Languages[1].Publishers) != 2 || mali.Languages[1].Publishers[0].Name != "La Dune" || mali.Languages[1].Publishers[0].Articles != 1 {
		t.Errorf("Mali: %+v", mali)
	}
	if len(e.Gaps) != 1 || e.Gaps[0].Country != "NE" || e.Gaps[0].Label != "Niger" || e.Gaps[0].Publishers != 0 {
		t.Errorf("gaps: %+v", e.Gaps)
	}
	page := b.get("/coverage").body
	for _, want := range []string{`<li><bdi lang="en">Niger</bdi>: nobody</li>`, "La Dune", `href="/editions/sahel-security-health"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if status, text := b.answer("/coverage?edition=none"); status != 400 || !strings.Contains(text, "no edition") {
		t.Errorf("%d %s", status, text)
	}
}
