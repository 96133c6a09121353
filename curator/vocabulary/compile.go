package vocabulary

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"harmattan/news"
)

// compiler gathers what the files say and the mistakes in it.
type compiler struct {
	*Vocabulary
	sources  []*source
	problems Problems
	cue      map[string]int // folded words -> number
	masked   map[string]bool
	ruled    map[string]int // concept key + folded form -> rule
	pending  []output
}

// usualNodes is about how many nodes the built-in files come to.
const usualNodes = 1 << 14

func compile(files []File) (*Vocabulary, error) {
	c := &compiler{
		Vocabulary: &Vocabulary{
			index: map[string]int{}, homes: map[string]int{}, agencies: map[string]bool{},
			next: make(map[uint64]int32, usualNodes), tokens: make(map[string]uint32, usualNodes/2),
			nodes: make([]node, 1, usualNodes), common: make([]bool, 1, usualNodes/2), fingerprint: fingerprint(files),
			grammar: grammar{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}},
		},
		cue: map[string]int{}, masked: map[string]bool{}, ruled: map[string]int{},
	}
	c.parse(files)
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	c.declare()
	c.relate()
	c.addRules()
	for _, s := range c.sources {
		c.addNames(s)
		c.addTopics(s)
		c.addNothing(s)
		c.agree(s)
	}
	c.linkTopics()
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	c.freeze()
	c.buffers.New = func() any { return new(buffer) }
	return c.Vocabulary, nil
}

// parse reads the files side by side, which is half of the work.
func (c *compiler) parse(files []File) {
	c.sources = make([]*source, len(files))
	found := make([]Problems, len(files))
	var all sync.WaitGroup
	for i, file := range files {
		all.Go(func() { c.sources[i], found[i] = parse(file) })
	}
	all.Wait()
	c.problems = slices.Concat(found...)
}

// declare gives every concept its number.
func (c *compiler) declare() {
	for _, s := range c.sources {
		for _, e := range s.entries() {
			c.declareOne(s, e.Add, Concept{Kind: e.kind, ID: e.ID, Label: e.Label, Since: c.date(s, e.Since), Until: c.date(s, e.Until),
				Shares: e.Shares, TopicWeight: strengths[e.Strength], Point: point(e.Point)})
		}
		for _, t := range s.Topic {
			c.declareOne(s, t.Add, Concept{Kind: news.KindTopic, ID: t.ID, Label: t.Label})
		}
	}
}

func (c *compiler) declareOne(s *source, adds bool, concept Concept) {
	number, known := c.index[concept.Key()]
	switch {
	case adds && known:
		c.concepts[number].add(concept)
	case adds:
		c.report(s, concept.ID, "%s is added to, but no file before this one holds it", concept.Key())
	case concept.ID == "" || concept.Label == "":
		c.report(s, concept.ID+concept.Label, "a %s needs an id and a label", concept.Kind)
	case known:
		c.report(s, concept.ID, "%s stands twice in the vocabulary; with add = true its names come to the first", concept.Key())
	default:
		c.index[concept.Key()] = len(c.concepts)
		c.concepts = append(c.concepts, concept)
	}
}

// add takes over what a later file says of the concept.
func (c *Concept) add(more Concept) {
	c.Label = cmp.Or(more.Label, c.Label)
	c.Point = cmp.Or(more.Point, c.Point)
	c.TopicWeight = cmp.Or(more.TopicWeight, c.TopicWeight)
	c.Shares = c.Shares || more.Shares
	if !more.Since.IsZero() {
		c.Since = more.Since
	}
	if !more.Until.IsZero() {
		c.Until = more.Until
	}
}

// date reads a year, a month or a day.
func (c *compiler) date(s *source, text string) time.Time {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	if text != "" {
		c.report(s, text, "%q is no date; give a year, a month or a day such as 2024-11-30", text)
	}
	return time.Time{}
}

func point(p []float64) *news.Point {
	if len(p) != 2 {
		return nil
	}
	return &news.Point{Lat: p[0], Lon: p[1]}
}

func (c *compiler) report(s *source, name, format string, args ...any) {
	c.problems = append(c.problems, s.problem(name, format, args...))
}

// relate turns the names of parents and topics into numbers.
func (c *compiler) relate() {
	for _, s := range c.sources {
		for _, e := range s.entries() {
			c.relateOne(e)
		}
	}
	for _, s := range c.sources {
		for _, e := range s.entries() {
			number := c.index[string(e.kind)+"/"+e.ID]
			c.concepts[number].Countries = c.countriesOf(number, 0)
		}
	}
}

func (c *compiler) relateOne(e entry) {
	concept := &c.concepts[c.index[string(e.kind)+"/"+e.ID]]
	for _, name := range e.In {
		parent, ok := c.firstOf(name, "country/", "region/", "place/")
		if !ok {
			c.report(e.from, name, "%s lies in %q, which is no country, region or place", concept.Key(), name)
			continue
		}
		concept.Parents = append(concept.Parents, parent)
	}
	for _, name := range e.Topics {
		topic, ok := c.index["topic/"+name]
		if !ok {
			c.report(e.from, name, "%s speaks of %q, which is no topic", concept.Key(), name)
			continue
		}
		concept.Topics = append(concept.Topics, topic)
	}
	if _, ok := strengths[e.Strength]; !ok {
		c.report(e.from, e.Strength, "%s has the strength %q; give strong, medium or weak", concept.Key(), e.Strength)
	}
	if n := len(e.Point); n != 0 && n != 2 {
		c.report(e.from, e.ID, "%s has a point of %d numbers; give latitude and longitude", concept.Key(), n)
	}
}

func (c *compiler) firstOf(name string, kinds ...string) (int, bool) {
	for _, kind := range kinds {
		if number, ok := c.index[kind+name]; ok {
			return number, true
		}
	}
	return 0, false
}

// countriesOf climbs from a concept to the countries above it.
func (c *compiler) countriesOf(number, depth int) []int {
	concept := c.concepts[number]
	if concept.Kind == news.KindCountry {
		return []int{number}
	}
	var countries []int
	if depth > 8 {
		return nil
	}
	for _, parent := range concept.Parents {
		for _, country := range c.countriesOf(parent, depth+1) {
			if !slices.Contains(countries, country) {
				countries = append(countries, country)
			}
		}
	}
	return countries
}

func (c *compiler) agree(s *source) {
	for _, name := range s.Agencies {
		c.agencies[name] = true
	}
	for _, name := range s.Outlets {
		c.mask(name)
	}
	c.settleOutlets(s)
	note := func(set map[string]bool, words []string) {
		for _, word := range words {
			set[Fold(word)] = true
		}
	}
	note(c.grammar.place, s.PlaceWords)
	note(c.grammar.border, s.BorderWords)
	s.Bearers.each(func(language string, words []string) {
		for _, word := range words {
			c.grammar.bearer[language+" "+Fold(word)] = true
		}
	})
	note(c.grammar.function, s.FunctionWords)
	note(c.grammar.abbreviation, s.Abbreviations)
	for _, example := range s.Example {
		example.File = s.Name
		c.examples = append(c.examples, example)
		for _, key := range slices.Concat(example.Expect, example.Refuse) {
			if _, ok := c.index[key]; !ok {
				c.report(s, key, "an example names %q, which the vocabulary does not hold", key)
			}
		}
	}
}

// settleOutlets notes where outlets are at home; their names mean no country.
func (c *compiler) settleOutlets(s *source) {
	for _, o := range s.Outlet {
		home, ok := c.index["country/"+o.Home]
		if !ok {
			c.report(s, o.Host, "the outlet %s is at home in %q, which is no country of the vocabulary", o.Host, o.Home)
			continue
		}
		c.homes[strings.ToLower(o.Host)] = home
		for _, name := range o.Names {
			c.homes[Fold(name)] = home
			c.mask(name)
		}
	}
}

// cueNumber returns the number of a cue and adds its words when they are new.
func (c *compiler) cueNumber(words, language string) int {
	key := language + " " + Fold(words)
	if number, ok := c.cue[key]; ok {
		return number
	}
	number := c.cues
	c.cues++
	c.cue[key] = number
	f := form{text: words, concept: int32(number), layer: layerCues, rule: -1, language: languageBit(language)}
	f.mark(written{words: words})
	c.insert(f)
	return number
}

var strengths = map[string]float64{"": 0, "strong": 1, "medium": 0.5, "weak": 0.2}
