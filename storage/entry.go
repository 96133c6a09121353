package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// Entries returns the newest entries of an edition, at most limit: one for each
// story, newest first by Published, then by ID. Nothing published after now is
// among them or among their Others. Once an article stands for its story it
// does so until it leaves the edition.
//
// An entry's Article has everything but its sketch; its Source has only the
// ID; its Others have what stands in a list: no text, tags or editions.
func (s *Store) Entries(ctx context.Context, editionID string, limit int, now time.Time) ([]news.Entry, error) {
	var entries []news.Entry
	err := s.read(ctx, func(tx *sql.Tx) error {
		records, err := selectArticles(ctx, tx, `JOIN entry e ON e.article = a.num
			WHERE e.edition_id = ?1 AND e.published <= ?2 ORDER BY e.published DESC, a.id LIMIT ?3`,
			editionID, toMillis(now), limit)
		if err != nil || len(records) == 0 {
			return err
		}
		if err := s.fill(ctx, tx, records); err != nil {
			return err
		}
		entries = make([]news.Entry, len(records))
		for i := range records {
			entries[i].Article = records[i].Article
			entries[i].Source.ID = records[i].SourceID
		}
		return fillEntries(ctx, tx, editionID, records, entries, now)
	})
	if err != nil {
		return nil, fmt.Errorf("entries of edition %s: %w", editionID, err)
	}
	return entries, nil
}

// fillEntries adds times of entering, other voices and source states.
func fillEntries(ctx context.Context, tx *sql.Tx, editionID string, records []record, entries []news.Entry, now time.Time) error {
	byNum, byStory := map[int64]*news.Entry{}, map[int64]*news.Entry{}
	var nums, stories []int64
	var sources []string
	for i, r := range records {
		byNum[r.num], byStory[r.story] = &entries[i], &entries[i]
		nums, stories, sources = append(nums, r.num), append(stories, r.story), append(sources, r.SourceID)
	}
	rows, err := tx.QueryContext(ctx, `SELECT article, entered_at FROM membership
		WHERE article IN (SELECT value FROM json_each(?)) AND edition_id = ?`,
		jsonNumbers(nums), editionID)
	if err != nil {
		return err
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
		return err
	}
	others, err := selectArticles(ctx, tx, `WHERE a.story IN (SELECT value FROM json_each(?1))
		AND a.published <= ?2 ORDER BY a.published, a.id`, jsonNumbers(stories), toMillis(now))
	if err != nil {
		return err
	}
	for i := range others {
		if e := byStory[others[i].story]; e != nil && byNum[others[i].num] == nil {
			e.Others = append(e.Others, others[i].Article)
		}
	}
	states, err := selectStates(ctx, tx, "WHERE id IN (SELECT value FROM json_each(?))", jsonStrings(sources))
	for i := range entries {
		entries[i].Feed = states[entries[i].Source.ID]
	}
	return err
}

// candidate is a member of an edition that could stand for the story there.
type candidate struct {
	num, published int64
	copied         bool
	id             string
}

// before orders candidates: what may be shown at now, an original before a
// copy, then the earliest, then the id.
func (c candidate) before(o candidate, now int64) int {
	return cmp.Or(
		cmp.Compare(btoi(c.published > now), btoi(o.published > now)),
		cmp.Compare(btoi(c.copied), btoi(o.copied)),
		cmp.Compare(c.published, o.published),
		strings.Compare(c.id, o.id))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// settleStory chooses who stands for a story in each edition. Whoever was shown
// there stays as long as it is a member.
func (t *Tx) settleStory(ctx context.Context, story int64, at time.Time, touched map[string]bool) error {
	now := toMillis(at)
	holders, err := t.holders(ctx, story)
	if err != nil {
		return err
	}
	members, err := t.candidates(ctx, story)
	if err != nil {
		return err
	}
	for edition, all := range members {
		touched[edition] = true
		best := slices.MinFunc(all, func(a, b candidate) int { return a.before(b, now) })
		holder, held := holders[edition]
		delete(holders, edition)
		if i := slices.IndexFunc(all, func(c candidate) bool { return c.num == holder.num }); i >= 0 && all[i].published <= now {
			best = all[i]
		}
		if held && holder.num == best.num && holder.published == best.published {
			continue
		}
		_, err := t.exec(ctx, "INSERT OR REPLACE INTO entry (story, edition_id, article, published) VALUES (?, ?, ?, ?)",
			story, edition, best.num, best.published)
		if err != nil {
			return err
		}
	}
	for edition := range holders {
		touched[edition] = true
		if _, err := t.exec(ctx, "DELETE FROM entry WHERE story = ? AND edition_id = ?", story, edition); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) holders(ctx context.Context, story int64) (map[string]candidate, error) {
	holders := map[string]candidate{}
	rows, err := t.query(ctx, "SELECT edition_id, article, published FROM entry WHERE story = ?", story)
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(rows *sql.Rows) (c candidate, err error) {
		var edition string
		err = rows.Scan(&edition, &c.num, &c.published)
		holders[edition] = c
		return c, err
	})
	return holders, err
}

func (t *Tx) candidates(ctx context.Context, story int64) (map[string][]candidate, error) {
	members := map[string][]candidate{}
	rows, err := t.query(ctx, `SELECT m.edition_id, a.num, a.published, a.copy, a.id FROM article a
		JOIN membership m ON m.article = a.num WHERE a.story = ? AND m.left_at = 0`, story)
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(rows *sql.Rows) (c candidate, err error) {
		var edition string
		err = rows.Scan(&edition, &c.num, &c.published, &c.copied, &c.id)
		members[edition] = append(members[edition], c)
		return c, err
	})
	return members, err
}
