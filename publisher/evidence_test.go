package publisher_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"harmattan/news"
	"harmattan/publisher"
)

// told is the evidence of an entry as a program reads it from any format.
type told struct {
	Score      float64   `json:"score" xml:"score,attr"`
	Publishers int       `json:"publishers" xml:"publishers,attr"`
	Revision   int       `json:"revision" xml:"revision,attr"`
	FirstSeen  string    `json:"first_seen" xml:"first-seen,attr"`
	DateFrom   string    `json:"date_from" xml:"date-from,attr"`
	Reason     string    `json:"reason" xml:"reason"`
	Tags       []toldTag `json:"tags" xml:"tag"`
}

type toldTag struct {
	Kind  string     `json:"kind" xml:"kind,attr"`
	ID    string     `json:"id" xml:"id,attr"`
	Label string     `json:"label" xml:"label,attr"`
	Score float64    `json:"score" xml:"score,attr"`
	Terms []toldTerm `json:"evidence" xml:"term"`
}

type toldTerm struct {
	Term  string `json:"term" xml:",chardata"`
	Field string `json:"field" xml:"field,attr"`
	Count int    `json:"count" xml:"count,attr"`
}

// evidenceIn reads the evidence of every entry of a document.
func evidenceIn(t *testing.T, suffix, document string) []told {
	t.Helper()
	if suffix == ".json" {
		var feed struct {
			Items []struct {
				Evidence told `json:"_harmattan"`
			}
		}
		if err := json.Unmarshal([]byte(document), &feed); err != nil {
			t.Fatal(err)
		}
		var all []told
		for _, item := range feed.Items {
			all = append(all, item.Evidence)
		}
		return all
	}
	var feed struct {
		Items   []told `xml:"channel>item>evidence"`
		Entries []told `xml:"entry>evidence"`
	}
	if err := xml.Unmarshal([]byte(document), &feed); err != nil {
		t.Fatal(err)
	}
	return append(feed.Items, feed.Entries...)
}

func TestEvidenceIsTheSameInEveryFormat(t *testing.T) {
	list := entries()
	list[0].Article.Tags[0].Evidence = []news.Evidence{
		{Term: "Bamako", Field: "summary", Offset: 4, Weight: 0.5}, {Term: "Mali", Field: "title", Weight: 2},
		{Term: "Bamako", Field: "summary", Offset: 90, Weight: 0.5}, {Term: "Mali", Field: "text", Offset: 7, Weight: 0.4},
		{Term: "Malian", Field: "text", Offset: 70, Weight: 0.1}, {Term: "Niger", Field: "text", Weight: 0, Note: "a river"},
	}
	p := published(t, list)
	want := evidenceIn(t, ".json", body(t, p, ".json"))
	first := toldTag{Kind: "country", ID: "ML", Label: "Mali", Score: 1.5, Terms: []toldTerm{{"Mali", "title", 1}, {"Bamako", "summary", 2}, {"Mali", "text", 1}}}
	if len(want) != 4 || !reflect.DeepEqual(want[0].Tags[0], first) || want[0].Score != 1.5 || want[0].Publishers != 2 || want[0].Reason != "country/ML and topic/ambush" ||
		want[1].Revision != 1 || want[1].FirstSeen != "2026-11-22T14:20:00Z" || want[1].DateFrom != "pubDate" {
		t.Errorf("%+v", want)
	}
	for _, suffix := range []string{".rss", ".atom"} {
		document := body(t, p, suffix)
		if got := evidenceIn(t, suffix, document); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", suffix, got, want)
		}
		wants(t, document, `xmlns:harmattan="urn:uuid:8ea000ea-6464-4b40-9db3-0040b9dac6f2"`, `<harmattan:evidence score="1.5"`, `lat-lon="16.2717 -0.0447"`)
	}
}

func TestNamespaceDependsOnNoSite(t *testing.T) {
	o := options()
	o.BaseURL = "http://localhost:8025/elsewhere"
	p := publisher.New(o, "other.example,2030", []news.Edition{edition()}, "9")
	if err := p.Publish(edition(), entries(), changed); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{".rss", ".atom"} {
		wants(t, body(t, p, suffix), `xmlns:harmattan="urn:uuid:8ea000ea-6464-4b40-9db3-0040b9dac6f2"`)
	}
	wants(t, read(t, p.Handler(), "/about"), "urn:uuid:8ea000ea-6464-4b40-9db3-0040b9dac6f2")
}

func TestP86_WordsOfEvidenceGiveWayBeforeEntriesDo(t *testing.T) {
	list := many(50)
	for i := range list {
		for n := range 20 {
			tag := tag(news.KindTopic, fmt.Sprintf("topic-%d", n), fmt.Sprintf("Topic %d", n))
			tag.Evidence = nil
			for w := range 9 {
				tag.Evidence = append(tag.Evidence, news.Evidence{Term: strings.Repeat("word ", 12) + fmt.Sprint(w), Field: "text", Weight: 1})
			}
			list[i].Article.Tags = append(list[i].Article.Tags, tag)
		}
	}
	o := options()
	o.MaxBytes = 450_000
	p := newPublisher(o, edition())
	if err := p.Publish(edition(), list, changed); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range feedSuffixes {
		document := body(t, p, suffix)
		all := evidenceIn(t, suffix, document)
		if len(document) > o.MaxBytes || len(all) != 50 {
			t.Errorf("%s: %d bytes, %d entries", suffix, len(document), len(all))
		}
		if last := all[0].Tags[len(all[0].Tags)-1]; len(last.Terms) > 1 || last.ID == "" {
			t.Errorf("%s: %+v", suffix, last)
		}
	}
}

func TestNumbersThatNoFormatCanWriteAreZero(t *testing.T) {
	list := entries()[:1]
	list[0].Article.Tags[0].Score = math.NaN()
	list[0].Article.Tags[0].Evidence[0].Weight = math.Inf(1)
	list[0].Article.Tags[1].Evidence[0].Weight = math.NaN()
	list[0].Article.Editions[0].Score = math.Inf(-1)
	list[0].Article.Revision = -3
	p := published(t, list)
	for _, suffix := range feedSuffixes {
		got := evidenceIn(t, suffix, body(t, p, suffix))[0]
		if got.Score != 0 || got.Revision != 0 || got.Tags[0].Score != 0 || got.Tags[0].Terms != nil || got.Tags[1].Terms != nil || got.Tags[2].Terms == nil {
			t.Errorf("%s: %+v", suffix, got)
		}
	}
}

func TestPointOfAnEntryIsAPlaceAndNoCapital(t *testing.T) {
	list := entries()[:1]
	list[0].Article.Tags[0].Score, list[0].Article.Tags[0].Point = 9, &news.Point{Lat: 12.65, Lon: -8}
	document := body(t, published(t, list), ".atom")
	wants(t, document, "<georss:point>16.2717 -0.0447</georss:point>")
	refuses(t, document, "12.65")
}
