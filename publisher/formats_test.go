package publisher_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"harmattan/news"
)

func TestRoundTripThroughAReader(t *testing.T) {
	p := published(t, entries())
	for _, suffix := range feedSuffixes {
		f := parse(t, body(t, p, suffix))
		if f.Title != edition().Title || f.Description != edition().Description || f.Language != "en" {
			t.Errorf("%s: %q, %q, %q", suffix, f.Title, f.Description, f.Language)
		}
		for i, want := range entries() {
			got := f.Items[i]
			if got.Title != want.Article.Title || !got.PublishedParsed.Equal(want.Article.Published.Time) {
				t.Errorf("%s: item %d is %q of %s", suffix, i, got.Title, got.Published)
			}
			if i == 0 && (got.Link != want.Article.Link || got.Authors[0].Name != "Mariam Touré" || len(got.Categories) != 4 || got.Categories[0] != "Mali") {
				t.Errorf("%s: link %q, authors %v, categories %v", suffix, got.Link, got.Authors, got.Categories)
			}
		}
		if updated := f.Items[1].UpdatedParsed; suffix != ".rss" && !updated.Equal(at(22, 17, 30)) {
			t.Errorf("%s: the revised entry is updated at %s", suffix, updated)
		}
	}
}

// wants checks that a document holds every fragment.
func wants(t *testing.T, document string, fragments ...string) {
	t.Helper()
	for _, f := range fragments {
		if !strings.Contains(document, f) {
			t.Errorf("no %s", f)
		}
	}
}

func refuses(t *testing.T, document string, fragments ...string) {
	t.Helper()
	for _, f := range fragments {
		if strings.Contains(document, f) {
			t.Errorf("holds %s", f)
		}
	}
}

func TestP10_P19_AtomHasWhatRFC4287Asks(t *testing.T) {
	document := body(t, published(t, entries()), ".atom")
	wants(t, document,
		`xmlns="http://www.w3.org/2005/Atom"`, `xml:lang="en"`,
		`<link href="https://news.example.org/editions/sahel-security.atom" rel="self" type="application/atom+xml">`,
		`<link href="https://news.example.org/editions/sahel-security" rel="alternate" type="text/html" hreflang="en">`,
		`<entry xml:lang="fr">`, `rel="alternate" type="text/html" hreflang="fr"`,
		`<category term="ML" scheme="tag:example.org,2026:country" label="Mali">`,
		`<published>2026-11-22T14:00:00Z</published>`, `<updated>2026-11-22T17:30:00Z</updated>`,
		`<icon>https://news.example.org/icon.png</icon>`, `<generator uri="https://news.example.org/about" version="1.2.3">Harmattan</generator>`,
		`rel="related"`, `<georss:point>16.2717 -0.0447</georss:point>`)
	if n := strings.Count(document, `rel="self" type="application/atom+xml"`); n != 1 {
		t.Errorf("%d self links", n)
	}
}

func TestP39_P41_AtomNamesTheSource(t *testing.T) {
	document := body(t, published(t, entries()), ".atom")
	wants(t, document, `<source>
      <id>https://gaomonitor.example/feed</id>
      <title>Gao Monitor – News</title>
      <updated>2026-11-22T21:05:00Z</updated>
      <link href="https://gaomonitor.example/feed" rel="self"></link>
      <link href="https://gaomonitor.example/" rel="alternate"></link>
      <rights>© Gao Monitor</rights>
    </source>`)
}

func TestP41_TheSourcesOwnDateIsThatOfWhenItBroughtTheArticle(t *testing.T) {
	list := entries()
	list[0].Article.DocumentUpdated = at(22, 21, 20)
	p := published(t, list)
	wants(t, body(t, p, ".atom"), "<title>Gao Monitor – News</title>\n      <updated>2026-11-22T21:20:00Z</updated>")
	// Without it the article's own date stands in; the present one is never used.
	list[0].Article.DocumentUpdated = time.Time{}
	wants(t, body(t, published(t, list), ".atom"), "<title>Gao Monitor – News</title>\n      <updated>2026-11-22T21:05:00Z</updated>")
}

func TestP40_ProvenanceThatAnItemCarriesIsKept(t *testing.T) {
	p := published(t, entries())
	wants(t, body(t, p, ".atom"),
		`<id>https://quotidien-est.example/feed</id>`, `<title>Le Quotidien de l’Est</title>`,
		`<link href="https://revue-ouest.example/rss.xml" rel="via" title="Revue de l’Ouest">`)
	wants(t, body(t, p, ".rss"), `<source url="https://quotidien-est.example/feed">Le Quotidien de l’Est</source>`)
	wants(t, body(t, p, ".json"), `"via":{"id":"https://revue-ouest.example/rss.xml"`)
}

func TestP10_ASourceWhoseIDIsNoAddressIsNamedByItsAddress(t *testing.T) {
	for _, id := range []string{"/news/gao/.rss", "feed 12", "::", "7:x"} {
		list := entries()
		list[0].Feed.FeedID = id
		document := body(t, published(t, list), ".atom")
		refuses(t, document, "<id>"+id+"</id>")
		wants(t, document, "<id>https://gaomonitor.example/feed</id>")
	}
	list := entries()
	list[0].Feed.FeedID = "urn:uuid:0b5f7b9e-52f1-4c0e-8a3d-1d5c9b7c2e11"
	wants(t, body(t, published(t, list), ".atom"), "<id>urn:uuid:0b5f7b9e-52f1-4c0e-8a3d-1d5c9b7c2e11</id>")
}

func TestP20_P32_RSSHasWhatTheProfileAsks(t *testing.T) {
	list := entries()
	list[0].Article.Title = "Troops & <b>convoys</b> ]]> north"
	document := body(t, published(t, list), ".rss")
	wants(t, document,
		`<rss version="2.0"`, `<guid isPermaLink="false">tag:example.org,2026:e/0001</guid>`,
		`<atom:link href="https://news.example.org/editions/sahel-security.rss" rel="self" type="application/rss+xml">`,
		`<pubDate>Sun, 22 Nov 2026 21:05:00 GMT</pubDate>`, `<dc:creator>Mariam Touré</dc:creator>`, `<dc:language>ar</dc:language>`,
		`<source url="https://gaomonitor.example/feed">Gao Monitor – News</source>`,
		`<category domain="tag:example.org,2026:country">Mali</category>`, `<ttl>15</ttl>`,
		`<title>Troops &#x26; &#x3C;b&#x3E;convoys&#x3C;/b&#x3E; ]]&#x3E; north</title>`)
	refuses(t, document, "<author>", "itunes:", "CDATA")
	if strings.Index(document, "<description>&lt;p&gt;Il avait") > strings.Index(document, "<content:encoded>") {
		t.Error("content:encoded stands before description")
	}
}

func TestP33_P38_JSONHasWhatVersion11Asks(t *testing.T) {
	document := body(t, published(t, entries()), ".json")
	if !strings.HasPrefix(document, `{"version":"https://jsonfeed.org/version/1.1",`) {
		t.Errorf("begins with %.60s", document)
	}
	var feed struct {
		FeedURL  string `json:"feed_url"`
		HomePage string `json:"home_page_url"`
		Language string
		Items    []struct {
			ID, URL, Language, Summary string
			ContentHTML                string    `json:"content_html"`
			Published                  time.Time `json:"date_published"`
			Authors                    []struct{ Name string }
			Tags                       []string
			Ours                       struct {
				Publishers int
				Reason     string
				Source     struct{ Title, Publisher string }
				Also       []struct {
					Publisher string
					Copy      bool
				} `json:"also_reported_by"`
				Tags []struct {
					Kind, ID string
					Evidence []struct{ Term, Field string }
				}
			} `json:"_harmattan"`
		}
		Ours struct{ About string } `json:"_harmattan"`
	}
	if err := json.Unmarshal([]byte(document), &feed); err != nil {
		t.Fatal(err)
	}
	first := feed.Items[0]
	if feed.FeedURL != "https://news.example.org/editions/sahel-security.json" || feed.HomePage != "https://news.example.org/editions/sahel-security" ||
		feed.Language != "en" || feed.Ours.About != "https://news.example.org/about#extension" {
		t.Errorf("%+v", feed)
	}
	if first.ID == "" || first.ContentHTML == "" || strings.Contains(first.Summary, "<") || feed.Items[2].Language != "ar" || len(first.Authors) != 2 || first.Tags[0] != "Mali" {
		t.Errorf("%+v", first)
	}
	if o := first.Ours; o.Publishers != 2 || len(o.Also) != 2 || !o.Also[1].Copy || o.Tags[0].Kind != "country" || o.Tags[0].Evidence[0].Term != "Mali" ||
		o.Reason == "" || o.Source.Publisher != "Gao Monitor" {
		t.Errorf("%+v", o)
	}
}

func TestP42_CreditLineNamesAndLinksTheSource(t *testing.T) {
	p := published(t, entries())
	for _, suffix := range feedSuffixes {
		f := parse(t, body(t, p, suffix))
		for i, name := range []string{"Gao Monitor", "L’Écho de Niamey", "الساحل اليوم", "Le Quotidien de l’Est"} {
			text := f.Items[i].Description + f.Items[i].Content
			wants(t, text, `Source: <a href="`, `<bdi>`+name+`</bdi></a>`)
		}
	}
}

func TestP43_OnlyPermittedTextIsRepublished(t *testing.T) {
	list := entries()
	list[0].Article.HTML = "<p>The whole text of somebody else.</p>"
	p := published(t, list)
	for _, suffix := range append(feedSuffixes, "") {
		refuses(t, body(t, p, suffix), "whole text of somebody else")
	}
	wants(t, body(t, p, ".rss"), "<content:encoded>")
	wants(t, body(t, p, ".atom"), `<content type="html">`)
}

func TestP44_RightsOfAnEntryAreCarriedOver(t *testing.T) {
	p := published(t, entries())
	wants(t, body(t, p, ".rss"), "<dc:rights>© Gao Monitor, CC BY-ND 4.0</dc:rights>", "<copyright>Titles and excerpts belong to their publishers")
	wants(t, body(t, p, ".atom"), "<rights>© Gao Monitor, CC BY-ND 4.0</rights>")
	wants(t, body(t, p, ".json"), `"rights":"© Gao Monitor, CC BY-ND 4.0"`)
}

func TestP45_EveryDocumentTellsHowToBeLeftOut(t *testing.T) {
	p := published(t, entries())
	for _, suffix := range append(feedSuffixes, "") {
		wants(t, body(t, p, suffix), "To have a source left out: desk@example.org")
	}
}

func TestP46_ImagesOnlyWhereTheSourceGaveOne(t *testing.T) {
	p := published(t, entries())
	for _, suffix := range []string{".rss", ".atom"} {
		document := body(t, p, suffix)
		wants(t, document, `<media:content url="https://gaomonitor.example/i/convoy.jpg" type="image/jpeg" medium="image" width="1200" height="800">`,
			"<media:credit>A. Maïga</media:credit>", "<media:thumbnail ")
		if n := strings.Count(document, "<media:content"); n != 1 {
			t.Errorf("%s: %d images", suffix, n)
		}
	}
}

func TestP52_P53_ArabicStartsWithArabicAndKeepsItsDirection(t *testing.T) {
	p := published(t, entries())
	for _, suffix := range feedSuffixes {
		item := parse(t, body(t, p, suffix)).Items[2]
		text := item.Description
		if suffix == ".json" {
			text = item.Content
		}
		if !strings.HasPrefix(text, `<div dir="rtl" lang="ar"><p>أعلنت`) {
			t.Errorf("%s: begins with %.80s", suffix, text)
		}
	}
	wants(t, body(t, p, ""), `<div dir="rtl" lang="ar">`)
}

func TestAlsoReportedByCountsVoicesNotReprints(t *testing.T) {
	base := entries()[0]
	own := func(id, publisher string) news.Article {
		return news.Article{ID: id, SourceID: publisher, Publisher: publisher, Link: "https://" + id + ".example/"}
	}
	reprint := func(id, publisher, of string) news.Article {
		a := own(id, publisher)
		a.StoryWhy = &news.StoryLink{ArticleID: of, Copy: true}
		return a
	}
	lead := base.Article.ID
	for name, c := range map[string]struct {
		others []news.Article
		lead   *news.StoryLink
		want   string
	}{
		"another outlet":                {[]news.Article{own("a", "A")}, nil, "2"},
		"a reprint":                     {[]news.Article{reprint("a", "A", lead)}, nil, "1"},
		"a reprint of a reprint":        {[]news.Article{reprint("a", "A", lead), reprint("b", "B", "a")}, nil, "1"},
		"the same outlet again":         {[]news.Article{own("a", "Gao Monitor"), own("b", "B")}, nil, "2"},
		"a wire that the lead reprints": {[]news.Article{own("w", "Wire"), reprint("b", "B", "w")}, &news.StoryLink{ArticleID: "w", Copy: true}, "1"},
		"two reprints of what is gone":  {[]news.Article{reprint("a", "A", "gone"), reprint("b", "B", "gone")}, nil, "2"},
		"a reprint of itself":           {[]news.Article{reprint("a", "A", "a")}, nil, "2"},
	} {
		e := base
		e.Others, e.Article.StoryWhy = c.others, c.lead
		document := body(t, published(t, []news.Entry{e}), ".json")
		if !strings.Contains(document, `"publishers":`+c.want+",") {
			i := strings.Index(document, `"publishers":`)
			t.Errorf("%s: want %s, got %s", name, c.want, document[i:i+16])
		}
	}
}

func TestP13_DatesThatMakeNoSenseGiveWay(t *testing.T) {
	list := entries()
	list[0].Article.Published.Time = time.Time{}
	list[1].Article.Published.Time = at(22, 14, 0).AddDate(30, 0, 0)
	list[2].Article.Published.Time, list[2].Article.FirstSeen = time.Date(20026, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}
	p := published(t, list)
	for _, suffix := range feedSuffixes {
		f := parse(t, body(t, p, suffix))
		for i, want := range []time.Time{list[0].Article.FirstSeen, list[1].Article.FirstSeen, list[2].EnteredAt} {
			if !f.Items[i].PublishedParsed.Equal(want) {
				t.Errorf("%s: item %d is dated %s, want %s", suffix, i, f.Items[i].Published, want)
			}
		}
	}
}

func TestP56_TitleIsNeverEmptyNorEndless(t *testing.T) {
	list := entries()
	list[0].Article.Title = "  \n "
	list[1].Article.Title = strings.Repeat("mot ", 200)
	list[3].Article.Title, list[3].Article.Summary = "", ""
	f := parse(t, body(t, published(t, list), ".rss"))
	if !strings.HasPrefix(f.Items[0].Title, "Armed men attacked") || len([]rune(f.Items[1].Title)) > 200 || !strings.HasSuffix(f.Items[1].Title, "mot…") || f.Items[3].Title != "Revue de l’Ouest" {
		t.Errorf("%q, %q, %q", f.Items[0].Title, f.Items[1].Title, f.Items[3].Title)
	}
}

func TestSourceThatLeftTheConfigurationIsStillNamed(t *testing.T) {
	list := entries()
	list[0].Source = news.Source{ID: "gao-monitor"}
	list[0].Feed.URL = "https://gaomonitor.example/feed"
	list[1].Source, list[1].Feed = news.Source{ID: "echo-niamey"}, news.SourceState{}
	p := published(t, list)
	wants(t, body(t, p, ".rss"), `<source url="https://gaomonitor.example/feed">Gao Monitor – News</source>`)
	wants(t, body(t, p, ".atom"), "&lt;bdi&gt;L’Écho de Niamey&lt;/bdi&gt;")
}

func TestEntryWithoutLinkHasContentInAtom(t *testing.T) {
	list := entries()[1:2]
	list[0].Article.Link, list[0].Article.RawLink = "", "javascript:alert(1)"
	p := published(t, list)
	document := body(t, p, ".atom")
	wants(t, document, `<content type="html">`)
	refuses(t, document+body(t, p, ".rss")+body(t, p, ".json")+body(t, p, ""), "javascript")
}

func TestPageIsForPeople(t *testing.T) {
	document := body(t, published(t, entries()), "")
	if _, err := html.Parse(strings.NewReader(document)); err != nil {
		t.Fatal(err)
	}
	wants(t, document, `<html lang="en" dir="ltr">`, `<link rel="alternate" type="application/atom&#43;xml" title="Sahel: security (Atom)" href="https://news.example.org/editions/sahel-security.atom">`,
		`<time datetime="2026-11-22T21:05:00Z">21:05 UTC</time>`, `<a href="https://gaomonitor.example/2026/11/22/convoy-ambush?ed=1&amp;lang=en" hreflang="en">`,
		"Also reported by: ", "Independent publishers: 2", "country/ML and topic/ambush", "Revised ")
	refuses(t, document, "<script", "<style", " style=", "<img src=\"http", "onclick")
}

func TestPageSpeaksTheLanguageOfItsEdition(t *testing.T) {
	for lang, fragments := range map[string][]string{
		"fr":    {`<html lang="fr" dir="ltr">`, "22 novembre 2026", "Également rapporté par\u00a0: "},
		"ar":    {`<html lang="ar" dir="rtl">`, "22 نوفمبر 2026", "نشرته أيضًا: "},
		"pt-BR": {`<html lang="pt-BR" dir="ltr">`, "22 November 2026"},
	} {
		e := edition()
		e.Language = lang
		p := newPublisher(options(), e)
		if err := p.Publish(e, entries(), changed); err != nil {
			t.Fatal(err)
		}
		wants(t, body(t, p, ""), fragments...)
	}
}

func TestAddressWithTwoHyphensCannotBreakTheComment(t *testing.T) {
	o := options()
	o.BaseURL = "https://xn--bcher-kva.example"
	p := newPublisher(o, edition())
	if err := p.Publish(edition(), entries(), changed); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{".rss", ".atom"} {
		if err := wellFormed(body(t, p, suffix)); err != nil {
			t.Errorf("%s: %v", suffix, err)
		}
	}
}

func TestStoryWithManyArticlesStaysSmall(t *testing.T) {
	e := entries()[0]
	for i := range 500 {
		e.Others = append(e.Others, news.Article{ID: fmt.Sprint("o", i), Publisher: fmt.Sprint("Outlet ", i), Link: fmt.Sprintf("https://o%d.example/", i)})
	}
	document := body(t, published(t, []news.Entry{e}), ".json")
	wants(t, document, `"publishers":502,`)
	if n := strings.Count(document, `"publisher":"Outlet`); n > 60 {
		t.Errorf("%d other articles are listed", n)
	}
}
