package publisher

import (
	"html"
	"strconv"
	"strings"
)

// namedLimit is how many other outlets the credit line names.
const namedLimit = 12

// body is an entry's description as HTML: the excerpt, then who wrote it. The
// excerpt comes first because readers that drop dir take the direction of the
// whole from its first letter.
func (p *Publisher) body(c *piece, w *words) string {
	var b strings.Builder
	if c.Summary != "" {
		c.open(&b)
		b.WriteString("<p>" + html.EscapeString(c.Summary) + "</p>")
		c.close(&b)
	}
	c.changes(&b, w)
	c.credit(&b, w)
	return b.String()
}

// fullText is the whole text with the credit line, or nothing when no text is
// left after sanitising.
func (p *Publisher) fullText(c *piece, w *words) string {
	text := p.sanitiser.html(c.article.HTML)
	if text == "" {
		return ""
	}
	var b strings.Builder
	c.open(&b)
	b.WriteString(text)
	c.close(&b)
	c.changes(&b, w)
	c.credit(&b, w)
	return b.String()
}

func (c *piece) open(b *strings.Builder) {
	if c.RTL {
		b.WriteString(`<div dir="rtl"`)
		if c.Language != "" {
			b.WriteString(` lang="` + c.Language + `"`)
		}
		b.WriteString(">")
	}
}

func (c *piece) close(b *strings.Builder) {
	if c.RTL {
		b.WriteString("</div>")
	}
}

// changes writes the visible lines that the article was revised, and that its
// tolls were corrected.
func (c *piece) changes(b *strings.Builder, w *words) {
	if c.Revised {
		b.WriteString("<p><em>" + w.Revised + w.Colon + w.Moment(c.Updated) + "</em></p>")
	}
	if len(c.Tolls) > 0 {
		b.WriteString("<p><strong>" + html.EscapeString(w.Tolls(c.Tolls)) + "</strong></p>")
	}
}

// credit writes the visible line that names and links the source, and the line
// with the other outlets of the story.
func (c *piece) credit(b *strings.Builder, w *words) {
	if c.entry.Own {
		return
	}
	b.WriteString("<p>" + w.Source + w.Colon)
	if c.Via != nil {
		writeName(b, c.From.Title, c.Link)
		b.WriteString(", " + w.Via + " ")
		writeName(b, c.Publisher, firstText(c.Via.Home, c.Via.URL))
	} else {
		writeName(b, c.Publisher, firstText(c.Link, c.From.Home, c.From.URL))
	}
	b.WriteString("</p>")
	named := c.named()
	if len(named) == 0 {
		return
	}
	b.WriteString("<p>" + w.AlsoBy + w.Colon)
	for i, v := range named[:min(len(named), namedLimit)] {
		if i > 0 {
			b.WriteString(", ")
		}
		writeName(b, v.Publisher, v.Link)
		if v.Copy {
			b.WriteString(" (" + w.Same + ")")
		}
	}
	if more := len(named) - namedLimit; more > 0 {
		b.WriteString(" + " + strconv.Itoa(more))
	}
	b.WriteString(". " + w.Voices + w.Colon + strconv.Itoa(c.Voices) + ".</p>")
}

// writeName isolates a name, which may run the other way than the line.
func writeName(b *strings.Builder, name, address string) {
	name = "<bdi>" + html.EscapeString(name) + "</bdi>"
	if address == "" {
		b.WriteString(name)
		return
	}
	b.WriteString(`<a href="` + html.EscapeString(address) + `">` + name + "</a>")
}
