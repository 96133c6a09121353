package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

// weeks lets the outlet publish n stories on unlike events, an hour apart.
func (b *workbench) weeks(o *outlet, n int) {
	b.t.Helper()
	towns := []string{"Gao", "Kidal", "Mopti", "Ménaka", "Tombouctou", "Ségou", "Sikasso", "Kayes", "Koulikoro", "Douentza"}
	for i := range n {
		at := b.hand.read()
		o.mu.Lock()
		o.stories = []story{{id: fmt.Sprintf("week-%d", i), published: at,
			title: fmt.Sprintf("Mali : attaque jihadiste numéro %d à %s, village %s%d", i, towns[i%10], strings.Repeat("x", i%7+1), i*i),
			text:  fmt.Sprintf("Une attaque terroriste %d a visé %s %d.", i*31, towns[(i*3)%10], i*17)}}
		o.mu.Unlock()
		b.after(time.Hour)
	}
}

// walk follows prev-archive, or next_url, from the live document to the oldest and
// returns the ids of all entries.
func (b *workbench) walk(path string, link *regexp.Regexp) (ids []string, documents int) {
	b.t.Helper()
	for path != "" {
		document := b.get(path).body
		documents++
		for _, item := range readBack(b.t, document).Items {
			if !slices.Contains(ids, item.GUID) {
				ids = append(ids, item.GUID)
			}
		}
		next := link.FindStringSubmatch(document)
		path = ""
		if next != nil {
			_, path, _ = strings.Cut(next[1], "8025")
		}
	}
	return ids, documents
}

var (
	prevArchive = regexp.MustCompile(`<link href="([^"]+)" rel="prev-archive"`)
	nextURL     = regexp.MustCompile(`"next_url":"([^"]+)"`)
)

func TestP88_WhoComesBackAfterWeeksMissesNothing(t *testing.T) {
	o, dir := newOutlet(t), t.TempDir()
	cfg := roundsConfig(t, o.source("fleuve"))
	cfg.Curator.StoryWindow = news.Duration{Duration: time.Hour}
	for i := range cfg.Editions {
		cfg.Editions[i].Limit, cfg.Editions[i].Stories = 10, news.StoriesList
	}
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, dir)
	const stories = 45
	b.weeks(o, stories)
	ids, documents := b.walk("/editions/sahel-security.atom", prevArchive)
	if len(ids) != stories || documents < 4 {
		t.Fatalf("%d of %d entries are reached in %d documents", len(ids), stories, documents)
	}
	if fromJSON, n := b.walk("/editions/sahel-security.json", nextURL); !slices.Equal(fromJSON, ids) || n != documents {
		t.Errorf("JSON Feed reaches %d entries in %d documents", len(fromJSON), n)
	}
	first := b.get("/editions/sahel-security/archive/1.atom").body
	live := b.edition()
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	b.open(t, cfg, dir)
	if b.get("/editions/sahel-security/archive/1.atom").body != first || !slices.Equal(b.edition(), live) {
		t.Error("a restart changed documents")
	}

	gone := readBack(t, first).Items[0]
	if err := b.reload(t.Context(), roundsConfig(t, newOutlet(t).source("other"))); err != nil {
		t.Fatal(err)
	}
	cut := b.get("/editions/sahel-security/archive/1.atom").body
	if strings.Contains(cut, gone.Title) || !strings.Contains(cut, `ref="`+gone.GUID+`"`) || len(readBack(t, cut).Items) != 0 {
		t.Error("the archive still carries what was withdrawn")
	}
	var page struct{ Items []json.RawMessage }
	if err := json.Unmarshal([]byte(b.get("/editions/sahel-security/archive/1.json").body), &page); err != nil || len(page.Items) != 0 {
		t.Errorf("JSON: %d items, %v", len(page.Items), err)
	}
}
