package storage

import (
	"context"
	"fmt"

	"harmattan/news"
)

// Knows tells whether any article of a source is stored.
func (t *Tx) Knows(ctx context.Context, sourceID string) (known bool, err error) {
	err = t.scan(ctx, "SELECT EXISTS (SELECT 1 FROM article WHERE source_id = ?)", []any{sourceID}, &known)
	if err != nil {
		return false, fmt.Errorf("articles of source %s: %w", sourceID, err)
	}
	return known, nil
}

// Known returns the articles of a source that have one of the keys or one of
// the canonical links, in the order in which they were first stored. They come
// without Text, HTML, tags, editions and sketch; ContentHash stands for the
// text. Articles whose text retention took are among them.
func (t *Tx) Known(ctx context.Context, sourceID string, keys, links []string) ([]news.Article, error) {
	records, err := t.articles(ctx, whereKnown, sourceID, jsonStrings(keys), jsonStrings(links))
	if err != nil {
		return nil, fmt.Errorf("known articles of source %s: %w", sourceID, err)
	}
	return plain(records), nil
}

const whereKnown = `WHERE a.num IN (
	SELECT num FROM article WHERE source_id = ?1 AND key IN (SELECT value FROM json_each(?2))
	UNION ALL
	SELECT num FROM article WHERE source_id = ?1 AND link IN (SELECT value FROM json_each(?3)) AND link <> '')
	ORDER BY a.num`
