package curator

import (
	"cmp"
	"slices"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// The weights of aboutness. They were set on labelled articles; docs/curation.md
// has the figures.
const (
	titleFactor = 2.0
	leadFactor  = 1.0
	bodyFactor  = 0.5
	tailFactor  = 0.25
	// mostTail is the most that mentions far down add together.
	mostTail = 0.8

	leadEnd = 260
	bodyEnd = 900

	datelineWeight = 0.15
	// beatWeight is what the source's own focus adds, if nothing else is named.
	beatWeight = 1.2

	// countryFloor is what a country needs, countryShare the part of the
	// strongest country's weight that another one needs, untitledShare when
	// the strongest stands in the title and the other does not.
	countryFloor = 0.95
	countryShare = 0.3
	// soleFloor is enough for a country when no other reaches soleRival.
	soleFloor     = 0.75
	soleRival     = 0.3
	untitledShare = 0.45
)

// claim is what the mentions of one concept add up to.
type claim struct {
	concept  int
	weight   float64
	tail     float64 // what comes from far down
	inTitle  bool
	evidence []news.Evidence
}

// score maps a weight to 0…1; what a tag just needs is 0.5.
func score(weight, needed float64) float64 {
	s := weight / (weight + needed)
	return float64(int(s*1000+0.5)) / 1000
}

// countryScore is the score of a country that the article is about.
func countryScore(c claim) float64 { return max(0.5, score(c.weight, countryFloor)) }

// positionFactor is how much a mention counts for where it stands.
func positionFactor(f vocabulary.Field, from int) float64 {
	switch at := letters(f, from); {
	case f.Name == "title":
		return titleFactor
	case at < leadEnd:
		return leadFactor
	case at < bodyEnd:
		return bodyFactor
	}
	return tailFactor
}

// kindFactor is how surely a mention of a kind speaks of its country.
func kindFactor(c *vocabulary.Concept, m *vocabulary.Mention) float64 {
	switch {
	case m.Demonym:
		return 0.6
	case c.Kind == news.KindCountry && m.Capital:
		return 0.6
	case c.Kind == news.KindCountry:
		return 1
	case c.Kind == news.KindPlace, c.Kind == news.KindRegion:
		return 0.8
	case c.Kind == news.KindPerson:
		return 0.7
	}
	return 0.6
}

// claims adds up the mentions of every concept, of every region above it and
// of every country that they speak of. Both lists come strongest first.
func (j *judge) claims(r *vocabulary.Reading, fields []vocabulary.Field, beat []int) (concepts, countries []claim) {
	own, land := map[int]*claim{}, map[int]*claim{}
	named := j.named(r)
	seen := map[[2]int]float64{}
	for i := range r.Mentions {
		m := &r.Mentions[i]
		c := &j.vocabulary.Concepts()[m.Concept]
		base := m.Weight * positionFactor(fields[m.Field], m.From)
		if m.Dateline {
			base = m.Weight * datelineWeight
		}
		add(own, m.Concept, base, m, fields)
		for _, region := range j.above[m.Concept] {
			add(own, region, base, m, fields)
		}
		if len(c.Countries) > 1 && !c.Shares {
			continue
		}
		for _, country := range shared(c, named) {
			key := [2]int{country, m.Concept}
			seen[key]++
			add(land, country, base*kindFactor(c, m)/seen[key], m, fields)
		}
	}
	j.settleHomes(r, fields, land)
	if len(beat) == 1 && !spokenOf(land) {
		land[beat[0]] = &claim{concept: beat[0], weight: beatWeight,
			evidence: []news.Evidence{{Weight: beatWeight, Note: "the source writes about it, and no other country is named"}}}
	}
	return strongest(own), strongest(land)
}

// named are the countries that are spoken of by more than what several share.
func (j *judge) named(r *vocabulary.Reading) map[int]bool {
	named := map[int]bool{}
	for i := range r.Mentions {
		if c := &j.vocabulary.Concepts()[r.Mentions[i].Concept]; len(c.Countries) == 1 && r.Mentions[i].Weight > 0 && !r.Mentions[i].Dateline {
			named[c.Countries[0]] = true
		}
	}
	return named
}

// shared are the countries that a mention speaks of: of a region that several
// share those that are named, if any is.
func shared(c *vocabulary.Concept, named map[int]bool) []int {
	if c.Kind != news.KindRegion || len(c.Countries) < 2 {
		return c.Countries
	}
	var some []int
	for _, country := range c.Countries {
		if named[country] {
			some = append(some, country)
		}
	}
	if len(some) == 0 {
		return c.Countries
	}
	return some
}

// spokenOf tells that some country is more than hinted at.
func spokenOf(land map[int]*claim) bool {
	for _, c := range land {
		if c.weight >= soleRival {
			return true
		}
	}
	return false
}

// settleHomes lets a group of several countries speak for the first of them
// when the article names none.
func (j *judge) settleHomes(r *vocabulary.Reading, fields []vocabulary.Field, land map[int]*claim) {
	for i := range r.Mentions {
		m := &r.Mentions[i]
		c := &j.vocabulary.Concepts()[m.Concept]
		if len(c.Countries) < 2 || c.Shares || c.Kind != news.KindGroup {
			continue
		}
		if !slices.ContainsFunc(c.Countries, func(n int) bool { return land[n] != nil }) {
			add(land, c.Countries[0], m.Weight*positionFactor(fields[m.Field], m.From)*kindFactor(c, m), m, fields)
		}
	}
}

func add(all map[int]*claim, concept int, weight float64, m *vocabulary.Mention, fields []vocabulary.Field) {
	c := all[concept]
	if c == nil {
		c = &claim{concept: concept}
		all[concept] = c
	}
	f := fields[m.Field]
	if positionFactor(f, m.From) <= tailFactor {
		weight = min(weight, max(0, mostTail-c.tail))
		c.tail += weight
	}
	c.weight += weight
	c.inTitle = c.inTitle || f.Name == "title" && weight > 0
	note := m.Note
	if m.Dateline {
		note = "dateline"
	}
	c.evidence = append(c.evidence, news.Evidence{Term: f.Text[m.From:m.To], Field: f.Name, Offset: m.From, Weight: round(weight), Note: note})
}

func round(w float64) float64 { return float64(int(w*1000+0.5)) / 1000 }

func strongest(all map[int]*claim) []claim {
	list := make([]claim, 0, len(all))
	for _, c := range all {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b claim) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.concept, b.concept))
	})
	return list
}

// about keeps the countries that the article is about.
func about(countries []claim) []claim {
	if len(countries) > 0 && countries[0].weight >= soleFloor && countries[0].weight < countryFloor &&
		(len(countries) == 1 || countries[1].weight < soleRival) {
		return countries[:1]
	}
	var kept []claim
	for _, c := range countries {
		if c.weight >= countryFloor && c.weight >= shareOf(countries[0], c)*countries[0].weight {
			kept = append(kept, c)
		}
	}
	return kept
}

// shareOf is the share of the strongest country's weight that another needs.
func shareOf(strongest, c claim) float64 {
	if strongest.inTitle && !c.inTitle {
		return untitledShare
	}
	return countryShare
}
