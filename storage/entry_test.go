package storage_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// telling makes the article tell a story, as a copy or in its own words.
func telling(a news.Article, story string, copied bool) news.Article {
	a.StoryID = story
	a.StoryWhy = &news.StoryLink{ArticleID: "tag:example.org,2026:e/first", Copy: copied, Score: 0.9}
	return a
}

func TestEditionsChooseTheirOwnArticleOfAStory(t *testing.T) {
	s := openStore(t)
	wire := telling(article("wire", "w", noon), "attack", false)
	early := telling(article("copy", "c", noon.Add(time.Minute), "mali", "sahel"), "attack", true)
	local := telling(article("local", "l", noon.Add(time.Hour), "sahel"), "attack", false)
	changed := save(t, s, wire, early, local)
	if fmt.Sprint(changed) != "[mali sahel]" {
		t.Errorf("changed %v", changed)
	}
	now := noon.Add(2 * time.Hour)
	mali, sahel := entries(t, s, "mali", now), entries(t, s, "sahel", now)
	if ids(mali) != "["+early.ID+"]" {
		t.Errorf("mali has %s, want its only member", ids(mali))
	}
	var others []string
	for _, o := range mali[0].Others {
		others = append(others, o.ID)
		if o.Title == "" || o.Link == "" || o.Publisher == "" || o.Language == "" || o.Published.Time.IsZero() {
			t.Errorf("other voice %+v", o)
		}
	}
	if want := []string{wire.ID, local.ID}; !reflect.DeepEqual(others, want) {
		t.Errorf("other voices %v, want %v", others, want)
	}
	if ids(sahel) != "["+local.ID+"]" || len(sahel[0].Others) != 2 {
		t.Errorf("sahel has %s, want the original", ids(sahel))
	}
	checkSound(t, s)
}

func TestAnOriginalStandsBeforeACopyThenTheEarliestThenTheId(t *testing.T) {
	for _, c := range []struct {
		name string
		all  []news.Article
		want int
	}{
		{"original", []news.Article{
			telling(article("a", "1", noon, "mali"), "x", true),
			telling(article("b", "1", noon.Add(time.Hour), "mali"), "x", false)}, 1},
		{"earliest", []news.Article{
			telling(article("a", "1", noon.Add(time.Hour), "mali"), "x", false),
			telling(article("b", "1", noon, "mali"), "x", false)}, 1},
		{"id", []news.Article{
			telling(article("b", "1", noon, "mali"), "x", false),
			telling(article("a", "1", noon, "mali"), "x", false)}, 1},
	} {
		s := openStore(t)
		for i := range c.all {
			c.all[i].FirstSeen = noon.Add(2 * time.Hour)
		}
		save(t, s, c.all...)
		if got := ids(entries(t, s, "mali", noon.Add(3*time.Hour))); got != "["+c.all[c.want].ID+"]" {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestP01_AnEntryKeepsItsPlaceUntilItLeaves(t *testing.T) {
	s := openStore(t)
	now := noon.Add(3 * time.Hour)
	first := telling(article("copy", "c", noon.Add(time.Hour), "mali"), "attack", true)
	save(t, s, first)
	better := telling(article("wire", "w", noon, "mali"), "attack", false)
	better.FirstSeen = noon.Add(2 * time.Hour)
	if changed := save(t, s, better); fmt.Sprint(changed) != "[mali]" {
		t.Errorf("another voice changed %v", changed)
	}
	if got := ids(entries(t, s, "mali", now)); got != "["+first.ID+"]" {
		t.Errorf("after a better one came: %s", got)
	}
	out := first
	out.Editions, out.ContentHash, out.ModifiedAt = nil, "corrected", noon.Add(2*time.Hour)
	save(t, s, out)
	if got := ids(entries(t, s, "mali", now)); got != "["+better.ID+"]" {
		t.Errorf("after it left: %s", got)
	}
	back := first
	back.ContentHash, back.ModifiedAt = "again", now
	save(t, s, back)
	got := entries(t, s, "mali", now)
	if ids(got) != "["+better.ID+"]" {
		t.Errorf("after it came back: %s", ids(got))
	}
	gone := better
	gone.Editions, gone.ContentHash = nil, "moved on"
	save(t, s, gone)
	got = entries(t, s, "mali", now)
	if ids(got) != "["+first.ID+"]" || !got[0].EnteredAt.Equal(first.FirstSeen) {
		t.Errorf("it entered first at %v, now %+v", first.FirstSeen, got)
	}
	checkSound(t, s)
}

func TestALastMemberThatLeavesTakesTheEntryAway(t *testing.T) {
	s := openStore(t)
	a := article("sahel", "one", noon, "mali", "niger")
	save(t, s, a)
	a.Editions, a.ContentHash = a.Editions[1:], "corrected"
	if changed := save(t, s, a); fmt.Sprint(changed) != "[mali niger]" {
		t.Errorf("changed %v", changed)
	}
	if got := entries(t, s, "mali", noon); len(got) != 0 {
		t.Errorf("mali still has %s", ids(got))
	}
	checkSound(t, s)
}

func TestNothingIsShownBeforeItIsPublished(t *testing.T) {
	s := openStore(t)
	later := telling(article("early-bird", "e", noon.Add(5*time.Hour), "mali"), "attack", false)
	later.FirstSeen, later.ModifiedAt = noon, noon
	save(t, s, later)
	if got := entries(t, s, "mali", noon); len(got) != 0 {
		t.Errorf("shown too early: %s", ids(got))
	}
	now := telling(article("copy", "c", noon, "mali"), "attack", true)
	save(t, s, now)
	got := entries(t, s, "mali", noon.Add(time.Hour))
	if ids(got) != "["+now.ID+"]" || len(got[0].Others) != 0 {
		t.Errorf("the story is hidden behind an article of the future: %+v", got)
	}
	if got := entries(t, s, "mali", noon.Add(5*time.Hour)); ids(got) != "["+now.ID+"]" || len(got[0].Others) != 1 {
		t.Errorf("when its time came: %+v", got)
	}
}

func TestEntriesAreNewestFirstThenByIdAndBounded(t *testing.T) {
	s := openStore(t)
	a, b, c := article("x", "a", noon, "mali"), article("x", "b", noon, "mali"), article("x", "c", noon.Add(time.Hour), "mali")
	save(t, s, b, a, c)
	if got, want := ids(entries(t, s, "mali", noon.Add(time.Hour))), fmt.Sprint([]string{c.ID, a.ID, b.ID}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	two, err := s.Entries(context.Background(), "mali", 2, noon.Add(time.Hour))
	if err != nil || len(two) != 2 {
		t.Errorf("limit 2 gave %d, %v", len(two), err)
	}
}

func TestAnEntryCarriesItsSourcesState(t *testing.T) {
	s := openStore(t)
	save(t, s, article("sahel", "one", noon, "mali"), article("never-fetched", "two", noon, "mali"))
	write(t, s, func(tx *storage.Tx) error {
		return tx.SaveState(context.Background(), news.SourceState{SourceID: "sahel", FeedTitle: "Sahel FM"})
	})
	for _, e := range entries(t, s, "mali", noon) {
		if want := map[string]string{"sahel": "Sahel FM"}[e.Source.ID]; e.Feed.FeedTitle != want || e.Source.ID != e.Article.SourceID {
			t.Errorf("source %q, state %+v", e.Source.ID, e.Feed)
		}
	}
}

func TestAnArticleThatMovesToAnotherStoryChangesBoth(t *testing.T) {
	s := openStore(t)
	a := telling(article("a", "1", noon, "mali"), "one", false)
	b := telling(article("b", "1", noon, "niger"), "one", false)
	c := telling(article("c", "1", noon, "chad"), "two", false)
	save(t, s, a, b, c)
	a.StoryID, a.ContentHash = "two", "other"
	if changed := save(t, s, a); fmt.Sprint(changed) != "[chad mali niger]" {
		t.Errorf("changed %v", changed)
	}
	if got := entries(t, s, "niger", noon); len(got) != 1 || len(got[0].Others) != 0 {
		t.Errorf("niger %+v", got)
	}
	story, err := s.Story(context.Background(), "two")
	if err != nil || len(story) != 2 {
		t.Errorf("story two: %d articles, %v", len(story), err)
	}
	checkSound(t, s)
}

// rounds writes the same history as any other call of it.
func rounds(t *testing.T, s *storage.Store) {
	for round := range 4 {
		now := noon.Add(time.Duration(round) * time.Hour)
		var all []news.Article
		for i := range 30 {
			a := article(fmt.Sprintf("source-%d", i%5), fmt.Sprintf("%d-%d", round, i), now.Add(-time.Duration(i)*time.Minute), "mali", "niger")
			a.FirstSeen, a.ModifiedAt = now, now
			a.Tags = full().Tags
			if i%3 > 0 {
				a = telling(a, fmt.Sprintf("story-%d-%d", round, i/3), i%3 == 2)
			}
			all = append(all, a)
		}
		save(t, s, all...)
		if round > 0 {
			changed := article("source-0", fmt.Sprintf("%d-0", round-1), now.Add(-time.Hour), "niger")
			changed.ContentHash, changed.ModifiedAt, changed.FirstSeen = "changed", now, now
			save(t, s, changed)
		}
	}
}

func TestTheSameHistoryGivesTheSameEntries(t *testing.T) {
	one, two := openStore(t), openStore(t)
	rounds(t, one)
	rounds(t, two)
	for _, edition := range []string{"mali", "niger"} {
		now := noon.Add(4 * time.Hour)
		if a, b := entries(t, one, edition, now), entries(t, two, edition, now); len(a) != 50 || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %d entries differ from %d", edition, len(a), len(b))
		}
	}
	checkSound(t, one)
}
