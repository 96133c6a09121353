package publisher

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"harmattan/news"
)

// readSearch reads what a reader typed: words, "phrases", fields such as
// country:ML, and dates. What is not understood is an errOdd.
func readSearch(text string) (news.Search, error) {
	var s news.Search
	tokens, err := cutQuery(text)
	if err != nil {
		return s, err
	}
	for i, t := range tokens {
		if err := t.addTo(&s); err != nil {
			return s, err
		}
		s.Open = t.field == "" && !t.quoted && i == len(tokens)-1
	}
	if !s.Since.IsZero() && !s.Before.IsZero() && !s.Since.Before(s.Before) {
		return s, errOdd("The dates leave no day: what comes since must be earlier than what comes before.")
	}
	return s, nil
}

// token is a word or phrase of a search, and the field that it is for.
type token struct {
	field, value string
	quoted       bool
}

// cutQuery cuts a search at its spaces, but not within quotation marks.
func cutQuery(text string) ([]token, error) {
	text = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`).Replace(oneLine(text))
	var tokens []token
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeftFunc(text, unicode.IsSpace) {
		var t token
		if field, rest, ok := strings.Cut(text, ":"); ok && isWordOnly(field) {
			t.field, text = strings.ToLower(field), rest
		}
		if rest, ok := strings.CutPrefix(text, `"`); ok {
			value, rest, closed := strings.Cut(rest, `"`)
			if !closed {
				return nil, errOdd("A quotation mark is not closed: " + quoted(rest) + value + ".")
			}
			t.value, t.quoted, text = strings.TrimSpace(value), true, rest
		} else {
			end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
			if end < 0 {
				end = len(text)
			}
			t.value, text = text[:end], text[end:]
		}
		if t.field != "" && t.value == "" {
			return nil, errOdd("Nothing follows " + t.field + ":, write it without a space, such as " + t.field + ":value.")
		}
		if t.value != "" {
			tokens = append(tokens, t)
		}
	}
	return tokens, nil
}

func isWordOnly(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// searchTerms bounds what the index is asked.
const searchTerms = 16

func (t token) addTo(s *news.Search) error {
	switch t.field {
	case "":
		s.Terms = append(s.Terms, t.value)
	case "title":
		s.Titles = append(s.Titles, t.value)
	case "edition":
		s.Editions = append(s.Editions, t.value)
	case "since", "before", "date":
		return t.addDates(&s.Facet)
	default:
		return t.addField(&s.Facet)
	}
	if len(s.Terms)+len(s.Titles)+len(s.Editions) > searchTerms {
		return errOdd(fmt.Sprintf("The search has too many words; %d at most.", searchTerms))
	}
	return nil
}

// addField takes a tag, a language, a publisher or a source. Tags and publishers
// may be named as people name them: whoever looks them up knows their ids.
func (t token) addField(f *news.Facet) error {
	var names []string
	for _, key := range facetKeys() {
		names = append(names, key.name)
		if key.name != t.field {
			continue
		}
		value := oneLine(t.value)
		if key.name == "language" {
			value = languageTag(t.value)
		}
		if value == "" {
			return errOdd("The field " + key.name + " takes " + key.form + ", not " + quoted(t.value) + ".")
		}
		list := key.values(f)
		if !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
		if len(*list) > facetValues {
			return errOdd("The field " + key.name + " stands too often.")
		}
		return nil
	}
	return errOdd("There is no field " + quoted(t.field) + ". The fields are title, " + strings.Join(names, ", ") +
		", edition, since, before and date; a word with a colon goes between quotation marks.")
}

// addDates takes since:DAY, before:DAY, date:DAY and date:DAY..DAY, where a day
// may also be a month or a year.
func (t token) addDates(f *news.Facet) error {
	from, to, err := readPeriod(t.value)
	if first, last, ok := strings.Cut(t.value, ".."); ok && t.field == "date" {
		if from, _, err = readPeriod(first); err == nil {
			_, to, err = readPeriod(last)
		}
	}
	if err != nil {
		return errOdd("The field " + t.field + " takes a day, month or year such as 2026-11-30, 2026-11 or 2026" +
			map[bool]string{true: ", or two of them such as 2026-11-01..2026-11-07"}[t.field == "date"] + ", not " + quoted(t.value) + ".")
	}
	if t.field == "before" {
		from, to = time.Time{}, from
	}
	if t.field == "since" {
		to = time.Time{}
	}
	if !from.IsZero() && !f.Since.IsZero() || !to.IsZero() && !f.Before.IsZero() {
		return errOdd("The search bounds its dates twice.")
	}
	if !from.IsZero() {
		f.Since = from
	}
	if !to.IsZero() {
		f.Before = to
	}
	return nil
}

// readPeriod reads a day, a month or a year; it ends before to.
func readPeriod(s string) (from, to time.Time, err error) {
	for _, p := range []struct {
		layout              string
		years, months, days int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if from, err = time.Parse(p.layout, s); err == nil && sane(from) {
			return from, from.AddDate(p.years, p.months, p.days), nil
		}
	}
	return from, to, fmt.Errorf("%q is no date", s)
}
