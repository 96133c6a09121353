package curator_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

// floors are the least figures of our own story sets. Sets without a pair of one
// event have a floor of 1 for their precision: nothing may be joined.
var floors = map[string]struct{ precision, recall float64 }{
	"stories-en.jsonl":          {1, 1},
	"stories-fr.jsonl":          {1, 1},
	"stories-ar.jsonl":          {1, 1},
	"stories-languages.jsonl":   {1, 0.9}, // one event in English, French and Arabic
	"stories-a-day-apart.jsonl": {1, 0},   // two events of a kind in one town
}

func TestStorySetsReachTheirFloors(t *testing.T) {
	c := newCurator(t)
	pairs := 0
	for name, floor := range floors {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		e, err := c.Evaluate(name, bytes.NewReader(data), nil)
		if err != nil {
			t.Fatal(err)
		}
		pairs += e.Articles
		got := e.Figures.Stories
		if got.Wrong > 0 && got.Precision < floor.precision || got.Recall < floor.recall {
			t.Errorf("%s: precision %.3f and recall %.3f, want %.2f and %.2f", name, got.Precision, got.Recall, floor.precision, floor.recall)
			for _, m := range e.Mistakes {
				t.Logf("%s: wrong %v: %s %v", m.ID, m.Wrong, m.Title, m.Reasons)
			}
		}
	}
	if pairs < 60 {
		t.Errorf("%d pairs, want 60 and more", pairs)
	}
}

// told is an article of a story set.
type told struct {
	Title, Summary, Publisher string
	Published                 time.Time
	event                     int
}

// storyStream reads the sets as one stream of articles, those of one event
// numbered alike.
func storyStream(t *testing.T) []*told {
	t.Helper()
	byTitle := map[string]*told{}
	var stream []*told
	for name := range floors {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var pair struct {
				SameStory bool `json:"same_story"`
				A, B      *told
			}
			if err := json.Unmarshal([]byte(line), &pair); err != nil {
				t.Fatal(err)
			}
			for _, one := range []**told{&pair.A, &pair.B} {
				if known := byTitle[(*one).Title]; known != nil {
					*one = known
					continue
				}
				(*one).event = len(stream)
				byTitle[(*one).Title] = *one
				stream = append(stream, *one)
			}
			if pair.SameStory && pair.A.event != pair.B.event {
				from, to := pair.B.event, pair.A.event
				for _, one := range stream {
					if one.event == from {
						one.event = to
					}
				}
			}
		}
	}
	return stream
}

// TestNoStoryOfAStreamTellsTwoEvents takes the articles of all sets one by one,
// in the order in which they were published and in others.
func TestNoStoryOfAStreamTellsTwoEvents(t *testing.T) {
	c := newCurator(t)
	stream := storyStream(t)
	slices.SortFunc(stream, func(a, b *told) int { return strings.Compare(a.Title, b.Title) })
	random := rand.New(rand.NewPCG(5, 3)) //nolint:gosec // the order must repeat
	for round := range 6 {
		random.Shuffle(len(stream), func(i, j int) { stream[i], stream[j] = stream[j], stream[i] })
		if round == 0 {
			slices.SortStableFunc(stream, func(a, b *told) int { return a.Published.Compare(b.Published) })
		}
		stories := map[string]*told{}
		for i, a := range streamed(c, stream) {
			if first := stories[a.StoryID]; first == nil {
				stories[a.StoryID] = stream[i]
			} else if first.event != stream[i].event {
				t.Errorf("round %d: %q is told as one story with %q: %v", round, a.Title, first.Title, a.StoryWhy.Evidence)
			}
		}
	}
}

// streamed curates articles one by one; each finds those before it.
func streamed(c *curator.Curator, stream []*told) []news.Article {
	var all []news.Article
	var near []news.Sketch
	for _, one := range stream {
		item := news.Item{GUID: one.Title, Title: one.Title, Summary: one.Summary, Published: news.Stamp{Raw: one.Published.Format(time.RFC3339), Field: "published"}}
		articles := c.Group(c.Curate(news.Source{ID: one.Publisher, Publisher: one.Publisher}, []news.Item{item}, nil, one.Published.Add(time.Minute)), near)
		for _, a := range articles {
			if len(a.Sketch.Keys) > 0 {
				near = append(near, a.Sketch)
			}
		}
		all = append(all, articles...)
	}
	return all
}
