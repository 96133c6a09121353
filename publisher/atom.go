package publisher

import (
	"encoding/xml"
	"time"

	"github.com/gorilla/feeds"

	"harmattan/news"
)

// atomDocument widens the structs of gorilla/feeds as rssDocument does.
type atomDocument struct {
	XMLName xml.Name `xml:"feed"`
	Xmlns   string   `xml:"xmlns,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	GeoRSS  string   `xml:"xmlns:georss,attr"`
	Media   string   `xml:"xmlns:media,attr"`
	Ours    string   `xml:"xmlns:harmattan,attr"`
	Deleted string   `xml:"xmlns:at,attr,omitempty"`
	History string   `xml:"xmlns:fh,attr,omitempty"`
	Lang    string   `xml:"xml:lang,attr"`
	Note    string   `xml:",comment"`
	*feeds.AtomFeed
	Generator atomGenerator `xml:"generator"`
	Links     []xmlLink     `xml:"link"`
	Archive   *struct{}     `xml:"fh:archive"`
	Entries   []atomEntry   `xml:"entry"`
	Withdrawn []tombstone   `xml:"at:deleted-entry"`
}

type atomEntry struct {
	Lang string `xml:"xml:lang,attr,omitempty"`
	*feeds.AtomEntry
	Authors    []feeds.AtomPerson `xml:"author"`
	Links      []xmlLink          `xml:"link"`
	Categories []atomCategory     `xml:"category"`
	Source     *atomSource        `xml:"source"`
	Publisher  string             `xml:"dc:publisher,omitempty"`
	Point      string             `xml:"georss:point,omitempty"`
	Media      *mediaContent      `xml:"media:content"`
	Thumbnail  *mediaContent      `xml:"media:thumbnail"`
	Evidence   string             `xml:",innerxml"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr"`
	Label  string `xml:"label,attr"`
}

type atomSource struct {
	ID      string    `xml:"id"`
	Title   string    `xml:"title"`
	Updated string    `xml:"updated"`
	Links   []xmlLink `xml:"link"`
	Rights  string    `xml:"rights,omitempty"`
}

type atomGenerator struct {
	URI     string `xml:"uri,attr"`
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

// FeedXml makes the document a feeds.XmlFeed; see rssDocument.
func (d *atomDocument) FeedXml() any { return d }

// atom sets the draft as Atom (RFC 4287).
func (p *Publisher) atom(d *draft) ([]byte, error) {
	home := p.at(d, "")
	doc := &atomDocument{
		Xmlns: nsAtom, DC: nsDC, GeoRSS: nsGeoRSS, Media: nsMedia, Ours: nsHarmattan, Lang: d.Language, Note: note(home),
		AtomFeed: &feeds.AtomFeed{
			Title: d.Title, Id: d.FeedID, Updated: d.Updated.Format(time.RFC3339), Subtitle: d.Description, Rights: d.Rights,
			Icon: p.base + "/icon.png", Logo: p.base + "/logo.png",
			Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: p.title(), Uri: p.base + "/", Email: contactMail(p.options.Contact)}},
		},
		Generator: atomGenerator{URI: p.base + "/about", Version: clean(p.version), Name: "Harmattan"},
		Links: []xmlLink{
			{Href: p.self(d, ".atom"), Rel: "self", Type: "application/atom+xml"},
			{Href: home, Rel: "alternate", Type: "text/html", Hreflang: d.Language},
		},
		Entries: make([]atomEntry, 0, len(d.Pieces)),
	}
	doc.Links = append(append(doc.Links, p.hubLinks(d)...), p.historyLinks(d)...)
	if d.Page > 0 {
		doc.History, doc.Archive = nsHistory, &struct{}{}
	}
	for i := range d.Pieces {
		doc.Entries = append(doc.Entries, p.atomEntry(&d.Pieces[i]))
	}
	if doc.Withdrawn = d.Withdrawn; len(d.Withdrawn) > 0 {
		doc.Deleted = nsDeleted
	}
	return writeXML(doc)
}

func (p *Publisher) atomEntry(c *piece) atomEntry {
	e := atomEntry{
		Lang: firstOf(c.Language, "und"),
		AtomEntry: &feeds.AtomEntry{
			Title: c.Title, Id: c.ID, Published: c.Published.Format(time.RFC3339), Updated: c.Updated.Format(time.RFC3339),
			Rights: c.Rights, Summary: &feeds.AtomSummary{Content: c.Body, Type: "html"},
		},
		Links: c.links(), Source: c.From.atom(), Publisher: c.Publisher, Point: c.point(), Evidence: c.Evidence.element(),
		Categories: make([]atomCategory, 0, len(c.Tags)),
	}
	if full := firstOf(c.Full, c.Body); c.Full != "" || c.Link == "" {
		e.Content = &feeds.AtomContent{Content: full, Type: "html"}
	}
	for _, name := range c.creators() {
		e.Authors = append(e.Authors, feeds.AtomPerson{Name: name})
	}
	for _, t := range c.Tags {
		e.Categories = append(e.Categories, atomCategory{Term: t.ID, Scheme: p.tagURI(string(t.Kind)), Label: t.Label})
	}
	e.Media, e.Thumbnail = c.media()
	return e
}

// links are the article, the source that passed it on, and the other articles
// of its story.
func (c *piece) links() []xmlLink {
	var links []xmlLink
	if c.Link != "" {
		links = append(links, xmlLink{Href: c.Link, Rel: "alternate", Type: "text/html", Hreflang: c.Language})
	}
	if c.Via != nil && c.Via.URL != "" {
		links = append(links, xmlLink{Href: c.Via.URL, Rel: "via", Title: c.Via.Title})
	}
	for _, v := range c.Also[:min(len(c.Also), namedLimit)] {
		if v.Link != "" && v.Link != c.Link {
			links = append(links, xmlLink{Href: v.Link, Rel: "related", Hreflang: v.Language, Title: v.Publisher + ": " + v.Title})
		}
	}
	return links
}

// atom writes the source with its own id, title and date (RFC 4287 section
// 4.2.11); a source without any address cannot be named so.
func (o provenance) atom() *atomSource {
	if o.ID == "" {
		return nil
	}
	s := &atomSource{ID: o.ID, Title: o.Title, Updated: o.Updated.Format(time.RFC3339), Rights: o.Rights}
	if o.URL != "" {
		s.Links = append(s.Links, xmlLink{Href: o.URL, Rel: "self"})
	}
	if o.Home != "" {
		s.Links = append(s.Links, xmlLink{Href: o.Home, Rel: "alternate"})
	}
	return s
}

// point is the best-scored place with a position, as GeoRSS has it: latitude,
// then longitude.
func (c *piece) point() string {
	var best *news.Tag
	for i := range c.Tags {
		if t := &c.Tags[i]; t.Point != nil && (best == nil || t.Score > best.Score) {
			best = t
		}
	}
	if best == nil {
		return ""
	}
	return degrees(best.Point.Lat) + " " + degrees(best.Point.Lon)
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
