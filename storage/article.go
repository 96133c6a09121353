package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"harmattan/news"
)

// Article returns a stored article with everything but its sketch. ref is an
// entry id or a canonical link; of several articles with that link it is the
// newest. The error is ErrNotFound when there is none.
func (s *Store) Article(ctx context.Context, ref string) (news.Article, error) {
	for _, where := range []string{
		"WHERE a.id = ?",
		"WHERE a.link = ? AND a.link <> '' ORDER BY a.published DESC, a.id LIMIT 1",
	} {
		found, err := s.articles(ctx, where, ref)
		if err != nil {
			return news.Article{}, fmt.Errorf("article %s: %w", ref, err)
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return news.Article{}, fmt.Errorf("article %s: %w", ref, ErrNotFound)
}

// Story returns the articles that tell a story, oldest first, with everything
// but their sketches; those that are held are left out. The error is ErrNotFound when there is none.
func (s *Store) Story(ctx context.Context, storyID string) ([]news.Article, error) {
	articles, err := s.articles(ctx, "WHERE s.id = ? AND a.held = 0 ORDER BY a.published, a.id", storyID)
	if err == nil && len(articles) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("story %s: %w", storyID, err)
	}
	return articles, nil
}

// Articles returns up to limit articles that were first seen at since or later
// and still have their text, in the order in which they came. after is the id
// of the last article of the page before, empty for the first page; the error
// is ErrNotFound when it is not known.
func (s *Store) Articles(ctx context.Context, since time.Time, after string, limit int) ([]news.Article, error) {
	seen, num := toMillis(since), int64(0)
	if after != "" {
		row := s.reader.QueryRowContext(ctx, "SELECT max(first_seen, ?), num FROM article WHERE id = ?", seen, after)
		err := row.Scan(&seen, &num)
		if errors.Is(err, sql.ErrNoRows) {
			err = ErrNotFound
		}
		if err != nil {
			return nil, fmt.Errorf("articles after %s: %w", after, s.explain(err))
		}
	}
	articles, err := s.articles(ctx, `WHERE (a.first_seen, a.num) > (?, ?) AND a.emptied = 0
		ORDER BY a.first_seen, a.num LIMIT ?`, seen, num, limit)
	if err != nil {
		return nil, fmt.Errorf("articles since %s: %w", since.UTC().Format(time.RFC3339), err)
	}
	return articles, nil
}

// articles reads articles with everything but their sketches.
func (s *Store) articles(ctx context.Context, where string, args ...any) ([]news.Article, error) {
	var found []record
	err := s.read(ctx, func(tx *sql.Tx) (err error) {
		if found, err = selectArticles(ctx, tx, where, args...); err != nil {
			return err
		}
		return s.fill(ctx, tx, found)
	})
	return plain(found), err
}

// record is an article with its number, and that of its story, in the database.
type record struct {
	num, story int64
	news.Article
}

func plain(records []record) []news.Article {
	articles := make([]news.Article, len(records))
	for i := range records {
		articles[i] = records[i].Article
	}
	return articles
}

const selectArticle = `SELECT a.num, a.story, a.id, a.source_id, a.key, a.publisher, a.link, coalesce(a.raw_link, a.link),
	a.title, a.summary, a.language, a.language_from, a.full_text,
	a.published, a.published_raw, a.published_from, a.updated, a.updated_raw, a.updated_from,
	a.first_seen, a.modified_at, a.revision, a.content_hash, a.body_hash, a.held, s.id, a.story_why, a.details
	FROM article a JOIN story s ON s.num = a.story `

// selectArticles reads what stands in the table article alone; where goes on
// after selectArticle.
func selectArticles(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]record, error) {
	rows, err := tx.QueryContext(ctx, selectArticle+where, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanArticle)
}

// articles does what selectArticles does, in a statement that is prepared once.
func (t *Tx) articles(ctx context.Context, where string, args ...any) ([]record, error) {
	rows, err := t.query(ctx, selectArticle+where, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanArticle)
}

func scanArticle(rows *sql.Rows) (record, error) {
	var a record
	var published, updated, firstSeen, modifiedAt int64
	var held int
	var why, more sql.NullString
	err := rows.Scan(&a.num, &a.story, &a.ID, &a.SourceID, &a.Key, &a.Publisher, &a.Link, &a.RawLink,
		&a.Title, &a.Summary, &a.Language, &a.LanguageFrom, &a.FullText,
		&published, &a.Published.Raw, &a.Published.From, &updated, &a.Updated.Raw, &a.Updated.From,
		&firstSeen, &modifiedAt, &a.Revision, &a.ContentHash, &a.BodyHash, &held, &a.StoryID, &why, &more)
	if err != nil {
		return record{}, err
	}
	a.Hold = holds[held]
	a.Published.Time, a.Updated.Time = fromMillis(published), fromMillis(updated)
	a.FirstSeen, a.ModifiedAt = fromMillis(firstSeen), fromMillis(modifiedAt)
	return a, unpackDetails(&a.Article, why.String, more.String)
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) ([]T, error) {
	defer rows.Close() //nolint:errcheck // Err tells more
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// details are what an article carries for the reader alone: no query looks
// inside. The types repeat those of news with the names used in the JSON.
type details struct {
	Authors    []string `json:"authors,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Image      *image   `json:"image,omitempty"`
	Rights     string   `json:"rights,omitempty"`
	Wire       string   `json:"wire,omitempty"`
	Origin     *origin  `json:"origin,omitempty"`
	// Document is when the source's document said it was updated.
	Document time.Time `json:"document_updated,omitzero"`

	Tolls       []news.Toll       `json:"tolls,omitempty"`
	TollChanges []news.TollChange `json:"toll_changes,omitempty"`
}

type image struct {
	URL     string `json:"url"`
	Type    string `json:"type,omitempty"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	Credit  string `json:"credit,omitempty"`
	Caption string `json:"caption,omitempty"`
}

type origin struct {
	ID    string `json:"id,omitempty"`
	Title string `json:"title,omitempty"`
	URL   string `json:"url,omitempty"`
}

type storyWhy struct {
	ArticleID string   `json:"article"`
	Copy      bool     `json:"copy,omitempty"`
	Score     float64  `json:"score"`
	Evidence  []string `json:"evidence,omitempty"`
}

// packDetails returns JSON, or nil where there is nothing to say.
func packDetails(a *news.Article) (why, more any, err error) {
	if a.StoryWhy != nil {
		if why, err = toJSON(storyWhy(*a.StoryWhy)); err != nil {
			return nil, nil, err
		}
	}
	d := details{a.Authors, a.Categories, (*image)(a.Image), a.Rights, a.Wire, (*origin)(a.Origin), a.DocumentUpdated, a.Tolls, a.TollChanges}
	if len(d.Authors)+len(d.Categories)+len(d.Rights)+len(d.Wire)+len(d.Tolls)+len(d.TollChanges) > 0 ||
		d.Image != nil || d.Origin != nil || !d.Document.IsZero() {
		more, err = toJSON(d)
	}
	return why, more, err
}

func unpackDetails(a *news.Article, why, more string) error {
	if why != "" {
		a.StoryWhy = new(news.StoryLink)
		if err := json.Unmarshal([]byte(why), (*storyWhy)(a.StoryWhy)); err != nil {
			return fmt.Errorf("story_why of %s: %w", a.ID, err)
		}
	}
	if more == "" {
		return nil
	}
	var d details
	if err := json.Unmarshal([]byte(more), &d); err != nil {
		return fmt.Errorf("details of %s: %w", a.ID, err)
	}
	a.Authors, a.Categories, a.Rights, a.Wire = d.Authors, d.Categories, d.Rights, d.Wire
	a.Image, a.Origin = (*news.Image)(d.Image), (*news.Origin)(d.Origin)
	a.DocumentUpdated, a.Tolls, a.TollChanges = d.Document, d.Tolls, d.TollChanges
	return nil
}

func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
