package storage

import (
	"context"
	"database/sql"
	"time"

	"harmattan/news"
)

// Entries returns the newest entries of an edition, at most limit, newest first
// by Published, then by ID: one for each story, or for each article where the
// edition lists articles. Nothing published after now is among them or among
// their Others, nothing older than the edition keeps its entries, and nothing
// that its bounds on publishers hold back. See Arrange.
//
// An entry's Article has everything but its sketch; its Source has only the
// ID; its Others have what stands in a list: no text, tags or editions.
func (s *Store) Entries(ctx context.Context, editionID string, limit int, now time.Time) ([]news.Entry, error) {
	return s.entries(ctx, editionID, now, func(tx *sql.Tx, after int64) ([]shownEntry, error) {
		return selectEntries(ctx, tx, editionID, after, now, limit)
	})
}

// complete reads all that entries show.
func (s *Store) complete(ctx context.Context, tx *sql.Tx, editionID string, shown []shownEntry, now time.Time) ([]news.Entry, error) {
	nums := make([]int64, len(shown))
	for i := range shown {
		nums[i] = shown[i].num
	}
	records, err := selectArticles(ctx, tx, "WHERE a.num IN (SELECT value FROM json_each(?))", jsonNumbers(nums))
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, tx, records); err != nil {
		return nil, err
	}
	byNum := make(map[int64]*record, len(records))
	for i := range records {
		byNum[records[i].num] = &records[i]
	}
	for i := range shown {
		shown[i].Article, shown[i].story = byNum[shown[i].num].Article, byNum[shown[i].num].story
		shown[i].Source.ID = shown[i].Article.SourceID
	}
	return fillEntries(ctx, tx, editionID, shown, s.arrangement.Load().hiddenFrom(editionID), now)
}

// shownEntry is an entry with the numbers of its article and story.
type shownEntry struct {
	num, story int64
	news.Entry
}

func selectEntries(ctx context.Context, tx *sql.Tx, editionID string, after int64, now time.Time, limit int) ([]shownEntry, error) {
	rows, err := tx.QueryContext(ctx, `SELECT e.article, f.id, e.published, e.updated FROM entry e JOIN article f ON f.num = e.first
		WHERE e.edition_id = ? AND e.shown = 1 AND e.published > ? AND e.published <= ?
		ORDER BY e.published DESC, f.id LIMIT ?`, editionID, after, toMillis(now), limit)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(rows *sql.Rows) (shownEntry, error) { return scanShown(rows, now) })
}

// scanShown reads article, id, published and updated.
func scanShown(rows *sql.Rows, now time.Time) (e shownEntry, err error) {
	var published, updated int64
	err = rows.Scan(&e.num, &e.ID, &published, &updated)
	e.Published, e.UpdatedAt = fromMillis(published), fromMillis(updated)
	if e.UpdatedAt.After(now) {
		e.ChangesAt, e.UpdatedAt = e.UpdatedAt, e.UpdatedAt.Add(-news.UpdateEvery)
	}
	return e, err
}

// fillEntries adds times of entering, other voices and source states. No voice
// is of the hidden editions alone.
func fillEntries(ctx context.Context, tx *sql.Tx, editionID string, shown []shownEntry, hidden string, now time.Time) ([]news.Entry, error) {
	entries := make([]news.Entry, len(shown))
	byNum, byStory := map[int64]*news.Entry{}, map[int64][]int{}
	var nums, stories []int64
	var sources []string
	for i, e := range shown {
		entries[i] = e.Entry
		byNum[e.num], byStory[e.story] = &entries[i], append(byStory[e.story], i)
		nums, stories, sources = append(nums, e.num), append(stories, e.story), append(sources, e.Source.ID)
	}
	rows, err := tx.QueryContext(ctx, `SELECT article, entered_at FROM membership
		WHERE article IN (SELECT value FROM json_each(?)) AND edition_id = ?`,
		jsonNumbers(nums), editionID)
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(rows *sql.Rows) (num int64, err error) {
		var enteredAt int64
		err = rows.Scan(&num, &enteredAt)
		if e := byNum[num]; e != nil {
			e.EnteredAt = fromMillis(enteredAt)
		}
		return num, err
	})
	if err != nil {
		return nil, err
	}
	others, err := selectArticles(ctx, tx, `WHERE a.story IN (SELECT value FROM json_each(?2))
		AND a.held = 0 AND a.published <= ?3 AND`+isOpen+` ORDER BY a.published, a.id`, hidden, jsonNumbers(stories), toMillis(now))
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		for _, i := range byStory[other.story] {
			if shown[i].num != other.num {
				entries[i].Others = append(entries[i].Others, other.Article)
			}
		}
	}
	states, err := selectStates(ctx, tx, "WHERE id IN (SELECT value FROM json_each(?))", jsonStrings(sources))
	for i := range entries {
		entries[i].Feed = states[entries[i].Source.ID]
	}
	return entries, err
}
