package storage_test

import (
	"fmt"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestAKeyThatVeryManyArticlesShareLeadsToTheNewestAlone(t *testing.T) {
	store := openStore(t)
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	const shared = 77
	var articles []news.Article
	for n := range 100 {
		a := article("radio", fmt.Sprintf("k%03d", n), now)
		a.Sketch = news.Sketch{Keys: []uint64{shared, uint64(1000 + n)}, Data: []byte{1}, Published: now}
		articles = append(articles, a)
	}
	near := func(tx *storage.Tx, key uint64) []news.Sketch {
		sketches, err := tx.Neighbours(t.Context(), [][]uint64{{key}}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return sketches
	}
	check := func(tx *storage.Tx) error {
		if all := near(tx, shared); len(all) != 12 || all[11].ArticleID != articles[99].ID {
			t.Errorf("the shared key leads to %d articles", len(all))
		}
		if own := near(tx, 1000); len(own) != 1 || own[0].ArticleID != articles[0].ID {
			t.Errorf("the oldest article's own key leads to %d articles", len(own))
		}
		return nil
	}
	write(t, store, func(tx *storage.Tx) error {
		if _, err := tx.SaveArticles(t.Context(), articles); err != nil {
			return err
		}
		return check(tx) // not written yet
	})
	write(t, store, check)
}

func TestJudgingAnOldTextLeavesTheJudgementOfTheNewOne(t *testing.T) {
	store := openStore(t)
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	a := article("radio", "k1", now, "sahel")
	save(t, store, a)
	read, err := store.Article(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	edited := a
	edited.Text, edited.ContentHash, edited.Revision = "another text", "another", 1
	save(t, store, edited)
	read.Editions = nil // what the old text deserved
	write(t, store, func(tx *storage.Tx) error {
		changed, err := tx.SaveJudged(t.Context(), []news.Article{read}, now.Add(time.Hour))
		if len(changed) != 0 {
			t.Errorf("editions %v changed", changed)
		}
		return err
	})
	if after := entries(t, store, "sahel", now.Add(time.Hour)); len(after) != 1 {
		t.Errorf("%d entries, want the edited one", len(after))
	}
}
