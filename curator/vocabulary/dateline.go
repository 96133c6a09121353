package vocabulary

import (
	"slices"
	"strings"
)

// markDatelines finds the place that a story was sent from: in capitals before
// a dash at the very beginning, or right before an agency's name in brackets.
func (v *Vocabulary) markDatelines(r *Reading, fields []Field) {
	for i := range r.Mentions {
		m := &r.Mentions[i]
		m.Dateline = opensReport(fields[m.Field], m)
	}
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

// opensReport tells that a text begins "CITY - " or "CITY, Country (…".
func opensReport(f Field, m *Mention) bool {
	written := f.Text[m.From:m.To]
	if f.Name == "title" || m.From-f.From > 2 || written != strings.ToUpper(written) || written == strings.ToLower(written) {
		return false
	}
	rest := f.Text[m.To:min(f.To, m.To+40)]
	dash := strings.IndexAny(rest, "-–—:(")
	return dash >= 0 && !strings.ContainsAny(rest[:dash], ".;") && !strings.HasPrefix(rest, "-")
}
