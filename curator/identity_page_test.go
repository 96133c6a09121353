package curator_test

import (
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

func TestF90_ItemsWithoutIDsOnOnePageAreKeptApart(t *testing.T) {
	c, err := curator.New(curator.Default(), nil)
	if err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	source := news.Source{ID: "radio"}
	items := []news.Item{
		{Title: "Niamey : le fleuve monte", Link: "https://radio.example/journal"},
		{Title: "Zinder : le marché rouvre", Link: "https://radio.example/journal"},
		{Title: "Lettre hebdomadaire", Link: "https://radio.example/lettres#12"},
		{Title: "Lettre hebdomadaire", Link: "https://radio.example/lettres#13"},
	}
	first := c.Curate(source, items, nil, monday)
	if len(first) != len(items) {
		t.Fatalf("%d articles, want %d", len(first), len(items))
	}
	if again := c.Curate(source, items, first, monday); len(again) != 0 {
		t.Errorf("the same items came back as %d articles", len(again))
	}
	items[3].Title, items[3].Link = "Lettre hebdomadaire", "https://radio.example/lettres#14"
	if next := c.Curate(source, items, first, monday); len(next) != 1 || next[0].Revision != 0 {
		t.Errorf("a new part of the page gave %d articles", len(next))
	}
}

func TestF93_APurgedArticleIsKnownByLinkAndTextWithoutItsTitle(t *testing.T) {
	c, err := curator.New(curator.Default(), nil)
	if err != nil {
		t.Fatal(err)
	}
	monday := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	source := news.Source{ID: "radio"}
	item := news.Item{GUID: "12", Title: "Niamey : le fleuve monte", Summary: "Le fleuve a gagné huit centimètres.", Link: "https://radio.example/p/12"}
	purged := c.Curate(source, []news.Item{item}, nil, monday)
	purged[0].Title, purged[0].Text, purged[0].Hold = "", "", news.HoldPurged
	item.GUID = "urn:radio:12"
	if again := c.Curate(source, []news.Item{item}, purged, monday.AddDate(0, 0, 11)); len(again) != 1 || again[0].ID != purged[0].ID || again[0].Hold != news.HoldPurged {
		t.Errorf("it comes back as %+v", again)
	}
	item.Title, item.Summary = "Zinder : le marché rouvre", "Les commerçants sont de retour."
	if next := c.Curate(source, []news.Item{item}, purged, monday.AddDate(0, 0, 11)); len(next) != 1 || next[0].Hold != "" {
		t.Errorf("another text on its page is %+v", next)
	}
}
