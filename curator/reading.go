package curator

import (
	"strings"
	"unicode/utf8"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// readingFields are the parts of an article that are judged: the title without
// the outlet's name behind it, and the text once, without what repeats the
// title or advertises the outlet.
func readingFields(a news.Article, source news.Source) []vocabulary.Field {
	name, body := "text", a.Text
	if body == "" {
		name, body = "summary", a.Summary
	}
	title := vocabulary.Field{Name: "title", Text: a.Title, To: headlineEnd(a.Title, body, a.Publisher, source)}
	fields := []vocabulary.Field{title}
	if summary := strings.TrimRight(a.Summary, "… "); name == "text" && summary != "" && !strings.Contains(body, summary) {
		fields = append(fields, bodyField("summary", a.Summary, a.Title[:title.To]))
	}
	if body != "" {
		fields = append(fields, bodyField(name, body, a.Title[:title.To]))
	}
	for i := range fields {
		fields[i].Wide = wide(fields[i].Text)
	}
	return fields
}

// wide tells from the beginning of a text whether its letters take two bytes.
func wide(text string) bool {
	sample := text[:min(len(text), 200)]
	return 3*utf8.RuneCountInString(sample) < 2*len(sample)
}

// letters is how far from the beginning of what is judged a byte stands, in
// letters, roughly.
func letters(f vocabulary.Field, from int) int {
	if f.Wide {
		return (from - f.From) / 2
	}
	return from - f.From
}

// mostRead is how much of a text is judged, in bytes: what an article is about
// stands before.
const mostRead = 64 << 10

// bodyField leaves out the title that stands again before the text.
func bodyField(name, text, headline string) vocabulary.Field {
	f := vocabulary.Field{Name: name, Text: text, To: min(advertEnd(text), mostRead)}
	if headline == "" {
		return f
	}
	if rest, repeats := strings.CutPrefix(strings.TrimSpace(text[:f.To]), headline); repeats {
		f.From = f.To - len(strings.TrimLeft(text[:f.To], " \n")) + len(headline)
		if len(rest) < 60 {
			f.From = f.To // only the outlet's name is left
		}
	}
	return f
}

// headlineEnd is where the outlet's name begins that news searches put behind
// a title: " - Outlet".
func headlineEnd(title, body, publisher string, source news.Source) int {
	at := max(strings.LastIndex(title, " - "), strings.LastIndex(title, " – "), strings.LastIndex(title, " | "))
	if at <= 0 || len(title)-at > 48 {
		return len(title)
	}
	outlet := strings.Trim(title[at:], " -–|")
	folded := vocabulary.Fold(outlet)
	for _, known := range []string{publisher, source.Outlet(), source.Title()} {
		if k := vocabulary.Fold(known); k != "" && (strings.Contains(k, folded) || strings.Contains(folded, k)) {
			return at
		}
	}
	if strings.HasSuffix(strings.TrimSpace(body), outlet) || strings.Contains(body, title[:at]+" "+outlet) || isDomain(outlet) {
		return at
	}
	return len(title)
}

// isDomain tells that a name is written as a domain: "maliactu.net".
func isDomain(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	return dot > 0 && dot >= len(s)-5 && dot < len(s)-2 && !strings.ContainsRune(s[dot:], ' ')
}

// advertMarks begin or hold the line that publishing programs put under an
// article.
var advertMarks = []string{"est apparu en premier sur", "appeared first on", "See more headlines and perspectives on Google News", "Read Full Article at"}

var advertFinder = newFinder(advertMarks)

// advertBytes is how far from the end an advertisement is looked for.
const advertBytes = 600

// advertEnd is where a text ends and its outlet's advertisement begins.
func advertEnd(text string) int {
	start := max(0, len(text)-advertBytes)
	tail := text[start:]
	if advertFinder.in(tail) == 0 {
		return len(text)
	}
	for _, mark := range advertMarks {
		at := strings.LastIndex(tail, mark)
		if at < 0 {
			continue
		}
		for _, opening := range []string{"L'article ", "L’article ", "The post ", "Cet article "} {
			if from := strings.LastIndex(tail[:at], opening); from >= 0 {
				return start + from
			}
		}
		return start + at
	}
	return len(text)
}
