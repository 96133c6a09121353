package publisher

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"harmattan/news"
)

// segment is a stretch of text; Kind is that of the tag whose evidence it is,
// empty for what lies between.
type segment struct {
	Text string
	Kind news.Kind
}

// span is a place in a text, in bytes.
type span struct {
	from, to int
	kind     news.Kind
}

// spans are the places of a field that count for a tag, in order, without
// overlap. Evidence that does not fit the text is left out.
func spans(text, field string, tags []news.Tag) []span {
	var all []span
	for i := range tags {
		for _, e := range tags[i].Evidence {
			end := e.Offset + len(e.Term)
			if e.Field == field && e.Weight > 0 && e.Term != "" && e.Offset >= 0 && end <= len(text) && text[e.Offset:end] == e.Term {
				all = append(all, span{e.Offset, end, tags[i].Kind})
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		return all[i].from < all[j].from || all[i].from == all[j].from && all[i].to > all[j].to
	})
	kept := all[:0]
	for _, s := range all {
		if n := len(kept); n > 0 && s.from < kept[n-1].to {
			kept[n-1].to = max(kept[n-1].to, s.to)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// marked cuts a text at its evidence.
func marked(text, field string, tags []news.Tag) []segment {
	var out []segment
	at := 0
	for _, s := range spans(text, field, tags) {
		if s.from > at {
			out = append(out, segment{Text: inline(text[at:s.from])})
		}
		out = append(out, segment{Text: inline(text[s.from:s.to]), Kind: s.kind})
		at = s.to
	}
	if at < len(text) {
		out = append(out, segment{Text: inline(text[at:])})
	}
	return out
}

// quote is a word of a text that is not shown, with a few words around it.
type quote struct{ Before, Term, After string }

// quoteLimit is how many words of a text are quoted; aroundWords is how many
// stand on each side.
const (
	quoteLimit  = 8
	aroundWords = 4
)

// quotes are words of a field that count for a tag, each once and with its
// first surroundings.
func quotes(text, field string, tags []news.Tag) []quote {
	var out []quote
	seen := map[string]bool{}
	for _, s := range spans(text, field, tags) {
		term := strings.ToLower(text[s.from:s.to])
		if seen[term] || len(out) == quoteLimit {
			continue
		}
		seen[term] = true
		out = append(out, quote{inline(lastWords(text[:s.from])), inline(text[s.from:s.to]), inline(firstWords(text[s.to:]))})
	}
	return out
}

// wordBytes bounds how far a word is looked for.
const wordBytes = 160

func firstWords(s string) string {
	words, inWord := 0, false
	for i, r := range s {
		if i > wordBytes {
			return s[:i] + "…"
		}
		if unicode.IsSpace(r) {
			if inWord {
				if words++; words == aroundWords {
					return s[:i] + " …"
				}
			}
			inWord = false
			continue
		}
		inWord = true
	}
	return s
}

func lastWords(s string) string {
	words, inWord := 0, false
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if len(s)-i > wordBytes {
			return "…" + s[i:]
		}
		if unicode.IsSpace(r) {
			if inWord {
				if words++; words == aroundWords {
					return "… " + s[i:]
				}
			}
			inWord = false
		} else {
			inWord = true
		}
		i -= size
	}
	return s
}

// inline cleans a stretch within a line: its spaces at both ends stay.
func inline(s string) string {
	return strings.Map(func(r rune) rune {
		if isBreak(r) {
			return ' '
		}
		return r
	}, clean(s))
}
