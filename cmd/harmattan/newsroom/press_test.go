package newsroom_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/cmd/harmattan/newsroom"
)

func TestThePressIsLargeEnough(t *testing.T) {
	n, _ := open(t)
	languages := map[string]int{}
	for _, a := range n.Articles() {
		languages[a.Language]++
	}
	if len(n.Sources()) < 14 || len(n.Articles()) < 45 {
		t.Errorf("%d outlets with %d articles", len(n.Sources()), len(n.Articles()))
	}
	for _, language := range []string{"en", "fr", "ar"} {
		if languages[language] < 10 {
			t.Errorf("%d articles in %s", languages[language], language)
		}
	}
}

func TestEachArticleCarriesASoundTruth(t *testing.T) {
	n, _ := open(t)
	editions := []string{"sahel-security", "sahel-politics", "sahel-humanitarian", "lake-chad"}
	seen := map[string]bool{}
	for _, a := range n.Articles() {
		if seen[a.Link] {
			t.Errorf("%s stands twice", a.Link)
		}
		seen[a.Link] = true
		if !strings.Contains(a.Link, ".example/") {
			t.Errorf("%s leads to a real host", a.Link)
		}
		if a.Title == "" || a.Language == "" || len(a.Topics) == 0 {
			t.Errorf("%s lacks a title, language or topic", a.Link)
		}
		for _, edition := range slices.Concat(a.Expect, a.Permit) {
			if !slices.Contains(editions, edition) {
				t.Errorf("%s: no edition %q", a.Link, edition)
			}
		}
		for _, edition := range a.Expect {
			if slices.Contains(a.Permit, edition) || a.Trap != "" {
				t.Errorf("%s: contradicts itself about %s", a.Link, edition)
			}
		}
		if a.Arrives%time.Second != 0 {
			t.Errorf("%s arrives at %v, between two seconds", a.Link, a.Arrives)
		}
	}
}

func TestStoriesAreToldBySeveralOutlets(t *testing.T) {
	n, _ := open(t)
	stories := map[string][]newsroom.Article{}
	for _, a := range n.Articles() {
		if a.Story != "" {
			stories[a.Story] = append(stories[a.Story], a)
		}
	}
	outlets := func(story string) (outlets, languages []string) {
		for _, a := range stories[story] {
			outlets, languages = append(outlets, a.Outlet), append(languages, a.Language)
			if a.CopyOf != "" && !slices.ContainsFunc(stories[story], func(b newsroom.Article) bool {
				return b.SourceID != a.SourceID && strings.HasSuffix(b.Link, a.CopyOf)
			}) {
				t.Errorf("%s copies %q, which is not in its story", a.Link, a.CopyOf)
			}
		}
		slices.Sort(outlets)
		slices.Sort(languages)
		return slices.Compact(outlets), slices.Compact(languages)
	}
	for story := range stories {
		who, languages := outlets(story)
		if len(who) < 3 || len(who) != len(stories[story]) || len(languages) != 3 {
			t.Errorf("%s is told by %v in %v", story, who, languages)
		}
	}
	if who, _ := outlets("aes-summit"); len(who) < 5 {
		t.Errorf("the summit is told by %v", who)
	}
}

func TestTheScriptFollowsTheClock(t *testing.T) {
	n, _ := open(t)
	script := n.Script()
	if !slices.IsSortedFunc(script, func(a, b newsroom.Event) int { return int(a.At - b.At) }) {
		t.Error("the script is not in order")
	}
	within := func(kind newsroom.EventKind, from, to time.Duration) (count int) {
		for _, e := range script {
			if e.Kind == kind && e.At >= from && e.At <= to {
				count++
			}
		}
		return count
	}
	if got := within(newsroom.EventNew, time.Second, time.Minute); got < 12 {
		t.Errorf("%d new articles in the first minute", got)
	}
	if got := within(newsroom.EventNew, time.Minute, 5*time.Minute); got < 8 {
		t.Errorf("%d new articles in the four minutes after it", got)
	}
	if within(newsroom.EventEdit, 0, later) != 1 || within(newsroom.EventTrouble, 0, later) != 3 {
		t.Error("want one edit and three outlets in trouble")
	}
}
