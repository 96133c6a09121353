package publisher_test

import (
	"slices"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/publisher"
)

func withdrawnEntry() news.Entry {
	e := relayedEntry()
	e.WithdrawnAt = at(23, 9, 30)
	return e
}

func TestP89_AWithdrawnEntryLeavesATombstoneInAtomAlone(t *testing.T) {
	gone := withdrawnEntry()
	p := published(t, append(entries()[:3], gone))
	for _, suffix := range []string{".rss", ".json", ".geojson", ".opml", ""} {
		refuses(t, body(t, p, suffix), gone.Article.ID, gone.Article.Title)
	}
	document := body(t, p, ".atom")
	refuses(t, document, gone.Article.Title, gone.Article.Summary)
	wants(t, document, `xmlns:at="http://purl.org/atompub/tombstones/1.0"`,
		`<at:deleted-entry ref="`+gone.Article.ID+`" when="2026-11-23T09:30:00Z">`,
		"<id>https://quotidien-est.example/feed</id>", "<title>Le Quotidien de l’Est</title>") // its source
	if n := len(parse(t, document).Items); n != 3 {
		t.Errorf("readers find %d entries", n)
	}
}

func TestP89_ATombstoneChangesTheEditionOnceAndGoesByItself(t *testing.T) {
	list := entries()[:3]
	p := published(t, list)
	without := p.Hash(edition(), list)
	told := append(slices.Clone(list), withdrawnEntry())
	if p.Hash(edition(), told) == without {
		t.Error("a withdrawn entry does not count as a change")
	}
	if err := p.Publish(edition(), told, changed); err != nil {
		t.Fatal(err)
	}
	if err := p.Publish(edition(), list, changed.Add(news.WithdrawnFor)); err != nil {
		t.Fatal(err)
	}
	refuses(t, body(t, p, ".atom"), "deleted-entry", "tombstones")
}

// busy are entries an hour apart, the newest first.
func busy(n int) []news.Entry {
	list := make([]news.Entry, n)
	for i := range list {
		a := article(i, "en", "Market reopened in Gao", "Traders came back.", at(23, 9, 0).Add(-time.Duration(i)*time.Hour))
		list[i] = news.Entry{Article: a, EnteredAt: a.FirstSeen}
	}
	return list
}

func TestP87_TheWindowCoversThreeDaysAsFarAsThereIsRoom(t *testing.T) {
	free := edition()
	free.Limit = 0
	for _, c := range []struct {
		name    string
		entries []news.Entry
		limit   int
		want    int
	}{
		{"73 in three days", busy(90), 0, 73},
		{"fewer than the limit of the site", busy(20), 0, 20},
		{"its own limit is kept", busy(90), 20, 20},
		{"no more than 100", slices.Concat(busy(60), busy(60)), 0, 100},
	} {
		e := free
		e.Limit = c.limit
		slices.SortStableFunc(c.entries, func(a, b news.Entry) int { return b.Article.Published.Time.Compare(a.Article.Published.Time) })
		for i := range c.entries {
			c.entries[i].ID = article(i, "", "", "", changed).ID
		}
		p := newPublisher(options(), e)
		if err := p.Publish(e, c.entries[:min(len(c.entries), options().WindowOf(e))], changed); err != nil {
			t.Fatal(err)
		}
		if n := len(parse(t, body(t, p, ".atom")).Items); n != c.want || p.Count(e.ID) != n {
			t.Errorf("%s: %d entries, want %d", c.name, n, c.want)
		}
	}
	if o := publisher.Default(); o.WindowOf(free) != 100 || o.WindowOf(edition()) != 50 {
		t.Error("a limit of its own bounds what is read")
	}
}
