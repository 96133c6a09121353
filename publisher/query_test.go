package publisher_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/publisher"
)

// understood is what a publisher makes of a search, or what it answers.
func understood(t *testing.T, query string) (news.Search, string) {
	t.Helper()
	var got news.Search
	p := newPublisher(options(), edition(), variant())
	p.SetLookup(publisher.Lookup{Search: func(_ context.Context, search news.Search, _ int) ([]news.Entry, error) {
		got = search
		return nil, nil
	}})
	r := get(p, "/search?q="+url.QueryEscape(query))
	if r.StatusCode == http.StatusOK {
		return got, ""
	}
	return got, fmt.Sprint(r.StatusCode, " ", textOf(t, r))
}

func TestASearchIsReadAsItIsWritten(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	for query, want := range map[string]news.Search{
		"convoi  gao":                    {Terms: []string{"convoi", "gao"}, Open: true},
		`"route nationale" gao`:          {Terms: []string{"route nationale", "gao"}, Open: true},
		`gao «route nationale»`:          {Terms: []string{"gao", "route nationale"}},
		`12:30 "a:b" co-op`:              {Terms: []string{"12:30", "a:b", "co-op"}, Open: true},
		`title:coup TITLE:"coup d’État"`: {Titles: []string{"coup", "coup d’État"}},
		`غاو country:ML country:"Burkina Faso" topic:kidnapping`: {Terms: []string{"غاو"}, Facet: news.Facet{Countries: []string{"ML", "Burkina Faso"}, Topics: []string{"kidnapping"}}},
		`publisher:"L’Écho de Niamey" language:FR edition:sahel-security`: {Editions: []string{"sahel-security"},
			Facet: news.Facet{Publishers: []string{"L’Écho de Niamey"}, Languages: []string{"fr"}}},
		"since:2026-11-03 before:2026-11-05": {Facet: news.Facet{Since: day(3), Before: day(5)}},
		"date:2026-11-03":                    {Facet: news.Facet{Since: day(3), Before: day(4)}},
		"gao date:2026-11-03..2026-11-09":    {Terms: []string{"gao"}, Facet: news.Facet{Since: day(3), Before: day(10)}},
		"date:2026-11":                       {Facet: news.Facet{Since: day(1), Before: day(31)}},
	} {
		got, refusal := understood(t, query)
		if refusal != "" || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %s, want %+v", query, got, refusal, want)
		}
	}
}

func TestASearchThatIsNotUnderstoodSaysWhy(t *testing.T) {
	for query, want := range map[string]string{
		`"route nationale`:          "A quotation mark is not closed",
		"titel:coup":                "There is no field “titel”. The fields are title, country,",
		"https://gao.example/":      "a word with a colon goes between quotation marks",
		"country: ML":               "Nothing follows country:",
		"since:yesterday":           "takes a day, month or year such as 2026-11-30, 2026-11 or 2026, not “yesterday”",
		"date:2026-11-09..x":        "or two of them",
		"since:2026 since:2025":     "bounds its dates twice",
		"date:2026-11-09..2026-10":  "leave no day",
		"language:klingonisch":      "takes a language such as fr",
		"edition:none":              "There is no edition “none”",
		"edition:sahel-security-fr": "is a selection; search in “sahel-security”",
		strings.Repeat("a ", 17):    "too many words",
		strings.Repeat("x", 201):    "too long; 200 characters",
	} {
		if _, refusal := understood(t, query); !strings.HasPrefix(refusal, "400 ") || !strings.Contains(refusal, want) {
			t.Errorf("%s: %q, want %q", query, refusal, want)
		}
	}
}

func TestASearchIsAFeedToo(t *testing.T) {
	p := asking(t, view())
	for _, suffix := range feedSuffixes {
		path := "/search" + suffix + "?q=Gao"
		r := get(p, path)
		feed := parse(t, textOf(t, r))
		if len(feed.Items) != 50 || feed.Title != "Harmattan: Gao" || feed.FeedLink != "https://news.example.org"+path || feed.Items[0].GUID != view().Article.ID+"0" {
			t.Errorf("%s: %d items, %q at %q", suffix, len(feed.Items), feed.Title, feed.FeedLink)
		}
		if r.Header.Get("Cache-Control") == "" || strings.Contains(r.Header.Get("Cache-Control"), "private") || r.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", suffix, r.Header)
		}
		if again := get(p, path, "If-None-Match", r.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", suffix, again.StatusCode)
		}
		if r := get(p, "/search"+suffix+"?q="); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s for nothing: %d", suffix, r.StatusCode)
		}
		if feed := parse(t, read(t, p.Handler(), "/search"+suffix+"?q=Gao&edition=mali")); len(feed.Items) != 0 {
			t.Errorf("%s of an edition: %d items", suffix, len(feed.Items))
		}
	}
	wants(t, read(t, p.Handler(), "/search?q=Gao&edition=mali"), `https://news.example.org/search.atom?q=Gao&amp;edition=mali`)
	if r := get(p, "/search.geojson?q=Gao"); r.StatusCode != http.StatusNotFound {
		t.Errorf("geojson: %d", r.StatusCode)
	}
}
