package publisher

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"time"

	"harmattan/news"
)

// templates are parsed once; html/template escapes by context.
var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"stamp": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"clock": func(t time.Time) string { return t.UTC().Format("15:04") },
	"day":   func(t time.Time) string { return t.UTC().Format(time.DateOnly) },
	"known": sane,
	"field": func(name string, changes []change, v *articleView) changeView {
		return changeView{name, v.Dir(), v.Language, changes}
	},
}).ParseFS(site, "site/*.html"))

// editionPage is what the template of an edition sees.
type editionPage struct {
	*draft
	W         *words
	Root      string // path of the site's root, ending in a slash
	Site      string
	Home      string
	Ask       bool // pages answer questions
	Dir       string
	Addresses []address
	More      []address // the places as GeoJSON, the sources as OPML
	Days      []day
}

// day groups the entries of one UTC day.
type day struct {
	Name   string
	Date   string
	Pieces []*piece
}

// chrome is what every page that answers a question has around it.
type chrome struct {
	W           *words
	Root, Site  string
	Contact     string
	ContactLink template.URL
}

func (p *Publisher) chrome() chrome {
	return chrome{W: &english, Root: p.path + "/", Site: p.title(), Contact: oneLine(p.options.Contact), ContactLink: template.URL(contactLink(p.options.Contact))}
}

// page sets the draft as a page for people.
func (p *Publisher) page(d *draft) ([]byte, error) {
	v := editionPage{
		draft: d, W: d.Words, Root: p.path + "/", Site: p.title(), Home: p.address(d.ID, ""), Ask: p.hasLookup(),
		Dir: d.Words.Dir, Addresses: p.addresses(d.ID),
		More: []address{
			{d.Words.Map, p.address(d.ID, ".geojson"), "application/geo+json"}, {d.Words.Sources, p.address(d.ID, ".opml"), "text/x-opml"},
		},
	}
	for i := range d.Pieces {
		c := &d.Pieces[i]
		date := c.Published.Format(time.DateOnly)
		if n := len(v.Days); n == 0 || v.Days[n-1].Date != date {
			v.Days = append(v.Days, day{Name: d.Words.Day(c.Published), Date: date})
		}
		last := &v.Days[len(v.Days)-1]
		last.Pieces = append(last.Pieces, c)
	}
	return execute("edition.html", v)
}

// Namespace names our own elements, for /about.
func (frontPage) Namespace() string { return nsHarmattan }

// frontPage is what the templates of the index and of /about see.
type frontPage struct {
	*overview
	W                *words
	Root, Site, Base string
	Contact          string
	ContactLink      template.URL
	Failing          int
	Ask              bool // pages answer questions
	Version          string
	TTL              string
}

func (p *Publisher) index(o *overview) ([]byte, error) { return execute("index.html", p.frontPage(o)) }
func (p *Publisher) about(o *overview) ([]byte, error) { return execute("about.html", p.frontPage(o)) }

func (p *Publisher) frontPage(o *overview) frontPage {
	v := frontPage{
		overview: o, W: &english, Ask: p.hasLookup(), Root: p.path + "/", Site: p.title(), Base: p.base, Contact: oneLine(p.options.Contact),
		// contactLink returns http, https or mailto only.
		ContactLink: template.URL(contactLink(p.options.Contact)), Version: oneLine(p.version),
		TTL: fmt.Sprintf("%.0f minutes", p.options.MaxAge.Minutes()),
	}
	for _, s := range o.Sources {
		if s.Status == string(news.StatusFailing) || s.Status == string(news.StatusBlocked) || s.Status == string(news.StatusGone) {
			v.Failing++
		}
	}
	return v
}

func execute(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Dir is the direction of the entry's own text.
func (c *piece) Dir() string {
	if c.RTL {
		return "rtl"
	}
	return "ltr"
}

// Kicker are the countries that stand above a headline, at most three.
func (c *piece) Kicker() string {
	var names []string
	for _, t := range c.Tags {
		if t.Kind == news.KindCountry && len(names) < 3 {
			names = append(names, t.Label)
		}
	}
	return strings.Join(names, " · ")
}

// Rest are the tags that the kicker does not show.
func (c *piece) Rest() []news.Tag {
	var rest []news.Tag
	countries := 0
	for _, t := range c.Tags {
		if t.Kind == news.KindCountry {
			if countries++; countries <= 3 {
				continue
			}
		}
		rest = append(rest, t)
	}
	return rest
}

// Named are the other outlets of the story.
func (c *piece) Named() []voice { return c.named() }
