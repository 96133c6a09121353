package curator

import (
	"cmp"
	"slices"
	"strings"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// repeated is what the second and further hits of a term add.
const repeated = 0.2

// topicFactor is how much a term counts for where it stands.
func topicFactor(f vocabulary.Field, from int) float64 {
	switch at := letters(f, from); {
	case f.Name == "title":
		return 1.25
	case at < leadEnd:
		return 0.8
	case at < bodyEnd:
		return 0.5
	}
	return farFactor
}

// Far down an article a term counts farFactor, and all terms of a topic
// together mostFar: long reads mention everything.
const (
	farFactor = 0.25
	mostFar   = 0.5
)

// signal is a piece of evidence for a topic.
type signal struct {
	topic    int // number in the vocabulary's topics
	term     string
	field    int
	from, to int
	weight   float64
}

// topicClaim is what the evidence for a topic comes to.
type topicClaim struct {
	raw     float64
	weight  float64 // after what speaks against it
	lowered []int   // topics that spoke against it
	counted []counted
}

// counted is a signal with what it added.
type counted struct {
	field, from, to int
	weight          float64
}

// topicClaims adds up the evidence for every topic, its parts included, and
// lets topics that speak against others lower them.
func (j *judge) topicClaims(r *vocabulary.Reading, fields []vocabulary.Field) []topicClaim {
	topics := j.vocabulary.Topics()
	signals := j.signals(r, fields)
	if len(signals) == 0 {
		return j.noClaims
	}
	claims := make([]topicClaim, len(topics))
	sum := adder{fields: fields, own: make([]signal, 0, len(signals)), best: make(map[string]float64, len(signals))}
	for number := range topics {
		claims[number] = sum.add(j.within[number], signals)
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
	slices.SortStableFunc(signals, func(a, b signal) int { return cmp.Or(cmp.Compare(a.field, b.field), cmp.Compare(a.from, b.from)) })
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
const untitled = 0.6

// adder adds up the signals of one topic after the other.
type adder struct {
	fields []vocabulary.Field
	own    []signal
	best   map[string]float64 // by term
}

// add adds the signals of a topic and of its parts, which stand in the order
// of the text: a term counts where it stands best, its repetitions a little,
// and no word counts twice.
func (a *adder) add(within []bool, signals []signal) topicClaim {
	var claim topicClaim
	own := a.own[:0]
	for _, s := range signals {
		if within[s.topic] {
			own = append(own, s)
		}
	}
	if len(own) == 0 {
		return claim
	}
	clear(a.best)
	inTitle, far := false, 0.0
	for i, s := range own {
		if covered(own, i) {
			continue
		}
		f := a.fields[s.field]
		weight := s.weight * topicFactor(f, s.from)
		if before, ok := a.best[s.term]; ok {
			gain := max(weight-before, repeated*weight)
			a.best[s.term] = max(before, weight)
			weight = gain
		} else {
			a.best[s.term] = weight
		}
		if topicFactor(f, s.from) <= farFactor {
			weight = min(weight, max(0, mostFar-far))
			far += weight
		}
		claim.raw += weight
		inTitle = inTitle || f.Name == "title"
		claim.counted = append(claim.counted, counted{s.field, s.from, s.to, weight})
	}
	if a.fields[0].To > 0 && !inTitle {
		claim.raw *= untitled
	}
	claim.weight = claim.raw
	return claim
}

// covered tells that a stronger signal, or an equal one before it, covers some
// of the same words.
func covered(own []signal, i int) bool {
	s := &own[i]
	for k := i - 1; k >= 0 && k >= i-nearSignals; k-- {
		if o := &own[k]; o.field == s.field && o.to > s.from && o.weight >= s.weight {
			return true
		}
	}
	for k := i + 1; k < len(own) && own[k].field == s.field && own[k].from < s.to; k++ {
		if own[k].weight > s.weight {
			return true
		}
	}
	return false
}

// nearSignals is how many signals back one may still cover the same words.
const nearSignals = 8

// evidence words what was counted.
func (c topicClaim) evidence(fields []vocabulary.Field) []news.Evidence {
	list := make([]news.Evidence, len(c.counted))
	for i, x := range c.counted {
		f := fields[x.field]
		list[i] = news.Evidence{Term: f.Text[x.from:x.to], Field: f.Name, Offset: x.from, Weight: round(x.weight)}
	}
	return list
}
