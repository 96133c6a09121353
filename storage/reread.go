package storage

import (
	"context"
	"fmt"
	"time"

	"harmattan/news"
)

// Known is Tx.Known for reading alone, and its articles come with text, tags
// and editions.
func (s *Store) Known(ctx context.Context, sourceID string, keys, links []string) ([]news.Article, error) {
	articles, err := s.articles(ctx, whereKnown, sourceID, jsonStrings(keys), jsonStrings(links))
	if err != nil {
		return nil, fmt.Errorf("known articles of source %s: %w", sourceID, err)
	}
	return articles, nil
}

// SaveReread is SaveArticles for what was read again at now from documents that
// were received before. Nothing of it comes as new: a membership that begins
// does so when the article's text last changed, and whoever stands for a story
// goes on to.
func (t *Tx) SaveReread(ctx context.Context, articles []news.Article, now time.Time) (changedEditions []string, err error) {
	return t.saveArticles(ctx, articles, func(*news.Article) time.Time { return now })
}
