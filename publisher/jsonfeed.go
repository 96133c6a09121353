package publisher

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/gorilla/feeds"
)

// jsonDocument widens the structs of gorilla/feeds as rssDocument does.
type jsonDocument struct {
	*feeds.JSONFeed
	Items     []jsonItem    `json:"items"`
	Extension jsonExtension `json:"_harmattan"`
}

type jsonItem struct {
	*feeds.JSONItem
	Language  string     `json:"language,omitempty"`
	Extension jsonOrigin `json:"_harmattan"`
}

// jsonExtension says once what the extension is and what holds for all items.
type jsonExtension struct {
	About   string    `json:"about"`
	ID      string    `json:"id"`
	Updated time.Time `json:"updated"`
	Rights  string    `json:"rights"`
}

// jsonOrigin is the provenance of an item, and why it is in the edition.
type jsonOrigin struct {
	Source jsonSource  `json:"source"`
	Via    *jsonSource `json:"via,omitempty"`
	Rights string      `json:"rights,omitempty"`
	Also   []jsonVoice `json:"also_reported_by,omitempty"`
	// ImageCredit names who made the item's image.
	ImageCredit string `json:"image_credit,omitempty"`
	*evidence
}

type jsonSource struct {
	ID        string `json:"id,omitempty"`
	Title     string `json:"title"`
	Publisher string `json:"publisher,omitempty"`
	FeedURL   string `json:"feed_url,omitempty"`
	HomePage  string `json:"home_page_url,omitempty"`
}

type jsonVoice struct {
	ID        string `json:"id"`
	URL       string `json:"url,omitempty"`
	Title     string `json:"title,omitempty"`
	Publisher string `json:"publisher"`
	Language  string `json:"language,omitempty"`
	Copy      bool   `json:"copy,omitempty"`
}

// json sets the draft as JSON Feed 1.1.
func (p *Publisher) json(d *draft) ([]byte, error) {
	author := feeds.JSONAuthor{Name: p.title(), Url: p.base + "/"}
	doc := jsonDocument{
		JSONFeed: &feeds.JSONFeed{
			Version: "https://jsonfeed.org/version/1.1", Title: d.Title, Description: d.Description, Language: d.Language,
			HomePageUrl: p.at(d, ""), FeedUrl: p.self(d, ".json"),
			Icon: p.base + "/icon.png", Favicon: p.base + "/favicon.ico", Authors: []*feeds.JSONAuthor{&author},
			UserComment: "For a feed reader: copy feed_url into yours. The page for people is home_page_url.",
		},
		Items:     make([]jsonItem, 0, len(d.Pieces)),
		Extension: jsonExtension{About: p.base + "/about#extension", ID: d.FeedID, Updated: d.Updated, Rights: d.Rights},
	}
	for _, hub := range p.hubLinks(d) {
		doc.Hubs = append(doc.Hubs, &feeds.JSONHub{Type: "WebSub", Url: hub.Href})
	}
	if d.Older > 0 {
		doc.NextUrl = p.pageAddress(d.ID, d.Older, ".json")
	}
	for i := range d.Pieces {
		doc.Items = append(doc.Items, newJSONItem(&d.Pieces[i]))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func newJSONItem(c *piece) jsonItem {
	item := jsonItem{
		JSONItem: &feeds.JSONItem{
			Id: c.ID, Url: c.Link, Title: c.Title, Summary: c.Summary, ContentHTML: firstOf(c.Full, c.Body),
			PublishedDate: &c.Published, Tags: c.labels(),
		},
		Language:  c.Language,
		Extension: c.jsonOrigin(),
	}
	if c.Updated.After(c.Published) {
		item.ModifiedDate = &c.Updated
	}
	if c.Image != nil {
		item.Image = c.Image.URL
	}
	for _, name := range c.creators() {
		item.Authors = append(item.Authors, &feeds.JSONAuthor{Name: name})
	}
	return item
}

func (c *piece) labels() []string {
	seen := make(map[string]bool, len(c.Tags))
	labels := make([]string, 0, len(c.Tags))
	for _, t := range c.Tags {
		if !seen[t.Label] {
			seen[t.Label] = true
			labels = append(labels, t.Label)
		}
	}
	return labels
}

func (c *piece) jsonOrigin() jsonOrigin {
	o := jsonOrigin{Source: c.From.json(), Rights: c.Rights, evidence: &c.Evidence}
	o.Source.Publisher = c.Publisher
	if c.Image != nil {
		o.ImageCredit = c.Image.Credit
	}
	if c.Via != nil {
		via := c.Via.json()
		o.Via = &via
	}
	for _, v := range c.Also {
		o.Also = append(o.Also, jsonVoice{ID: v.ID, URL: v.Link, Title: v.Title, Publisher: v.Publisher, Language: v.Language, Copy: v.Copy})
	}
	return o
}

func (o provenance) json() jsonSource {
	return jsonSource{ID: o.ID, Title: o.Title, FeedURL: o.URL, HomePage: o.Home}
}
