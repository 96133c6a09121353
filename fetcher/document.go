package fetcher

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"harmattan/news"
)

// errTruncated is a document that ends before its root element does.
var errTruncated = errors.New("the document was cut off")

// Limits bound what one call of Parse takes from a document.
type Limits struct {
	// Items is how many new items are taken at most; 0 means no limit.
	Items int
	// Known holds the hashes of items that are not wanted again.
	Known []uint64
}

// Document is what a source's bytes turned into.
type Document struct {
	// Format is rss, rdf, atom, json, sitemap or "sitemap index".
	Format string
	// Sitemaps are what an index leads to; nil for any other document.
	Sitemaps []Sitemap
	// Items are those that Limits.Known does not hold, in the document's order.
	Items []news.Item
	// Hashes are those of all items that were taken or known: what to pass as
	// Limits.Known next time.
	Hashes []uint64
	// Total counts the items of the document, Left those that Limits.Items put
	// off to the next time.
	Total, Left int
	// Channel is what the document says of itself; nil when there was no new
	// item and so no reason to look.
	Channel *Channel
	// Expired tells that the document says it will never be updated again.
	Expired bool
	// RepeatedIDs tells that two items share an id but not a link.
	RepeatedIDs bool
	// BodyHash is the SHA-256 of the bytes, in hex.
	BodyHash string
	// Recoveries counts what had to be mended, by kind.
	Recoveries map[string]int
}

// Channel is what a document says of itself.
type Channel struct {
	ID, Title, Link, Rights, Language string
	Updated                           time.Time
	// Hint is how long the document asks to be left alone.
	Hint time.Duration
	// SkipHours and SkipDays are as in news.Pace.
	SkipHours uint32
	SkipDays  uint8
	// Hubs are where it can be subscribed, Self the address to name there
	// (WebSub).
	Hubs []string
	Self string
	// authors are those of every entry that names none.
	authors []string
}

// Parse turns a document into items. The content type is that of the HTTP
// answer, for its charset alone; url is where the document came from (the
// source's address when empty): relative links are resolved against it. Parse
// asks nothing of the network or the clock and never panics. With a document
// that was cut off it returns both the complete items and an error.
func Parse(source news.Source, document []byte, contentType, url string, limits Limits) (Document, error) {
	return parse(source, document, bodyHash(document), contentType, url, limits)
}

func parse(source news.Source, document []byte, hash, contentType, url string, limits Limits) (Document, error) {
	doc := Document{BodyHash: hash}
	mended := tally{}
	text := decode(document, contentType, mended)
	if url == "" {
		url = source.URL
	}
	var err error
	switch {
	case source.Kind == news.SourceNewsSitemap:
		err = doc.readSitemap(text, url, limits, mended)
	case looksJSON(text):
		err = doc.readJSON(text, url, limits, mended)
	default:
		err = doc.readXML(text, url, limits, mended)
	}
	if doc.Left > 0 {
		mended["items left for the next fetch"] = doc.Left
	}
	doc.Recoveries = mended
	doc.settle(source)
	return doc, err
}

// looksJSON tells whether the first character opens a JSON object.
func looksJSON(text []byte) bool {
	text = bytes.TrimLeft(text, " \t\r\n\uFEFF")
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}

func (d *Document) readXML(text []byte, url string, limits Limits, mended tally) error {
	outline, err := guard(text, mended)
	if err != nil {
		return err
	}
	if outline.format == formatSitemap || outline.format == formatIndex {
		return errSitemap
	}
	outline.bases = append([]string{url}, outline.bases...)
	d.Format = outline.format
	d.Total = len(outline.items)
	d.RepeatedIDs = repeated(text, outline.items)
	chosen := d.choose(outline.items, limits, mended)
	d.parse(outline, chosen, mended)
	if !outline.complete {
		mended["cut off"]++
		return fmt.Errorf("%w after %d complete items", errTruncated, d.Total)
	}
	return nil
}

// choose picks the items to parse and notes the hashes of those that are
// settled: known, chosen or refused.
func (d *Document) choose(items []cut, limits Limits, mended tally) []cut {
	known := make(map[uint64]bool, len(limits.Known))
	for _, hash := range limits.Known {
		known[hash] = true
	}
	var chosen []cut
	for i, item := range items {
		item.position = i
		switch {
		case known[item.hash]:
		case item.refused != "":
			mended.add("item refused: " + item.refused)
		case limits.Items > 0 && len(chosen) == limits.Items:
			d.Left++
			continue
		default:
			chosen = append(chosen, item)
			known[item.hash] = true
		}
		d.Hashes = append(d.Hashes, item.hash)
	}
	return chosen
}

// repeated tells whether two items share an id but have different links.
func repeated(text []byte, items []cut) bool {
	links := make(map[string]string, len(items))
	for _, item := range items {
		id, link := item.about, string(item.link.of(text))
		if id == "" {
			id = plainText(item.id.of(text))
		}
		if id == "" {
			continue
		}
		if earlier, seen := links[id]; seen && earlier != link {
			return true
		}
		links[id] = link
	}
	return false
}

// batchElements and batchBytes bound what gofeed is given at once, and with it
// the memory of a parse.
const (
	batchElements = 20_000
	batchBytes    = 2 << 20
)

// parse hands the chosen items to gofeed in batches, the channel with the
// first. An item that breaks its batch is parsed alone, so that it takes no
// other with it.
func (d *Document) parse(outline *outline, chosen []cut, mended tally) {
	if len(chosen) == 0 && d.Total > 0 {
		return
	}
	for first := true; first || len(chosen) > 0; first = false {
		n := batch(chosen)
		part, err := parseXML(outline, chosen[:n], first)
		if first {
			d.Channel = part.channel
		}
		if err != nil || len(part.items) != n {
			part.items = d.parseEach(outline, chosen[:n], mended)
		}
		d.Items = append(d.Items, part.items...)
		chosen = chosen[n:]
	}
}

func (d *Document) parseEach(outline *outline, chosen []cut, mended tally) []news.Item {
	var items []news.Item
	for _, item := range chosen {
		part, err := parseXML(outline, []cut{item}, d.Channel == nil)
		if part.channel != nil {
			d.Channel = part.channel
		}
		if err != nil || len(part.items) != 1 {
			mended.add("item not understood")
			continue
		}
		items = append(items, part.items...)
	}
	return items
}

// batch tells how many of the items are parsed together, at least one.
func batch(chosen []cut) int {
	elements, size := 0, 0
	for i, item := range chosen {
		elements += item.elements
		size += item.to - item.from
		if i > 0 && (elements > batchElements || size > batchBytes) {
			return i
		}
	}
	return len(chosen)
}

// settle gives the items what they share.
func (d *Document) settle(source news.Source) {
	for i := range d.Items {
		item := &d.Items[i]
		item.SourceID = source.ID
		item.BodyHash = d.BodyHash
		if kind := oddity(item.Published.Raw); kind != "" {
			d.Recoveries[kind]++
		}
		if d.Channel == nil {
			continue
		}
		item.DocumentUpdated = d.Channel.Updated
		if item.Language == "" {
			item.Language = d.Channel.Language
		}
	}
}
