package curator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

var tuesday = time.Date(2026, 8, 11, 12, 0, 0, 0, time.UTC)

// rss is an item as an RSS source gives it.
func rss(guid, link, title, text string) news.Item {
	return news.Item{GUID: guid, Link: link, Title: title, Summary: text,
		Published: news.Stamp{Raw: "Tue, 11 Aug 2026 10:00:00 GMT", Field: "pubDate"}}
}

func TestF89_TheKeyIsTheGuidThenTheLinkThenTheText(t *testing.T) {
	c := newCurator(t)
	articles := c.Curate(news.Source{ID: "radio"}, []news.Item{
		rss(" g-1 ", "https://radio.example/1", "Un", "Premier texte"),
		rss("", "https://radio.example/2?utm_source=rss", "Deux", "Deuxième texte"),
		rss("", "", "Trois", "Troisième texte"),
	}, nil, tuesday)
	if len(articles) != 3 {
		t.Fatalf("%d articles, want 3", len(articles))
	}
	if articles[1].Link != "https://radio.example/2" || articles[1].RawLink != "https://radio.example/2?utm_source=rss" {
		t.Errorf("published is %q, as given %q", articles[1].Link, articles[1].RawLink)
	}
	if articles[0].Key != "g-1" || articles[1].Key != "https://radio.example/2" || !strings.HasPrefix(articles[2].Key, "text:") {
		t.Errorf("keys %q, %q, %q", articles[0].Key, articles[1].Key, articles[2].Key)
	}
	redated := rss("", "", "Trois", "Troisième texte")
	redated.Published.Raw = "Wed, 12 Aug 2026 10:00:00 GMT"
	if again := c.Curate(news.Source{ID: "radio"}, []news.Item{redated}, articles, tuesday.Add(24*time.Hour)); len(again) != 0 {
		t.Error("another date made another article")
	}
}

func TestF90_AGuidThatRepeatsIsToldApartByItsLink(t *testing.T) {
	c := newCurator(t)
	source := news.Source{ID: "radio"}
	items := []news.Item{
		rss("0", "https://radio.example/1", "Un", "Premier texte"),
		rss("0", "https://radio.example/2", "Deux", "Deuxième texte"),
		rss("0", "https://radio.example/3", "Trois", "Troisième texte"),
	}
	first := c.Curate(source, items, nil, tuesday)
	if len(first) != 3 || first[0].Key != "0" || first[1].Key != "0\nhttps://radio.example/2" {
		t.Fatalf("%d articles: %+v", len(first), keysOf(first))
	}
	keys, _ := c.Identify(source, items)
	for _, a := range first {
		if !slices.Contains(keys, a.Key) {
			t.Errorf("Identify does not name %q", a.Key)
		}
	}
	if again := c.Curate(source, items, first, tuesday); len(again) != 0 {
		t.Errorf("the same document gave %d articles", len(again))
	}
	late := rss("0", "https://radio.example/4", "Quatre", "Quatrième texte")
	late.IDRepeats = true
	next := c.Curate(source, []news.Item{late}, first[:1], tuesday)
	if len(next) != 1 || next[0].Revision != 0 || next[0].ID == first[0].ID {
		t.Errorf("a late item with the bad id: %+v", keysOf(next))
	}
}

func TestF91_AnotherGuidWithTheSameLinkIsTheSameArticleFor30Days(t *testing.T) {
	c := newCurator(t)
	source := news.Source{ID: "radio"}
	first := c.Curate(source, []news.Item{rss("old-1", "http://radio.example/attaque-de-gao-hier/", "Attaque à Gao", "Texte")}, nil, tuesday)
	moved := rss("new-1", "https://www.radio.example/attaque-de-gao-hier?utm_source=x", "Attaque à Gao", "Texte")
	_, links := c.Identify(source, []news.Item{moved})
	if !slices.Contains(links, "https://www.radio.example/attaque-de-gao-hier") || !slices.Contains(links, "http://www.radio.example/attaque-de-gao-hier/") {
		t.Errorf("links to look up: %q", links)
	}
	again := c.Curate(source, []news.Item{moved}, first, tuesday.Add(24*time.Hour))
	if len(again) != 1 || again[0].ID != first[0].ID || again[0].Revision != 0 || again[0].Key != "new-1" {
		t.Errorf("another guid made another article, or was not noted: %+v", again)
	}
	elsewhere := rss("new-1", "https://radio.example/2026/gao-le-point-sur-l-attaque", "Attaque à Gao", "Texte")
	if later := c.Curate(source, []news.Item{elsewhere}, again, tuesday.Add(60*24*time.Hour)); len(later) != 1 || later[0].ID != first[0].ID || later[0].Link != elsewhere.Link {
		t.Errorf("another link under the new guid: %+v", later)
	}
	if later := c.Curate(source, []news.Item{moved}, first, tuesday.Add(31*24*time.Hour)); len(later) != 1 || later[0].ID == first[0].ID {
		t.Errorf("after 31 days the link still leads back")
	}
	front := c.Curate(source, []news.Item{rss("a", "https://radio.example/", "Journal de midi", "Texte")}, nil, tuesday)
	if next := c.Curate(source, []news.Item{rss("b", "https://radio.example/", "Journal du soir", "Autre")}, front, tuesday); len(next) != 1 {
		t.Error("two items that link to the front page became one")
	}
}

func TestF92_AChangedTextIsARevisionOfTheSameEntry(t *testing.T) {
	c := newCurator(t)
	source := news.Source{ID: "radio", Publisher: "Radio"}
	first := c.Curate(source, []news.Item{rss("g-1", "https://radio.example/1", "Trois morts à Gao", "Trois morts.")}, nil, tuesday)
	first = c.Group(first, nil)
	changed := rss("g-1", "https://radio.example/1-b", "Cinq morts à Gao", "Cinq morts.")
	changed.Published.Raw = "Wed, 12 Aug 2026 08:00:00 GMT"
	now := tuesday.Add(24 * time.Hour)
	second := c.Group(c.Curate(news.Source{ID: "radio", Publisher: "Radio 2"}, []news.Item{changed}, first, now), nil)
	if len(second) != 1 {
		t.Fatalf("%d articles, want 1", len(second))
	}
	a, b := first[0], second[0]
	if b.ID != a.ID || b.Key != a.Key || b.StoryID != a.StoryID || !b.Published.Time.Equal(a.Published.Time) || !b.FirstSeen.Equal(a.FirstSeen) || b.Publisher != "Radio" {
		t.Errorf("the revision lost its identity: %+v", b)
	}
	if b.Revision != 1 || !b.ModifiedAt.Equal(now) || b.ContentHash == a.ContentHash || b.Link != "https://radio.example/1-b" {
		t.Errorf("the revision is not one: %+v", b)
	}
	spaced := rss("g-1", "https://radio.example/1", "Trois  morts à Gao", "<p>Trois\n morts.</p>")
	if same := c.Curate(source, []news.Item{spaced}, first, now); len(same) != 0 {
		t.Error("other spaces made a revision")
	}
}

func TestP02_AnAtomIDIsKeptWithOursBesideIt(t *testing.T) {
	c := newCurator(t)
	atom := func(id string) news.Item {
		item := rss(id, "https://radio.example/1", "Titre", "Texte")
		item.Updated = news.Stamp{Raw: "2026-08-11T10:00:00Z", Field: "updated"}
		return item
	}
	tests := []struct {
		item news.Item
		kept bool
	}{
		{atom("tag:radio.example,2026:1"), true},
		{atom("urn:uuid:60a76c80-d399-11d9-b93C-0003939e0af6"), true},
		{atom("https://radio.example/?p=1"), true},
		{atom("1"), false},
		{atom("not an iri"), false},
		{atom("tag:radio example,2026:1"), false},
		{rss("tag:radio.example,2026:1", "https://radio.example/1", "Titre", "Texte"), false},
		{rss("https://radio.example/?p=1", "https://radio.example/1", "Titre", "Texte"), false},
	}
	for _, test := range tests {
		a := c.Curate(news.Source{ID: "radio"}, []news.Item{test.item}, nil, tuesday)[0]
		if kept := a.ID == test.item.GUID; kept != test.kept {
			t.Errorf("%q in %s has id %q", test.item.GUID, test.item.Published.Field, a.ID)
		}
		if test.kept != strings.HasPrefix(a.AltID, "tag:harmattan.invalid,2026:e/") {
			t.Errorf("%q has the other id %q", test.item.GUID, a.AltID)
		}
	}
}

func TestP03_MintedIDsDependOnSourceAndKeyAlone(t *testing.T) {
	c := newCurator(t)
	one := c.Curate(news.Source{ID: "a"}, []news.Item{rss("g", "https://x.example/1", "Titre", "Texte")}, nil, tuesday)[0]
	edited := c.Curate(news.Source{ID: "a"}, []news.Item{rss("g", "https://x.example/9", "Autre", "Autre")}, nil, tuesday.Add(time.Hour))[0]
	other := c.Curate(news.Source{ID: "b"}, []news.Item{rss("g", "https://x.example/1", "Titre", "Texte")}, nil, tuesday)[0]
	if one.ID != edited.ID || one.ID == other.ID || !strings.HasPrefix(one.ID, "tag:harmattan.invalid,2026:e/") {
		t.Errorf("ids %q, %q, %q", one.ID, edited.ID, other.ID)
	}
}

func TestP56_AnEmptyTitleFallsBackToTheText(t *testing.T) {
	c := newCurator(t)
	a := c.Curate(news.Source{ID: "radio"}, []news.Item{rss("g", "https://x.example/1", " ", "<p>Un convoi a quitté Gao ce matin.</p>")}, nil, tuesday)[0]
	if a.Title != "Un convoi a quitté Gao ce matin." {
		t.Errorf("title %q", a.Title)
	}
	if got := c.Curate(news.Source{ID: "radio"}, []news.Item{{GUID: "g"}}, nil, tuesday); len(got) != 0 {
		t.Errorf("an empty item became an article")
	}
}

func TestArticlesComeInTheOrderOfTheirItems(t *testing.T) {
	c := newCurator(t)
	var items []news.Item
	for i := range 20 {
		items = append(items, rss(fmt.Sprint(i), fmt.Sprintf("https://x.example/%d", i), fmt.Sprintf("Titre %d", i), "Texte"))
	}
	for i, a := range c.Curate(news.Source{ID: "radio"}, items, nil, tuesday) {
		if a.Key != fmt.Sprint(i) {
			t.Fatalf("place %d holds %q", i, a.Key)
		}
	}
}

func TestOptionsNameWhatIsWrong(t *testing.T) {
	if problems := curator.Default().Validate(); len(problems) != 0 {
		t.Errorf("the defaults have problems: %v", problems)
	}
	for _, authority := range []string{"desk@example.org,2026-08", "example.org,2026", "example.org,2026-08-12"} {
		o := curator.Default()
		o.IDAuthority = authority
		if problems := o.Validate(); len(problems) != 0 {
			t.Errorf("%q: %v", authority, problems)
		}
	}
	for _, authority := range []string{"", "example.org", "example.org,26", "exa mple.org,2026", "example.org,2026-13", "example.org,2026/x"} {
		o := curator.Default()
		o.IDAuthority = authority
		if problems := o.Validate(); len(problems) != 1 || problems[0].Path[0] != "id_authority" {
			t.Errorf("%q: %v", authority, problems)
		}
	}
	o := curator.Default()
	o.ExcerptLength, o.StoryWindow.Duration = 3, time.Minute
	if problems := o.Validate(); len(problems) != 2 {
		t.Errorf("%v", problems)
	}
}

func keysOf(articles []news.Article) (keys []string) {
	for _, a := range articles {
		keys = append(keys, a.Key)
	}
	return keys
}
