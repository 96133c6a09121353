package vocabulary

import (
	"slices"
	"strings"

	"harmattan/news"
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

// What is left of a mention that a neighbouring word makes less of.
const (
	borderShare  = 0.35 // "near the border with …"
	bearerShare  = 0.35 // "a … footballer"
	locatedShare = 0.65 // an ambiguous name after "in" or "ville de"
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
func (v *Vocabulary) resolve(b *buffer, r *Reading, fields []Field, language string, beat []int) {
	v.markDatelines(r, fields)
	dropCredits(r, fields)
	s := resolver{Vocabulary: v, buffer: b, reading: r, fields: fields, language: language}
	s.weighSupport(beat)
	people := s.people()
	for i := range r.Mentions {
		m := &r.Mentions[i]
		f := &v.forms[m.form]
		switch {
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
		}
		s.neighbours(m)
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
	case foreign && s.opensSentence(m):
		m.Weight, m.Note = 0, "a common word in this language"
	case len(rule.needs) > 0 && !slices.ContainsFunc(rule.needs, s.met):
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
	if asPlace && (s.located(m) || s.opensHeadline(m)) {
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

// token returns the word at an offset from the first word of a mention.
func (s *resolver) token(m *Mention, offset int) (token, bool) {
	at := m.Token + offset
	span := s.buffer.fields[m.Field]
	if at < 0 || at >= span[1]-span[0] {
		return token{}, false
	}
	return s.buffer.tokens[span[0]+at], true
}

// word returns the folded word at an offset, "" when a full stop or a comma
// parts it from the mention.
func (s *resolver) word(m *Mention, offset int) string {
	t, ok := s.token(m, offset)
	if !ok || offset > 0 && t.gap != gapSoft {
		return ""
	}
	if next, _ := s.token(m, offset+1); offset < 0 && next.gap == gapHard {
		return ""
	}
	return Fold(s.fields[m.Field].Text[t.from:t.to])
}

// besideName tells that the word after the mention looks like the surname to a
// first name: a capital, and no word that the vocabulary knows.
func (s *resolver) besideName(m *Mention) bool {
	t, ok := s.token(m, m.tokens)
	if !ok || !t.upper || t.id != 0 {
		return false
	}
	text := s.fields[m.Field].Text
	if strings.ContainsAny(text[m.To:t.from], ".!?:;,()/") {
		return false
	}
	inTitle := s.fields[m.Field].Name == "title"
	return !s.grammar.function[Fold(text[t.from:t.to])] && !(inTitle && text[t.to-1] == 's')
}

// quoted tells that the mention stands alone in quotation marks.
func (s *resolver) quoted(m *Mention) bool {
	text := s.fields[m.Field].Text
	before, after := strings.TrimRight(text[:m.From], " "), strings.TrimLeft(text[m.To:], " ,")
	return hasAnySuffix(before, "'", "\"", "‘", "“", "«") && hasAnyPrefix(after, "'", "\"", "’", "”", "»")
}

func hasAnySuffix(s string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(x string) bool { return strings.HasSuffix(s, x) })
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(x string) bool {
		return strings.HasPrefix(s, x) && !strings.HasPrefix(s, "'s ") && !strings.HasPrefix(s, "’s ")
	})
}

// located tells that the word before the mention speaks of a place.
func (s *resolver) located(m *Mention) bool { return s.grammar.place[s.word(m, -1)] }

// opensHeadline tells that a title begins "Name :".
func (s *resolver) opensHeadline(m *Mention) bool {
	text := s.fields[m.Field].Text
	rest := strings.TrimLeft(text[m.To:], " \u00a0\u202f")
	return s.fields[m.Field].Name == "title" && m.Token == 0 && (strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "/"))
}

// opensSentence tells that a capital says nothing, for a sentence begins.
func (s *resolver) opensSentence(m *Mention) bool {
	t, _ := s.token(m, 0)
	return t.gap == gapHard
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
		guarded := f.rule >= 0 && s.rules[f.rule].guards()
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

// guards tells that a form under the rule is no support for others.
func (r *rule) guards() bool { return len(r.needs) > 0 || r.firstName || len(r.foreign) > 0 }

// supported tells that something else speaks of a country of the mention.
func (s *resolver) supported(m *Mention) bool {
	return slices.ContainsFunc(s.concepts[m.Concept].Countries, func(c int) bool {
		return s.firm[c] > 0 || len(s.guessed[c]) > 1
	})
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

// creditMarks stand in the brackets that name a picture's maker.
var creditMarks = []string{"Getty Images", "AP Photo", "/AFP", "/AP", "/Reuters", "/REUTERS"}

// dropCredits takes away what was found in the credit of a picture.
func dropCredits(r *Reading, fields []Field) {
	for number, field := range fields {
		for from := field.From; ; {
			open := strings.IndexByte(field.Text[from:field.To], '(')
			if open < 0 {
				break
			}
			open += from
			from = open + 1
			length := strings.IndexByte(field.Text[open:min(field.To, open+160)], ')')
			if length < 0 || !slices.ContainsFunc(creditMarks, func(m string) bool { return strings.Contains(field.Text[open:open+length], m) }) {
				continue
			}
			within := func(f, at int) bool { return f == number && at > open && at < open+length }
			r.Mentions = slices.DeleteFunc(r.Mentions, func(m Mention) bool { return within(m.Field, m.From) })
			r.Hits = slices.DeleteFunc(r.Hits, func(h TopicHit) bool { return within(h.Field, h.From) })
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
