package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// noon is when most tests begin.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func openStore(t testing.TB) *storage.Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "harmattan.db"))
}

func openAt(t testing.TB, path string) *storage.Store {
	t.Helper()
	s, err := storage.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func write(t testing.TB, s *storage.Store, fn func(tx *storage.Tx) error) {
	t.Helper()
	if err := s.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// save stores articles in one transaction and returns the changed editions.
func save(t testing.TB, s *storage.Store, articles ...news.Article) []string {
	t.Helper()
	var changed []string
	write(t, s, func(tx *storage.Tx) (err error) {
		changed, err = tx.SaveArticles(context.Background(), articles)
		return err
	})
	return changed
}

func entries(t testing.TB, s *storage.Store, edition string, now time.Time) []news.Entry {
	t.Helper()
	all, err := s.Entries(context.Background(), edition, 50, now)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func ids(all []news.Entry) string {
	var names []string
	for _, e := range all {
		names = append(names, e.Article.ID)
	}
	return fmt.Sprint(names)
}

// article is a plain article of a source, published at and stored a minute
// later, in the editions given.
func article(source, key string, at time.Time, editions ...string) news.Article {
	a := news.Article{
		ID: "tag:example.org,2026:e/" + source + "-" + key, SourceID: source, Key: key,
		Publisher: "Outlet " + source,
		Link:      "https://" + source + ".example/" + key, RawLink: "https://" + source + ".example/" + key + "?utm_source=rss",
		Title: "Title " + key, Summary: "Summary " + key, Text: "Text of " + key, HTML: "<p>Text of " + key + "</p>",
		Folded: "title " + key, Language: "en", LanguageFrom: "declared",
		Published: news.Date{Time: at, Raw: at.Format(time.RFC1123Z), From: "pubDate"},
		FirstSeen: at.Add(time.Minute), ModifiedAt: at.Add(time.Minute),
		ContentHash: "hash of " + key, BodyHash: "body", StoryID: "story-" + source + "-" + key,
	}
	for _, edition := range editions {
		a.Editions = append(a.Editions, news.Membership{EditionID: edition, Score: 1, Reason: "country/ML"})
	}
	return a
}

func TestASavedArticleIsAnEntryOfItsEdition(t *testing.T) {
	s := openStore(t)
	changed := save(t, s, article("sahel", "one", noon, "sahel-security"))
	if fmt.Sprint(changed) != "[sahel-security]" {
		t.Errorf("changed editions %v", changed)
	}
	got := entries(t, s, "sahel-security", noon.Add(time.Hour))
	if len(got) != 1 || got[0].Article.Text != "Text of one" || !got[0].EnteredAt.Equal(noon.Add(time.Minute)) {
		t.Errorf("entries %+v", got)
	}
}
