package curator_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

// archive stands for the store: what was returned last, by id.
type archive map[string]news.Article

// known answers as the store does: by key, and by whole canonical link.
func (s archive) known(keys, links []string) []news.Article {
	var found []news.Article
	for _, a := range s {
		if slices.Contains(keys, a.Key) || slices.Contains(links, a.Link) {
			a.Text, a.HTML, a.Tags, a.Editions, a.Sketch = "", "", nil, nil, news.Sketch{}
			found = append(found, a)
		}
	}
	slices.SortFunc(found, func(a, b news.Article) int { return a.FirstSeen.Compare(b.FirstSeen) })
	return found
}

// TestF91_LongHistoriesNeverSplitOrMixArticles lets the items of a source change
// guid, link, date and text one at a time, vanish and return, over and over.
func TestF91_LongHistoriesNeverSplitOrMixArticles(t *testing.T) {
	c := newCurator(t)
	source := news.Source{ID: "radio"}
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 7))
		items := make([]news.Item, 30)
		for i := range items {
			items[i] = rss(fmt.Sprintf("guid-%d", i), fmt.Sprintf("http://radio.example/2026/%04d/nouvelle-numero-%d", 1000+i, i),
				fmt.Sprintf("Nouvelle numéro %d de la région", i), fmt.Sprintf("Le texte de la nouvelle %d.", i))
		}
		stored, ids := archive{}, map[int]string{}
		for round := range 120 {
			now := tuesday.Add(time.Duration(round) * time.Hour)
			mutate(&items[random.IntN(len(items))], random, round)
			shown := random.Perm(len(items))[:10]
			checkRound(t, c, source, stored, ids, items, shown, now)
		}
		if len(stored) != len(ids) {
			t.Fatalf("seed %d: %d articles were seen, %d are stored", seed, len(ids), len(stored))
		}
	}
}

// mutate changes one thing about an item.
func mutate(item *news.Item, random *rand.Rand, round int) {
	switch random.IntN(5) {
	case 0:
		item.GUID = fmt.Sprintf("%s-%d", item.GUID, round)
	case 1:
		item.Link, _, _ = strings.Cut(item.Link, "?")
		item.Link += fmt.Sprintf("?utm_source=rss-%d", round)
	case 2:
		scheme, rest, _ := strings.Cut(item.Link, "://")
		item.Link = map[string]string{"http": "https://", "https": "http://"}[scheme] + rest
	case 3:
		item.Published.Raw = tuesday.Add(time.Duration(round) * time.Hour).Format(time.RFC1123Z)
	case 4:
		item.Summary += " Suite."
	}
}

func checkRound(t *testing.T, c *curator.Curator, source news.Source, stored archive, ids map[int]string, items []news.Item, shown []int, now time.Time) {
	t.Helper()
	document := make([]news.Item, len(shown))
	for i, number := range shown {
		document[i] = items[number]
	}
	keys, links := c.Identify(source, document)
	for _, a := range c.Curate(source, document, stored.known(keys, links), now) {
		number := slices.IndexFunc(items, func(item news.Item) bool { return item.Title == a.Title })
		if id, seen := ids[number]; seen && id != a.ID {
			t.Fatalf("article %d had id %s and now has %s", number, id, a.ID)
		}
		if before, has := stored[a.ID]; has {
			revision := before.Revision
			if a.ContentHash != before.ContentHash {
				revision++
			}
			if before.Title != a.Title || !before.Published.Time.Equal(a.Published.Time) || a.Revision != revision {
				t.Fatalf("article %d was mixed with another: %q, revision %d", number, before.Title, a.Revision)
			}
		}
		ids[number], stored[a.ID] = a.ID, a
	}
	keys, links = c.Identify(source, document)
	if again := c.Curate(source, document, stored.known(keys, links), now); len(again) != 0 {
		t.Fatalf("the same document gave %d articles the second time", len(again))
	}
}
