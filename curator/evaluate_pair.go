package curator

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"harmattan/news"
)

// pair is a line of an evaluation file with two links or two articles.
type pair struct {
	SameArticle *bool  `json:"same_article"` // A and B are links
	SameStory   *bool  `json:"same_story"`   // A and B are articles
	Why         string `json:"why"`

	A, B json.RawMessage

	// The same text at two publishers.
	TitleA string `json:"title_a"`
	TitleB string `json:"title_b"`
	DescA  string `json:"desc_a"`
	DescB  string `json:"desc_b"`
	HostA  string `json:"host_a"`
	HostB  string `json:"host_b"`
}

// telling is an article of a pair.
type telling struct {
	Title       string    `json:"title"`
	Summary     string    `json:"summary"`
	Description string    `json:"desc"`
	Publisher   string    `json:"publisher"`
	Published   time.Time `json:"published"`
}

// StoryFigures tell how rightly pairs of articles were joined.
type StoryFigures struct {
	Counts
	// RandomPairs are pairs drawn from a file of copies, each article with one
	// of another line; FalseMerges of them were joined.
	RandomPairs int `json:"random_pairs,omitempty"`
	FalseMerges int `json:"false_merges,omitempty"`
}

// LinkFigures tell how rightly two links were taken for one article's.
type LinkFigures struct {
	// Accuracy is over the pairs whose reason lies in the link itself: equal
	// titles prove little and are counted in ByReason alone.
	Accuracy float64               `json:"accuracy"`
	Pairs    int                   `json:"pairs"`
	ByReason map[string]*LinkCount `json:"by_reason"`
}

// LinkCount counts the pairs of one reason.
type LinkCount struct {
	Right int `json:"right"`
	Pairs int `json:"pairs"`
}

// pairTally counts what was decided on pairs.
type pairTally struct {
	stories  *StoryFigures
	links    *LinkFigures
	copies   []news.Article // of files of copies, two of each line
	mistakes []Mistake
}

// evaluated is when articles without a date were published.
var evaluated = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// evaluatePair decides on a line that holds a pair. Ok is false for a line
// that holds something else.
func (c *Curator) evaluatePair(line []byte, id string, t *pairTally) (p Prediction, ok bool, err error) {
	var l pair
	if json.Unmarshal(line, &l) != nil {
		return p, false, nil
	}
	same := false
	switch {
	case l.SameArticle != nil:
		same, err = c.linkPair(l, id, t)
	case l.SameStory != nil:
		var a, b telling
		if err = errors.Join(json.Unmarshal(l.A, &a), json.Unmarshal(l.B, &b)); err == nil {
			same = c.storyPair(a, b, *l.SameStory, id, t)
		}
	case l.TitleA != "" && l.TitleB != "":
		a := telling{Title: l.TitleA, Summary: l.DescA, Publisher: l.HostA}
		b := telling{Title: l.TitleB, Summary: l.DescB, Publisher: l.HostB}
		same = c.storyPair(a, b, true, id, t)
		t.copies = append(t.copies, c.told(a, id+"a"), c.told(b, id+"b"))
	default:
		return p, false, nil
	}
	return Prediction{ID: id, Same: &same, Countries: []string{}, Topics: []string{}, Editions: []string{}, Scores: map[string]float64{}}, true, err
}

func (c *Curator) linkPair(l pair, id string, t *pairTally) (bool, error) {
	var a, b string
	if err := errors.Join(json.Unmarshal(l.A, &a), json.Unmarshal(l.B, &b)); err != nil {
		return false, err
	}
	if t.links == nil {
		t.links = &LinkFigures{ByReason: map[string]*LinkCount{}}
	}
	count := t.links.ByReason[l.Why]
	if count == nil {
		count = &LinkCount{}
		t.links.ByReason[l.Why] = count
	}
	same := c.links.key(a) == c.links.key(b)
	count.Pairs++
	if same == *l.SameArticle {
		count.Right++
	} else {
		t.mistakes = append(t.mistakes, Mistake{ID: id, Title: a + " | " + b, Key: "link", Wrong: same, Reasons: []string{l.Why}})
	}
	return same, nil
}

// storyPair groups the two articles as if the second came just behind the first.
func (c *Curator) storyPair(a, b telling, want bool, id string, t *pairTally) bool {
	if t.stories == nil {
		t.stories = &StoryFigures{}
	}
	why := c.grouped(c.told(a, id+"a"), c.told(b, id+"b"))
	t.stories.add(why != nil, want)
	if (why != nil) != want {
		m := Mistake{ID: id, Title: a.Title + " | " + b.Title, Key: "story", Wrong: why != nil}
		if why != nil {
			m.Score, m.Reasons = why.Score, why.Evidence
		}
		t.mistakes = append(t.mistakes, m)
	}
	return why != nil
}

// grouped tells why the second of two articles joins the first's story.
func (c *Curator) grouped(a, b news.Article) *news.StoryLink {
	pair := c.Group([]news.Article{a, b}, nil)
	return pair[1].StoryWhy
}

// told curates an article of a pair.
func (c *Curator) told(t telling, id string) news.Article {
	when := t.Published
	if when.IsZero() {
		when = evaluated
	}
	item := news.Item{
		GUID: id, Title: t.Title, Summary: strings.TrimSpace(t.Summary + " " + t.Description),
		Published: news.Stamp{Raw: when.Format(time.RFC3339), Field: "published_at"},
	}
	articles := c.Curate(news.Source{ID: id, Publisher: t.Publisher}, []news.Item{item}, nil, when.Add(time.Minute))
	if len(articles) == 0 {
		return news.Article{ID: id}
	}
	return articles[0]
}

// randomPairs is how many pairs of unlike articles are tried.
const randomPairs = 10000

// fewCopies are too few articles to draw random pairs from.
const fewCopies = 200

// figures ends the count.
func (t *pairTally) figures(c *Curator, f *Figures) {
	if t.stories != nil {
		if len(t.copies) > fewCopies {
			t.tryRandom(c)
		}
		t.stories.finish()
		f.Stories = t.stories
	}
	if t.links != nil {
		right := 0
		for reason, count := range t.links.ByReason {
			if reason != "same-title" {
				t.links.Pairs += count.Pairs
				right += count.Right
			}
		}
		if t.links.Pairs > 0 {
			t.links.Accuracy = float64(right) / float64(t.links.Pairs)
		}
		f.Links = t.links
	}
}

// tryRandom groups articles of different lines, the same ones on every run.
func (t *pairTally) tryRandom(c *Curator) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the draw must repeat
	for t.stories.RandomPairs < randomPairs {
		i, j := random.IntN(len(t.copies)), random.IntN(len(t.copies))
		if i/2 == j/2 {
			continue
		}
		t.stories.RandomPairs++
		a, b := t.copies[i], t.copies[j]
		if why := c.grouped(a, b); why != nil {
			t.stories.FalseMerges++
			t.mistakes = append(t.mistakes, Mistake{ID: a.ID, Title: a.Title + " | " + b.Title, Key: "merge", Wrong: true,
				Score: why.Score, Reasons: why.Evidence})
		}
	}
}
