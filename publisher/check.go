package publisher

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// found is what a check reads back from a feed document.
type found struct {
	ids   []string
	dates []time.Time
	self  string
}

// check reads a document back before it replaces the last good one: it must be
// well-formed, name its own address, hold every entry once under its permanent
// id, and carry dates that make sense.
func (p *Publisher) check(f format, d *draft, body []byte) error {
	if !utf8.Valid(body) {
		return errors.New("is not UTF-8")
	}
	if f.isPage() {
		if !bytes.HasSuffix(bytes.TrimSpace(body), []byte("</html>")) {
			return errors.New("is cut off before </html>")
		}
		return nil
	}
	switch f.suffix {
	case ".geojson":
		return checkGeo(d, body)
	case ".opml":
		return xml.Unmarshal(body, new(opmlDocument))
	}
	if len(body) > p.options.MaxBytes && len(d.Pieces) > 1 {
		return fmt.Errorf("has %d bytes, more than max_bytes (%d)", len(body), p.options.MaxBytes)
	}
	got, err := read(f.suffix, body)
	if err != nil {
		return err
	}
	return got.compare(d, p.at(d, f.suffix))
}

func read(suffix string, body []byte) (found, error) {
	switch suffix {
	case ".rss":
		return readXML(body, "item", "guid", "pubDate", time.RFC1123)
	case ".atom":
		return readXML(body, "entry", "id", "updated", time.RFC3339)
	}
	return readJSON(body)
}

func (got found) compare(d *draft, self string) error {
	if got.self != self {
		return fmt.Errorf("names %q as its own address, which is %q", got.self, self)
	}
	if len(got.ids) != len(d.Pieces) || len(got.dates) != len(d.Pieces) {
		return fmt.Errorf("holds %d ids and %d dates for %d entries", len(got.ids), len(got.dates), len(d.Pieces))
	}
	seen := make(map[string]bool, len(got.ids))
	for i, id := range got.ids {
		if id == "" || id != d.Pieces[i].ID {
			return fmt.Errorf("entry %d (%s) has the id %q instead of %q", i, d.Pieces[i].Link, id, d.Pieces[i].ID)
		}
		if seen[id] {
			return fmt.Errorf("two entries have the id %q", id)
		}
		seen[id] = true
		if !sane(got.dates[i]) {
			return fmt.Errorf("entry %q is dated %s", id, got.dates[i])
		}
	}
	return nil
}

// readXML walks every token, so that any mistake in form is found, and collects
// the children of each entry by their names without prefix.
func readXML(body []byte, entry, id, date, layout string) (found, error) {
	var got found
	decoder := xml.NewDecoder(bytes.NewReader(body))
	var path []string
	var text strings.Builder
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return got, nil
		}
		if err != nil {
			return got, fmt.Errorf("is not well-formed: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			path = append(path, t.Name.Local)
			text.Reset()
			if t.Name.Local == "link" && len(path) <= 3 && attr(t, "rel") == "self" {
				got.self = attr(t, "href")
			}
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			parent, name := "", path[len(path)-1]
			if path = path[:len(path)-1]; len(path) > 0 {
				parent = path[len(path)-1]
			}
			if parent != entry || t.Name.Space != "" && t.Name.Space != nsAtom {
				continue
			}
			if err := got.child(name, id, date, layout, text.String()); err != nil {
				return got, err
			}
		}
	}
}

func (got *found) child(name, id, date, layout, text string) error {
	switch name {
	case id:
		got.ids = append(got.ids, text)
	case date:
		t, err := time.Parse(layout, text)
		if err != nil {
			return fmt.Errorf("has a date that readers cannot read: %w", err)
		}
		got.dates = append(got.dates, t)
	}
	return nil
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func readJSON(body []byte) (found, error) {
	var document struct {
		FeedURL string `json:"feed_url"`
		Items   []struct {
			ID        string    `json:"id"`
			Published time.Time `json:"date_published"`
		} `json:"items"`
	}
	if err := json.Unmarshal(body, &document); err != nil {
		return found{}, fmt.Errorf("is not well-formed: %w", err)
	}
	got := found{self: document.FeedURL}
	for _, i := range document.Items {
		got.ids = append(got.ids, i.ID)
		got.dates = append(got.dates, i.Published)
	}
	return got, nil
}
