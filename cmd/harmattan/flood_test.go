package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

// gazette is an outlet with a habit: two articles a day on Mali, of which its
// document lists the last thirty.
type gazette struct {
	*outlet
	*workbench
	log   bytes.Buffer
	dir   string
	count int
}

var towns = []string{"Gao", "Mopti", "Ménaka", "Kidal", "Tombouctou", "Ansongo", "Bandiagara", "Djenné", "Douentza", "Tessalit", "Ségou", "Niono", "Koro"}

// raid is the nth article of the habit.
func raid(n int, at time.Time) story {
	town := towns[n%len(towns)]
	return story{id: fmt.Sprintf("article-%d", 1000+n), published: at,
		title: fmt.Sprintf("Mali : %d soldats tués dans une embuscade près de %s", 3+n%17, town),
		text: fmt.Sprintf("L’armée malienne a perdu %d soldats le %s dans une embuscade du JNIM non loin de %s, selon un élu local joint par notre rédaction (dépêche %d).",
			3+n%17, at.Format("02/01"), town, n)}
}

// newGazette has run for a week.
func newGazette(t *testing.T) *gazette {
	t.Helper()
	g := &gazette{outlet: newOutlet(t), dir: t.TempDir()}
	cfg := roundsConfig(t, g.source("fleuve"))
	cfg.Editions = []news.Edition{{ID: "sahel-security", Title: "Sahel", Language: "fr", Limit: 100, Stories: news.StoriesList,
		Rule: news.Rule{Where: "true"}}}
	g.workbench = &workbench{hand: hand{now: monday}}
	for n := range 10 {
		g.tell(raid(n, monday.Add(time.Duration(n-10)*12*time.Hour)))
	}
	g.workbench.open(t, cfg, g.dir)
	g.desk.log = slog.New(slog.NewTextHandler(&g.log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	g.after(time.Minute)
	g.live(7)
	return g
}

// live lets days pass as they usually do.
func (g *gazette) live(days int) {
	g.t.Helper()
	for range 2 * days {
		g.hand.move(11 * time.Hour)
		g.tell(raid(10+g.count, g.hand.read()))
		g.count++
		g.after(time.Hour)
	}
}

func (g *gazette) tell(stories ...story) {
	g.change(func(o *outlet) {
		o.stories = append(slices.Clone(stories), o.stories...)
		o.stories = o.stories[:min(len(o.stories), 30)]
	})
}

// waiting counts what is in quarantine.
func (g *gazette) waiting() int {
	g.t.Helper()
	all, err := g.store.Quarantines(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	return all["fleuve"].Held
}

// many are n articles made from raids to come.
func (g *gazette) many(n int, change func(n int, s *story)) []story {
	var all []story
	for i := range n {
		s := raid(500+i, g.hand.read().Add(-time.Duration(i)*time.Minute))
		change(i, &s)
		all = append(all, s)
	}
	return all
}

func TestAFloodWaitsOutsideTheEditions(t *testing.T) {
	for _, c := range []struct {
		kind  news.FloodKind
		n     int
		flood func(n int, s *story)
	}{
		{news.FloodVolume, 30, func(int, *story) {}},
		{news.FloodIDs, 12, func(n int, s *story) { s.guid, s.text = fmt.Sprintf("urn:post:%d-%d", n, n*7), s.text+" Mis à jour." }},
		{news.FloodDates, 12, func(_ int, s *story) { s.published = monday.Add(-300 * 24 * time.Hour) }},
		{news.FloodDates, 12, func(n int, s *story) { s.published = monday.Add(-time.Duration(100+n) * 24 * time.Hour) }},
		{news.FloodHost, 12, func(n int, s *story) { s.link = fmt.Sprintf("https://parking.example/a/%d", n) }},
		{news.FloodLanguage, 12, func(n int, s *story) { s.title, s.text = inEnglish(n) }},
		{news.FloodTopic, 12, func(n int, s *story) { s.title, s.text = recipe(n) }},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			g := newGazette(t)
			before := g.edition()
			if len(g.ids()) != 24 || g.waiting() != 0 || g.log.Len() > 0 {
				t.Fatalf("before: %d entries, %d wait, log %s", len(g.ids()), g.waiting(), &g.log)
			}
			g.tell(g.many(c.n, c.flood)...)
			o := g.after(time.Hour)
			if g.waiting() != c.n || o[0].Held != c.n || !slices.Equal(g.edition(), before) {
				t.Fatalf("%d wait, the round held %d, edition as before: %t", g.waiting(), o[0].Held, slices.Equal(g.edition(), before))
			}
			if !slices.ContainsFunc(o[0].Flood.Signs, func(s news.FloodSign) bool { return s.Kind == c.kind }) {
				t.Errorf("signs %+v", o[0].Flood.Signs)
			}
			g.tell(raid(900, g.hand.read()))
			g.after(time.Hour)
			if g.waiting() != c.n+1 || strings.Count(g.log.String(), "quarantined") != 1 {
				t.Errorf("one more: %d wait, log %s", g.waiting(), &g.log)
			}
			if problems, err := g.store.Check(t.Context()); err != nil || len(problems) > 0 {
				t.Errorf("%v, %v", problems, err)
			}
		})
	}
}

func TestAFloodThatComesInSmallPartsIsSeenByItsVolume(t *testing.T) {
	g := newGazette(t)
	all := g.many(30, func(int, *story) {})
	var flood *news.Quarantine
	for len(all) > 0 {
		g.tell(all[:5]...)
		all = all[5:]
		if o := g.after(time.Hour); o[0].Flood != nil {
			flood = o[0].Flood
		}
	}
	if flood == nil || len(flood.Signs) != 1 || flood.Signs[0].Kind != news.FloodVolume || g.waiting() < 5 || g.waiting() > 15 {
		t.Errorf("%d wait, %+v", g.waiting(), flood)
	}
}

// Three at each poll are too few to be a flood by themselves.
func TestWhatTricklesInIsHeldAsSoonAsABurstWouldBe(t *testing.T) {
	for kind, change := range map[news.FloodKind]func(n int, s *story){
		news.FloodHost:     func(n int, s *story) { s.link = fmt.Sprintf("https://parking.example/a/%d", n) },
		news.FloodIDs:      func(n int, s *story) { s.guid = fmt.Sprintf("urn:post:%d-%d", n, n*7) },
		news.FloodDates:    func(n int, s *story) { s.published = monday.Add(-time.Duration(100+n) * 24 * time.Hour) },
		news.FloodLanguage: func(n int, s *story) { s.title, s.text = inEnglish(n) },
		news.FloodTopic:    func(n int, s *story) { s.title, s.text = recipe(n) },
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			g := newGazette(t)
			g.hand.move(24 * time.Hour)
			before := len(g.ids())
			all := g.many(24, change)
			for len(all) > 0 {
				g.tell(all[:3]...)
				all = all[3:]
				g.after(time.Hour)
			}
			if entered := len(g.ids()) - before; entered > 7 || g.waiting() != 24-entered {
				t.Errorf("%d entered the edition, %d wait: %s", entered, g.waiting(), &g.log)
			}
		})
	}
}

func inEnglish(n int) (title, text string) {
	town := towns[n%len(towns)]
	return fmt.Sprintf("Mali: army says %d soldiers were killed near %s this week", 3+n, town),
		fmt.Sprintf("The army of Mali lost %d soldiers in an ambush by the JNIM group close to %s, a local official told our newsroom.", 3+n, town)
}

func recipe(n int) (title, text string) {
	return fmt.Sprintf("Les %d meilleures recettes de gâteau au chocolat de nos lectrices", 5+n),
		fmt.Sprintf("Faites fondre %d grammes de beurre, ajoutez le sucre et les œufs, puis laissez cuire la pâte au four doucement.", 100+n)
}

func TestWhatIsNoFloodEntersItsEditions(t *testing.T) {
	for _, c := range []struct {
		name string
		live func(g *gazette) (newOnes int)
	}{
		{"a burst of news", func(g *gazette) int {
			for n := range 12 {
				g.tell(raid(500+n, g.hand.read()))
				g.after(time.Hour)
			}
			return 12
		}},
		{"a busy day, three an hour", func(g *gazette) int {
			g.hand.move(24 * time.Hour)
			for n := range 6 {
				g.tell(g.many(3, func(i int, s *story) {
					*s = raid(700+3*n+i, g.hand.read().Add(-time.Duration(i)*time.Minute))
				})...)
				g.after(time.Hour)
			}
			return 18
		}},
		{"seven at once", func(g *gazette) int {
			g.tell(g.many(7, func(int, *story) {})...)
			g.after(12 * time.Hour)
			return 7
		}},
		{"back after six weeks of silence", func(g *gazette) int {
			g.hand.move(42 * 24 * time.Hour)
			g.tell(g.many(30, func(n int, s *story) { s.published = g.hand.read().Add(-time.Duration(n) * 24 * time.Hour) })...)
			g.after(time.Hour)
			return 30
		}},
		{"new ids for what is known", func(g *gazette) int {
			g.change(func(o *outlet) {
				for i := range o.stories {
					o.stories[i].guid = "urn:uuid:" + o.stories[i].id
				}
			})
			g.after(time.Hour)
			return 0
		}},
		{"new ids, links, host and dates for what is known", func(g *gazette) int {
			g.change(func(o *outlet) {
				for i := range o.stories {
					s := &o.stories[i]
					s.guid, s.link, s.published = fmt.Sprint("https://neuf.example/?p=", i), fmt.Sprint("https://neuf.example/billet/", i, "/"), g.hand.read()
				}
			})
			g.after(time.Hour)
			return 0
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newGazette(t)
			before := g.ids()
			want := c.live(g)
			after := g.ids()
			if g.waiting() != 0 || g.log.Len() > 0 || len(after) != len(before)+want {
				t.Errorf("%d wait, %d entries, were %d; log %s", g.waiting(), len(after), len(before), &g.log)
			}
			for _, id := range before {
				if !slices.Contains(after, id) {
					t.Errorf("entry %s is gone", id)
				}
			}
		})
	}
}

func TestAFirstFetchIsNoFlood(t *testing.T) {
	o := newOutlet(t)
	for n := range 30 {
		o.stories = append(o.stories, raid(n, monday))
	}
	b := newWorkbench(t, t.TempDir(), monday, o.source("fleuve"))
	b.after(time.Minute)
	o.change(func(o *outlet) {
		for n := range 30 {
			o.stories = append(o.stories, raid(100+n, monday))
		}
	})
	if second := b.after(time.Hour); second[0].Held != 0 || second[0].New != 30 {
		t.Errorf("%+v", second[0])
	}
}

// command runs a subcommand beside the daemon, with its clock.
func (g *gazette) command(c interface{ Run(s *session) error }) string {
	g.t.Helper()
	var out bytes.Buffer
	if err := c.Run(&session{ctx: g.t.Context(), out: &out, errOut: io.Discard, clock: g.hand.read, log: slog.New(slog.DiscardHandler)}); err != nil {
		g.t.Fatal(err)
	}
	return out.String()
}

// settings name the gazette's database and configuration.
func (g *gazette) settings() settings {
	file := writeFile(g.t, "config.toml", fmt.Sprintf(`[[source]]
id = "fleuve"
url = %q
name = "Le Fleuve"
language = "fr"

[[edition]]
id = "sahel-security"
title = "Sahel"
language = "fr"
limit = 100
stories = "list"
where = "true"
`, g.URL+"/rss"))
	return settings{Config: file, State: g.dir}
}

func (g *gazette) takenOver() {
	g.t.Helper()
	g.writing.Lock()
	defer g.writing.Unlock()
	if err := g.publishTouched(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
}

func TestReleasedArticlesEnterTheirEditionsBesideTheDaemon(t *testing.T) {
	g := newGazette(t)
	before := g.ids()
	g.tell(g.many(12, func(n int, s *story) { s.link = fmt.Sprintf("https://neuf.example/a/%d", n) })...)
	g.after(time.Hour)
	var listed []quarantineRow
	if err := json.Unmarshal([]byte(g.command(&quarantineList{settings: g.settings(), JSON: true})), &listed); err != nil || len(listed) != 1 || len(listed[0].Articles) != 12 {
		t.Fatalf("%v %+v", err, listed)
	}
	if got := g.command(&quarantineList{settings: g.settings(), Source: "fleuve"}); !strings.Contains(got, "https://neuf.example/a/3") || !strings.Contains(got, "host:") {
		t.Errorf("listed as %s", got)
	}
	g.takenOver()
	if !slices.Equal(g.ids(), before) {
		t.Error("looking changed the edition")
	}
	if got := g.command(&explainCommand{settings: g.settings(), Ref: "https://neuf.example/a/3"}); !strings.Contains(got, "quarantined: in none") {
		t.Errorf("explained as %s", got)
	}
	page := httptest.NewRecorder()
	g.stages.Load().publisher.Handler().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/articles?id="+url.QueryEscape(listed[0].Articles[0].ID), nil))
	if page.Code != http.StatusNotFound {
		t.Errorf("its page answers %d", page.Code)
	}
	if strings.Contains(g.get("/sources?id=fleuve").body, "neuf.example") || strings.Contains(g.get("/search?q=mali").body, "neuf.example") {
		t.Error("a page shows what waits")
	}

	err := (&quarantineRelease{settings: settings{State: g.dir}, Source: "fleuve"}).Run(&session{ctx: t.Context(), clock: g.hand.read, log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), "--config FILE") {
		t.Errorf("with another configuration: %v", err)
	}
	g.command(&quarantineRelease{settings: g.settings(), Source: "fleuve"})
	g.takenOver()
	after := g.ids()
	if len(after) != len(before)+12 || g.waiting() != 0 {
		t.Fatalf("%d entries, were %d; %d wait", len(after), len(before), g.waiting())
	}
	for _, held := range listed[0].Articles {
		if !slices.Contains(after, held.ID) {
			t.Errorf("%s did not enter under its id", held.ID)
		}
	}
	g.tell(g.many(24, func(n int, s *story) {
		*s = raid(700+n, s.published)
		s.link = fmt.Sprintf("https://neuf.example/b/%d", n)
	})[:9]...)
	g.after(time.Hour)
	if len(g.ids()) != len(after)+9 {
		t.Errorf("the next articles of the new host: %d entries, were %d; log %s", len(g.ids()), len(after), &g.log)
	}
	if problems, err := g.store.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestDroppedArticlesStayAwayWhileTheSourceListsThem(t *testing.T) {
	g := newGazette(t)
	before := g.edition()
	g.tell(g.many(12, func(n int, s *story) { s.link = fmt.Sprintf("https://parking.example/a/%d", n) })...)
	g.after(time.Hour)
	g.command(&quarantineDrop{settings: g.settings(), Source: "fleuve"})
	g.takenOver()
	g.change(func(o *outlet) {
		for i := range 12 {
			o.stories[i].text += " Corrigé."
			if i%2 == 0 {
				o.stories[i].guid = fmt.Sprint("autre-", i)
			}
		}
	})
	if strings.Contains(g.get("/editions/sahel-security.atom").body, "deleted-entry") {
		t.Error("what nobody saw is withdrawn")
	}
	o := g.after(time.Hour)
	if o[0].New != 0 || o[0].Held != 0 || g.waiting() != 0 || !slices.Equal(g.edition(), before) {
		t.Errorf("%+v, %d wait", o[0], g.waiting())
	}
	g.tell(raid(800, g.hand.read()))
	if o := g.after(time.Hour); o[0].New != 1 {
		t.Errorf("the next article: %+v", o[0])
	}
}

func TestAQuarantineIsToldOnceAndWhereverASourceIsShown(t *testing.T) {
	g := newGazette(t)
	g.watched(time.Minute)
	before := g.told("health")
	g.tell(g.many(12, func(n int, s *story) { s.link = fmt.Sprintf("https://parking.example/a/%d", n) })...)
	g.after(time.Hour)
	g.watched(6 * time.Minute)
	g.tell(raid(900, g.hand.read()))
	g.after(time.Hour)
	g.watched(6 * time.Minute)

	health := g.command(&sourcesCommand{settings: g.settings(), Health: true})
	page, metrics := g.get("/sources?id=fleuve").body, g.expose(t.Context())
	feed := g.get("/editions/health.atom").body
	for where, c := range map[string]struct {
		text  string
		wants []string
	}{
		"sources --health":   {health, []string{"quarantined since", "13 articles wait", "12 of 12 new articles lead to other hosts", "harmattan quarantine list fleuve"}},
		"the source's page":  {page, []string{`<p class="condition quarantined"><b>quarantined</b> since <time`, "13 articles wait outside all editions", "for their host<"}},
		"the health edition": {feed, []string{"Le Fleuve is quarantined", "12 articles wait outside all editions", "harmattan quarantine list fleuve"}},
		"the log":            {g.log.String(), []string{"quarantined: its new articles are in no edition", "source=fleuve articles=12", "other hosts"}},
		"the metrics":        {metrics, []string{"harmattan_quarantined_sources 1\n", "harmattan_quarantined_articles 13\n", `harmattan_articles_total{what="quarantined"} 13`}},
	} {
		for _, want := range c.wants {
			if !strings.Contains(c.text, want) {
				t.Errorf("%s does not say %q: %.3000s", where, want, c.text)
			}
		}
	}
	if strings.Contains(page+feed, "parking.example") {
		t.Error("readers see what waits")
	}
	if strings.Count(g.log.String(), "quarantined: its") != 1 || len(g.told("health")) != len(before)+1 {
		t.Errorf("told more than once: %v; %s", g.told("health"), &g.log)
	}

	g.command(&quarantineDrop{settings: g.settings(), Source: "fleuve"})
	g.watched(6 * time.Minute)
	if titles := g.told("health"); len(titles) != len(before)+2 || titles[0] != "Le Fleuve is well again" {
		t.Errorf("after somebody decided: %v", titles)
	}
	if page := g.get("/sources?id=fleuve").body; strings.Contains(page, "quarantined") || strings.Contains(g.expose(t.Context()), "harmattan_quarantined_sources 1") {
		t.Error("still shown as quarantined")
	}
}
