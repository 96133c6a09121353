package publisher_test

import (
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

func digestEdition() news.Edition {
	return news.Edition{ID: "sahel-daily", Title: "Sahel, daily", Language: "en", Of: "sahel-security", Digest: "daily"}
}

func TestADigestRanksByPublishersBelowCountries(t *testing.T) {
	p := newPublisher(options(), edition(), digestEdition())
	list := entries()
	grown := list[0].Others[0] // came on the second day
	grown.FirstSeen = at(23, 8, 0)
	list[0].Others[0] = grown
	d := p.Digest(digestEdition(), list, at(20, 6, 0), at(23, 6, 0), at(23, 6, 1), time.UTC)
	if d.ID != "tag:example.org,2026:digest/sahel-daily/2026-11-23T06:00Z" || d.Title != "Sahel, daily: 20 November 2026 – 23 November 2026" {
		t.Errorf("%s %q", d.ID, d.Title)
	}
	wants(t, d.HTML, "<h3>Mali</h3>", "<h3>Niger</h3>", `<p dir="rtl" lang="ar"><strong><a href="https://sahel-today.example/`, "Independent publishers: 1", "injured 3 → 5", "Sahara Wire")
	refuses(t, d.HTML, "Le Fleuve", "<script")
	if mali, niger := strings.Index(d.HTML, "Mali"), strings.Index(d.HTML, "Niger"); mali < 0 || niger < 0 {
		t.Error(d.HTML)
	}
	next := p.Digest(digestEdition(), list, at(23, 6, 0), at(24, 6, 0), at(24, 6, 1), time.UTC)
	wants(t, next.HTML, "<h3>Mali</h3>", "Independent publishers: 2 (+1)", "Le Fleuve")
	refuses(t, next.HTML, "Niger")
	wants(t, next.Summary, "Stories: 1 · Countries: 1 · Convoy ambushed")
	if next.Title != "Sahel, daily: 24 November 2026" || len(next.Countries) != 1 {
		t.Errorf("%q %v", next.Title, next.Countries)
	}
	if empty := p.Digest(digestEdition(), list, at(25, 6, 0), at(26, 6, 0), at(26, 6, 1), time.UTC); empty.ID != "" || empty.HTML != "" {
		t.Errorf("a period without news: %+v", empty)
	}
}

func TestADigestIsBoundedAndSpeaksItsLanguage(t *testing.T) {
	e := digestEdition()
	e.Language = "ar"
	p := newPublisher(options(), edition(), e)
	var list []news.Entry
	for i := range 40 {
		entry := arabicEntry()
		entry.Article.ID += string(rune('a'+i%26)) + string(rune('a'+i/26))
		entry.Article.Tags = entry.Article.Tags[:1+i%2]
		if i == 7 {
			entry.Article.Tags = nil
		}
		list = append(list, entry)
	}
	d := p.Digest(e, list, at(20, 0, 0), at(22, 0, 0), at(22, 0, 0), time.FixedZone("", 3*3600))
	if n := strings.Count(d.HTML, "<strong>"); n != 30 {
		t.Errorf("%d stories", n)
	}
	wants(t, d.HTML, "مواضيع أخرى: 10", "<h3>أماكن أخرى</h3>", "<h3>Chad</h3>")
	if !strings.Contains(d.Title, "22 نوفمبر 2026") || strings.Index(d.HTML, "أماكن أخرى") < strings.Index(d.HTML, "Chad") {
		t.Errorf("%q\n%s", d.Title, d.HTML)
	}
}

func TestDigestsAreEntriesOfOurOwnInEveryFormat(t *testing.T) {
	p := newPublisher(options(), edition(), digestEdition())
	d := p.Digest(digestEdition(), entries(), at(20, 6, 0), at(23, 6, 0), at(23, 6, 1), time.UTC)
	list := p.DigestEntries(digestEdition(), edition(), []news.Digest{d})
	if err := p.Publish(digestEdition(), list, at(23, 6, 1)); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range feedSuffixes {
		document := read(t, p.Handler(), "/editions/sahel-daily"+suffix)
		items := parse(t, document).Items
		if len(items) != 1 || items[0].GUID != d.ID || items[0].Link != "https://news.example.org/editions/sahel-daily#2026-11-23T06-00Z" ||
			!items[0].PublishedParsed.Equal(at(23, 6, 0)) || !strings.Contains(items[0].Content, "<h3>Mali</h3>") && suffix != ".json" {
			t.Errorf("%s: %+v", suffix, items)
		}
		refuses(t, document, "Source: ")
		safeHTML(t, items[0].Content, false)
	}
	page := read(t, p.Handler(), "/editions/sahel-daily")
	wants(t, page, `id="2026-11-23T06-00Z"`, "<h3>Mali</h3>", `<p dir="rtl" lang="ar">`)
	safeHTML(t, page, true)
	if r := get(p, "/editions/sahel-daily.rss?country=ML"); r.StatusCode != 400 {
		t.Errorf("a selection of a digest: %d", r.StatusCode)
	}
}

func TestAnEditionOfOursWithoutEntriesSaysSo(t *testing.T) {
	p := newPublisher(options(), digestEdition())
	if err := p.Publish(digestEdition(), nil, changed); err != nil {
		t.Fatal(err)
	}
	wants(t, read(t, p.Handler(), "/editions/sahel-daily"), "Nothing to tell yet.")
	for _, suffix := range feedSuffixes {
		if items := parse(t, read(t, p.Handler(), "/editions/sahel-daily"+suffix)).Items; len(items) != 0 {
			t.Errorf("%s: %v", suffix, items)
		}
	}
}

func TestManyDigestsKeepTheirTextAndLetTheOldestGo(t *testing.T) {
	o := options()
	o.MaxBytes = 20_000
	p := newPublisher(o, edition(), digestEdition())
	var digests []news.Digest
	for i := range 30 {
		until := at(30, 6, 0).AddDate(0, 0, -i)
		digests = append(digests, p.Digest(digestEdition(), entries(), at(1, 0, 0).AddDate(0, -1, 0), until, until, time.UTC))
	}
	for i := range digests {
		if digests[i].ID == "" {
			digests = digests[:i]
			break
		}
	}
	if err := p.Publish(digestEdition(), p.DigestEntries(digestEdition(), edition(), digests), at(30, 6, 1)); err != nil {
		t.Fatal(err)
	}
	items := parse(t, read(t, p.Handler(), "/editions/sahel-daily.atom")).Items
	if len(items) < 2 || len(items) >= len(digests) || items[0].GUID != digests[0].ID || !strings.Contains(items[len(items)-1].Content, "<h3>") {
		t.Errorf("%d of %d digests", len(items), len(digests))
	}
}
