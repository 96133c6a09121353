package main

import (
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/config"
	"harmattan/news"
)

// digestConfig has an edition on security and its daily digest at 6 in Bamako,
// which is 6 in UTC.
func digestConfig(t *testing.T, sources []news.Source) *config.Config {
	t.Helper()
	cfg := roundsConfig(t, sources...)
	cfg.Editions = []news.Edition{
		{ID: "sahel-security", Title: "Sahel", Language: "en", Rule: news.Rule{Topics: []string{"security"}}},
		{ID: "sahel-daily", Title: "Sahel, daily", Language: "en", Of: "sahel-security", Digest: "daily", TimeZone: "Africa/Bamako"},
	}
	return cfg
}

// ticked publishes what time has changed, as the daemon does every second.
func (b *workbench) ticked(pause time.Duration) {
	b.t.Helper()
	b.hand.move(pause)
	b.renewed()
}

func TestADigestTellsTheDayOnceAndNeverChanges(t *testing.T) {
	outlets, sources := tellers(t)
	b := &workbench{hand: hand{now: monday}}
	b.open(t, digestConfig(t, sources), t.TempDir())
	for i, o := range outlets {
		o.change(func(o *outlet) { o.stories = []story{ambush(i)} })
	}
	b.after(4 * time.Hour)
	if ids, _ := b.links("sahel-daily"); len(ids) != 0 {
		t.Fatalf("issued before its time: %v", ids)
	}
	morning := monday.Truncate(24 * time.Hour).Add(30 * time.Hour)
	b.ticked(morning.Sub(b.hand.read()) - time.Second)
	if ids, _ := b.links("sahel-daily"); len(ids) != 0 {
		t.Fatalf("issued before its time: %v", ids)
	}
	b.ticked(time.Second)
	var first []served
	for _, format := range formats {
		document := b.get("/editions/sahel-daily." + format)
		first = append(first, document)
		items := readBack(t, document.body).Items
		if len(items) != 1 || !items[0].PublishedParsed.Equal(morning) || !strings.HasPrefix(items[0].Title, "Sahel, daily: ") || items[0].GUID == "" {
			t.Fatalf("%s: %+v", format, items)
		}
		for _, want := range []string{"<h3>Mali</h3>", "Independent publishers: 3", "La Dune", "The Courier", "Stories: 1 · Countries: 1"} {
			if !strings.Contains(items[0].Content+items[0].Description, want) {
				t.Errorf("%s lacks %s: %s", format, want, items[0].Content)
			}
		}
	}
	outlets[0].change(func(o *outlet) { o.stories[0].title = "Mali : treize soldats tués près de Ménaka" })
	b.after(time.Hour)
	b.renewed()
	for i, format := range formats {
		if got := b.get("/editions/sahel-daily." + format); got != first[i] {
			t.Errorf("%s changed after it was issued", format)
		}
	}
	b.ticked(24 * time.Hour) // nothing but an edit came
	b.ticked(24 * time.Hour)
	for i, format := range formats {
		if got := b.get("/editions/sahel-daily." + format); got != first[i] {
			t.Errorf("%s tells of days without news", format)
		}
	}
}

func TestADigestThatWasMissedComesOnceAndLate(t *testing.T) {
	outlets, sources := tellers(t)
	dir, cfg := t.TempDir(), digestConfig(t, sources)
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, dir)
	outlets[0].change(func(o *outlet) { o.stories = []story{ambush(0)} })
	b.after(2 * time.Hour)
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	again := &workbench{hand: hand{now: monday.Add(51 * time.Hour)}} // two mornings later
	again.open(t, cfg, dir)
	ids, _ := again.links("sahel-daily")
	if len(ids) != 1 {
		t.Fatalf("after the pause: %v", ids)
	}
	outlets[2].change(func(o *outlet) { o.stories = []story{ambush(2)} })
	again.after(time.Hour)
	again.ticked(24 * time.Hour)
	items := readBack(t, again.get("/editions/sahel-daily.atom").body).Items
	if len(items) != 2 || items[1].GUID != ids[0] || !strings.Contains(items[0].Content, "Independent publishers: 2 (+1)") {
		t.Errorf("what grew is not told the next day: %+v", items)
	}
	if err := again.close(); err != nil {
		t.Fatal(err)
	}
	s := &session{ctx: t.Context(), out: io.Discard, errOut: io.Discard, clock: again.hand.read, log: slog.New(slog.DiscardHandler)}
	restarted, err := openDesk(s, cfg, dir)
	if err != nil {
		t.Fatal(err)
	}
	third := &workbench{desk: restarted, t: t}
	t.Cleanup(func() { _ = third.close() })
	if err := third.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after, _ := third.links("sahel-daily"); !slices.Equal(after, []string{items[0].GUID, ids[0]}) {
		t.Errorf("after a restart: %v", after)
	}
}

func TestTheLastTwoTimesOfASchedule(t *testing.T) {
	at := func(s string) time.Time {
		t.Helper()
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	monthly := func(now time.Time) time.Time { return time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC) }
	hourly := func(now time.Time) time.Time { return now.Truncate(time.Hour).Add(time.Hour) }
	never := func(time.Time) time.Time { return time.Time{} }
	for name, c := range map[string]struct {
		next         func(time.Time) time.Time
		last, before time.Time
	}{
		"monthly": {monthly, at("2026-11-01 00:00"), at("2026-10-01 00:00")},
		"hourly":  {hourly, at("2026-11-27 10:00"), at("2026-11-27 09:00")},
		"never":   {never, time.Time{}, time.Time{}},
	} {
		if last, before := lastTwo(c.next, at("2026-11-27 10:00")); !last.Equal(c.last) || !before.Equal(c.before) {
			t.Errorf("%s: %s and %s", name, last, before)
		}
	}
}
