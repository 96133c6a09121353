package main

import (
	"html"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"harmattan/cmd/harmattan/newsroom"
	"harmattan/news"
)

// readNewsroom runs the demo's newsroom for its first five minutes with the
// clock in hand.
func readNewsroom(t *testing.T) (*workbench, *newsroom.Newsroom) {
	t.Helper()
	b := &workbench{hand: hand{now: monday}}
	room, err := newsroom.Start(b.hand.read)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = room.Close() })
	cfg, err := demoConfig(room.Sources(), "127.0.0.1:8025")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Fetcher.Timeout = news.Duration{Duration: time.Second} // one outlet hangs at the end
	b.open(t, cfg, t.TempDir())
	b.after(time.Second)
	for range 19 {
		b.after(15 * time.Second)
	}
	return b, room
}

func TestEveryArticleOfTheNewsroomReachesItsEditionsAndNoTrapDoes(t *testing.T) {
	b, room := readNewsroom(t)
	wrong, articles := 0, room.Articles()
	for _, truth := range articles {
		a, err := b.store.Article(t.Context(), truth.Link)
		if err != nil {
			t.Errorf("%s: %q: %v", truth.SourceID, truth.Title, err)
			continue
		}
		var got []string
		for _, m := range a.Editions {
			got = append(got, m.EditionID)
		}
		for _, id := range truth.Expect {
			if !slices.Contains(got, id) {
				wrong++
				t.Logf("%s: %q is not in %s", truth.SourceID, truth.Title, id)
			}
		}
		for _, id := range got {
			if !slices.Contains(truth.Expect, id) && !slices.Contains(truth.Permit, id) {
				wrong++
				t.Logf("%s: %q is in %s (trap: %s)", truth.SourceID, truth.Title, id, truth.Trap)
			}
			if truth.Trap != "" && id == "sahel-security" && !slices.Contains(truth.Permit, id) {
				t.Errorf("trap %q is in %s: %q", truth.Trap, id, truth.Title)
			}
		}
	}
	if most := len(articles) / 20; wrong > most {
		t.Errorf("%d of %d articles are in a wrong edition or missing from a right one, at most %d may be", wrong, len(articles), most)
	}
}

func TestTheSummitReachesSubscribersOnceWithEveryOutletThatToldIt(t *testing.T) {
	b, room := readNewsroom(t)
	outlets := map[string]bool{}
	for _, truth := range room.Articles() {
		if truth.Story == "aes-summit" {
			outlets[truth.Link] = true
		}
	}
	entries, err := b.store.Entries(t.Context(), "sahel-security", 100, b.hand.read())
	if err != nil {
		t.Fatal(err)
	}
	told, shown := 0, 0
	for _, e := range entries {
		if !outlets[e.Article.Link] {
			for _, other := range e.Others {
				if outlets[other.Link] {
					t.Errorf("%q is told as another voice of %q", other.Title, e.Article.Title)
				}
			}
			continue
		}
		shown++
		told += 1 + len(e.Others)
		for _, other := range e.Others {
			if !outlets[other.Link] {
				t.Errorf("%q was merged with the summit", other.Title)
			}
		}
	}
	if told != len(outlets) {
		t.Errorf("%d reports of the summit are in the edition, want %d", told, len(outlets))
	}
	if shown != 1 {
		t.Errorf("the summit stands %d times in the edition, want once", shown)
	}
}

// TestTheNewsroomsEventsAreItsStories compares stories with what the newsroom says
// of its articles, as they arrived and in other orders, for outlets do not publish
// in turn.
func TestTheNewsroomsEventsAreItsStories(t *testing.T) {
	b, room := readNewsroom(t)
	c, sources := b.stages.Load().curator, map[string]news.Source{}
	for _, s := range room.Sources() {
		sources[s.ID] = s
	}
	arrived, fresh := map[string]news.Article{}, map[string]news.Article{} // by link
	truths := room.Articles()
	for _, truth := range truths {
		a, err := b.store.Article(t.Context(), truth.Link)
		if err != nil {
			t.Fatalf("%s: %q: %v", truth.SourceID, truth.Title, err)
		}
		item := news.Item{GUID: a.Key, Link: a.Link, Title: a.Title, Summary: a.Summary, Content: html.EscapeString(a.Text),
			Published: news.Stamp{Raw: a.Published.Time.Format(time.RFC3339), Field: "published"}}
		arrived[truth.Link], fresh[truth.Link] = a, c.Curate(sources[truth.SourceID], []news.Item{item}, nil, b.hand.read())[0]
	}
	checkStories(t, truths, arrived)
	random := rand.New(rand.NewPCG(4, 2)) //nolint:gosec // the orders must repeat
	for order := 0; order < 150 && !t.Failed(); order++ {
		random.Shuffle(len(truths), func(i, j int) { truths[i], truths[j] = truths[j], truths[i] })
		grouped := map[string]news.Article{}
		var near []news.Sketch
		for _, truth := range truths {
			a := c.Group([]news.Article{fresh[truth.Link]}, near)[0]
			if len(a.Sketch.Keys) > 0 {
				near = append(near, a.Sketch)
			}
			grouped[truth.Link] = a
		}
		checkStories(t, truths, grouped)
	}
}

// checkStories compares what the newsroom says of its articles with how they were
// grouped, by link.
func checkStories(t *testing.T, truths []newsroom.Article, grouped map[string]news.Article) {
	t.Helper()
	told := map[string]newsroom.Article{} // the first article of each story
	stories := map[string]string{}        // by event
	for _, truth := range truths {
		a := grouped[truth.Link]
		if first, known := told[a.StoryID]; !known {
			told[a.StoryID] = truth
		} else if (first.Story != truth.Story || first.Story == "") && first.CopyOf != truth.Link && truth.CopyOf != first.Link {
			t.Errorf("%q is told as one story with %q: %+v", truth.Title, first.Title, a.StoryWhy)
		}
		if known, told := stories[truth.Story]; told && known != a.StoryID && truth.Story != "" {
			t.Errorf("%q is not told with the others on %s", truth.Title, truth.Story)
		}
		stories[truth.Story] = a.StoryID
	}
}
