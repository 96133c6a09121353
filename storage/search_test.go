package storage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// words is a search for every word, the last of which may be a beginning.
func wordsOf(query string) news.Search { return news.Search{Terms: strings.Fields(query), Open: true} }

func foundBy(t *testing.T, s *storage.Store, search news.Search) string {
	t.Helper()
	found, err := s.Search(context.Background(), search, 10)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, a := range found {
		keys = append(keys, a.Key)
	}
	slices.Sort(keys)
	return fmt.Sprint(keys)
}

func TestASearchMeetsWordsPhrasesTagsEditionsAndDates(t *testing.T) {
	s := openStore(t)
	gao := tagged(article("a", "gao", noon, "mali", "sahel"), [2]string{"country", "ML"}, [2]string{"topic", "ambush"})
	gao.Folded = "convoy ambushed on the road to gao\nten soldiers were killed"
	bamako := tagged(article("b", "bamako", noon.Add(24*time.Hour), "sahel"), [2]string{"country", "ML"})
	bamako.Folded, bamako.Language = "the road closes in bamako\nthe convoy waits", "fr"
	niamey := article("c", "niamey", noon.Add(48*time.Hour))
	niamey.Folded = "la route de niamey"
	save(t, s, gao, bamako, niamey)
	for name, c := range map[string]struct {
		search news.Search
		want   string
	}{
		"nothing":   {news.Search{}, "[]"},
		"words":     {wordsOf("road convoy"), "[bamako gao]"},
		"beginning": {wordsOf("convoy amb"), "[gao]"},
		"whole":     {news.Search{Terms: []string{"amb"}}, "[]"},
		"phrase":    {news.Search{Terms: []string{"road to gao"}}, "[gao]"},
		"order":     {news.Search{Terms: []string{"gao to road"}}, "[]"},
		"titles":    {news.Search{Titles: []string{"convoy"}, Terms: []string{"bamako"}}, "[bamako]"},
		"operators": {news.Search{Terms: []string{`road" OR "niamey`, "NEAR("}}, "[]"},
		"country":   {news.Search{Facet: news.Facet{Countries: []string{"ML"}}}, "[bamako gao]"},
		"both":      {news.Search{Terms: []string{"road"}, Facet: news.Facet{Topics: []string{"ambush"}}}, "[gao]"},
		"language":  {news.Search{Facet: news.Facet{Languages: []string{"fr"}}}, "[bamako]"},
		"publisher": {news.Search{Facet: news.Facet{Publishers: []string{"Outlet c"}}}, "[niamey]"},
		"edition":   {news.Search{Editions: []string{"mali", "niger"}}, "[gao]"},
		"since":     {news.Search{Facet: news.Facet{Since: noon.Add(24 * time.Hour)}}, "[bamako niamey]"},
		"before":    {news.Search{Terms: []string{"convoy"}, Facet: news.Facet{Before: noon.Add(24 * time.Hour)}}, "[gao]"},
	} {
		if got := foundBy(t, s, c.search); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
