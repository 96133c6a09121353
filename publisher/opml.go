package publisher

import (
	"bytes"
	"encoding/xml"
	"time"
)

type opmlDocument struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Head    opmlHead  `xml:"head"`
	Body    []outline `xml:"body>outline"`
}

type opmlHead struct {
	Title    string `xml:"title"`
	Modified string `xml:"dateModified,omitempty"`
	Owner    string `xml:"ownerName,omitempty"`
	Mail     string `xml:"ownerEmail,omitempty"`
}

type outline struct {
	Type        string    `xml:"type,attr,omitempty"`
	Text        string    `xml:"text,attr"`
	Title       string    `xml:"title,attr,omitempty"`
	Description string    `xml:"description,attr,omitempty"`
	XMLURL      string    `xml:"xmlUrl,attr,omitempty"`
	HTMLURL     string    `xml:"htmlUrl,attr,omitempty"`
	Language    string    `xml:"language,attr,omitempty"`
	Outlines    []outline `xml:"outline"`
}

// opmlEditions lists our editions for import into a feed reader (OPML 2.0).
func (p *Publisher) opmlEditions(o *overview) ([]byte, error) {
	var all []outline
	for _, e := range o.Editions {
		all = append(all, outline{
			Type: "rss", Text: e.Title, Title: e.Title, Description: e.Description, Language: e.Language,
			XMLURL: p.address(e.ID, ".rss"), HTMLURL: p.address(e.ID, ""),
		})
	}
	return p.opml(p.title(), o.Changed, all)
}

// opmlSources lists the sources that we read, in folders by their first tag.
func (p *Publisher) opmlSources(o *overview) ([]byte, error) {
	var all []outline
	folders := map[string]int{}
	for _, s := range o.Sources {
		if s.URL == "" {
			continue
		}
		line := outline{Type: "rss", Text: s.Name, Title: s.Name, Language: s.Language, XMLURL: s.URL, HTMLURL: s.Home}
		if s.Folder == "" {
			all = append(all, line)
			continue
		}
		at, ok := folders[s.Folder]
		if !ok {
			at = len(all)
			folders[s.Folder] = at
			all = append(all, outline{Text: s.Folder})
		}
		all[at].Outlines = append(all[at].Outlines, line)
	}
	return p.opml(p.title()+": sources", o.Changed, all)
}

// opmlEdition lists the sources whose articles the edition carries now, each
// once, in the order of its entries.
func (p *Publisher) opmlEdition(d *draft) ([]byte, error) {
	var all []outline
	seen := map[string]bool{}
	for i := range d.Pieces {
		source, lang := d.Pieces[i].From, languageTag(d.Pieces[i].entry.Source.Language)
		if via := d.Pieces[i].Via; via != nil {
			source = *via // the one that we read
		}
		if source.URL == "" || seen[source.URL] {
			continue
		}
		seen[source.URL] = true
		all = append(all, outline{Type: "rss", Text: source.Title, Title: source.Title, Language: lang, XMLURL: source.URL, HTMLURL: source.Home})
	}
	if len(all) == 0 { // OPML wants one outline at least
		all = []outline{{Text: d.Title}}
	}
	return p.opml(d.Title+": sources", d.Updated, all)
}

func (p *Publisher) opml(title string, modified time.Time, body []outline) ([]byte, error) {
	head := opmlHead{Title: title, Owner: p.title(), Mail: contactMail(p.options.Contact)}
	if sane(modified) {
		head.Modified = rssDate(modified)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(opmlDocument{Version: "2.0", Head: head, Body: body}); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
