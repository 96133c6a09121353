package storage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// chronicle is a database with a random history.
type chronicle struct {
	*testing.T
	rng      *rand.Rand
	store    *storage.Store
	path     string
	now      time.Time
	editions []news.Edition
	articles map[string]news.Article
	order    []string
	// dates are the entries that were ever shown, by edition and id.
	dates map[string]time.Time
}

func TestP01_P09_NoHistoryChangesAnEntryOrShowsAnArticleTwice(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			c := &chronicle{T: t, rng: rand.New(rand.NewPCG(seed, 7)), now: noon, path: filepath.Join(t.TempDir(), "harmattan.db"),
				articles: map[string]news.Article{}, dates: map[string]time.Time{},
				editions: []news.Edition{{ID: "merged"}, {ID: "listed", Stories: news.StoriesList}, {ID: "confirmed", MinPublishers: 2},
					{ID: "rumours", MaxPublishers: 1}}}
			c.open()
			for step := range 80 {
				c.now = c.now.Add(time.Duration(1+c.rng.IntN(50)) * time.Minute)
				c.step()
				c.check(step)
			}
			if err := c.store.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func (c *chronicle) open() {
	s, err := storage.Open(context.Background(), c.path)
	if err == nil {
		_, err = s.Arrange(context.Background(), storage.Default(), c.editions, nil, c.now)
	}
	if err != nil {
		c.Fatal(err)
	}
	c.store = s
}

func (c *chronicle) step() {
	switch c.rng.IntN(10) {
	case 0, 1, 2, 3:
		c.keep(c.newArticle())
	case 4, 5:
		c.change(func(a *news.Article) { a.ContentHash, a.ModifiedAt = fmt.Sprint("text at ", c.now), c.now })
	case 6, 7:
		c.change(func(a *news.Article) { a.Editions = c.memberships() })
	case 8:
		c.change(func(a *news.Article) {
			a.StoryID, a.ContentHash, a.ModifiedAt = c.story(), fmt.Sprint("moved at ", c.now), c.now
		})
	case 9:
		if err := c.store.Close(); err != nil {
			c.Error(err)
		}
		c.open()
	}
}

func (c *chronicle) story() string { return fmt.Sprint("story ", c.rng.IntN(8)) }

func (c *chronicle) memberships() (all []news.Membership) {
	for _, e := range c.editions {
		if c.rng.IntN(3) > 0 {
			all = append(all, news.Membership{EditionID: e.ID, Score: 1})
		}
	}
	return all
}

func (c *chronicle) newArticle() news.Article {
	source := fmt.Sprint("source-", c.rng.IntN(5))
	a := telling(article(source, fmt.Sprint(len(c.order)), c.now.Add(-time.Duration(c.rng.IntN(600)-5)*time.Minute)), c.story(), c.rng.IntN(4) == 0)
	a.FirstSeen, a.ModifiedAt, a.Editions = c.now, c.now, c.memberships()
	c.order = append(c.order, a.ID)
	return a
}

func (c *chronicle) change(edit func(a *news.Article)) {
	if len(c.order) > 0 {
		a := c.articles[c.order[c.rng.IntN(len(c.order))]]
		edit(&a)
		c.keep(a)
	}
}

// keep stores an article, or its new judgement when its text is the old one.
func (c *chronicle) keep(a news.Article) {
	before, known := c.articles[a.ID]
	c.articles[a.ID] = a
	if known && before.ContentHash == a.ContentHash {
		write(c, c.store, func(tx *storage.Tx) error {
			_, err := tx.SaveJudged(context.Background(), []news.Article{a}, c.now)
			return err
		})
		return
	}
	save(c, c.store, a)
}

// check looks at every edition for what must never be.
func (c *chronicle) check(step int) {
	for _, e := range c.editions {
		shown := map[string]bool{}
		for _, entry := range entries(c, c.store, e.ID, c.now) {
			a := c.articles[entry.Article.ID]
			place := e.ID + " " + entry.ID
			if shown[entry.ID] || shown["article "+a.ID] {
				c.Fatalf("step %d: %s stands twice", step, place)
			}
			shown[entry.ID], shown["article "+a.ID] = true, true
			if !slices.ContainsFunc(a.Editions, func(m news.Membership) bool { return m.EditionID == e.ID }) {
				c.Fatalf("step %d: %s shows an article that left", step, place)
			}
			if e.MaxPublishers > 0 && entry.Publishers() > e.MaxPublishers || entry.Publishers() < e.MinPublishers {
				c.Fatalf("step %d: %s is told by %d", step, place, entry.Publishers())
			}
			if e.Stories == news.StoriesList && entry.ID != a.ID {
				c.Fatalf("step %d: %s shows %s", step, place, a.ID)
			}
			if first, known := c.dates[place]; known && !first.Equal(entry.Published) {
				c.Fatalf("step %d: %s was dated %s, is %s", step, place, first, entry.Published)
			}
			c.dates[place] = entry.Published
			if entry.UpdatedAt.After(c.now) || !entry.ChangesAt.IsZero() && !entry.ChangesAt.After(c.now) {
				c.Fatalf("step %d: %s is updated %s, then %s, at %s", step, place, entry.UpdatedAt, entry.ChangesAt, c.now)
			}
		}
	}
	problems, err := c.store.Check(context.Background())
	if err != nil || len(problems) > 0 {
		c.Fatalf("step %d: %v, %v", step, problems, err)
	}
}
