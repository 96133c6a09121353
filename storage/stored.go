package storage

import (
	"context"
	"database/sql"
	"errors"

	"harmattan/news"
)

// stored is what saving must know of an article's row.
type stored struct {
	num, story  int64 // 0: new
	id, key     string
	contentHash string
	revision    int
	held        int
	source      string
}

// saving is an article on its way into the database.
type saving struct {
	*news.Article
	old stored // how it stands there
	id  string // under which it is stored
	// storyID names its story; empty for the one that it is in.
	storyID    string
	num, story int64
}

// batch finds out how the first of articles stand in the database: as many as
// are of one source and are not stored as what one before them is stored as.
func (t *Tx) batch(ctx context.Context, articles []news.Article) ([]saving, error) {
	run := articles[:distinct(articles)]
	rows, err := t.rowsOf(ctx, run)
	if err != nil {
		return nil, err
	}
	batch := make([]saving, 0, len(run))
	taken := map[int64]bool{}
	for i := range run {
		s, err := rows.saving(&run[i])
		if err != nil {
			return nil, named(&run[i], err)
		}
		if s.num != 0 && taken[s.num] {
			break
		}
		taken[s.num] = true
		batch = append(batch, s)
	}
	return batch, nil
}

// distinct is how many articles come before one of another source, or with an
// id or key that came before.
func distinct(articles []news.Article) int {
	ids, keys := make(map[string]bool, 2*len(articles)), make(map[string]bool, len(articles))
	for i := range articles {
		a := &articles[i]
		if a.SourceID != articles[0].SourceID || ids[a.ID] || ids[a.AltID] || keys[a.Key] {
			return i
		}
		ids[a.ID], keys[a.Key] = true, true
		if a.AltID != "" {
			ids[a.AltID] = true
		}
	}
	return len(articles)
}

// rows are those that articles of one source may be stored as.
type rows struct{ byID, byKey map[string]stored }

func (t *Tx) rowsOf(ctx context.Context, articles []news.Article) (rows, error) {
	var ids, keys []string
	for i := range articles {
		a := &articles[i]
		ids, keys = append(ids, a.ID), append(keys, a.Key)
		if a.AltID != "" {
			ids = append(ids, a.AltID)
		}
	}
	found := rows{map[string]stored{}, map[string]stored{}}
	source := articles[0].SourceID
	all, err := t.query(ctx, `SELECT num, story, id, key, content_hash, revision, held, source_id FROM article WHERE num IN (
		SELECT num FROM article WHERE id IN (SELECT value FROM json_each(?1))
		UNION ALL SELECT num FROM article WHERE source_id = ?2 AND key IN (SELECT value FROM json_each(?3)))`,
		jsonStrings(ids), source, jsonStrings(keys))
	if err != nil {
		return found, err
	}
	_, err = collect(all, func(all *sql.Rows) (s stored, err error) {
		err = all.Scan(&s.num, &s.story, &s.id, &s.key, &s.contentHash, &s.revision, &s.held, &s.source)
		found.byID[s.id] = s
		if s.source == source {
			found.byKey[s.key] = s
		}
		return s, err
	})
	return found, err
}

// saving finds the article's row. The id comes before the key, because a source
// may change its keys.
func (r rows) saving(a *news.Article) (saving, error) {
	if a.ID == "" || a.SourceID == "" || a.Key == "" {
		return saving{}, errors.New("an article needs an ID, a SourceID and a Key to be stored")
	}
	for _, old := range []stored{r.byID[a.ID], r.byID[a.AltID], r.byKey[a.Key]} {
		if old.num == 0 || old.source != a.SourceID {
			continue
		}
		s := saving{Article: a, old: old, id: old.id, num: old.num, story: old.story, storyID: a.StoryID}
		switch {
		case old.id != a.ID && a.StoryWhy == nil: // its story was named after the id that it came with
			s.storyID = ""
		case s.storyID == "":
			s.storyID = s.id
		}
		return s, nil
	}
	s := saving{Article: a, id: a.ID, storyID: a.StoryID}
	if owner, taken := r.byID[a.ID]; taken {
		if _, taken := r.byID[a.AltID]; taken || a.AltID == "" {
			return s, &TakenError{ID: a.ID, Owner: owner.source}
		}
		s.id = a.AltID
		if a.StoryWhy == nil { // as above
			s.storyID = a.AltID
		}
	}
	if s.storyID == "" {
		s.storyID = s.id
	}
	return s, nil
}
