package publisher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"harmattan/news"
)

// Odd is the error of a Lookup for what a reader asks wrong; the text is told
// to the reader and ends in a full stop.
func Odd(text string) error { return errOdd(text) }

// facetKey is a key that the query of an edition may have.
type facetKey struct {
	name   string
	values func(*news.Facet) *[]string
	// settle gives a value its canonical form, empty for what is none.
	settle func(string) string
	form   string // of a value, for people
}

// facetKeys are in the order in which they stand in an address.
func facetKeys() []facetKey {
	const id = "an id of the vocabulary"
	return []facetKey{
		{"country", func(f *news.Facet) *[]string { return &f.Countries }, countryCode, "a code of two letters such as ML"},
		{"region", func(f *news.Facet) *[]string { return &f.Regions }, conceptID, id},
		{"place", func(f *news.Facet) *[]string { return &f.Places }, conceptID, id},
		{"group", func(f *news.Facet) *[]string { return &f.Groups }, conceptID, id},
		{"person", func(f *news.Facet) *[]string { return &f.Persons }, conceptID, id},
		{"topic", func(f *news.Facet) *[]string { return &f.Topics }, conceptID, id},
		{"language", func(f *news.Facet) *[]string { return &f.Languages }, languageTag, "a language such as fr"},
		{"publisher", func(f *news.Facet) *[]string { return &f.Publishers }, shortLine, "a name of at most 200 characters"},
		{"source", func(f *news.Facet) *[]string { return &f.Sources }, shortLine, "an id of at most 200 characters"},
	}
}

// facetDates bound the dates of entries; they end the query of a facet.
func facetDates(f *news.Facet) []struct {
	name string
	at   *time.Time
} {
	return []struct {
		name string
		at   *time.Time
	}{{"since", &f.Since}, {"before", &f.Before}}
}

// facetValues is how many values a query may give in all.
const facetValues = 16

func countryCode(s string) string {
	if s = strings.ToUpper(s); len(s) != 2 || strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return s
}

func conceptID(s string) string {
	if s = strings.ToLower(s); len(s) > 100 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ""
	}
	return s
}

func shortLine(s string) string {
	if s = oneLine(s); utf8.RuneCountInString(s) > 200 {
		return ""
	}
	return s
}

// readFacet reads the query of an edition. The canonical form has the keys in
// their order and the values of each sorted, once; it begins with a question
// mark and is empty when nothing is asked for.
func readFacet(raw string) (f news.Facet, canonical string, err error) {
	if len(raw) > questionBytes {
		return f, "", errOdd("The address is too long.")
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return f, "", errOdd("The part of the address after the question mark cannot be read.")
	}
	count := 0
	for key, list := range values {
		if !slices.Contains(facetNames(), key) {
			return f, "", errOdd("An edition has no filter " + quoted(key) + ". It takes " + join(facetNames()) + ".")
		}
		values[key] = slices.DeleteFunc(list, func(s string) bool { return s == "" }) // as forms send what was not chosen
		count += len(values[key])
	}
	if count > facetValues {
		return f, "", errOdd(fmt.Sprintf("The filters have too many values; %d at most.", facetValues))
	}
	var parts []string
	for _, key := range facetKeys() {
		list := key.values(&f)
		for _, value := range values[key.name] {
			settled := key.settle(value)
			if settled == "" || !utf8.ValidString(value) || containsControl(value) {
				return f, "", errOdd("The filter " + key.name + " takes " + key.form + ", not " + quoted(value) + ".")
			}
			*list = append(*list, settled)
		}
		slices.Sort(*list)
		*list = slices.Compact(*list)
		for _, value := range *list {
			parts = append(parts, key.name+"="+url.QueryEscape(value))
		}
	}
	for _, date := range facetDates(&f) {
		list := values[date.name]
		if len(list) == 0 {
			continue
		}
		if *date.at, err = readDay(list[0]); err != nil || len(list) > 1 {
			return f, "", errOdd("The filter " + date.name + " takes one day such as 2026-11-30, not " + quoted(strings.Join(list, ", ")) + ".")
		}
		parts = append(parts, date.name+"="+date.at.Format(time.DateOnly))
	}
	if len(parts) > 0 {
		canonical = "?" + strings.Join(parts, "&")
	}
	return f, canonical, nil
}

func facetNames() []string {
	var names []string
	for _, key := range facetKeys() {
		names = append(names, key.name)
	}
	for _, date := range facetDates(new(news.Facet)) {
		names = append(names, date.name)
	}
	return names
}

// readDay reads a UTC day that can stand in every format.
func readDay(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err == nil && !sane(t) {
		err = errors.New("out of range")
	}
	return t, err
}

// quoted is what a reader wrote, as an answer may repeat it.
func quoted(s string) string { return "“" + excerpt(oneLine(s), 80) + "”" }

// serveFacet answers a query on an edition with what it selects, under its
// canonical address whatever its spelling; never with the whole edition.
func (p *Publisher) serveFacet(w http.ResponseWriter, r *http.Request, name, token string) {
	id, suffix := editionName(name)
	if !p.admit(w, r, id, suffix, token) {
		return
	}
	whole := p.ready(w, id, suffix)
	if whole == nil {
		return
	}
	if _, closed := p.issue(id); closed { // its last word is for the readers of its selections too
		whole.documents[suffix].serve(w, r)
		return
	}
	facet, query, err := readFacet(r.URL.RawQuery)
	switch {
	case p.lookup == nil || p.lookup.Select == nil:
		err = errOdd("An edition takes no query. Use the address up to the question mark.")
	case whole.edition.Digest != "" || whole.edition.Health || p.isPrivate(id):
		err = errOdd("This edition takes no query. Use the address up to the question mark.")
	case whole.edition.Of != "":
		err = errOdd("This edition is a selection itself. Filter the whole, " + p.address(whole.edition.Of, suffix) + ".")
	case err == nil && query == "" && suffix == "": // the form of the page, with nothing chosen
		whole.documents[""].serve(w, r)
		return
	case err == nil && query == "":
		err = errOdd("The query selects nothing. Use the address up to the question mark.")
	}
	if err != nil {
		p.refuse(w, err, "")
		return
	}
	selected, err := p.selected(r.Context(), whole, facet, query)
	if err != nil {
		p.refuse(w, err, "")
		return
	}
	selected.documents[suffix].serve(w, r)
}

// selected is what a facet takes of an edition, made at the first request after
// a change.
func (p *Publisher) selected(ctx context.Context, whole *issue, facet news.Facet, query string) (*issue, error) {
	made, change := p.facets.find(whole.edition.ID, query)
	if made != nil {
		return made, nil
	}
	ctx, cancel := context.WithTimeout(ctx, questionTime)
	defer cancel()
	done, err := p.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	e := whole.edition
	entries, err := p.lookup.Select(ctx, e, facet, p.options.WindowOf(e))
	if err != nil {
		return nil, err
	}
	updated := newestOf(entries)
	if updated.IsZero() {
		updated = whole.changedAt
	}
	modified := updated
	if whole.changedAt.After(modified) {
		modified = whole.changedAt
	}
	e.Title = firstText(e.Title, e.ID) + " – " + facetTitle(facet, entries)
	if made, err = p.newIssue(e, query, entries, updated, modified); err != nil {
		return nil, fmt.Errorf("edition %q, %s: %w", e.ID, query, err)
	}
	p.facets.keep(e.ID, query, change, made)
	return made, nil
}

// newestOf is when what the entries show last changed, as far as they tell.
func newestOf(entries []news.Entry) (newest time.Time) {
	later := func(t time.Time) {
		if t.After(newest) {
			newest = t
		}
	}
	for i := range entries {
		e := &entries[i]
		later(e.EnteredAt)
		later(e.UpdatedAt)
		later(e.Article.ModifiedAt)
		for k := range e.Others {
			later(e.Others[k].FirstSeen)
		}
	}
	return newest
}

// facetTitle names what a facet takes, in the words of the entries' tags where
// they have one.
func facetTitle(f news.Facet, entries []news.Entry) string {
	labels := map[string]string{}
	for i := range entries {
		for _, t := range entries[i].Article.Tags {
			labels[t.ID] = oneLine(t.Label)
		}
	}
	var names []string
	for _, key := range facetKeys() {
		for _, value := range *key.values(&f) {
			names = append(names, firstOf(labels[value], value))
		}
	}
	if !f.Since.IsZero() {
		names = append(names, "≥ "+f.Since.Format(time.DateOnly))
	}
	if !f.Before.IsZero() {
		names = append(names, "< "+f.Before.Format(time.DateOnly))
	}
	return strings.Join(names, ", ")
}

// facetsKept is how many selections are remembered, over all editions.
const facetsKept = 32

// facets are the selections made lately, until their edition changes.
type facets struct {
	mu      sync.Mutex
	made    []madeFacet // the one used last is last
	changes map[string]uint64
}

type madeFacet struct {
	edition, query string
	issue          *issue
}

// find returns a selection that still holds, or nil, and the count of changes
// to give to keep.
func (f *facets) find(edition, query string) (*issue, uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.made, func(m madeFacet) bool { return m.edition == edition && m.query == query })
	if i < 0 {
		return nil, f.changes[edition]
	}
	found := f.made[i]
	f.made = append(slices.Delete(f.made, i, i+1), found)
	return found.issue, f.changes[edition]
}

// keep remembers a selection unless its edition changed since find.
func (f *facets) keep(edition, query string, change uint64, made *issue) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.changes[edition] != change {
		return
	}
	f.made = slices.DeleteFunc(f.made, func(m madeFacet) bool { return m.edition == edition && m.query == query })
	if len(f.made) >= facetsKept {
		f.made = slices.Delete(f.made, 0, 1)
	}
	f.made = append(f.made, madeFacet{edition, query, made})
}

// forget drops the selections of an edition that changes.
func (f *facets) forget(edition string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.changes == nil {
		f.changes = map[string]uint64{}
	}
	f.changes[edition]++
	f.made = slices.DeleteFunc(f.made, func(m madeFacet) bool { return m.edition == edition })
}
