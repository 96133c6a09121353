package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"harmattan/news"
)

const (
	maxFound = 500 // results of one search
	maxTerms = 16  // words of one search
)

// Search returns up to limit articles, 500 at most and none that is held, whose title and lead hold
// every word of the query, newest stored first, with everything but their
// sketches. The query is folded as Folded is; its last word may be the
// beginning of one, and words after the sixteenth do not count. Nothing in it
// is an operator. An empty query finds nothing.
func (s *Store) Search(ctx context.Context, query string, limit int) ([]news.Article, error) {
	match := matchAll(query)
	if match == "" || limit <= 0 {
		return nil, nil
	}
	articles, err := s.articles(ctx, `WHERE a.num IN (
		SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?) AND a.held = 0 ORDER BY a.num DESC`,
		match, min(limit, maxFound))
	if err != nil {
		return nil, fmt.Errorf("search for %q: %w", query, err)
	}
	return articles, nil
}

// index writes the search index at the end of the transaction: statements in
// between would make FTS5 flush what it gathered, at ten times the cost.
func (t *Tx) index(ctx context.Context) error {
	for _, num := range slices.Sorted(maps.Keys(t.folded)) {
		if _, err := t.exec(ctx, "INSERT OR REPLACE INTO search (rowid, folded) VALUES (?, ?)", num, t.folded[num]); err != nil {
			return fmt.Errorf("search index: %w", err)
		}
	}
	return nil
}

// matchAll quotes each word, so that FTS5 sees words alone.
func matchAll(query string) string {
	words := strings.Fields(strings.ReplaceAll(query, "\x00", " "))
	if len(words) == 0 {
		return ""
	}
	words = words[:min(len(words), maxTerms)]
	for i, word := range words {
		words[i] = `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
	}
	return strings.Join(words, " ") + "*"
}
