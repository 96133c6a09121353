package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

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
	sources, plans := sourcesByID(cfg), map[string]*editionPlan{}
	for _, e := range cfg.Editions {
		plans[e.ID] = &editionPlan{Enters: []plannedMove{}, Leaves: []plannedMove{}}
	}
	articles := 0
	err = readStore(s, c.State, func(store *storage.Store) error {
		return eachArticle(s.ctx, store, func(page []news.Article) error {
			articles += len(page)
			for _, a := range page {
				plan(plans, a, judge.Plan(a, sources[a.SourceID]))
			}
			return nil
		})
	})
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("nothing is stored yet, so nothing would change")
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, plans)
	}
	for _, e := range cfg.Editions {
		p := plans[e.ID]
		fmt.Fprintf(s.out, "%s: %d enter, %d leave, %d stay\n", e.ID, len(p.Enters), len(p.Leaves), p.Stays)
		for _, move := range p.Enters {
			fmt.Fprintf(s.out, "  + %s <%s>, score %.2f\n", move.Title, move.Link, move.Score)
		}
		for _, move := range p.Leaves {
			fmt.Fprintf(s.out, "  - %s <%s>, score %.2f\n", move.Title, move.Link, move.Score)
		}
	}
	fmt.Fprintf(s.out, "%d stored articles were judged; nothing was changed.\n", articles)
	return nil
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
