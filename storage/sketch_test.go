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
		sketches, err := tx.Neighbours(t.Context(), []uint64{key}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		return sketches
	}
	check := func(tx *storage.Tx) error {
		if all := near(tx, shared); len(all) != 30 || all[29].ArticleID != articles[99].ID {
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
