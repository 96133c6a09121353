package fetcher

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"harmattan/news"
)

// Sitemap is a line of a sitemap index.
type Sitemap struct {
	// URL is absolute, http or https.
	URL string
	// ModifiedAt is its lastmod as written; empty when there is none.
	ModifiedAt string
}

// errSitemap is a sitemap where a feed was expected.
var errSitemap = fmt.Errorf("%w: a sitemap; for one of news set kind = \"news-sitemap\"", errNotFeed)

// withoutNews counts the entries of a sitemap that are no news.
const withoutNews = "entry of a sitemap without news:news"

// readSitemap reads a sitemap for the entries that have a news:news element,
// or an index for the addresses of its sitemaps.
func (d *Document) readSitemap(text []byte, url string, limits Limits, mended tally) error {
	outline, err := guard(text, mended)
	if err != nil {
		return err
	}
	outline.bases = append([]string{url}, outline.bases...)
	d.Format = outline.format
	switch outline.format {
	case formatSitemap:
		d.readEntries(outline, limits, mended)
	case formatIndex:
		d.Sitemaps = sitemapsOf(outline)
	default:
		return fmt.Errorf("%s and not a sitemap; take kind away from this source", outline.format)
	}
	if !outline.complete {
		mended["cut off"]++
		return fmt.Errorf("%w after %d complete entries", errTruncated, len(outline.items))
	}
	return nil
}

func (d *Document) readEntries(o *outline, limits Limits, mended tally) {
	all := len(o.items)
	told := slices.DeleteFunc(slices.Clone(o.items), func(c cut) bool { return !c.told })
	if left := all - len(told); left > 0 {
		mended[withoutNews] = left
	}
	d.Total = len(told)
	if d.Total > 0 {
		d.parse(o, d.choose(told, limits, mended), mended)
	}
}

// The elements of a sitemap by their local names: publishers do not agree on
// prefixes. What the schema allows once may come more often.
type sitemapEntry struct {
	Loc     string `xml:"loc"`
	Lastmod string `xml:"lastmod"`
	News    struct {
		Publication struct {
			Name     string `xml:"name"`
			Language string `xml:"language"`
		} `xml:"publication"`
		Title    string `xml:"title"`
		Date     string `xml:"publication_date"`
		Keywords string `xml:"keywords"`
	} `xml:"news"`
	Images []struct {
		Loc     string `xml:"loc"`
		Title   string `xml:"title"`
		Caption string `xml:"caption"`
	} `xml:"image"`
}

// parseSitemap reads the chosen entries; the channel speaks for the first
// publication, for a sitemap says nothing of itself.
func parseSitemap(o *outline, chosen []cut) (part, error) {
	var document struct {
		Entries []sitemapEntry `xml:"url"`
	}
	if err := decodeXML(o.rebuild(chosen, false), &document); err != nil {
		return part{}, err
	}
	p := part{channel: &Channel{}}
	if len(document.Entries) != len(chosen) {
		return p, nil
	}
	for i, entry := range document.Entries {
		if i == 0 {
			p.channel.Title, p.channel.Language = first(entry.News.Publication.Name), first(entry.News.Publication.Language)
		}
		p.items = append(p.items, entry.item(o.base(chosen[i]), chosen[i], p.channel))
	}
	return p, nil
}

// item has a title and no text: a sitemap holds none. Its address is its id.
func (e sitemapEntry) item(base string, at cut, channel *Channel) news.Item {
	item := news.Item{
		GUID:       first(e.Loc),
		Link:       absolute(base, e.Loc),
		Title:      asHTML(first(e.News.Title), true),
		Categories: listed(e.News.Keywords),
		Language:   first(e.News.Publication.Language, channel.Language),
		Base:       base,
		Hash:       at.hash,
		Position:   at.position,
		Published:  stamp(reading{"news:publication_date", e.News.Date, date(e.News.Date)}),
		Updated:    stamp(reading{"lastmod", e.Lastmod, date(e.Lastmod)}),
	}
	if name := first(e.News.Publication.Name); name != channel.Title && name != "" {
		item.Origin = &news.Origin{Title: name}
	}
	for _, i := range e.Images {
		if address := absolute(base, i.Loc); address != "" {
			item.Image = &news.Image{URL: address, Caption: first(i.Caption, i.Title)}
			break
		}
	}
	return item
}

// listed reads a list with commas.
func listed(text string) []string {
	var words []string
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// sitemapsOf lists what an index leads to, in its order.
func sitemapsOf(o *outline) []Sitemap {
	var document struct {
		Sitemaps []struct {
			Loc     string `xml:"loc"`
			Lastmod string `xml:"lastmod"`
		} `xml:"sitemap"`
	}
	sitemaps := []Sitemap{}
	if decodeXML(o.rebuild(o.items, false), &document) != nil {
		return sitemaps
	}
	for _, s := range document.Sitemaps {
		if address := absolute(resolve(o.bases...), s.Loc); address != "" {
			sitemaps = append(sitemaps, Sitemap{URL: address, ModifiedAt: first(s.Lastmod)})
		}
	}
	return sitemaps
}

// decodeXML reads a document that the guard has rebuilt: bounded, well-formed,
// without a document type.
func decodeXML(document []byte, into any) error {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	decoder.Strict = false
	decoder.Entity = xml.HTMLEntity
	return decoder.Decode(into)
}
