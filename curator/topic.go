package curator

import (
	"slices"
	"strings"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// repeated is what the second and further hits of a term add.
const repeated = 0.2

// topicFactor is how much a term counts for where it stands.
func topicFactor(f vocabulary.Field, from int) float64 {
	switch at := from - f.From; {
	case f.Name == "title":
		return 1.25
	case at < leadEnd:
		return 0.8
	case at < bodyEnd:
		return 0.5
	}
	return 0.25
}

// signal is a piece of evidence for a topic.
type signal struct {
	topic    int // number in the vocabulary's topics
	term     string
	field    int
	from, to int
	weight   float64
}

// verdict is what a topic comes to.
type topicClaim struct {
	weight   float64 // after what speaks against it
	raw      float64
	lowered  []int // topics that spoke against it
	evidence []news.Evidence
}

// topicClaims adds up the evidence for every topic, its parts included, and
// lets topics that speak against others lower them.
func (j *judge) topicClaims(r *vocabulary.Reading, fields []vocabulary.Field) []topicClaim {
	topics := j.vocabulary.Topics()
	signals := j.signals(r, fields)
	claims := make([]topicClaim, len(topics))
	for number := range topics {
		claims[number] = sum(j.within[number], signals, fields)
	}
	for number := range topics {
		t := &topics[number]
		if len(t.Lowers) == 0 || claims[number].raw == 0 || r.Held(number) {
			continue
		}
		factor := 1 - (1-t.Factor)*min(1, claims[number].raw/t.Threshold)
		for _, lowered := range t.Lowers {
			claims[lowered].weight *= factor
			claims[lowered].lowered = append(claims[lowered].lowered, number)
		}
	}
	return claims
}

// signals are the terms of topics and the groups and people that stand for one.
func (j *judge) signals(r *vocabulary.Reading, fields []vocabulary.Field) []signal {
	signals := make([]signal, 0, len(r.Hits)+len(r.Mentions))
	for _, h := range r.Hits {
		if h.Weight > 0 {
			signals = append(signals, signal{h.Topic, stem(fields[h.Field].Text[h.From:h.To]), h.Field, h.From, h.To, h.Weight})
		}
	}
	for _, m := range r.Mentions {
		c := &j.vocabulary.Concepts()[m.Concept]
		if m.Weight == 0 || c.TopicWeight == 0 {
			continue
		}
		for _, topic := range c.Topics {
			signals = append(signals, signal{topic, c.Key(), m.Field, m.From, m.To, c.TopicWeight * m.Weight})
		}
	}
	return signals
}

// stem cuts the ending of a single word, so that its forms count as one term.
func stem(term string) string {
	folded := vocabulary.Fold(term)
	if strings.Contains(folded, " ") || len(folded) <= stemBytes {
		return folded
	}
	return folded[:stemBytes]
}

const stemBytes = 6

// untitled is what the evidence for a topic counts when none of it stands in
// the title: most such articles only tell the background.
const untitled = 0.75

// sum adds the signals of a topic and of its parts: a term counts where it
// stands best, its repetitions a little, and no word counts twice.
func sum(within []bool, signals []signal, fields []vocabulary.Field) topicClaim {
	var claim topicClaim
	best := map[string]float64{}
	for i, s := range signals {
		if !within[s.topic] || overlaps(within, signals, i) {
			continue
		}
		f := fields[s.field]
		weight := s.weight * topicFactor(f, s.from)
		if before, ok := best[s.term]; ok {
			gain := max(weight-before, repeated*weight)
			best[s.term] = max(before, weight)
			weight = gain
		} else {
			best[s.term] = weight
		}
		claim.raw += weight
		claim.evidence = append(claim.evidence, news.Evidence{Term: f.Text[s.from:s.to], Field: f.Name, Offset: s.from, Weight: round(weight)})
	}
	if fields[0].To > 0 && !slices.ContainsFunc(claim.evidence, func(e news.Evidence) bool { return e.Field == "title" }) {
		claim.raw *= untitled
	}
	claim.weight = claim.raw
	return claim
}

// overlaps tells that a stronger signal, or an equal one earlier in the list,
// covers some of the same words.
func overlaps(within []bool, signals []signal, i int) bool {
	s := &signals[i]
	for k := range signals {
		o := &signals[k]
		if k == i || !within[o.topic] || o.field != s.field || o.from >= s.to || s.from >= o.to {
			continue
		}
		if o.weight > s.weight || o.weight == s.weight && k < i {
			return true
		}
	}
	return false
}
