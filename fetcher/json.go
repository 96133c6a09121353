package fetcher

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// envelope is a JSON Feed but for its items, which are cut out one by one.
type envelope struct {
	Version     json.RawMessage `json:"version,omitempty"`
	Title       json.RawMessage `json:"title,omitempty"`
	HomePageURL json.RawMessage `json:"home_page_url,omitempty"`
	FeedURL     json.RawMessage `json:"feed_url,omitempty"`
	Language    json.RawMessage `json:"language,omitempty"`
	Author      json.RawMessage `json:"author,omitempty"`
	Authors     json.RawMessage `json:"authors,omitempty"`
	Items       json.RawMessage `json:"items"`
	Hubs        json.RawMessage `json:"hubs,omitempty"`
	Expired     json.RawMessage `json:"expired,omitempty"`
}

// readJSON reads a JSON Feed. One that is not valid JSON is refused whole;
// items that are no objects or have no id are left out (F-85).
func (d *Document) readJSON(text []byte, url string, limits Limits, mended tally) error {
	var e envelope
	text = bytes.TrimLeft(text, "\uFEFF \t\r\n")
	if err := json.Unmarshal(text, &e); err != nil {
		return fmt.Errorf("%w: the JSON is broken: %v", errNotFeed, err)
	}
	items, err := e.cutItems(mended)
	if err != nil {
		return err
	}
	if !strings.Contains(string(e.Version), "jsonfeed.org") && len(items) == 0 {
		return fmt.Errorf("%w: JSON without a jsonfeed.org version", errNotFeed)
	}
	d.Format = formatJSON
	d.Expired = string(e.Expired) == "true"
	d.Total = len(items)
	d.RepeatedIDs = repeated(e.Items, items)
	chosen := d.choose(items, limits, mended)
	if len(chosen) == 0 && d.Total > 0 {
		return nil
	}
	p, err := parseJSON(e.rebuild(chosen), url, chosen)
	d.Channel, d.Items = p.channel, p.items
	e.offer(d.Channel, url)
	if err != nil || len(p.items) != len(chosen) {
		d.parseEachJSON(e, url, chosen, mended)
	}
	return nil
}

// cutItems finds the items' places in the list; hashes are of their bytes.
func (e *envelope) cutItems(mended tally) ([]cut, error) {
	decoder := json.NewDecoder(bytes.NewReader(e.Items))
	if open, err := decoder.Token(); err != nil || open != json.Delim('[') {
		return nil, nil
	}
	var items []cut
	for decoder.More() {
		var head struct {
			ID  json.RawMessage `json:"id"`
			URL json.RawMessage `json:"url"`
		}
		from := int(decoder.InputOffset())
		err := decoder.Decode(&head)
		at := span{from, int(decoder.InputOffset())}
		at.from += bytes.IndexFunc(at.of(e.Items), func(r rune) bool { return !strings.ContainsRune(", \t\r\n", r) })
		if err != nil || e.Items[at.from] != '{' || empty(head.ID) {
			mended.add("item without an id")
			continue
		}
		item := cut{span: at, hash: hashItem(at.of(e.Items)), about: string(head.ID)}
		item.link = span{bytes.Index(e.Items[at.from:at.to], head.URL) + at.from, 0}
		item.link.to = item.link.from + len(head.URL)
		if items = append(items, item); len(items) > maxCuts {
			return nil, fmt.Errorf("%w: more than %d items", errBomb, maxCuts)
		}
	}
	return items, nil
}

// offer tells the channel of its WebSub hubs.
func (e *envelope) offer(c *Channel, url string) {
	var hubs []struct{ Type, URL string }
	if c == nil || json.Unmarshal(e.Hubs, &hubs) != nil {
		return
	}
	for _, hub := range hubs {
		if strings.EqualFold(hub.Type, "WebSub") {
			c.Hubs = append(c.Hubs, absolute(url, hub.URL))
		}
	}
	c.Self = absolute(url, c.ID)
}

func empty(value json.RawMessage) bool {
	return len(value) == 0 || string(value) == "null" || string(value) == `""`
}

// rebuild writes the feed with the chosen items alone.
func (e *envelope) rebuild(chosen []cut) []byte {
	items := [][]byte{}
	for _, item := range chosen {
		items = append(items, item.of(e.Items))
	}
	whole := *e
	whole.Expired, whole.Hubs = nil, nil
	whole.Items = append(append([]byte{'['}, bytes.Join(items, []byte{','})...), ']')
	document, err := json.Marshal(whole)
	if err != nil {
		return nil
	}
	return document
}

// parseEachJSON keeps an item of the wrong shape from taking others with it.
func (d *Document) parseEachJSON(e envelope, url string, chosen []cut, mended tally) {
	d.Items = nil
	for _, item := range chosen {
		p, err := parseJSON(e.rebuild([]cut{item}), url, []cut{item})
		if err != nil || len(p.items) != 1 {
			mended.add("item not understood")
			continue
		}
		d.Channel = p.channel
		d.Items = append(d.Items, p.items...)
	}
}
