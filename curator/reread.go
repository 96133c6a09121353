package curator

import (
	"strings"
	"time"

	"harmattan/news"
)

// Rereading is how an item of a document that was received before is read now.
type Rereading struct {
	Article news.Article
	// Before is the article as it is known; nil when the item is none.
	Before *news.Article
}

// Reread reads the items of a document that was received at a moment in the
// past. Known are the stored articles that Identify's answer finds. What is
// known keeps its id, story and dates: only a date that was not understood may
// become an earlier one. Unlike Curate it leaves out nothing that is as before.
func (c *Curator) Reread(source news.Source, items []news.Item, known []news.Article, receivedAt time.Time) []Rereading {
	identities := c.newIdentities(items, known, receivedAt)
	zone := zoneOf(source)
	var all []Rereading
	for _, item := range items {
		a := c.article(source, item, zone, receivedAt)
		if a.Title == "" && a.Link == "" {
			continue
		}
		before, fresh := identities.settle(&a, item)
		if !fresh {
			continue
		}
		if before != nil {
			reread(&a, *before)
		}
		a.Tags = c.judge.tags(a, source)
		a.Editions = c.judge.memberships(a, source)
		a.Sketch = c.sketch(a, receivedAt)
		all = append(all, Rereading{a, before})
	}
	return all
}

// reread makes a another reading of a known article's present state.
func reread(a *news.Article, before news.Article) {
	published := a.Published
	revise(a, before, before.ModifiedAt)
	if a.ContentHash == before.ContentHash {
		a.Revision = before.Revision
	}
	if !understood(before.Published) && understood(published) && published.Time.Before(before.Published.Time) {
		a.Published = published
	}
}

// understood tells whether a date is the source's own.
func understood(d news.Date) bool { return !strings.HasPrefix(d.From, "first seen (") }
