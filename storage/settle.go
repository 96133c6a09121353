package storage

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"harmattan/news"
)

// settle renews the entries of stories, and returns the editions that show
// them before or after, sorted.
func (t *Tx) settle(ctx context.Context, stories map[int64]time.Time) ([]string, error) {
	touched := map[string]bool{}
	for len(stories) > 0 {
		bereft := map[int64]time.Time{}
		told, err := t.nums(ctx, whereTold, jsonNumbers(slices.Sorted(maps.Keys(stories))))
		if err != nil {
			return nil, err
		}
		for _, story := range told {
			if err := t.settleStory(ctx, story, stories[story], touched, bereft); err != nil {
				return nil, err
			}
		}
		stories = bereft
	}
	return slices.Sorted(maps.Keys(touched)), nil
}

// whereTold takes the stories that editions show, had or may show. Most stories
// are none, and settling one of them would change nothing.
const whereTold = `SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM entry WHERE story = value)
	OR EXISTS (SELECT 1 FROM article a JOIN membership m ON m.article = a.num WHERE a.story = value)`

// slot is a row of entry.
type slot struct {
	first, story, article, revision int64
	published, updated              int64
	shown                           bool
}

// settleStory brings the entries of a story up to date at a moment, in every
// edition that has or had one. Stories that lost an entry to this one are added
// to bereft.
func (t *Tx) settleStory(ctx context.Context, story int64, at time.Time, touched map[string]bool, bereft map[int64]time.Time) error {
	slots, err := t.slots(ctx, story)
	if err != nil {
		return err
	}
	members, err := t.candidates(ctx, story)
	if err != nil {
		return err
	}
	editions := map[string]bool{}
	for edition := range slots {
		editions[edition] = true
	}
	for edition := range members {
		editions[edition] = true
	}
	for _, edition := range slices.Sorted(maps.Keys(editions)) {
		touched[edition] = true
		s := t.newSettling(edition, story, at, slots[edition], members[edition])
		if s.rule.gated() {
			voices, err := t.voices(ctx, story, s.now)
			if err != nil {
				return err
			}
			s.open = s.rule.admits(voices)
		}
		if err := t.settleEntry(ctx, s, bereft); err != nil {
			return err
		}
	}
	return nil
}

// settling is a story in an edition while its entries are settled.
type settling struct {
	edition string
	rule    editionRule
	story   int64
	now     int64
	slots   []slot
	members []candidate // published by now
	later   []candidate // published later
	open    bool        // enough publishers tell it, and not too many
}

// newSettling is at the moment given, but not before the last member came:
// results of overlapping rounds are not stored in order.
func (t *Tx) newSettling(edition string, story int64, at time.Time, slots []slot, members []candidate) *settling {
	s := &settling{edition: edition, rule: t.arrangement.of(edition), story: story, now: toMillis(at), slots: slots, open: true}
	for _, m := range members {
		s.now = max(s.now, m.modified)
	}
	for _, m := range members {
		if m.published <= s.now {
			s.members = append(s.members, m)
		} else {
			s.later = append(s.later, m)
		}
	}
	return s
}

func (t *Tx) settleEntry(ctx context.Context, s *settling, bereft map[int64]time.Time) error {
	if err := t.dropUnseen(ctx, s); err != nil {
		return err
	}
	if s.rule.list {
		return t.settleList(ctx, s, slices.Concat(s.members, s.later))
	}
	waiting := s.members
	if len(waiting) == 0 { // shown when its time has come
		waiting = s.later
	}
	slices.SortFunc(waiting, s.rule.compare)
	holder := s.holder()
	for i := range s.slots {
		if i != holder {
			if err := t.writeSlot(ctx, s, s.slots[i], s.slots[i].hidden()); err != nil {
				return err
			}
		}
	}
	switch {
	case holder < 0 && s.open && len(waiting) > 0:
		return t.enter(ctx, s, waiting, bereft)
	case holder < 0:
		return nil
	}
	old := s.slots[holder]
	next := old
	next.shown = s.open && len(waiting) > 0
	if next.shown {
		next.stand(waiting[max(0, indexOf(waiting, old.article))], s.now)
	}
	return t.writeSlot(ctx, s, old, next)
}

// settleList gives each member an entry of its own.
func (t *Tx) settleList(ctx context.Context, s *settling, members []candidate) error {
	for _, old := range s.slots {
		next := old.hidden()
		if i := indexOf(members, old.first); i >= 0 {
			if next.shown = s.open; next.shown {
				next.stand(members[i], s.now)
			}
			members = slices.Delete(members, i, i+1)
		}
		if err := t.writeSlot(ctx, s, old, next); err != nil {
			return err
		}
	}
	for _, m := range members {
		if !s.open {
			break
		}
		if err := t.writeSlot(ctx, s, slot{}, m.slot(s.story)); err != nil {
			return err
		}
	}
	return nil
}

// dropUnseen forgets entries of articles that were to be shown later, while
// another can be shown now.
func (t *Tx) dropUnseen(ctx context.Context, s *settling) error {
	kept := s.slots[:0]
	for _, old := range s.slots {
		if old.published <= s.now || s.rule.list && old.shown || len(s.members) == 0 && indexOf(s.later, old.article) >= 0 {
			kept = append(kept, old)
			continue
		}
		if _, err := t.exec(ctx, "DELETE FROM entry WHERE edition_id = ? AND first = ?", s.edition, old.first); err != nil {
			return err
		}
	}
	s.slots = kept
	return nil
}

// holder is the slot that goes on as the story's entry: the one that is shown;
// of several, which the edition listed before, the first by date; -1 for none.
func (s *settling) holder() int {
	best := -1
	for i, old := range s.slots {
		if best < 0 || old.shown && !s.slots[best].shown || old.shown == s.slots[best].shown && old.published < s.slots[best].published {
			best = i
		}
	}
	return best
}

// enter makes the story's entry, named after the best of its articles. If that
// name is the id of an entry which another story shows, for the article left
// that story, the next article gives the name; if all names are such, or the
// other story shows nothing any more, the entry comes along with its article.
func (t *Tx) enter(ctx context.Context, s *settling, members []candidate, bereft map[int64]time.Time) error {
	var along *slot
	for _, m := range members {
		taken, err := t.slotOf(ctx, s.edition, m.num)
		if err != nil {
			return err
		}
		if taken == nil {
			return t.writeSlot(ctx, s, slot{}, m.slot(s.story))
		}
		if along == nil {
			along = taken
		}
		if !taken.shown {
			along = taken
			break
		}
	}
	bereft[along.story] = fromMillis(s.now)
	next := *along
	next.story, next.shown = s.story, true
	next.stand(members[indexOf(members, next.first)], s.now)
	return t.writeSlot(ctx, s, *along, next)
}

// slotOf is the entry that an article gave its id in an edition, or nil.
func (t *Tx) slotOf(ctx context.Context, edition string, first int64) (*slot, error) {
	s := &slot{first: first}
	err := t.scan(ctx, "SELECT story, article, revision, published, updated, shown FROM entry WHERE edition_id = ? AND first = ?",
		[]any{edition, first}, &s.story, &s.article, &s.revision, &s.published, &s.updated, &s.shown)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return s, err
}

// slot is the entry that the candidate gives its name.
func (c candidate) slot(story int64) slot {
	s := slot{first: c.num, story: story, article: c.num, revision: c.revision, published: c.published, shown: true}
	if c.revision > 0 {
		s.updated = c.modified
	}
	return s
}

func (s slot) hidden() slot {
	s.shown = false
	return s
}

// stand puts a candidate in the entry. Another article or another text is an
// update, at most one in news.UpdateEvery: one that comes too early is told when
// that time is over, with all that came meanwhile.
func (s *slot) stand(c candidate, now int64) {
	if s.article == c.num && s.revision == c.revision {
		return
	}
	s.article, s.revision = c.num, c.revision
	every := news.UpdateEvery.Milliseconds()
	switch {
	case now >= s.updated+every:
		s.updated = now
	case now >= s.updated:
		s.updated += every
	}
}

// writeSlot stores what changed, and when an entry left that was shown.
func (t *Tx) writeSlot(ctx context.Context, s *settling, old, next slot) error {
	if old == next {
		return nil
	}
	_, err := t.exec(ctx, `INSERT INTO entry (edition_id, first, story, article, revision, published, updated, shown)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE
		SET story = ?3, article = ?4, revision = ?5, published = ?6, updated = ?7, shown = ?8,
		left_at = CASE WHEN ?8 THEN 0 WHEN shown THEN ?9 ELSE left_at END`,
		s.edition, next.first, next.story, next.article, next.revision, next.published, next.updated, next.shown, s.now)
	return err
}

// slots are the entries that editions have or had for a story.
func (t *Tx) slots(ctx context.Context, story int64) (map[string][]slot, error) {
	slots := map[string][]slot{}
	rows, err := t.query(ctx, `SELECT edition_id, first, story, article, revision, published, updated, shown FROM entry
		WHERE story = ? ORDER BY edition_id, first`, story)
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(rows *sql.Rows) (s slot, err error) {
		var edition string
		err = rows.Scan(&edition, &s.first, &s.story, &s.article, &s.revision, &s.published, &s.updated, &s.shown)
		slots[edition] = append(slots[edition], s)
		return s, err
	})
	return slots, err
}

// candidate is a member of an edition that could stand for the story there.
type candidate struct {
	num, revision       int64
	published, modified int64
	copied, full        bool
	id, source, lang    string
}

func indexOf(all []candidate, num int64) int {
	return slices.IndexFunc(all, func(c candidate) bool { return c.num == num })
}

func (t *Tx) candidates(ctx context.Context, story int64) (map[string][]candidate, error) {
	members := map[string][]candidate{}
	rows, err := t.query(ctx, `SELECT m.edition_id, a.num, a.revision, a.published, a.modified_at, a.copy, a.full_text, a.id, a.source_id, a.language
		FROM article a JOIN membership m ON m.article = a.num WHERE a.story = ? AND a.held = 0 AND m.left_at = 0 ORDER BY a.num`, story)
	if err != nil {
		return nil, err
	}
	_, err = collect(rows, func(rows *sql.Rows) (c candidate, err error) {
		var edition string
		err = rows.Scan(&edition, &c.num, &c.revision, &c.published, &c.modified, &c.copied, &c.full, &c.id, &c.source, &c.lang)
		members[edition] = append(members[edition], c)
		return c, err
	})
	return members, err
}

// voices counts the independent publishers of a story at a moment.
func (t *Tx) voices(ctx context.Context, story, now int64) (int, error) {
	articles, err := t.articles(ctx, "WHERE a.story = ? AND a.held = 0 AND a.published <= ?", story, now)
	return news.Voices(plain(articles)), err
}
