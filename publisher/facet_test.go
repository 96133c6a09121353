package publisher_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"harmattan/news"
	"harmattan/publisher"
)

// selecting is a publisher whose edition can be narrowed, and the facets that
// it was asked for.
func selecting(t *testing.T) (*publisher.Publisher, *[]news.Facet) {
	t.Helper()
	p := newPublisher(options(), edition(), variant())
	var asked []news.Facet
	p.SetLookup(publisher.Lookup{
		Select: func(_ context.Context, e news.Edition, facet news.Facet, limit int) ([]news.Entry, error) {
			if e.ID != edition().ID || limit != 50 {
				return nil, fmt.Errorf("asked for %d of %s", limit, e.ID)
			}
			asked = append(asked, facet)
			switch {
			case slices.Contains(facet.Topics, "kidnaping"):
				return nil, publisher.Odd("There is no topic “kidnaping” here.")
			case slices.Contains(facet.Countries, "XX"):
				return nil, errors.New("disk: secret detail")
			case slices.Contains(facet.Languages, "ar"):
				return entries()[2:3], nil
			case slices.Contains(facet.Countries, "NE"):
				return nil, nil
			}
			return entries()[:1], nil
		},
	})
	for _, e := range []news.Edition{edition(), variant()} {
		if err := p.Publish(e, entries(), changed); err != nil {
			t.Fatal(err)
		}
	}
	return p, &asked
}

func variant() news.Edition {
	e := edition()
	e.ID, e.Of, e.Languages = "sahel-security-fr", "sahel-security", []string{"fr"}
	return e
}

func TestAFacetIsTheSameDocumentHoweverItIsWritten(t *testing.T) {
	p, asked := selecting(t)
	const canonical = "?country=BF&country=ML&topic=kidnapping&language=fr&since=2026-11-01"
	for _, suffix := range []string{".rss", ".atom", ".json", ".geojson", ".opml", ""} {
		want := read(t, p.Handler(), "/editions/sahel-security"+suffix+canonical)
		for _, other := range []string{
			"?topic=Kidnapping&country=ml&since=2026-11-01&language=FR&country=bf&country=ML", canonical + "&publisher=&place=",
		} {
			r := get(p, "/editions/sahel-security"+suffix+other)
			if got := read(t, p.Handler(), "/editions/sahel-security"+suffix+other); got != want {
				t.Errorf("%s%s is another document", suffix, other)
			}
			if l := strings.Join(r.Header.Values("Link"), " "); suffix != "" && !strings.Contains(l, "<https://news.example.org/editions/sahel-security"+suffix+canonical+`>; rel="self"`) {
				t.Errorf("%s: Link %s", suffix, l)
			}
		}
	}
	if len(*asked) != 1 {
		t.Errorf("the database was asked %d times for one selection", len(*asked))
	}
	for _, suffix := range feedSuffixes {
		feed := parse(t, read(t, p.Handler(), "/editions/sahel-security"+suffix+canonical))
		if len(feed.Items) != 1 || feed.Items[0].GUID != entries()[0].Article.ID || feed.Title != "Sahel: security – BF, Mali, kidnapping, fr, ≥ 2026-11-01" ||
			!strings.Contains(feed.FeedLink, "country=BF") {
			t.Errorf("%s: %d items, title %q, at %q", suffix, len(feed.Items), feed.Title, feed.FeedLink)
		}
	}
}

func TestAFacetIsCachedUntilTheEditionChanges(t *testing.T) {
	p, asked := selecting(t)
	path := "/editions/sahel-security.atom?language=ar"
	first := get(p, path)
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	if first.StatusCode != http.StatusOK || etag == "" || modified == "" || first.Header.Get("Cache-Control") == "" || first.Header.Get("X-Robots-Tag") != "noindex" {
		t.Fatalf("%d %v", first.StatusCode, first.Header)
	}
	for _, header := range [][2]string{{"If-None-Match", etag}, {"If-Modified-Since", modified}} {
		if r := get(p, path, header[0], header[1]); r.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %d", header[0], r.StatusCode)
		}
	}
	if len(*asked) != 1 {
		t.Fatalf("asked %d times", len(*asked))
	}
	if err := p.Publish(edition(), entries()[1:], changed.Add(1e9)); err != nil {
		t.Fatal(err)
	}
	again := get(p, path)
	if len(*asked) != 2 || again.Header.Get("ETag") != etag {
		t.Errorf("asked %d times, ETag %s, was %s", len(*asked), again.Header.Get("ETag"), etag)
	}
	for i := range 40 {
		get(p, fmt.Sprintf("/editions/sahel-security.atom?source=s%d", i))
	}
	get(p, path)
	if len(*asked) != 43 {
		t.Errorf("asked %d times, want 43: no more than 32 selections are remembered", len(*asked))
	}
}

func TestAFacetThatCannotBeMeantIsRefused(t *testing.T) {
	p, _ := selecting(t)
	for query, want := range map[string]string{
		"?page=2":                                 "no filter “page”. It takes country, region, place, group, person, topic, language, publisher, source, since and before.",
		"?country=Mali":                           "two letters such as ML, not “Mali”",
		"?language=":                              "selects nothing",
		"?topic=kidnaping":                        "no topic “kidnaping”",
		"?since=yesterday":                        "one day such as 2026-11-30, not “yesterday”",
		"?since=2026-01-01&since=2":               "one day",
		"?place=%0a":                              "not “",
		"?country=%zz":                            "cannot be read",
		"?" + strings.Repeat("country=ML&", 17):   "too many values",
		"?publisher=" + strings.Repeat("a", 5000): "too long",
		"?country=ML&utm_source=" + strings.Repeat("b", 9): "no filter “utm_source”",
	} {
		r := get(p, "/editions/sahel-security.rss"+query)
		if r.StatusCode != http.StatusBadRequest || r.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%.40s: %d", query, r.StatusCode)
		}
		if text := textOf(t, r); !strings.Contains(text, want) {
			t.Errorf("%.40s: %q lacks %q", query, text, want)
		}
	}
	if r := get(p, "/editions/sahel-security.rss?country=XX"); r.StatusCode != http.StatusServiceUnavailable || strings.Contains(textOf(t, r), "secret") {
		t.Errorf("a failure inside: %d", r.StatusCode)
	}
	if r := get(p, "/editions/sahel-security-fr.rss?country=ML"); r.StatusCode != http.StatusBadRequest || !strings.Contains(textOf(t, r), "/editions/sahel-security.rss") {
		t.Errorf("a variant: %d", r.StatusCode)
	}
	if r := get(p, "/editions/none.rss?country=ML"); r.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown edition: %d", r.StatusCode)
	}
	if r := get(published(t, entries()), "/editions/sahel-security.rss?country=ML"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("where nothing answers: %d", r.StatusCode)
	}
}

func TestAnEmptyFacetIsAValidEmptyEdition(t *testing.T) {
	p, _ := selecting(t)
	for _, suffix := range feedSuffixes {
		if feed := parse(t, read(t, p.Handler(), "/editions/sahel-security"+suffix+"?country=NE")); len(feed.Items) != 0 {
			t.Errorf("%s: %d items", suffix, len(feed.Items))
		}
	}
	var document struct {
		Items []any `json:"items"`
	}
	if err := json.Unmarshal([]byte(read(t, p.Handler(), "/editions/sahel-security.json?country=NE")), &document); err != nil || document.Items == nil {
		t.Errorf("%v %v", document, err)
	}
}

func TestThePageOffersWhatItsEntriesHaveAsFilters(t *testing.T) {
	p, _ := selecting(t)
	page := body(t, p, "")
	wants(t, page, `<select id="filter-country" name="country">`, `<option value="ML">Mali</option>`, `<option value="ar">ar</option>`, `type="date"`)
	narrowed := read(t, p.Handler(), "/editions/sahel-security?country=ML&topic=&language=&since=2026-11-02")
	wants(t, narrowed, `<option value="ML" selected>Mali</option>`, `value="2026-11-02"`, `<a href="https://news.example.org/editions/sahel-security">The whole edition</a>`,
		`https://news.example.org/editions/sahel-security.rss?country=ML&amp;since=2026-11-02`)
	if chosen := get(p, "/editions/sahel-security?country=&topic="); textOf(t, chosen) != page {
		t.Error("a form with nothing chosen does not give the whole page")
	}
	refuses(t, read(t, p.Handler(), "/editions/sahel-security-fr"), "filter-country")
	refuses(t, body(t, published(t, entries()), ""), "filter-country")
}

func TestAVariantHasTheEntriesOfItsEdition(t *testing.T) {
	p, _ := selecting(t)
	for _, suffix := range feedSuffixes {
		whole, part := parse(t, body(t, p, suffix)), parse(t, read(t, p.Handler(), "/editions/sahel-security-fr"+suffix))
		for i := range whole.Items {
			if whole.Items[i].GUID != part.Items[i].GUID {
				t.Errorf("%s: %s is %s in the variant", suffix, whole.Items[i].GUID, part.Items[i].GUID)
			}
		}
	}
	wants(t, read(t, p.Handler(), "/editions/sahel-security-fr.atom"), "country/ML and topic/ambush")
}

func textOf(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
