package main

import (
	"context"
	"fmt"
	"slices"

	"harmattan/news"
	"harmattan/publisher"
)

// selectFor reads what a reader's facet takes of an edition.
func (d *desk) selectFor(st *stages) func(context.Context, news.Edition, news.Facet, int) ([]news.Entry, error) {
	return func(ctx context.Context, e news.Edition, facet news.Facet, limit int) ([]news.Entry, error) {
		if err := st.checkFacet(facet); err != nil {
			return nil, err
		}
		entries, err := d.store.Select(ctx, e.ID, facet, limit, d.clock())
		d.logQuestion(ctx, err)
		st.attribute(entries)
		return entries, err
	}
}

// checkFacet refuses ids and names that there are none of: a selection that
// is empty by a slip of the pen would look like silence.
func (st *stages) checkFacet(f news.Facet) error {
	for _, list := range tagLists(&f) {
		for _, id := range *list.ids {
			if nearest, _ := st.curator.Concept(id, list.kinds...); nearest != id {
				return noSuch(list.name, id, nearest)
			}
		}
	}
	for _, name := range f.Publishers {
		if !slices.ContainsFunc(st.cfg.Sources, func(s news.Source) bool { return s.Outlet() == name }) {
			return noSuch("publisher", name, "")
		}
	}
	for _, id := range f.Sources {
		if _, ok := st.sources[id]; !ok {
			return noSuch("source", id, "")
		}
	}
	return nil
}

// tagList is a list of a facet that names tags.
type tagList struct {
	name  string
	ids   *[]string
	kinds []news.Kind
}

func tagLists(f *news.Facet) []tagList {
	return []tagList{
		{"country", &f.Countries, []news.Kind{news.KindCountry}}, {"region", &f.Regions, []news.Kind{news.KindRegion}},
		{"place", &f.Places, []news.Kind{news.KindPlace}}, {"group", &f.Groups, []news.Kind{news.KindGroup, news.KindInstitution}},
		{"person", &f.Persons, []news.Kind{news.KindPerson}}, {"topic", &f.Topics, []news.Kind{news.KindTopic}},
	}
}

// noSuch tells a reader what there is none of, and what comes nearest.
func noSuch(what, name, nearest string) error {
	text := fmt.Sprintf("There is no %s “%s” here", what, name)
	if nearest != "" {
		text += fmt.Sprintf("; did you mean “%s”?", nearest)
	} else {
		text += "."
	}
	return publisher.Odd(text)
}

// withVariants adds to each edition those that show its entries.
func (st *stages) withVariants(ids []string) []string {
	all := slices.Clone(ids)
	for _, e := range st.cfg.Editions {
		if e.Of != "" && slices.Contains(ids, e.Of) && !slices.Contains(ids, e.ID) {
			all = append(all, e.ID)
		}
	}
	return all
}
