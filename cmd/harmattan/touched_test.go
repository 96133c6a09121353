package main

import (
	"bytes"
	"log/slog"
	"regexp"
	"slices"
	"testing"
	"time"

	"harmattan/news"
)

func TestAnArticleCostsOnlyTheEditionsThatItEnters(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	cfg := roundsConfig(t, fleuve.source("fleuve"))
	cfg.Editions = []news.Edition{
		{ID: "mali", Title: "Mali", Language: "en", Rule: news.Rule{Countries: []string{"ML"}}},
		{ID: "mali-fr", Title: "Mali in French", Language: "en", Of: "mali", Rule: news.Rule{Languages: []string{"fr"}}},
		{ID: "niger", Title: "Niger", Language: "en", Rule: news.Rule{Countries: []string{"NE"}}},
		{ID: "chad", Title: "Chad", Language: "en", Rule: news.Rule{Countries: []string{"TD"}}},
	}
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	b.after(time.Hour)
	var lines bytes.Buffer
	b.log = slog.New(slog.NewTextHandler(&lines, nil))
	made := func(act func(*outlet)) (ids []string) {
		lines.Reset()
		fleuve.change(act)
		b.after(time.Hour)
		for _, line := range regexp.MustCompile(`msg=published edition=(\S+)`).FindAllStringSubmatch(lines.String(), -1) {
			ids = append(ids, line[1])
		}
		return ids
	}
	niger, mali := b.get("/editions/niger.atom"), b.get("/editions/mali.atom")
	add := func(s story) func(*outlet) { return func(o *outlet) { o.stories = append([]story{s}, o.stories...) } }
	if ids := made(add(raid(7, b.hand.read()))); !slices.Equal(ids, []string{"mali", "mali-fr"}) {
		t.Errorf("an article on Mali makes %v anew", ids)
	}
	if b.get("/editions/niger.atom") != niger || b.get("/editions/mali.atom") == mali {
		t.Error("an edition is not as it should be")
	}
	if ids := made(add(strike(3, b.hand.read()))); !slices.Equal(ids, []string{"niger"}) {
		t.Errorf("an article on Niger makes %v anew", ids)
	}
	if ids := made(func(*outlet) {}); ids != nil {
		t.Errorf("no news makes %v anew", ids)
	}
}
