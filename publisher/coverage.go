package publisher

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// CoverageView is who wrote for the editions between Since and At.
type CoverageView struct {
	Since, At time.Time
	Rows      []news.Coverage
	// Wanted are the countries that each edition's rules name, with their
	// labels: those that nobody writes about are gaps.
	Wanted map[string][]news.Tag
}

// coverage is the matrix of countries, languages and publishers of each
// edition; the JSON names are a promise.
type coverage struct {
	Since    time.Time         `json:"since"`
	At       time.Time         `json:"at"`
	Editions []editionCoverage `json:"editions"`
}

type editionCoverage struct {
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	Lang      string            `json:"-"`
	Languages []string          `json:"languages"`
	Countries []countryCoverage `json:"countries"`
	Gaps      []gap             `json:"gaps"`
}

type countryCoverage struct {
	ID    string         `json:"id"` // empty: about no country
	Label string         `json:"label"`
	Cells []coverageCell `json:"languages"`
}

// coverageCell are the publishers that write about a country in a language.
type coverageCell struct {
	Language   string           `json:"language"`
	Publishers []coverageOutlet `json:"publishers"`
}

type coverageOutlet struct {
	Name     string    `json:"name"`
	Articles int       `json:"articles"`
	Newest   time.Time `json:"newest"`
}

// gap is a country that nobody or one publisher writes about, in all or in one
// of the edition's languages.
type gap struct {
	Country    string `json:"country"`
	Label      string `json:"label"`
	Language   string `json:"language,omitempty"`
	Publishers int    `json:"publishers"`
}

// coverageOf reads the coverage of one edition, or of all.
func (p *Publisher) coverageOf(ctx context.Context, values url.Values) (*coverage, error) {
	id := values.Get("edition")
	editions := slices.DeleteFunc(slices.Clone(p.editions), func(e news.Edition) bool {
		return e.Of != "" || e.Health || e.Digest != "" || id != "" && id != e.ID
	})
	if id != "" && len(editions) == 0 {
		return nil, errOdd("There is no edition " + quoted(id) + " that has articles of its own.")
	}
	view, err := p.lookup.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	c := &coverage{Since: view.Since.UTC().Truncate(time.Second), At: view.At.UTC().Truncate(time.Second), Editions: []editionCoverage{}}
	for _, e := range editions {
		c.Editions = append(c.Editions, newEditionCoverage(e, view))
	}
	return c, nil
}

func newEditionCoverage(e news.Edition, view CoverageView) editionCoverage {
	c := editionCoverage{ID: e.ID, Title: firstText(e.Title, e.ID), Lang: firstOf(languageTag(e.Language), "en"),
		Languages: []string{}, Countries: []countryCoverage{}, Gaps: []gap{}}
	for _, row := range view.Rows {
		if lang := baseLanguage(row.Language); row.EditionID == e.ID && lang != "" && !slices.Contains(c.Languages, lang) {
			c.Languages = append(c.Languages, lang)
		}
	}
	slices.Sort(c.Languages)
	for _, t := range view.Wanted[e.ID] {
		c.country(t.ID, t.Label)
	}
	for _, row := range view.Rows {
		if row.EditionID == e.ID {
			c.add(row)
		}
	}
	slices.SortStableFunc(c.Countries, func(a, b countryCoverage) int {
		return cmp.Or(cmp.Compare(len(b.ID), len(a.ID)), cmp.Compare(a.Label, b.Label))
	})
	for i := range c.Countries {
		c.Gaps = append(c.Gaps, c.Countries[i].gaps(view.Wanted[e.ID])...)
	}
	return c
}

// country finds the row of a country, or adds it.
func (c *editionCoverage) country(id, label string) *countryCoverage {
	i := slices.IndexFunc(c.Countries, func(row countryCoverage) bool { return row.ID == id })
	if i < 0 {
		row := countryCoverage{ID: id, Label: firstText(label, id)}
		for _, lang := range c.Languages {
			row.Cells = append(row.Cells, coverageCell{Language: lang, Publishers: []coverageOutlet{}})
		}
		i, c.Countries = len(c.Countries), append(c.Countries, row)
	}
	return &c.Countries[i]
}

func (c *editionCoverage) add(row news.Coverage) {
	country := c.country(row.Country, row.Label)
	i := slices.IndexFunc(country.Cells, func(cell coverageCell) bool { return cell.Language == baseLanguage(row.Language) })
	if i < 0 { // of no known language
		return
	}
	cell, name := &country.Cells[i], firstText(row.Publisher, "?")
	k := slices.IndexFunc(cell.Publishers, func(o coverageOutlet) bool { return o.Name == name })
	if k < 0 {
		k, cell.Publishers = len(cell.Publishers), append(cell.Publishers, coverageOutlet{Name: name})
	}
	o := &cell.Publishers[k]
	if o.Articles += row.Articles; row.Newest.After(o.Newest) {
		o.Newest = row.Newest.UTC()
	}
}

// baseLanguage is a language whatever its country: coverage is counted by it.
func baseLanguage(lang string) string {
	lang, _, _ = strings.Cut(languageTag(lang), "-")
	return lang
}

// gaps names what is thin about a country that the edition wants.
func (c *countryCoverage) gaps(wanted []news.Tag) []gap {
	if !slices.ContainsFunc(wanted, func(t news.Tag) bool { return t.ID == c.ID }) {
		return nil
	}
	outlets := map[string]bool{}
	var silent []gap
	for _, cell := range c.Cells {
		for _, o := range cell.Publishers {
			outlets[o.Name] = true
		}
		if len(cell.Publishers) == 0 {
			silent = append(silent, gap{Country: c.ID, Label: c.Label, Language: cell.Language})
		}
	}
	if len(outlets) < 2 {
		return append([]gap{{Country: c.ID, Label: c.Label, Publishers: len(outlets)}}, silent[:min(len(silent), len(outlets)*len(silent))]...)
	}
	return silent
}

// coveragePage makes /coverage.
func (p *Publisher) coveragePage(ctx context.Context, w *words, values url.Values) ([]byte, error) {
	c, err := p.coverageOf(ctx, values)
	if err != nil {
		return nil, err
	}
	return execute("coverage.html", struct {
		chrome
		*coverage
		Health string // address of the health edition
	}{p.pageChrome(w, "coverage"+encoded(values)), c, p.path + "/editions/" + healthID})
}

// coverageJSON makes /coverage.json.
func (p *Publisher) coverageJSON(ctx context.Context, _ *words, values url.Values) ([]byte, error) {
	c, err := p.coverageOf(ctx, values)
	if err != nil {
		return nil, err
	}
	return json.Marshal(c)
}

// coverageFiles are the coverage as files; none without a Lookup.
func (p *Publisher) coverageFiles() ([]file, error) {
	if !p.hasCoverage() {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), questionTime)
	defer cancel()
	text, err := p.coverageJSON(ctx, english, nil)
	files := []file{{name: "coverage.json", body: text}}
	for _, w := range p.spoken {
		page, pageErr := p.coveragePage(ctx, w, nil)
		files, err = append(files, file{name: pageFile(p.frontOf(w) + "coverage"), body: page}), cmp.Or(err, pageErr)
	}
	return files, err
}

// hasCoverage tells whether the coverage is served or written.
func (p *Publisher) hasCoverage() bool { return p.lookup != nil && p.lookup.Coverage != nil }
