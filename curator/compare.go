package curator

import (
	"maps"
	"slices"

	"harmattan/news"
)

// Change is a statement about an article that one configuration makes and
// another does not.
type Change struct {
	ID     string  `json:"id"`
	Key    string  `json:"key"` // "edition/sahel-security", "country/ML"
	Enters bool    `json:"enters"`
	Score  float64 `json:"score"` // where it is made
}

// Compare lists, article by article, what two evaluations of the same file say
// differently of countries, topics and editions.
func Compare(before, after Evaluation) []Change {
	was := map[string]Prediction{}
	for _, p := range before.Predictions {
		was[p.ID] = p
	}
	var changes []Change
	for _, p := range after.Predictions {
		old, ok := was[p.ID]
		if !ok {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(p.Scores)) {
			if _, had := old.Scores[key]; !had {
				changes = append(changes, Change{p.ID, key, true, p.Scores[key]})
			}
		}
		for _, key := range slices.Sorted(maps.Keys(old.Scores)) {
			if _, has := p.Scores[key]; !has {
				changes = append(changes, Change{p.ID, key, false, old.Scores[key]})
			}
		}
	}
	return changes
}

// Plan judges a stored article as this curator would and lists the editions
// that it would enter or leave. The article itself is not changed.
func (c *Curator) Plan(a news.Article, source news.Source) []Change {
	judged := a
	judged.Tags = c.judge.tags(a, source)
	next := c.judge.memberships(judged, source)
	var changes []Change
	for _, m := range next {
		if !memberOf(a.Editions, m.EditionID) {
			changes = append(changes, Change{a.ID, "edition/" + m.EditionID, true, m.Score})
		}
	}
	for _, m := range a.Editions {
		if !memberOf(next, m.EditionID) {
			changes = append(changes, Change{a.ID, "edition/" + m.EditionID, false, m.Score})
		}
	}
	return changes
}

func memberOf(all []news.Membership, id string) bool {
	return slices.ContainsFunc(all, func(m news.Membership) bool { return m.EditionID == id })
}
