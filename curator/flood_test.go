package curator_test

import (
	"fmt"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

// usualHabit is a source with two articles a day for two months.
func usualHabit(change func(n int, a *news.Article)) news.Habit {
	h := news.Habit{Since: tuesday.Add(-60 * 24 * time.Hour), Last: tuesday.Add(-12 * time.Hour), Daily: 2, Busiest: 4, Days: 28}
	for n := range 60 {
		h.Recent = append(h.Recent, usualArticle(n, tuesday.Add(-time.Duration(n+1)*12*time.Hour), change))
	}
	h.Known = len(h.Recent)
	return h
}

func usualArticle(n int, at time.Time, change func(n int, a *news.Article)) news.Article {
	a := news.Article{Key: fmt.Sprint(1000 + n), Link: fmt.Sprintf("https://radio.example/%d", n), Title: fmt.Sprintf("Nouvelle numéro %d de Gao", n), Language: "fr",
		Published: news.Date{Time: at, From: "pubDate"}, FirstSeen: at,
		Tags: []news.Tag{{Kind: news.KindCountry, ID: "ML"}, {Kind: news.KindTopic, ID: "politics"}}}
	change(n, &a)
	return a
}

func TestASourceOfManyKindsIsNotHeldAgainstOne(t *testing.T) {
	none := func(int, *news.Article) {}
	for _, c := range []struct {
		name         string
		usual, fresh func(n int, a *news.Article)
	}{
		{"nothing strange", none, none},
		{"an aggregator with another host", func(n int, a *news.Article) { a.Link = fmt.Sprintf("https://outlet%d.example/%d", n%7, n) },
			func(n int, a *news.Article) { a.Link = fmt.Sprintf("https://other.example/%d", n) }},
		{"another part of the site", none, func(n int, a *news.Article) { a.Link = fmt.Sprintf("https://sport.radio.example/%d", n) }},
		{"two languages", func(n int, a *news.Article) { a.Language = []string{"fr", "ar"}[n%2] }, func(_ int, a *news.Article) { a.Language = "ar" }},
		{"no language known", none, func(_ int, a *news.Article) { a.Language = "und" }},
		{"another country, the same topic", none, func(_ int, a *news.Article) { a.Tags = []news.Tag{{Kind: news.KindCountry, ID: "NE"}, a.Tags[1]} }},
		{"without topics, another country", func(_ int, a *news.Article) { a.Tags = a.Tags[:1] }, func(_ int, a *news.Article) { a.Tags = []news.Tag{{Kind: news.KindCountry, ID: "NE"}} }},
		{"never dated", func(_ int, a *news.Article) { a.Published.From = "first seen (no date)" },
			func(_ int, a *news.Article) { a.Published = news.Date{Time: tuesday, From: "first seen (no date)"} }},
	} {
		var fresh []news.Article
		for n := range 10 {
			fresh = append(fresh, usualArticle(100+n, tuesday.Add(-time.Duration(n)*time.Minute), c.fresh))
		}
		if signs := curator.Flood(fresh, usualHabit(c.usual), tuesday); len(signs) > 0 {
			t.Errorf("%s: %+v", c.name, signs)
		}
		habit := usualHabit(c.usual)
		habit.Since = tuesday.Add(-time.Hour)
		if signs := curator.Flood(append(fresh, fresh...), habit, tuesday); len(signs) > 0 {
			t.Errorf("%s, a new source: %+v", c.name, signs)
		}
	}
}
