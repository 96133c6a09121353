package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// Arrange takes over what the configuration says of stories in editions and of
// revisions, and brings the entries of editions in step that now merge or list,
// hold back or let go otherwise than they did. It returns those editions.
// Without it every edition merges stories and holds back none. How an edition
// prefers articles counts for the stories that enter it from now on. A store that
// was opened for reading alone takes it over and brings nothing in step.
func (s *Store) Arrange(ctx context.Context, o Options, editions []news.Edition, sources []news.Source, now time.Time) (changedEditions []string, err error) {
	next := newArrangement(o, editions, sources)
	s.arrangement.Store(next)
	if s.writer == nil {
		return nil, nil
	}
	before := map[string]string{}
	err = s.Write(ctx, func(t *Tx) error {
		stored, err := t.Meta(ctx, arrangedAs)
		if err == nil && stored != "" {
			err = json.Unmarshal([]byte(stored), &before)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("arranging editions: %w", err)
	}
	after := map[string]string{}
	for id, rule := range next.editions {
		after[id] = rule.manner()
		known := len(before) > 0 || after[id] != editionRule{}.manner() // else a database that was never arranged
		if known && after[id] != before[id] {
			changedEditions = append(changedEditions, id)
		}
	}
	slices.Sort(changedEditions)
	for _, id := range changedEditions {
		if err := s.rearrange(ctx, id, now); err != nil {
			return nil, fmt.Errorf("arranging edition %s: %w", id, err)
		}
	}
	if maps.Equal(before, after) {
		return changedEditions, nil
	}
	return changedEditions, s.Write(ctx, func(t *Tx) error {
		text, err := toJSON(after)
		if err != nil {
			return err
		}
		return t.SetMeta(ctx, arrangedAs, text)
	})
}

// arrangedAs is the meta key of the manner in which each edition's entries stand.
const arrangedAs = "arranged"

// arrangeBatch bounds how long other writers wait.
const arrangeBatch = 500

// rearrange settles all stories of an edition again.
func (s *Store) rearrange(ctx context.Context, editionID string, now time.Time) error {
	last := int64(0)
	_, err := s.repeat(ctx, func(t *Tx) (int, error) {
		stories, err := t.nums(ctx, `SELECT DISTINCT a.story FROM membership m JOIN article a ON a.num = m.article
			WHERE m.edition_id = ? AND m.left_at = 0 AND a.held = 0 AND a.story > ? ORDER BY a.story LIMIT ?`, editionID, last, arrangeBatch)
		if err != nil || len(stories) == 0 {
			return 0, err
		}
		at := map[int64]time.Time{}
		for _, story := range stories {
			at[story] = now
		}
		last = stories[len(stories)-1]
		_, err = t.settle(ctx, at)
		return len(stories), err
	})
	return err
}

// arrangement is what the configuration says of stories; it never changes.
type arrangement struct {
	editions  map[string]editionRule
	private   []string
	revisions int // 0: all are kept
}

// of is what an edition says, merging all stories if it is not configured.
func (a *arrangement) of(editionID string) editionRule {
	rule, ok := a.editions[editionID]
	if !ok {
		rule.ranks = ranksOf(news.Edition{}.Preferences(), nil)
	}
	return rule
}

// editionRule is what an edition makes of stories.
type editionRule struct {
	list     bool
	min, max int // publishers; 0: no bound
	keep     time.Duration
	ranks    []func(candidate) int64 // the smaller, the better
}

func newArrangement(o Options, editions []news.Edition, sources []news.Source) *arrangement {
	tiers := map[string]int64{}
	for _, source := range sources {
		tiers[source.ID] = int64(cmp.Or(source.Tier, defaultTier))
	}
	a := &arrangement{editions: make(map[string]editionRule, len(editions)), revisions: o.KeepRevisions}
	for _, e := range editions {
		a.editions[e.ID] = editionRule{
			list: e.Stories == news.StoriesList, min: e.MinPublishers, max: e.MaxPublishers, keep: e.Keep.Duration,
			ranks: ranksOf(e.Preferences(), tiers),
		}
		if e.Private {
			a.private = append(a.private, e.ID)
		}
	}
	return a
}

// defaultTier is that of a source that says none, or left the configuration.
const defaultTier = 2

// manner is what entries that stand already depend on.
func (r editionRule) manner() string {
	manner := news.StoriesMerge
	if r.list {
		manner = news.StoriesList
	}
	return fmt.Sprintf("%s %d %d", manner, max(r.min, 1), r.max)
}

func (r editionRule) gated() bool { return r.min > 1 || r.max > 0 }

func (r editionRule) admits(voices int) bool {
	return voices >= r.min && (r.max == 0 || voices <= r.max)
}

// compare orders candidates as the edition prefers them, then by id.
func (r editionRule) compare(a, b candidate) int {
	for _, rank := range r.ranks {
		if c := cmp.Compare(rank(a), rank(b)); c != 0 {
			return c
		}
	}
	return strings.Compare(a.id, b.id)
}

func ranksOf(preferences []news.Preference, tiers map[string]int64) []func(candidate) int64 {
	var ranks []func(candidate) int64
	for _, p := range preferences {
		switch p.By {
		case news.PreferOriginal:
			ranks = append(ranks, func(c candidate) int64 { return yes(c.copied) })
		case news.PreferFullText:
			ranks = append(ranks, func(c candidate) int64 { return yes(!c.full) })
		case news.PreferLanguage:
			ranks = append(ranks, func(c candidate) int64 { return languageRank(p.Languages, c.lang) })
		case news.PreferTier:
			ranks = append(ranks, func(c candidate) int64 { return cmp.Or(tiers[c.source], defaultTier) })
		case news.PreferEarliest:
			ranks = append(ranks, func(c candidate) int64 { return c.published })
		}
	}
	return ranks
}

func yes(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// languageRank is the place of a language in the list, whatever its country.
func languageRank(languages []string, lang string) int64 {
	lang, _, _ = strings.Cut(lang, "-")
	i := slices.IndexFunc(languages, func(l string) bool {
		l, _, _ = strings.Cut(l, "-")
		return strings.EqualFold(l, lang)
	})
	if i < 0 {
		i = len(languages)
	}
	return int64(i)
}

// ValidateEdition reports every mistake in what an edition says of stories.
func ValidateEdition(e news.Edition) []news.Problem {
	var problems []news.Problem
	add := func(message string, path ...string) {
		problems = append(problems, news.Problem{Path: path, Message: message})
	}
	if e.Stories != "" && e.Stories != news.StoriesMerge && e.Stories != news.StoriesList {
		add(fmt.Sprintf("%q is neither \"merge\" nor \"list\"", e.Stories), "stories")
	}
	for i, s := range e.Prefer {
		if _, err := news.ParsePreference(s); err != nil {
			add(err.Error(), "prefer", fmt.Sprint(i))
		}
	}
	if e.MinPublishers < 0 {
		add("is negative; give the number of publishers that must tell a story, or leave it out", "min_publishers")
	}
	if e.MaxPublishers < 0 || e.MaxPublishers > 0 && e.MaxPublishers < e.MinPublishers {
		add("must be min_publishers at least, or left out", "max_publishers")
	}
	if e.Keep.Duration != 0 && e.Keep.Duration < time.Hour {
		add("is shorter than an hour; give a span such as \"30d\", or leave it out", "keep")
	}
	return problems
}

// ValidateSource reports a tier that is none and a keep that is too short.
func ValidateSource(s news.Source) []news.Problem {
	var problems []news.Problem
	if s.Tier < 0 || s.Tier > 3 {
		problems = append(problems, news.Problem{Path: []string{"tier"}, Message: fmt.Sprintf("%d is out of range; 1 is best, 2 is usual, 3 is least", s.Tier)})
	}
	if s.Keep.Duration != 0 && s.Keep.Duration < leastKept {
		problems = append(problems, news.Problem{Path: []string{"keep"}, Message: `is shorter than a week; give a span such as "90d", or leave it out`})
	}
	return problems
}
