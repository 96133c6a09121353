package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"harmattan/config"
	"harmattan/news"
)

// history is a newsroom of which everything is random, and what is true of it.
type history struct {
	*workbench
	rng      *rand.Rand
	cfg      *config.Config
	dir      string
	outlets  []*outlet
	sources  []news.Source
	writers  map[string]*writer
	told     int // articles ever written
	step     int
	lastStep string
	// ids are those of the entries in which an article ever stood, dates those of
	// the entries, both by edition.
	ids   map[string]string
	dates map[string]time.Time
	gone  map[int]bool // purged or dropped
}

// writer is one outlet: what it lists, and what it listed once.
type writer struct {
	lang   string
	listed []piece
	pulled []piece // listed before
	host   string
	seen   map[int]bool // were in a document that was stored
}

// piece is one article, by its number for ever.
type piece struct {
	number  int
	born    time.Time
	pending bool // changed since it was last read: two changes at once leave nothing to know it by
	redated bool
	moved   bool // with the archive, and not read since: alone it would leave nothing to know it by
	story
}

// histories is how many random histories are told: more on demand.
func histories(t *testing.T) (seeds, steps int) {
	t.Helper()
	seeds, steps = 2, 40
	if n, err := strconv.Atoi(os.Getenv("HARMATTAN_HISTORIES")); err == nil {
		seeds, steps = n, 150
	}
	return seeds, steps
}

// The long form: HARMATTAN_HISTORIES=200 go test ./cmd/harmattan -run TestNoHistory
func TestNoHistoryShowsAnArticleTwiceChangesAnIDLosesOrBringsBackAnything(t *testing.T) {
	seeds, steps := histories(t)
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			h := newHistory(t, seed)
			for h.step = range steps {
				h.live()
				h.poll()
				h.check()
			}
		})
	}
}

func newHistory(t *testing.T, seed uint64) *history {
	h := &history{workbench: &workbench{hand: hand{now: monday}}, rng: rand.New(rand.NewPCG(seed, 11)), dir: t.TempDir(),
		writers: map[string]*writer{}, ids: map[string]string{}, dates: map[string]time.Time{}, gone: map[int]bool{}}
	h.t = t
	for i, lang := range []string{"fr", "fr", "en", "en"} {
		o := newOutlet(t)
		source := o.source(fmt.Sprint("source-", i))
		source.Name, source.Language = fmt.Sprint("Outlet ", i), lang
		if i == 0 {
			source.Keep = news.Duration{Duration: 7 * 24 * time.Hour}
		}
		h.outlets, h.sources = append(h.outlets, o), append(h.sources, source)
		h.writers[source.ID] = &writer{lang: lang, host: fmt.Sprintf("https://outlet%d.example", i), seen: map[int]bool{}}
	}
	h.cfg = roundsConfig(t, h.sources...)
	h.cfg.Storage.KeepTexts = news.Duration{Duration: 5 * 24 * time.Hour}
	rule := news.Rule{Countries: []string{"ML", "NE", "BF"}, Topics: []string{"security"}}
	h.cfg.Editions = nil
	for _, e := range []news.Edition{{ID: "merged"}, {ID: "listed", Stories: news.StoriesList}, {ID: "confirmed", MinPublishers: 2},
		{ID: "rumours", MaxPublishers: 1}, {ID: "recent", Keep: news.Duration{Duration: 72 * time.Hour}}} {
		e.Title, e.Language, e.Limit, e.Rule = e.ID, "en", 100, rule
		h.cfg.Editions = append(h.cfg.Editions, e)
	}
	h.open(t, h.cfg, h.dir)
	return h
}

// happening is an event that outlets may tell.
func happening(n int) (town string, killed int) { return towns[n%len(towns)], 3 + n*7%40 }

// write makes an article about one of the last events, or something that no
// edition wants.
func (h *history) write(w *writer) piece {
	h.told++
	now := h.hand.read()
	p := piece{number: h.told, born: now, story: story{id: fmt.Sprintf("a-%d", h.told), published: now.Add(-time.Duration(h.rng.IntN(120)) * time.Minute)}}
	p.link = fmt.Sprintf("%s/news/%d-article", w.host, 10000+h.told)
	if h.rng.IntN(5) == 0 {
		p.title = fmt.Sprintf("Le championnat de basket de la région compte désormais %d clubs", h.told)
		p.text = fmt.Sprintf("La saison commence samedi avec un match à domicile (dépêche %d).", h.told)
		return p
	}
	town, killed := happening(int(now.Sub(monday).Hours())/20*3 + h.rng.IntN(3))
	h.report(w, &p, town, killed)
	return p
}

func (h *history) report(w *writer, p *piece, town string, killed int) {
	if w.lang == "fr" {
		p.title = fmt.Sprintf("Mali : %d soldats tués dans une embuscade du JNIM près de %s", killed, town)
		p.text = fmt.Sprintf("%d soldats ont été tués dans une embuscade à %s, dans le nord du Mali, selon l’armée (dépêche %d).", killed, town, p.number)
		return
	}
	p.title = fmt.Sprintf("Mali: JNIM ambush near %s kills %d soldiers", town, killed)
	p.text = fmt.Sprintf("%d soldiers were killed in an ambush at %s in northern Mali, the army said (dépêche %d).", killed, town, p.number)
}

// live is what happens between two polls.
func (h *history) live() {
	h.hand.move(time.Duration(15+h.rng.IntN(240)) * time.Minute)
	for range 1 + h.rng.IntN(4) {
		id := h.sources[h.rng.IntN(len(h.sources))].ID
		h.happen(h.writers[id])
	}
	switch h.rng.IntN(12) {
	case 0:
		h.hand.move(time.Duration(h.rng.IntN(12*24)) * time.Hour)
	case 1:
		h.lastStep += " restart"
		h.restart()
	case 2:
		h.lastStep += " tidy"
		h.tidy(context.Background())
	case 3:
		h.lastStep += " decide"
		h.decide()
	}
}

func (h *history) happen(w *writer) {
	what := h.rng.IntN(12)
	h.lastStep = fmt.Sprintf("%d on %s", what, w.host)
	if len(w.listed) == 0 {
		what = 0
	}
	var p *piece
	if len(w.listed) > 0 {
		p = &w.listed[h.rng.IntN(len(w.listed))]
	}
	if p != nil && what >= 4 && what <= 7 {
		if p.pending || h.hand.read().Sub(p.born) > 20*24*time.Hour || what == 7 && p.redated {
			return
		}
		p.pending = true
	}
	switch what {
	case 0, 1, 2, 3:
		w.listed = append([]piece{h.write(w)}, w.listed...)
	case 4: // another text under the same id
		p.text = "Mis à jour. " + p.text
	case 5: // another id, and another date, under the same link
		p.guid, p.published, p.redated = fmt.Sprint("neu-", h.step, "-", p.number), h.hand.read(), true
	case 6: // another link and another text under the same id
		p.link, p.title = fmt.Sprintf("%s/archive/%d-encore", w.host, 10000+p.number*100+h.step), p.title+" (suite)"
	case 7: // another id and another link
		p.guid, p.link = fmt.Sprint("neu-", h.step, "-", p.number), fmt.Sprintf("%s/neu/%d-encore", w.host, 10000+p.number*100+h.step)
	case 8: // one leaves the document
		if p.moved {
			return
		}
		w.pulled = append(w.pulled, *p)
		i := slices.IndexFunc(w.listed, func(q piece) bool { return q.number == p.number })
		w.listed = slices.Delete(w.listed, i, i+1)
	case 9: // one comes back
		if n := len(w.pulled); n > 0 {
			w.listed = append(w.listed, w.pulled[n-1])
			w.pulled = w.pulled[:n-1]
		}
	case 10: // a flood
		if h.rng.IntN(3) == 0 {
			w.host = fmt.Sprintf("https://parked%d.example", h.step)
			for range 8 + h.rng.IntN(20) {
				w.listed = append([]piece{h.write(w)}, w.listed...)
			}
		}
	case 11: // the whole archive under other ids, links, hosts and dates
		if h.rng.IntN(3) == 0 && h.settled(w) {
			w.host = fmt.Sprintf("https://moved%d.example", h.step)
			for i := range w.listed {
				q := &w.listed[i]
				q.guid, q.link, q.published = fmt.Sprint("urn:moved:", h.step, ":", q.number), fmt.Sprintf("%s/post/%d-a", w.host, q.number), h.hand.read()
				q.pending, q.redated, q.moved = true, true, true
			}
		}
	}
	for len(w.listed) > 45 && !w.listed[len(w.listed)-1].moved {
		w.pulled = append(w.pulled, w.listed[len(w.listed)-1])
		w.listed = w.listed[:len(w.listed)-1]
	}
}

// settled tells whether all that a writer lists was read as it is.
func (h *history) settled(w *writer) bool {
	return len(w.listed) > 2 && !slices.ContainsFunc(w.listed, func(p piece) bool { return p.pending || !w.seen[p.number] })
}

// poll reads all sources that are due; now and then the process dies before
// anything of it is stored.
func (h *history) poll() {
	for i, o := range h.outlets {
		w := h.writers[h.sources[i].ID]
		o.change(func(o *outlet) {
			o.stories = nil
			for _, p := range w.listed {
				o.stories = append(o.stories, p.story)
			}
			o.broken = h.rng.IntN(15) == 0
		})
	}
	if h.rng.IntN(15) == 0 {
		if err := h.store.Close(); err != nil {
			h.t.Fatal(err)
		}
		due := h.stages.Load().fetcher.Due(h.jobs(), h.hand.read())
		_ = h.round(context.Background(), due, func([]outcome) {}) // it fails: nothing can be stored
		_ = h.close()
		h.open(h.t, h.cfg, h.dir)
		return
	}
	for _, o := range h.after(time.Minute) {
		if o.Err != nil {
			continue
		}
		w, fresh := h.writers[o.Source.ID], 0
		for i := range w.listed {
			p := &w.listed[i]
			if p.pending, p.moved = false, false; !w.seen[p.number] {
				w.seen[p.number] = true
				fresh++
			}
		}
		if o.New+o.Held != fresh {
			h.fail("%s: %d new and %d held, but %d were never listed before", o.Source.ID, o.New, o.Held, fresh)
		}
	}
}

func (h *history) restart() {
	h.renewed()
	before := h.documents()
	if err := h.close(); err != nil {
		h.t.Fatal(err)
	}
	h.open(h.t, h.cfg, h.dir)
	if !maps.Equal(before, h.documents()) {
		h.fail("a restart changed an edition")
	}
}

func (h *history) documents() map[string]served {
	all := map[string]served{}
	for _, e := range h.cfg.Editions {
		for _, format := range formats {
			path := "/editions/" + e.ID + "." + format
			all[path] = h.get(path)
		}
	}
	return all
}

// decide releases or drops what waits in quarantine.
func (h *history) decide() {
	ctx := context.Background()
	waiting, err := h.store.Quarantines(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Keys(waiting)) {
		if h.rng.IntN(2) == 0 {
			_, _, err = h.release(ctx, id)
		} else {
			err = h.drop(ctx, id)
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	h.writing.Lock()
	defer h.writing.Unlock()
	if err := h.publishTouched(ctx); err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) fail(format string, args ...any) {
	h.t.Helper()
	h.t.Fatalf("step %d (%s) at %s: %s", h.step, h.lastStep, h.hand.read().Format(time.RFC3339), fmt.Sprintf(format, args...))
}

var numberIn = regexp.MustCompile(`dépêche (\d+)`)

// check looks at all that subscribers see, and at the database.
func (h *history) check() {
	h.renewed()
	for _, e := range h.cfg.Editions {
		shown := map[string]bool{}
		for _, item := range readBack(h.t, h.get("/editions/"+e.ID+".atom").body).Items {
			found := numberIn.FindStringSubmatch(cmp.Or(item.Description, item.Content))
			if found == nil {
				h.fail("%s: %q has no number: %s", e.ID, item.Title, item.Content)
			}
			article, entry := e.ID+" article "+found[1], e.ID+" "+item.GUID
			if shown[article] || shown[entry] {
				h.fail("%s and %s stand twice", article, entry)
			}
			shown[article], shown[entry] = true, true
			if first, known := h.ids[article]; known && first != item.GUID {
				h.fail("%s stood in entry %s, now in %s", article, first, item.GUID)
			}
			if first, known := h.dates[entry]; known && !first.Equal(*item.PublishedParsed) {
				h.fail("%s was dated %s, now %s", entry, first, item.PublishedParsed)
			}
			h.ids[article], h.dates[entry] = item.GUID, *item.PublishedParsed
			if n, _ := strconv.Atoi(found[1]); h.gone[n] {
				h.fail("%s came back", article)
			}
		}
	}
	counts, err := h.store.SourceCounts(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	for id, w := range h.writers {
		if counts[id] != len(w.seen) {
			h.fail("%s: %d articles are stored, %d were listed", id, counts[id], len(w.seen))
		}
	}
	if h.step%5 == 0 {
		if problems, err := h.store.Check(context.Background()); err != nil || len(problems) > 0 {
			h.fail("%v, %v", problems, err)
		}
	}
}

// drop decides against what waits, and remembers what that was.
func (h *history) drop(ctx context.Context, sourceID string) error {
	held, err := h.store.Held(ctx, sourceID, 1000)
	if err != nil {
		return err
	}
	for _, a := range held {
		if found := numberIn.FindStringSubmatch(a.Text); found != nil {
			n, _ := strconv.Atoi(found[1])
			h.gone[n] = true
		}
	}
	_, err = h.desk.drop(ctx, sourceID)
	return err
}
