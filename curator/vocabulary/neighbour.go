package vocabulary

import (
	"slices"
	"strings"
)

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
// first name: a capital, and no common word that the vocabulary knows.
func (s *resolver) besideName(m *Mention) bool {
	t, ok := s.token(m, m.tokens)
	if ok && t.upper && t.to-t.from == 1 {
		t, ok = s.token(m, m.tokens+1) // an initial
	}
	if !ok || !t.upper || s.common[t.id] {
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
