package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// alwaysAllowed is how many articles may come and go whatever their share: a
// small edition changes much by little.
const alwaysAllowed = 10

// tooMuch refuses a configuration for what it would do to editions.
type tooMuch struct {
	editions []string // a line for each edition that would change too much
	plan     string   // what harmattan plan would print, where that is known
}

func (e *tooMuch) Error() string {
	return "it would change editions by more than [reload] max_change allows: " + strings.Join(e.editions, "; ") +
		"; if that is meant, run harmattan reload --force"
}

// exceeds tells whether so many moves are too much for an edition of so many.
// What was empty may be filled.
func exceeds(moves, was int, share float64) bool {
	return was > 0 && moves > alwaysAllowed && float64(moves) > share*float64(was)
}

// bound refuses stages whose rules would take too many of the stored articles
// into an edition or out of it.
func (d *desk) bound(ctx context.Context, before, next *stages) error {
	share := next.cfg.Reload.MaxChange
	if math.IsInf(share, 1) {
		return nil // whatever it does is meant
	}
	refusal := &tooMuch{}
	stats, err := d.store.EditionStats(ctx)
	if err != nil {
		return err
	}
	present := presentIDs(next.cfg.Editions)
	for _, e := range before.cfg.Editions {
		if _, stays := next.edition(cmp.Or(present[e.ID], e.ID)); !stays && exceeds(stats[e.ID].Entries, stats[e.ID].Entries, share) {
			refusal.editions = append(refusal.editions, fmt.Sprintf("%s would be gone with %d entries", e.ID, stats[e.ID].Entries))
		}
	}
	if before.curator.Fingerprint() != next.curator.Fingerprint() {
		p, err := planFor(ctx, d.store, next.curator, next.cfg)
		if err != nil {
			return err
		}
		for _, e := range next.curator.Editions() {
			was := p.editions[e.ID].Stays + len(p.editions[e.ID].Leaves)
			if moves := max(len(p.editions[e.ID].Enters), len(p.editions[e.ID].Leaves)); exceeds(moves, was, share) {
				refusal.editions = append(refusal.editions, p.line(e.ID))
			}
		}
		refusal.plan = p.String()
	}
	if len(refusal.editions) == 0 {
		return nil
	}
	return refusal
}

// shown are the ids of the entries that each edition shows, without those of
// sources that may stand in none.
func (d *desk) shown(ctx context.Context, st *stages) (map[string][]string, error) {
	ids := map[string][]string{}
	for _, e := range st.cfg.Editions {
		entries, err := d.store.Entries(ctx, e.ID, st.cfg.Publisher.LimitOf(e), d.clock())
		if err != nil {
			return nil, err
		}
		for i := range entries {
			if st.carries(entries[i].Article.SourceID) {
				ids[e.ID] = append(ids[e.ID], entries[i].ID)
			}
		}
	}
	return ids, nil
}

// boundShown refuses stages that show the same articles too differently: other
// entries of stories, fewer of them, or held back.
func (d *desk) boundShown(ctx context.Context, before map[string][]string, next *stages) error {
	after, err := d.shown(ctx, next)
	if err != nil {
		return err
	}
	refusal := &tooMuch{}
	for _, e := range next.cfg.Editions {
		enter, leave := missing(after[e.ID], before[e.ID]), missing(before[e.ID], after[e.ID])
		if exceeds(max(enter, leave), len(before[e.ID]), next.cfg.Reload.MaxChange) {
			refusal.editions = append(refusal.editions, fmt.Sprintf("%s: of %d entries shown, %d would leave and %d come",
				e.ID, len(before[e.ID]), leave, enter))
		}
	}
	if len(refusal.editions) == 0 {
		return nil
	}
	return refusal
}

// missing counts those of some that are not among others.
func missing(some, others []string) (n int) {
	for _, id := range some {
		if !slices.Contains(others, id) {
			n++
		}
	}
	return n
}
