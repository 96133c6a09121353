package publisher

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/feeds"
)

// The namespaces of the elements that we add to RSS and Atom.
const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDeleted = "http://purl.org/atompub/tombstones/1.0"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsGeoRSS  = "http://www.georss.org/georss"
	nsMedia   = "http://search.yahoo.com/mrss/"
)

// rssDocument widens the structs of gorilla/feeds: a field here shadows the
// embedded one of the same XML name.
type rssDocument struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	GeoRSS  string     `xml:"xmlns:georss,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Ours    string     `xml:"xmlns:harmattan,attr"`
	Note    string     `xml:",comment"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title rssText `xml:"title"`
	*feeds.RssFeed
	Links []xmlLink `xml:"atom:link"`
	Items []rssItem `xml:"item"`
}

type rssItem struct {
	Title rssText `xml:"title"`
	*feeds.RssItem
	Content    string        `xml:"content:encoded,omitempty"`
	Updated    string        `xml:"atom:updated,omitempty"`
	Source     *rssSource    `xml:"source"`
	Creators   []string      `xml:"dc:creator"`
	Publisher  string        `xml:"dc:publisher,omitempty"`
	Language   string        `xml:"dc:language,omitempty"`
	Rights     string        `xml:"dc:rights,omitempty"`
	Categories []rssCategory `xml:"category"`
	Point      string        `xml:"georss:point,omitempty"`
	Media      *mediaContent `xml:"media:content"`
	Thumbnail  *mediaContent `xml:"media:thumbnail"`
	Evidence   string        `xml:",innerxml"`
}

type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr"`
	Label  string `xml:",chardata"`
}

// xmlLink is an Atom link, in Atom and inside RSS.
type xmlLink struct {
	Href     string `xml:"href,attr"`
	Rel      string `xml:"rel,attr"`
	Type     string `xml:"type,attr,omitempty"`
	Hreflang string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
}

type mediaContent struct {
	URL    string `xml:"url,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Medium string `xml:"medium,attr,omitempty"`
	Width  int    `xml:"width,attr,omitempty"`
	Height int    `xml:"height,attr,omitempty"`
	Credit string `xml:"media:credit,omitempty"`
}

// rssText is plain text whose & and < are written as the RSS profile asks
// (data-types-characterdata): readers that decode titles twice still show them.
type rssText struct {
	Escaped string `xml:",innerxml"`
}

func plain(s string) rssText { return rssText{escapeTitle.Replace(s)} }

var escapeTitle = strings.NewReplacer("&", "&#x26;", "<", "&#x3C;", ">", "&#x3E;")

// FeedXml makes the document a feeds.XmlFeed. Without it the embedded struct's
// method would be promoted and drop everything that we added.
func (d *rssDocument) FeedXml() any { return d }

// rss sets the draft as RSS 2.0.
func (p *Publisher) rss(d *draft) ([]byte, error) {
	home, self := p.at(d, ""), p.at(d, ".rss")
	doc := &rssDocument{
		Version: "2.0", Atom: nsAtom, Content: nsContent, DC: nsDC, GeoRSS: nsGeoRSS, Media: nsMedia, Ours: nsHarmattan,
		Note: note(home),
		Channel: rssChannel{
			Title: plain(d.Title),
			RssFeed: &feeds.RssFeed{
				Link: home, Description: d.Description, Language: d.Language, Copyright: d.Rights,
				LastBuildDate: rssDate(d.Updated), Generator: p.generator(), Docs: "https://www.rssboard.org/rss-specification",
				Ttl:   int(p.options.MaxAge.Minutes()),
				Image: &feeds.RssImage{Url: p.base + "/image.png", Title: d.Title, Link: home, Width: 144, Height: 144},
			},
			Links: []xmlLink{
				{Href: self, Rel: "self", Type: "application/rss+xml"},
				{Href: p.at(d, ".atom"), Rel: "alternate", Type: "application/atom+xml"},
				{Href: p.at(d, ".json"), Rel: "alternate", Type: "application/feed+json"},
			},
			Items: make([]rssItem, 0, len(d.Pieces)),
		},
	}
	doc.Channel.Links = append(doc.Channel.Links, p.hubLinks(d)...)
	if mail := contactMail(p.options.Contact); mail != "" {
		doc.Channel.ManagingEditor = mail + " (" + p.title() + ")"
		doc.Channel.WebMaster = doc.Channel.ManagingEditor
	}
	for i := range d.Pieces {
		doc.Channel.Items = append(doc.Channel.Items, p.rssItem(&d.Pieces[i]))
	}
	return writeXML(doc)
}

func (p *Publisher) rssItem(c *piece) rssItem {
	item := rssItem{
		Title: plain(c.Title),
		RssItem: &feeds.RssItem{
			Link: c.Link, Description: c.Body, PubDate: rssDate(c.Published),
			Guid: &feeds.RssGuid{Id: c.ID, IsPermaLink: "false"},
		},
		Content: c.Full, Creators: c.creators(), Publisher: c.Publisher, Language: c.Language, Rights: c.Rights, Point: c.point(), Evidence: c.Evidence.element(),
		Categories: make([]rssCategory, 0, len(c.Tags)),
	}
	if c.Updated.After(c.Published) {
		item.Updated = c.Updated.Format(time.RFC3339)
	}
	if c.From.URL != "" {
		item.Source = &rssSource{URL: c.From.URL, Title: c.From.Title}
	}
	for _, t := range c.Tags {
		item.Categories = append(item.Categories, rssCategory{Domain: p.tagURI(string(t.Kind)), Label: t.Label})
	}
	item.Media, item.Thumbnail = c.media()
	return item
}

// creators are the authors, else the outlet that the article comes from, so
// that every reader shows who wrote an entry.
func (c *piece) creators() []string {
	switch {
	case len(c.Authors) > 0:
		return c.Authors
	case c.Via != nil:
		return []string{c.From.Title}
	}
	return []string{c.Publisher}
}

func (c *piece) media() (content, thumbnail *mediaContent) {
	i := c.Image
	if i == nil {
		return nil, nil
	}
	return &mediaContent{URL: i.URL, Type: i.Type, Medium: "image", Width: i.Width, Height: i.Height, Credit: i.Credit},
		&mediaContent{URL: i.URL, Width: i.Width, Height: i.Height}
}

// rssDate writes RFC 822 with a four-digit year and GMT.
func rssDate(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

// note tells people who open the address in a browser what it is. A comment
// cannot hold two hyphens.
func note(home string) string {
	if strings.Contains(home, "--") {
		return " For a feed reader: copy the address of this document into yours. "
	}
	return " For a feed reader: copy the address of this document into yours. The page for people: " + home + " "
}

func writeXML(doc feeds.XmlFeed) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(128 << 10)
	if err := feeds.WriteXML(doc, &b); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
