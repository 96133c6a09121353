package publisher

import (
	"bytes"
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
	"field": func(name string, changes []change, dir, language string) changeView {
		return changeView{name, dir, language, changes}
	},
}).Option("missingkey=error").ParseFS(site, "site/*.html"))

// editionPage is what the template of an edition sees.
type editionPage struct {
	*draft
	chrome
	Home      string
	OnMap     string // path of the map
	Dir       string
	Addresses []address
	More      []address // the places as GeoJSON, the sources as OPML
	Days      []day
	Filters   *filterForm
}

// day groups the entries of one UTC day; without a date, those of bursts.
type day struct {
	Name   string
	Date   string
	Pieces []*piece
}

// chrome is what every page has around it.
type chrome struct {
	W           *words
	Root, Site  string // path of the site's root, ending in a slash, and its name
	Front       string // the same of the pages in the page's language
	Languages   []languageLink
	Ask         bool // pages answer questions
	Contact     string
	ContactLink template.URL
}

// languageLink leads to the same page in a language.
type languageLink struct {
	*words
	Path string
	Here bool
}

func (p *Publisher) chrome(w *words) chrome {
	return chrome{
		W: w, Root: p.path + "/", Front: p.path + p.frontOf(w), Site: p.title(), Ask: p.hasLookup(), Contact: oneLine(p.options.Contact),
		// contactLink returns http, https or mailto only.
		ContactLink: template.URL(contactLink(p.options.Contact)),
	}
}

// pageChrome is the chrome of a page that is there in every language; page is its
// address below the front.
func (p *Publisher) pageChrome(w *words, page string) chrome {
	c := p.chrome(w)
	if len(p.spoken) > 1 {
		for _, other := range p.spoken {
			c.Languages = append(c.Languages, languageLink{other, p.path + p.frontOf(other) + page, other == w})
		}
	}
	return c
}

// editionPage is what the pages of an edition have in common. A private page does
// not know its own address: it names the documents by what leads to them from
// itself, up.
func (p *Publisher) editionPage(d *draft, up string) editionPage {
	v := editionPage{
		draft: d, chrome: p.chrome(d.Words), Home: p.at(d, ""), OnMap: p.path + d.Path + "/map" + d.Query, Dir: d.Words.Dir, Addresses: p.addresses(d),
		More: []address{
			{d.Words.Layer, p.at(d, ".geojson"), "application/geo+json"}, {d.Words.Sources, p.at(d, ".opml"), "text/x-opml"},
		},
	}
	if p.isPrivate(d.ID) {
		v.OnMap = d.ID + "/map"
		v.Ask = false // what is private alone has no page of its own
		for _, list := range [][]address{v.Addresses, v.More} {
			for i := range list {
				list[i].URL = up + strings.TrimPrefix(list[i].URL, p.base+"/editions/")
			}
		}
	}
	return v
}

// page sets the draft as a page for people.
func (p *Publisher) page(d *draft) ([]byte, error) {
	v := p.editionPage(d, "")
	v.Filters = p.filters(d)
	burst := day{Name: d.Words.Burst}
	for i := range d.Pieces {
		c := &d.Pieces[i]
		if c.Burst {
			burst.Pieces = append(burst.Pieces, c)
			continue
		}
		date := c.Published.Format(time.DateOnly)
		if n := len(v.Days); n == 0 || v.Days[n-1].Date != date {
			v.Days = append(v.Days, day{Name: d.Words.Day(c.Published), Date: date})
		}
		last := &v.Days[len(v.Days)-1]
		last.Pieces = append(last.Pieces, c)
	}
	if len(burst.Pieces) > 0 {
		v.Days = append([]day{burst}, v.Days...)
	}
	if d.Own {
		return execute("own.html", v)
	}
	return execute("edition.html", v)
}

// Namespace names our own elements, for /about.
func (frontPage) Namespace() string { return nsHarmattan }

// frontPage is what the templates of the index and of /about see.
type frontPage struct {
	*overview
	chrome
	Base      string
	Canonical string
	Coverage  bool
	Failing   int
	Version   string
	TTL       string
}

func (p *Publisher) index(o *overview) ([]byte, error) {
	return execute("index.html", p.frontPage(o, ""))
}

func (p *Publisher) about(o *overview) ([]byte, error) {
	return execute("about.html", p.frontPage(o, "about"))
}

func (p *Publisher) frontPage(o *overview, page string) frontPage {
	v := frontPage{
		overview: o, chrome: p.pageChrome(o.Words, page), Base: p.base, Canonical: p.base + p.frontOf(o.Words) + page, Coverage: p.hasCoverage(),
		Version: oneLine(p.version), TTL: o.Words.Count(int(p.options.MaxAge.Minutes()), "minutesCount"),
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

// Told tells whether the story has more to show than the entry does.
func (c *piece) Told() bool { return c.StoryID != "" && (len(c.Also) > 0 || c.Revised) }

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
