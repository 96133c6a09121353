package curator

import (
	"fmt"
	"slices"
	"strings"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// lacks tells of the tags that an article almost has: how much weight was
// found and needed, what spoke against it, and which words did not count.
func (d judgement) lacks(j *judge) hint {
	return func(kinds []news.Kind, ids []string) string {
		share, said := 0.0, ""
		consider := func(weight, needed float64, word func() string) {
			if said == "" || weight/needed > share {
				share, said = weight/needed, word()
			}
		}
		for _, c := range append(slices.Clone(d.countries), d.concepts...) {
			concept := j.vocabulary.Concepts()[c.concept]
			if !slices.Contains(kinds, concept.Kind) || !slices.Contains(ids, concept.ID) {
				continue
			}
			needed, rival := d.needed(concept.Kind, c)
			consider(c.weight, needed, func() string {
				return fmt.Sprintf("; %s has %.2f of the %.2f that it needs%s%s", concept.ID, c.weight, needed, rival, found(c.evidence))
			})
		}
		for number, c := range d.topics {
			t := j.vocabulary.Topics()[number]
			concept := j.vocabulary.Concepts()[t.Concept]
			if c.raw > 0 && slices.Contains(kinds, news.KindTopic) && slices.Contains(ids, concept.ID) {
				consider(c.weight, t.Threshold, func() string {
					return fmt.Sprintf("; %s has %.2f of the %.2f that it needs%s%s", concept.ID, c.weight, t.Threshold,
						d.against(j, c), found(c.evidence(d.fields)))
				})
			}
		}
		return said
	}
}

// needed is the weight that a tag of a kind needs, and what made it so much.
func (d judgement) needed(kind news.Kind, c claim) (weight float64, rival string) {
	switch kind {
	case news.KindRegion:
		return regionFloor, ""
	case news.KindCountry:
		if share := shareOf(d.countries[0], c) * d.countries[0].weight; share > countryFloor {
			return share, " beside a country that is spoken of more"
		}
		return countryFloor, ""
	}
	return nameFloor, ""
}

// against names the topics that lowered one.
func (d judgement) against(j *judge, c topicClaim) string {
	if len(c.lowered) == 0 {
		return ""
	}
	var names []string
	for _, number := range c.lowered {
		names = append(names, j.vocabulary.Concepts()[j.vocabulary.Topics()[number].Concept].ID)
	}
	return fmt.Sprintf(" (%.2f before %s spoke against it)", c.raw, strings.Join(names, ", "))
}

// found quotes what was found of a tag that is lacking: the names that did not
// count and why, else the strongest words.
func found(evidence []news.Evidence) string {
	for _, e := range evidence {
		if e.Weight == 0 && e.Note != "" {
			return fmt.Sprintf(": %q in the %s is %s", e.Term, e.Field, e.Note)
		}
	}
	if words := quotes(tag(vocabulary.Concept{}, 0, evidence)); words != "" {
		return "," + words
	}
	return ""
}
