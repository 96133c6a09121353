package vocabulary

import (
	"slices"
	"strings"
)

// rule is a compiled ambiguity.
type rule struct {
	needs, unless []need
	otherwise     float64
	firstName     bool
	foreign       []string
	note          string
}

// need is a concept or a cue that an article must hold.
type need struct{ concept, cue int }

// resolve settles what every name that needs support counts.
func (v *Vocabulary) resolve(b *buffer, r *Reading, fields []Field, language string, beat []int) {
	v.markDatelines(r, fields)
	firm := v.firm(r, beat)
	names := map[int32]bool{} // forms that were seen to be a person's name
	for i := range r.Mentions {
		m := &r.Mentions[i]
		f := &v.forms[m.form]
		if f.rule >= 0 && v.rules[f.rule].firstName && !v.supported(m, firm) && b.besideName(m) {
			names[m.form] = true
		}
	}
	for i := range r.Mentions {
		m := &r.Mentions[i]
		f := &v.forms[m.form]
		switch {
		case names[m.form]:
			m.Weight, m.Note = 0, "a person's name"
		case f.locative && !b.afterPlaceWord(m, fields):
			m.Weight, m.Note = 0, "no word for a place before it"
		case f.rule >= 0:
			v.apply(b, m, r, firm, language)
		case f.context && !v.supported(m, firm):
			m.Weight, m.Note = 0, "nothing else speaks of its country"
		}
	}
}

// apply settles a mention by the rule of its form.
func (v *Vocabulary) apply(b *buffer, m *Mention, r *Reading, firm map[int]int, language string) {
	f, rule := &v.forms[m.form], &v.rules[v.forms[m.form].rule]
	for _, n := range rule.unless {
		if b.met(n, r) {
			m.Weight, m.Note = 0, "another meaning: "+rule.note
			return
		}
	}
	if slices.Contains(rule.foreign, language) && !v.supported(m, firm) {
		m.Weight, m.Note = 0, "a common word in this language"
		return
	}
	if len(rule.needs) > 0 {
		if slices.ContainsFunc(rule.needs, func(n need) bool { return b.met(n, r) }) || v.supported(m, firm) {
			return
		}
		m.Weight, m.Note = m.Weight*rule.otherwise, "ambiguous, and nothing near it decides"
		return
	}
	if f.context && !v.supported(m, firm) {
		m.Weight, m.Note = 0, "nothing else speaks of its country"
	}
}

func (b *buffer) met(n need, r *Reading) bool {
	if n.cue >= 0 {
		return b.cues[n.cue]
	}
	return slices.ContainsFunc(r.Mentions, func(m Mention) bool { return m.Concept == n.concept && m.Weight > 0 })
}

// firm counts, by country, the mentions that need no support; the countries
// that the source writes about count as one.
func (v *Vocabulary) firm(r *Reading, beat []int) map[int]int {
	firm := map[int]int{}
	for _, m := range r.Mentions {
		if f := &v.forms[m.form]; m.Weight < 0.5 || f.context || f.rule >= 0 && v.rules[f.rule].guards() {
			continue
		}
		for _, country := range v.concepts[m.Concept].Countries {
			firm[country]++
		}
	}
	for _, country := range beat {
		firm[country]++
	}
	return firm
}

// guards tells that a form under the rule is no support for others.
func (r *rule) guards() bool { return len(r.needs) > 0 || r.firstName || len(r.foreign) > 0 }

// supported tells that something else speaks of a country of the mention.
func (v *Vocabulary) supported(m *Mention, firm map[int]int) bool {
	return slices.ContainsFunc(v.concepts[m.Concept].Countries, func(c int) bool { return firm[c] > 0 })
}

// besideName tells that the word after the mention looks like the surname to a
// first name: a capital, and no word that the vocabulary knows.
func (b *buffer) besideName(m *Mention) bool {
	tokens := b.tokens[b.fields[m.Field][0]:b.fields[m.Field][1]]
	after := m.Token + m.tokens
	return after < len(tokens) && tokens[after].upper && tokens[after].gap == gapSoft && tokens[after].id == 0 && tokens[after].to-tokens[after].from > 1
}

var placeWords = map[string]bool{
	"a": true, "au": true, "aux": true, "de": true, "du": true, "d": true, "vers": true, "pres": true, "ville": true,
	"village": true, "commune": true, "region": true, "province": true, "prefecture": true, "cercle": true,
	"departement": true, "localite": true, "district": true, "axe": true,
	"in": true, "near": true, "at": true, "from": true, "to": true, "of": true, "town": true, "city": true, "around": true, "outside": true,
	"em": true, "في": true, "مدينه": true, "بلده": true, "منطقه": true, "ولايه": true,
}

// afterPlaceWord tells that the word before the mention speaks of a place.
func (b *buffer) afterPlaceWord(m *Mention, fields []Field) bool {
	if m.Token == 0 {
		return false
	}
	t := b.tokens[b.fields[m.Field][0]+m.Token-1]
	return placeWords[Fold(fields[m.Field].Text[t.from:t.to])]
}

// markDatelines finds the place that a story was sent from: it stands right
// before the name of an agency in brackets.
func (v *Vocabulary) markDatelines(r *Reading, fields []Field) {
	for number, field := range fields {
		text := field.Text[:field.To]
		for at := field.From; at < len(text); {
			open := strings.IndexByte(text[at:], '(')
			if open < 0 {
				break
			}
			open += at
			at = open + 1
			end := strings.IndexByte(text[open:min(len(text), open+24)], ')')
			if end < 0 || !v.agencies[strings.TrimSpace(text[open+1:open+end])] {
				continue
			}
			for i := range r.Mentions {
				if m := &r.Mentions[i]; m.Field == number && m.To <= open && open-m.To < 40 && !strings.ContainsAny(text[m.To:open], ".!?:;") {
					m.Dateline = true
				}
			}
		}
	}
}

// combine adds the combinations that the cues meet and notes which topics hold
// back from lowering others.
func (v *Vocabulary) combine(b *buffer, r *Reading, language uint16) {
	for number := range v.topics {
		t := &v.topics[number]
		r.unlessMet[number] = slices.ContainsFunc(t.unless, func(cue int) bool { return b.cues[cue] })
		for _, p := range t.combinations {
			hit, ok := p.find(b.hits, language)
			if !ok {
				continue
			}
			at := b.tokens[b.fields[hit.field][0]+hit.token]
			r.Hits = append(r.Hits, TopicHit{Topic: number, Field: hit.field, From: int(at.from), To: int(at.to),
				Sentence: at.sentence, Token: hit.token, Weight: float64(p.weight)})
		}
	}
}
