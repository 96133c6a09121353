package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"harmattan/config"
	"harmattan/curator"
	"harmattan/news"
	"harmattan/storage"
)

type planCommand struct {
	settings
	JSON bool `help:"Print JSON: an object with the articles that enter and leave each edition."`
}

// editionPlan is what a configuration would do to an edition; the JSON names
// are a promise.
type editionPlan struct {
	Stays  int           `json:"stays"`
	Enters []plannedMove `json:"enters"`
	Leaves []plannedMove `json:"leaves"`
}

type plannedMove struct {
	ID    string  `json:"id"`
	Title string  `json:"title"`
	Link  string  `json:"link"`
	Score float64 `json:"score"`
}

func (c *planCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	judge, err := newCurator(cfg)
	if err != nil {
		return err
	}
	var p plans
	err = readStore(s, c.State, func(store *storage.Store) (err error) {
		p, err = planFor(s.ctx, store, judge, cfg)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("nothing is stored yet, so nothing would change")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, p.editions)
	}
	fmt.Fprint(s.out, p)
	return nil
}

// plans are what a configuration would do to all its editions.
type plans struct {
	order    []string // editions in the order of the configuration
	editions map[string]*editionPlan
	articles int // that were judged
}

// planFor judges the stored articles and changes nothing.
func planFor(ctx context.Context, store *storage.Store, judge *curator.Curator, cfg *config.Config) (plans, error) {
	p, sources, present := plans{editions: map[string]*editionPlan{}}, sourcesByID(cfg), presentIDs(cfg.Editions)
	for _, e := range judge.Editions() {
		p.order = append(p.order, e.ID)
		p.editions[e.ID] = &editionPlan{Enters: []plannedMove{}, Leaves: []plannedMove{}}
	}
	err := eachArticle(ctx, store, func(page []news.Article) error {
		p.articles += len(page)
		for _, a := range page {
			for i, m := range a.Editions {
				a.Editions[i].EditionID = cmp.Or(present[m.EditionID], m.EditionID)
			}
			plan(p.editions, a, judge.Plan(a, sources[a.SourceID]))
		}
		return nil
	})
	return p, err
}

// line sums an edition up.
func (p plans) line(id string) string {
	e := p.editions[id]
	return fmt.Sprintf("%s: %d enter, %d leave, %d stay", id, len(e.Enters), len(e.Leaves), e.Stays)
}

func (p plans) String() string {
	var b strings.Builder
	for _, id := range p.order {
		b.WriteString(p.line(id) + "\n")
		for _, move := range p.editions[id].Enters {
			fmt.Fprintf(&b, "  + %s <%s>, score %.2f\n", move.Title, move.Link, move.Score)
		}
		for _, move := range p.editions[id].Leaves {
			fmt.Fprintf(&b, "  - %s <%s>, score %.2f\n", move.Title, move.Link, move.Score)
		}
	}
	fmt.Fprintf(&b, "%d stored articles were judged; nothing was changed.\n", p.articles)
	return b.String()
}

// plan notes where an article would move.
func plan(plans map[string]*editionPlan, a news.Article, changes []curator.Change) {
	for _, m := range a.Editions {
		if p, ok := plans[m.EditionID]; ok {
			p.Stays++
		}
	}
	for _, change := range changes {
		p, ok := plans[strings.TrimPrefix(change.Key, "edition/")]
		if !ok { // an edition that left the configuration
			continue
		}
		move := plannedMove{ID: a.ID, Title: a.Title, Link: a.Link, Score: change.Score}
		if change.Enters {
			p.Enters = append(p.Enters, move)
		} else {
			p.Stays--
			p.Leaves = append(p.Leaves, move)
		}
	}
}
