package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// tagged gives an article tags, as "kind/id" pairs.
func tagged(a news.Article, tags ...[2]string) news.Article {
	for _, t := range tags {
		a.Tags = append(a.Tags, news.Tag{Kind: news.Kind(t[0]), ID: t[1], Label: t[1], Score: 1})
	}
	return a
}

func selected(t *testing.T, s *storage.Store, facet news.Facet, limit int) string {
	t.Helper()
	all, err := s.Select(context.Background(), "sahel", facet, limit, noon.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, e := range all {
		keys = append(keys, e.Article.Key)
	}
	return fmt.Sprint(keys)
}

func TestAFacetTakesTheEntriesThatMeetEachOfItsLists(t *testing.T) {
	s := openStore(t)
	mali := tagged(article("tamani", "mali", noon, "sahel"), [2]string{"country", "ML"}, [2]string{"topic", "kidnapping"}, [2]string{"group", "jnim"})
	niger := tagged(article("anfani", "niger", noon.Add(time.Hour), "sahel"), [2]string{"country", "NE"}, [2]string{"topic", "kidnapping"}, [2]string{"institution", "ecowas"})
	niger.Language = "fr-NE"
	both := tagged(article("anfani", "both", noon.Add(2*time.Hour), "sahel"), [2]string{"country", "ML"}, [2]string{"country", "NE"})
	elsewhere := tagged(article("anfani", "elsewhere", noon.Add(3*time.Hour), "coast"), [2]string{"country", "ML"})
	save(t, s, mali, niger, both, elsewhere)
	for name, c := range map[string]struct {
		facet news.Facet
		want  string
	}{
		"nothing":     {news.Facet{}, "[both niger mali]"},
		"country":     {news.Facet{Countries: []string{"ML"}}, "[both mali]"},
		"either":      {news.Facet{Countries: []string{"ML", "NE"}, Topics: []string{"kidnapping"}}, "[niger mali]"},
		"group":       {news.Facet{Groups: []string{"jnim"}}, "[mali]"},
		"institution": {news.Facet{Groups: []string{"ecowas"}}, "[niger]"},
		"language":    {news.Facet{Languages: []string{"fr"}}, "[niger]"},
		"publisher":   {news.Facet{Publishers: []string{"Outlet anfani"}, Countries: []string{"NE"}}, "[both niger]"},
		"source":      {news.Facet{Sources: []string{"tamani"}}, "[mali]"},
		"since":       {news.Facet{Since: noon.Add(time.Hour)}, "[both niger]"},
		"before":      {news.Facet{Before: noon.Add(time.Hour)}, "[mali]"},
		"none":        {news.Facet{Countries: []string{"ML"}, Languages: []string{"ar"}}, "[]"},
	} {
		if got := selected(t, s, c.facet, 10); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if got := selected(t, s, news.Facet{}, 2); got != "[both niger]" {
		t.Errorf("two of them: %s", got)
	}
}

func TestAFacetLooksBeyondWhatTheEditionShowsWithinBounds(t *testing.T) {
	s := openStore(t)
	var all []news.Article
	for i := range 5010 {
		a := article("flood", fmt.Sprint(i), noon.Add(-time.Duration(i)*time.Minute), "sahel")
		a.HTML, a.Text = "", ""
		if i == 4990 || i == 5009 {
			a.Language = "ar"
		}
		all = append(all, a)
	}
	save(t, s, all...)
	if got := selected(t, s, news.Facet{Languages: []string{"ar"}}, 10); got != "[4990]" {
		t.Errorf("got %s, want the one among the newest five thousand", got)
	}
}
