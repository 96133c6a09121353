package publisher

import (
	"html"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const interpunct = ` <span aria-hidden="true">·</span> `

// Article is the entry on the page of its edition. It is the one part that a page
// has fifty times, and a template needs four times as long for it. All texts are
// escaped; links were checked when the draft was made.
func (v editionPage) Article(c *piece) template.HTML {
	b := new(strings.Builder)
	b.Grow(4 << 10)
	b.WriteString(`<article class="` + c.Dir() + "\">\n")
	if kicker := c.Kicker(); kicker != "" {
		b.WriteString(`<p class="kicker" lang="en"><bdi>` + html.EscapeString(kicker) + "</bdi></p>\n")
	}
	b.WriteString(`<div dir="` + c.Dir() + `"` + optional("lang", c.Language) + ">\n<h3>")
	writeLink(b, c.Link, c.Language, html.EscapeString(c.Title))
	b.WriteString("</h3>\n")
	if c.Summary != "" {
		b.WriteString(`<p class="summary">` + html.EscapeString(c.Summary) + "</p>\n")
	}
	b.WriteString("</div>\n")
	v.byline(b, c)
	v.told(b, c)
	v.why(b, c)
	b.WriteString("</article>\n")
	return template.HTML(b.String())
}

// byline tells from whom and from when the entry is.
func (v editionPage) byline(b *strings.Builder, c *piece) {
	w := v.W
	b.WriteString(`<p class="byline">`)
	name := html.EscapeString(c.Publisher)
	if v.Ask && c.SourceID != "" {
		b.WriteString(`<a class="publisher" href="` + v.question("sources", c.SourceID) + `"><bdi>` + name + "</bdi></a>")
	} else {
		b.WriteString(`<bdi class="publisher">` + name + "</bdi>")
	}
	b.WriteString(interpunct)
	shown := w.Clock(c.Published)
	if c.Burst {
		shown = w.Moment(c.Published)
	}
	writeTime(b, c.Published, shown)
	if c.Language != "" {
		b.WriteString(interpunct + `<span class="language">` + html.EscapeString(c.Language) + "</span>")
	}
	if c.Revised {
		b.WriteString(interpunct + w.Revised + " ")
		writeTime(b, c.Updated, w.Moment(c.Updated))
	}
	if c.Via != nil {
		b.WriteString(interpunct + w.Source + w.Colon + "<bdi>" + html.EscapeString(c.From.Title) + "</bdi>")
	}
	if c.Image != nil {
		b.WriteString(interpunct)
		writeLink(b, c.Image.URL, "", w.Image)
		if c.Image.Credit != "" {
			b.WriteString(" (<bdi>" + html.EscapeString(c.Image.Credit) + "</bdi>)")
		}
	}
	b.WriteString("</p>\n")
}

// told writes corrected tolls, the other outlets and what it is about.
func (v editionPage) told(b *strings.Builder, c *piece) {
	w := v.W
	if len(c.Tolls) > 0 {
		b.WriteString(`<p class="also toll"><b>` + html.EscapeString(w.Tolls(c.Tolls)) + "</b></p>\n")
	}
	if named := c.named(); len(named) > 0 {
		b.WriteString(`<p class="also"><b>` + w.AlsoBy + w.Colon + "</b>")
		for i, other := range named {
			if i > 0 {
				b.WriteString(", ")
			}
			writeLink(b, other.Link, other.Language, "<bdi>"+html.EscapeString(other.Publisher)+"</bdi>")
			if other.Copy {
				b.WriteString(" (" + w.Same + ")")
			}
		}
		b.WriteString(`. <span class="voices">` + w.Voices + w.Colon + strconv.Itoa(c.Voices) + "</span></p>\n")
	}
	if rest := c.Rest(); len(rest) > 0 {
		b.WriteString(`<ul class="tags" lang="en" dir="ltr">`)
		for i := range rest {
			b.WriteString(`<li class="` + html.EscapeString(string(rest[i].Kind)) + `"><bdi>` + html.EscapeString(rest[i].Label) + "</bdi></li>")
		}
		b.WriteString("</ul>\n")
	}
}

// why leads to what is known of the entry and its story.
func (v editionPage) why(b *strings.Builder, c *piece) {
	w := v.W
	if !v.Ask && c.Reason == "" {
		return
	}
	b.WriteString(`<p class="why">`)
	if v.Ask && c.Told() {
		b.WriteString(`<a href="` + v.question("stories", c.StoryID) + `">` + w.Story + "</a>" + interpunct)
	}
	if v.Ask {
		b.WriteString(`<a href="` + v.question("articles", c.ArticleID) + `">` + w.Why + "</a>")
	} else {
		b.WriteString(w.Why)
	}
	if c.Reason != "" {
		b.WriteString(w.Colon + "<bdi>" + html.EscapeString(c.Reason) + "</bdi>")
	}
	b.WriteString("</p>\n")
}

// question is the path of a page that answers for an id.
func (c chrome) question(page, id string) string {
	return html.EscapeString(c.Front + page + "?id=" + url.QueryEscape(id))
}

func optional(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + `="` + html.EscapeString(value) + `"`
}

// writeLink writes what stands in a link, or that alone where there is no address.
func writeLink(b *strings.Builder, address, language, inner string) {
	if address == "" {
		b.WriteString(inner)
		return
	}
	b.WriteString(`<a href="` + html.EscapeString(address) + `"` + optional("hreflang", language) + ">" + inner + "</a>")
}

func writeTime(b *strings.Builder, t time.Time, shown string) {
	b.WriteString(`<time datetime="` + t.UTC().Format(time.RFC3339) + `">` + html.EscapeString(shown) + "</time>")
}
