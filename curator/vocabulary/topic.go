package vocabulary

import (
	"cmp"
	"slices"
)

// Topic is how a subject is recognised.
type Topic struct {
	Concept   int
	Threshold float64
	// Parents are the topics, by number in Topics, that it is a part of.
	Parents []int
	// Lowers are the topics whose evidence counts Factor in the presence of
	// this one, unless the article holds a cue of unless.
	Lowers []int
	Factor float64
	Silent bool

	unless       []int
	combinations []pattern
}

// pattern is a compiled combination.
type pattern struct {
	groups   [][]int // cues
	not      []int
	window   int
	weight   float32
	language uint16
}

// addTopics adds the terms of a file's topics.
func (c *compiler) addTopics(s *source) {
	for _, t := range s.Topic {
		number := c.topicNumber(t)
		topic := &c.topics[number]
		for level, forms := range map[string]languages{"strong": t.Strong, "medium": t.Medium, "weak": t.Weak} {
			c.addTerms(s, number, forms, float32(strengths[level]))
		}
		c.addTerms(s, number, t.Not, 0)
		t.Unless.each(func(language string, words []string) {
			for _, word := range words {
				topic.unless = append(topic.unless, c.cueNumber(word, language))
			}
		})
		for _, combo := range t.All {
			topic.combinations = append(topic.combinations, c.pattern(s, t.ID, combo))
		}
	}
}

// topicNumber finds the topic that is added to, or makes a new one.
func (c *compiler) topicNumber(t topic) int {
	concept := c.index["topic/"+t.ID]
	number := slices.IndexFunc(c.topics, func(known Topic) bool { return known.Concept == concept })
	if number < 0 {
		number = len(c.topics)
		c.topics = append(c.topics, Topic{Concept: concept, Threshold: 1})
	}
	known := &c.topics[number]
	known.Threshold = cmp.Or(t.Threshold, known.Threshold)
	known.Factor = cmp.Or(t.Factor, known.Factor)
	known.Silent = known.Silent || t.Silent
	return number
}

func (c *compiler) addTerms(s *source, topic int, forms languages, weight float32) {
	forms.each(func(language string, terms []string) {
		for _, term := range terms {
			w, err := parseForm(term)
			if err != nil {
				c.report(s, term, "topic %s: %v", c.concepts[c.topics[topic].Concept].ID, err)
				continue
			}
			words := []string{w.words}
			if w.has("inflect") {
				words = inflected(w.words, language)
			}
			for _, one := range words {
				f := form{text: one, concept: int32(topic), layer: layerTopics, rule: -1, language: languageBit(language)}
				f.mark(w)
				f.weight = weight
				c.insert(f)
			}
		}
	})
}

func (c *compiler) pattern(s *source, id string, combo combination) pattern {
	p := pattern{window: combo.Window, weight: float32(strengths[combo.Strength]), language: languageBit(combo.Language)}
	if combo.Strength == "" {
		p.weight = 1
	}
	if p.window == 0 {
		p.window = 12
	}
	if len(combo.Groups) < 2 {
		c.report(s, id, "a combination of topic %s has fewer than two groups", id)
	}
	for _, group := range combo.Groups {
		var cues []int
		for _, word := range group {
			cues = append(cues, c.cueNumber(word, combo.Language))
		}
		p.groups = append(p.groups, cues)
	}
	for _, word := range combo.Not {
		p.not = append(p.not, c.cueNumber(word, combo.Language))
	}
	return p
}

// linkTopics fills in what topics say of one another, once all are known.
func (c *compiler) linkTopics() {
	number := map[int]int{}
	for i, t := range c.topics {
		number[t.Concept] = i
	}
	find := func(s *source, id, by string) (int, bool) {
		concept, ok := c.index["topic/"+by]
		if !ok {
			c.report(s, by, "topic %s names %q, which is no topic", id, by)
			return 0, false
		}
		return number[concept], true
	}
	for _, s := range c.sources {
		for _, t := range s.Topic {
			topic := &c.topics[number[c.index["topic/"+t.ID]]]
			for _, name := range t.In {
				if parent, ok := find(s, t.ID, name); ok {
					topic.Parents = append(topic.Parents, parent)
					c.concepts[topic.Concept].Parents = append(c.concepts[topic.Concept].Parents, c.topics[parent].Concept)
				}
			}
			for _, name := range t.Lowers {
				if lowered, ok := find(s, t.ID, name); ok {
					topic.Lowers = append(topic.Lowers, lowered)
				}
			}
		}
	}
	for i := range c.concepts {
		for k, concept := range c.concepts[i].Topics {
			c.concepts[i].Topics[k] = number[concept]
		}
	}
}

// find tells whether the cues meet the combination and where: at the cue of
// the first group. Present tells of every cue whether it was found at all.
func (p pattern) find(hits []cueHit, present []bool, language uint16) (cueHit, bool) {
	if p.language != 0 && language != 0 && p.language&language == 0 {
		return cueHit{}, false
	}
	found := func(cue int) bool { return present[cue] }
	if slices.ContainsFunc(p.not, found) {
		return cueHit{}, false
	}
	for _, group := range p.groups {
		if !slices.ContainsFunc(group, found) {
			return cueHit{}, false
		}
	}
	for i, hit := range hits {
		if slices.Contains(p.groups[0], hit.cue) && p.completed(hits, i) {
			return hit, true
		}
	}
	return cueHit{}, false
}

// completed tells that every further group has a cue near the one at a place.
// The cues stand in the order of the text.
func (p pattern) completed(hits []cueHit, at int) bool {
	from, to := at, at+1
	for from > 0 && p.near(hits[from-1], hits[at]) {
		from--
	}
	for to < len(hits) && p.near(hits[to], hits[at]) {
		to++
	}
	for _, group := range p.groups[1:] {
		if !slices.ContainsFunc(hits[from:to], func(h cueHit) bool { return slices.Contains(group, h.cue) }) {
			return false
		}
	}
	return true
}

func (p pattern) near(a, b cueHit) bool {
	return a.field == b.field && a.token-b.token <= p.window && b.token-a.token <= p.window
}
