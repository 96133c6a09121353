package publisher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"harmattan/news"
)

// geoDocument is an edition as a map shows it (RFC 7946): one point for each
// place that an entry is about.
type geoDocument struct {
	Type        string    `json:"type"`
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	Updated     time.Time `json:"updated"`
	HomePage    string    `json:"home_page_url"`
	Rights      string    `json:"rights"`
	Attribution string    `json:"attribution"`
	Features    []feature `json:"features"`
}

type feature struct {
	Type       string     `json:"type"`
	ID         string     `json:"id"`
	Geometry   geometry   `json:"geometry"`
	Properties properties `json:"properties"`
}

// geometry is a point: longitude, then latitude (RFC 7946 section 3.1.1).
type geometry struct {
	Type        string     `json:"type"`
	Coordinates [2]float64 `json:"coordinates"`
}

// properties say what is there, in columns that a map program can filter.
type properties struct {
	Place      string    `json:"place"`
	Name       string    `json:"name"`
	Score      float64   `json:"score"`
	Entry      string    `json:"entry"`
	Title      string    `json:"title"`
	URL        string    `json:"url,omitempty"`
	Publisher  string    `json:"publisher"`
	Published  time.Time `json:"published"`
	Language   string    `json:"language,omitempty"`
	Publishers int       `json:"publishers"`
	Countries  []string  `json:"countries"`
	Topics     []string  `json:"topics"`
}

// attribution is the credit that the licence of the positions asks for.
const attribution = "Positions of places: GeoNames (https://www.geonames.org), CC BY 4.0"

// placeLimit is how many points an entry has at most: its first places.
const placeLimit = 8

// geojson sets the draft as GeoJSON.
func (p *Publisher) geojson(d *draft) ([]byte, error) {
	doc := geoDocument{
		Type: "FeatureCollection", ID: d.FeedID, Title: d.Title, Updated: d.Updated, HomePage: p.at(d, ""),
		Rights: d.Rights, Attribution: attribution, Features: []feature{},
	}
	for i := range d.Pieces {
		doc.Features = append(doc.Features, d.Pieces[i].features()...)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (c *piece) features() []feature {
	base := properties{
		Entry: c.ID, Title: c.Title, URL: c.Link, Publisher: c.Publisher, Published: c.Published, Language: c.Language,
		Publishers: c.Voices, Countries: c.idsOf(news.KindCountry), Topics: c.idsOf(news.KindTopic),
	}
	var all []feature
	for _, t := range c.Tags {
		if t.Point == nil || len(all) == placeLimit {
			continue
		}
		base.Place, base.Name, base.Score = t.ID, t.Label, t.Score
		all = append(all, feature{
			Type: "Feature", ID: c.ID + "#" + t.ID, Properties: base,
			Geometry: geometry{Type: "Point", Coordinates: [2]float64{t.Point.Lon, t.Point.Lat}},
		})
	}
	return all
}

func (c *piece) idsOf(kind news.Kind) []string {
	ids := []string{}
	for _, t := range c.Tags {
		if t.Kind == kind {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// checkGeo reads the document back: every point must be on earth and belong to
// an entry.
func checkGeo(d *draft, body []byte) error {
	var doc geoDocument
	if err := json.Unmarshal(body, &doc); err != nil {
		return fmt.Errorf("is not well-formed: %w", err)
	}
	if doc.Features == nil {
		return errors.New("has no list of features")
	}
	known := make(map[string]bool, len(d.Pieces))
	for i := range d.Pieces {
		known[d.Pieces[i].ID] = true
	}
	for _, f := range doc.Features {
		if c := f.Geometry.Coordinates; !known[f.Properties.Entry] || c[0] < -180 || c[0] > 180 || c[1] < -90 || c[1] > 90 {
			return fmt.Errorf("has the point %q at %v, which belongs to no entry or is not on earth", f.ID, c)
		}
	}
	return nil
}
