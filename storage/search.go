package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"harmattan/news"
)

const (
	maxFound = 500 // results of one search
	maxTerms = 16  // words and phrases of one search
	// matchDepth is how many of the newest articles with all words are looked
	// at, searchDepth how many articles when no word is asked for.
	matchDepth  = 20_000
	searchDepth = 100_000
)

// Search returns up to limit articles, 500 at most, none that is held and none of
// private editions alone, that meet the search, newest stored first, with everything but their sketches. Terms and Titles are folded
// as Folded is; both are looked for in title and lead, the caller looks at the
// titles again. Those after the sixteenth do not count, and nothing in them is an
// operator. Of a search with words the newest 20,000 articles that have them
// are looked at, of one without the newest 100,000. An empty search finds nothing.
func (s *Store) Search(ctx context.Context, search news.Search, limit int) ([]news.Article, error) {
	match, q := matchAll(search), askedOf(search.Facet)
	if search.Empty() || limit <= 0 || match == "" && len(search.Terms)+len(search.Titles) > 0 {
		return nil, nil
	}
	where, first, depth := `WHERE a.num > (SELECT max(num) FROM article) - ?6 AND ?7 = '' AND`+inFacet+` AND`+isOpen+meetsSearch, "", searchDepth
	if match != "" {
		where, first, depth = `WHERE a.num IN (
			SELECT rowid FROM search WHERE search MATCH ?7 ORDER BY rowid DESC LIMIT ?6) AND`+inFacet+` AND`+isOpen+meetsSearch, match, matchDepth
	}
	articles, err := s.articles(ctx, where, s.arrangement.Load().hiddenFrom(""), q.tags, q.languages, q.publishers, q.sources, depth, first,
		q.since, q.before, jsonStrings(search.Editions), min(limit, maxFound))
	if err != nil {
		return nil, fmt.Errorf("search for %+v: %w", search, err)
	}
	return articles, nil
}

// meetsSearch takes the articles "a" that meet a search but for its words and
// its facet.
const meetsSearch = ` AND a.held = 0 AND a.published >= ?8 AND a.published < ?9
	AND (?10 = '[]' OR EXISTS (SELECT 1 FROM membership m WHERE m.article = a.num AND m.left_at = 0
		AND m.edition_id IN (SELECT value FROM json_each(?10))))
	ORDER BY a.num DESC LIMIT ?11`

// index writes the search index at the end of the transaction and in one
// statement: after each, FTS5 flushes what it gathered.
func (t *Tx) index(ctx context.Context) error {
	if len(t.folded) == 0 {
		return nil
	}
	list := []byte{'{'}
	for _, num := range slices.Sorted(maps.Keys(t.folded)) {
		if len(list) > 1 {
			list = append(list, ',')
		}
		text, err := json.Marshal(t.folded[num])
		if err != nil {
			return err
		}
		list = append(strconv.AppendInt(append(list, '"'), num, 10), '"', ':')
		list = append(list, text...)
	}
	_, err := t.exec(ctx, "INSERT OR REPLACE INTO search (rowid, folded) SELECT CAST(key AS INTEGER), value FROM json_each(?)",
		string(append(list, '}')))
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	return nil
}

// matchAll quotes each term, so that FTS5 sees words and phrases alone.
func matchAll(search news.Search) string {
	terms, open := slices.Concat(search.Titles, search.Terms), search.Open && len(search.Terms) > 0
	var quoted []string
	for _, term := range terms[:min(len(terms), maxTerms)] {
		if term = strings.ReplaceAll(term, "\x00", " "); strings.TrimSpace(term) != "" {
			quoted = append(quoted, `"`+strings.ReplaceAll(term, `"`, `""`)+`"`)
		}
	}
	if open && len(quoted) > 0 {
		return strings.Join(quoted, " ") + "*"
	}
	return strings.Join(quoted, " ")
}
