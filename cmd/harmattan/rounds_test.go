package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"harmattan"
	"harmattan/config"
	"harmattan/news"
)

var formats = []string{"rss", "atom", "json"}

// workbench is a desk with the clock in hand.
type workbench struct {
	*desk
	t    *testing.T
	hand hand
}

// hand is the clock in hand, which servers of the test read too.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hand) read() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) move(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(by)
}

func newWorkbench(t *testing.T, dir string, now time.Time, sources ...news.Source) *workbench {
	t.Helper()
	b := &workbench{hand: hand{now: now}}
	b.open(t, roundsConfig(t, sources...), dir)
	return b
}

// roundsConfig is the example with sources of the test's own.
func roundsConfig(t *testing.T, sources ...news.Source) *config.Config {
	t.Helper()
	cfg, err := config.Parse("config.example.toml", harmattan.Example())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Sources = sources
	cfg.Fetcher.Schedule = "*/15 * * * *"
	cfg.Fetcher.MinInterval = news.Duration{Duration: time.Minute}
	cfg.Fetcher.HostSpacing = news.Duration{}
	cfg.Fetcher.Allow = []string{"127.0.0.0/8"}
	return cfg
}

// open builds the desk over the configuration.
func (b *workbench) open(t *testing.T, cfg *config.Config, dir string) {
	t.Helper()
	b.t = t
	s := &session{ctx: t.Context(), out: io.Discard, errOut: io.Discard,
		clock: b.hand.read, log: slog.New(slog.DiscardHandler)}
	desk, err := openDesk(s, cfg, dir)
	if err != nil {
		t.Fatal(err)
	}
	b.desk = desk
	t.Cleanup(func() { _ = b.close() })
	if err := b.start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// after lets time pass and runs the round that is due then.
func (b *workbench) after(pause time.Duration) []outcome {
	b.t.Helper()
	b.hand.move(pause)
	var outcomes []outcome
	due := b.stages.Load().fetcher.Due(b.jobs(), b.hand.read())
	if err := b.round(context.Background(), due, func(stored []outcome) { outcomes = append(outcomes, stored...) }); err != nil {
		b.t.Fatal(err)
	}
	return outcomes
}

// served is one document of the edition as a reader gets it.
type served struct{ body, etag, modified string }

func (b *workbench) get(path string) served {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.stages.Load().publisher.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		b.t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return served{w.Body.String(), w.Header().Get("ETag"), w.Header().Get("Last-Modified")}
}

// edition is the Sahel security edition in every format.
func (b *workbench) edition() []served {
	b.t.Helper()
	var all []served
	for _, format := range formats {
		all = append(all, b.get("/editions/sahel-security."+format))
	}
	return all
}

// ids are the entry ids of the edition, which must agree in all formats.
func (b *workbench) ids() []string {
	b.t.Helper()
	var first []string
	for i, document := range b.edition() {
		feed := readBack(b.t, document.body)
		var ids []string
		for _, item := range feed.Items {
			ids = append(ids, item.GUID)
		}
		if i == 0 {
			first = ids
		} else if !slices.Equal(first, ids) {
			b.t.Errorf("%s has ids %v, %s has %v", formats[0], first, formats[i], ids)
		}
	}
	return first
}

func readBack(t *testing.T, body string) *gofeed.Feed {
	t.Helper()
	feed, err := gofeed.NewParser().ParseString(body)
	if err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
	return feed
}

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func battle(killed string) story {
	return story{id: "menaka-1", published: monday.Add(-time.Hour),
		title: "Mali : une attaque jihadiste fait " + killed + " morts près de Ménaka",
		text: "Des hommes armés du JNIM ont attaqué lundi une position de l’armée malienne près de Ménaka. " +
			"L’attaque a fait " + killed + " morts parmi les soldats, selon l’état-major à Bamako."}
}

func kidnapping() story {
	return story{id: "diffa-2", published: monday.Add(20 * time.Minute),
		title: "Niger : deux humanitaires enlevés par des hommes armés près de Diffa",
		text: "Deux travailleurs humanitaires ont été enlevés mardi par des hommes armés de Boko Haram sur la route de Diffa, " +
			"dans le sud-est du Niger, ont indiqué les autorités à Niamey."}
}

func TestEditionsChangeOnlyWhenTheyMust(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	other := newOutlet(t)
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"), other.source("autre"))

	empty := b.edition()
	if first := b.after(time.Minute); len(first) != 2 {
		t.Fatalf("first round: %d outcomes, want 2", len(first))
	}
	one, ids := b.edition(), b.ids()
	if len(ids) != 1 || slices.Equal(one, empty) {
		t.Fatalf("after the first round: ids %v", ids)
	}

	asked := fleuve.asked()
	if idle := b.after(time.Second); len(idle) != 0 || fleuve.asked() != asked {
		t.Errorf("nothing was due, yet %d sources were fetched", len(idle))
	}

	unchanged := b.after(time.Hour)
	if len(unchanged) == 0 || fleuve.asked() != asked+1 {
		t.Errorf("an hour later: %d outcomes, %d requests", len(unchanged), fleuve.asked()-asked)
	}
	if !slices.Equal(b.edition(), one) {
		t.Error("a round without news changed the edition")
	}

	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	b.after(time.Hour)
	two := b.ids()
	if len(two) != 2 || two[1] != ids[0] {
		t.Errorf("after a new article: ids %v, before %v", two, ids)
	}

	fleuve.change(func(o *outlet) { o.stories[0] = battle("vingt-sept") })
	b.after(time.Hour)
	if edited := b.ids(); !slices.Equal(edited, two) {
		t.Errorf("an edit changed the ids from %v to %v", two, edited)
	}
	now := b.edition()
	if !strings.Contains(now[0].body, "vingt-sept") || strings.Contains(now[0].body, "douze") {
		t.Error("the edited figure is not in the edition")
	}

	fleuve.change(func(o *outlet) { o.broken = true })
	broken := b.after(time.Hour)
	if !slices.ContainsFunc(broken, func(o outcome) bool { return o.Source.ID == "fleuve" && o.Err != nil }) {
		t.Errorf("the broken source was not noticed: %+v", broken)
	}
	if !slices.Equal(b.edition(), now) {
		t.Error("a broken source changed the edition")
	}
}

func TestARestartPublishesTheSameBytesAndFetchesNothing(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	dir := t.TempDir()
	b := newWorkbench(t, dir, monday.Add(time.Hour), fleuve.source("fleuve"))
	b.after(time.Minute)
	before, asked := b.edition(), fleuve.asked()
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	again := newWorkbench(t, dir, b.hand.read().Add(30*time.Second), fleuve.source("fleuve"))
	if !slices.Equal(again.edition(), before) {
		t.Error("a restart changed the edition")
	}
	if again.after(time.Second); fleuve.asked() != asked {
		t.Error("a restart fetched a source that was not due")
	}
}

func TestWhatIsReadBackIsWhatWasStored(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	b := newWorkbench(t, t.TempDir(), monday.Add(time.Hour), fleuve.source("fleuve"))
	b.after(time.Minute)
	entries, err := b.store.Entries(t.Context(), "sahel-security", 50, b.hand.read())
	if err != nil {
		t.Fatal(err)
	}
	for i, document := range b.edition() {
		feed := readBack(t, document.body)
		if len(feed.Items) != len(entries) || len(entries) != 2 {
			t.Fatalf("%s: %d items, %d entries stored", formats[i], len(feed.Items), len(entries))
		}
		for n, item := range feed.Items {
			a := entries[n].Article
			if item.GUID != a.ID || item.Title != a.Title || item.Link != a.Link || !item.PublishedParsed.Equal(a.Published.Time) {
				t.Errorf("%s: read back %q %q %q %v, stored %q %q %q %v", formats[i], item.GUID, item.Title, item.Link,
					item.PublishedParsed, a.ID, a.Title, a.Link, a.Published.Time)
			}
		}
	}
}

func TestF90_AnIDThatStandsAgainOnAnotherArticleHidesNeither(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	b.after(time.Minute)
	first := b.ids()
	second := kidnapping()
	second.guid = battle("douze").id
	fleuve.change(func(o *outlet) { o.stories = append([]story{second}, o.stories...) })
	b.after(time.Hour)
	if two := b.ids(); len(two) != 2 || !slices.Contains(two, first[0]) {
		t.Errorf("ids %v, before %v", two, first)
	}
	fleuve.change(func(o *outlet) { o.stories = o.stories[:1] })
	b.after(time.Hour)
	if two := b.ids(); len(two) != 2 {
		t.Errorf("after one left the document: ids %v", two)
	}
	if states, err := b.store.States(t.Context()); err != nil || !states["fleuve"].BadIDs {
		t.Errorf("a document without repeats made its ids good again: %v", err)
	}
}
