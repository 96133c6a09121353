package vocabulary

import (
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// What is left of a mention that a neighbouring word makes less of.
const (
	borderShare  = 0.35 // "near the border with …"
	bearerShare  = 0.35 // "a … footballer"
	pastShare    = 0.5  // somebody out of office, a mission that left
	locatedShare = 0.65 // an ambiguous name after "in" or "ville de"

	supportedHalf = 0.8 // a name that counts half, with support
)

// resolver settles what the mentions of one reading count.
type resolver struct {
	*Vocabulary
	*buffer
	reading  *Reading
	fields   []Field
	language string
	firm     map[int]int   // country -> mentions that need no support
	guessed  map[int][]int // country -> concepts that are mentioned but need support
}

// resolve settles what every name that needs support counts.
func (v *Vocabulary) resolve(b *buffer, r *Reading, fields []Field, language string, at time.Time, beat []int) {
	v.markDatelines(r, fields)
	dropCredits(r, fields)
	s := resolver{Vocabulary: v, buffer: b, reading: r, fields: fields, language: language}
	s.weighSupport(beat)
	people := s.people()
	for i := range r.Mentions {
		m := &r.Mentions[i]
		f := &v.forms[m.form]
		switch {
		case !at.IsZero() && s.concepts[m.Concept].Since.After(at) && s.concepts[m.Concept].Kind != news.KindPerson:
			m.Weight, m.Note = 0, "it did not exist yet"
		case people[m.form]:
			m.Weight, m.Note = 0, "a person's name"
		case f.locative && !s.located(m):
			m.Weight, m.Note = 0, "no word for a place before it"
		case f.rule >= 0:
			s.apply(m)
		case f.context && !s.supported(m):
			s.doubt(m, "nothing else speaks of its country")
		case f.weight == 0.5 && !s.supported(m):
			s.doubt(m, "ambiguous")
			m.Weight = max(m.Weight, 0.5)
		case f.weight == 0.5:
			m.Weight = supportedHalf
		}
		s.neighbours(m)
		s.age(m, at)
	}
	s.settleNamesakes()
}

// lingering is how long a name speaks of the present when what it names is
// over: the end itself is news.
const lingering = 90 * 24 * time.Hour

// age lowers the name of what was over when the article was published.
func (s *resolver) age(m *Mention, at time.Time) {
	until := s.concepts[m.Concept].Until
	if m.Weight > 0 && !until.IsZero() && at.After(until.Add(lingering)) {
		m.Weight, m.Note = m.Weight*pastShare, "it was over by then"
	}
}

// settleNamesakes leaves of several places with one name those whose country
// the article speaks of.
func (s *resolver) settleNamesakes() {
	known := func(m *Mention) bool {
		return slices.ContainsFunc(s.concepts[m.Concept].Countries, func(c int) bool { return s.firm[c] > 0 })
	}
	all := s.reading.Mentions
	for i := 1; i < len(all); i++ {
		for k := i - 1; k >= 0 && all[k].Field == all[i].Field && all[k].Token == all[i].Token; k-- {
			a, b := &all[i], &all[k]
			if known(a) && !known(b) {
				b.Weight, b.Note = 0, "a namesake elsewhere"
			} else if known(b) && !known(a) {
				a.Weight, a.Note = 0, "a namesake elsewhere"
			}
		}
	}
}

// people are the forms that stand as a person's name, unless something firm
// speaks of the country that they may mean.
func (s *resolver) people() map[int32]bool {
	people := map[int32]bool{}
	for i := range s.reading.Mentions {
		m := &s.reading.Mentions[i]
		if f := &s.forms[m.form]; f.rule < 0 || !s.rules[f.rule].firstName {
			continue
		}
		if s.supported(m) {
			return nil
		}
		if s.besideName(m) || s.quoted(m) {
			people[m.form] = true
		} else if s.located(m) {
			s.firm[m.Concept]++
			return nil
		}
	}
	return people
}

// apply settles a mention by the rule of its form.
func (s *resolver) apply(m *Mention) {
	f := &s.forms[m.form]
	rule := &s.rules[f.rule]
	if slices.ContainsFunc(rule.unless, s.met) {
		m.Weight, m.Note = 0, "another meaning"
		return
	}
	foreign := slices.Contains(rule.foreign, s.language)
	switch {
	case s.supported(m):
		m.Weight = max(m.Weight, supportedHalf)
	case len(rule.needs) > 0 && slices.ContainsFunc(rule.needs, s.met):
		m.Weight = 1
	case foreign && s.opensSentence(m):
		m.Weight, m.Note = 0, "a common word in this language"
	case len(rule.needs) > 0:
		least := m.Weight * rule.otherwise
		s.doubt(m, "ambiguous, and nothing near it decides")
		m.Weight = max(m.Weight, least)
	case f.context && len(rule.needs) == 0:
		s.doubt(m, "nothing else speaks of its country")
	}
}

// doubt lowers a name that nothing supports: to a part when a word for a place
// stands before it or it opens a headline, else to nothing.
func (s *resolver) doubt(m *Mention, note string) {
	f := &s.forms[m.form]
	written := s.fields[m.Field].Text[m.From:m.To]
	asPlace := s.concepts[m.Concept].Kind == news.KindPlace && !f.exact && f.upper && len(s.firm) == 0 && written != strings.ToUpper(written)
	asSlug := s.concepts[m.Concept].Kind == news.KindCountry && s.opensHeadline(m) && s.language == "ar"
	if asSlug || asPlace && (s.located(m) || s.opensHeadline(m)) {
		m.Weight, m.Note = locatedShare, note+", but it stands as a place"
		return
	}
	m.Weight, m.Note = 0, note
}

// neighbours lowers a country that is only passed by.
func (s *resolver) neighbours(m *Mention) {
	if m.Weight == 0 || s.concepts[m.Concept].Kind != news.KindCountry {
		return
	}
	after, before := s.word(m, m.tokens), s.word(m, -1)
	switch {
	case s.grammar.border[after] || s.grammar.border[before] || s.grammar.place[before] && s.grammar.border[s.word(m, -2)],
		before == "avec" && s.grammar.border[s.word(m, -2)], before == "with" && s.grammar.border[s.word(m, -2)],
		before == "la" && s.grammar.border[s.word(m, -3)], before == "le" && s.grammar.border[s.word(m, -3)]:
		m.Weight, m.Note = m.Weight*borderShare, "a border"
	case m.Demonym && (s.grammar.bearer[s.language+" "+after] || s.grammar.bearer[s.language+" "+before]):
		m.Weight, m.Note = m.Weight*bearerShare, "somebody's nationality"
	}
}

// met tells that the article holds a cue, or speaks of a concept.
func (s *resolver) met(n need) bool {
	if n.cue >= 0 {
		return s.buffer.cues[n.cue]
	}
	if s.concepts[n.concept].Kind == news.KindCountry {
		return s.firm[n.concept] > 0
	}
	return slices.ContainsFunc(s.reading.Mentions, func(m Mention) bool { return m.Concept == n.concept && m.Weight > 0 })
}

// weighSupport counts, by country, the mentions that need no support; the
// countries that the source writes about count as one. Names that need support
// are noted, for two of them in one country support each other.
func (s *resolver) weighSupport(beat []int) {
	s.firm, s.guessed = map[int]int{}, map[int][]int{}
	for i := range s.reading.Mentions {
		m := &s.reading.Mentions[i]
		f := &s.forms[m.form]
		guarded := f.rule >= 0 && s.rules[f.rule].guards() || s.hasNamesake(i)
		for _, country := range s.concepts[m.Concept].Countries {
			if m.Weight > 0.5 && !f.context && !guarded {
				s.firm[country]++
			} else if !slices.Contains(s.guessed[country], m.Concept) && !guarded {
				s.guessed[country] = append(s.guessed[country], m.Concept)
			}
		}
	}
	for _, country := range beat {
		s.firm[country]++
	}
}

// hasNamesake tells that the name at an index may be that of places in several
// countries: it cannot tell itself which is meant.
func (s *resolver) hasNamesake(i int) bool {
	all := s.reading.Mentions
	other := func(k int) bool {
		return k >= 0 && k < len(all) && all[k].Field == all[i].Field && all[k].Token == all[i].Token &&
			!slices.Equal(s.concepts[all[k].Concept].Countries, s.concepts[all[i].Concept].Countries)
	}
	return other(i-1) || other(i+1)
}

// supported tells that something else speaks of a country of the mention.
func (s *resolver) supported(m *Mention) bool {
	return slices.ContainsFunc(s.concepts[m.Concept].Countries, func(c int) bool {
		return s.firm[c] > 0 || len(s.guessed[c]) > 1
	})
}

// combine adds the combinations that the cues meet and notes which topics hold
// back from lowering others.
func (v *Vocabulary) combine(b *buffer, r *Reading, language uint16) {
	for number := range v.topics {
		t := &v.topics[number]
		r.unlessMet[number] = slices.ContainsFunc(t.unless, func(cue int) bool { return b.cues[cue] })
		for _, p := range t.combinations {
			hit, ok := p.find(b.hits, b.cues, language)
			if !ok {
				continue
			}
			at := b.tokens[b.fields[hit.field][0]+hit.token]
			r.Hits = append(r.Hits, TopicHit{Topic: number, Field: hit.field, From: int(at.from), To: int(at.to),
				Weight: float64(p.weight)})
		}
	}
}
