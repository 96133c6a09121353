package fetcher

import (
	"bytes"
	"mime"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// offer is a feed that a page or an operator's guess names.
type offer struct {
	url, title, language string
	json                 bool   // plain JSON, which is seldom a feed
	from                 string // where it was found, for people
	guessed              bool
}

// page is what the head of an HTML page says of the site.
type page struct {
	title, language string
	offers          []offer
}

// maxHead bounds how much of a page is searched for its head.
const maxHead = 1 << 20

// readPage finds the feeds that a page offers: its Link headers first, then the
// links of its head in the page's order, plain JSON last (F-67).
func readPage(document []byte, header http.Header, address string) page {
	r := headReader{base: address}
	for _, l := range headerLinks(header.Values("Link")) {
		if l.params["anchor"] == "" {
			r.offer(l.params["rel"], l.params["type"], l.target, l.params["title"], l.params["hreflang"], "a Link header of the page")
		}
	}
	text, err := charset.NewReader(bytes.NewReader(document[:min(len(document), maxHead)]), header.Get("Content-Type"))
	if err == nil {
		r.tokens = html.NewTokenizer(text)
		r.tokens.SetMaxBuf(maxHead)
		r.head()
	}
	slices.SortStableFunc(r.page.offers, func(a, b offer) int {
		switch {
		case a.json == b.json:
			return 0
		case b.json:
			return -1
		}
		return 1
	})
	return r.page
}

// headReader walks the head of a page as the HTML standard's parser would: it
// ends at the first thing that can only stand in a body.
type headReader struct {
	tokens *html.Tokenizer
	page   page
	base   string
	based  bool
	inert  int // depth of <template>
}

func (r *headReader) head() {
	for {
		switch r.tokens.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if len(bytes.TrimSpace(r.tokens.Text())) > 0 {
				return
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if !r.open() {
				return
			}
		case html.EndTagToken:
			switch name, _ := r.tokens.TagName(); string(name) {
			case "head", "body", "html":
				return
			case "template":
				r.inert = max(r.inert-1, 0)
			}
		}
	}
}

// open reads a start tag; false ends the head.
func (r *headReader) open() bool {
	name, more := r.tokens.TagName()
	kind, attributes := string(name), map[string]string{}
	for more {
		var key, value []byte
		key, value, more = r.tokens.TagAttr()
		if _, twice := attributes[string(key)]; !twice {
			attributes[string(key)] = string(value)
		}
	}
	switch kind {
	case "html":
		r.page.language = strings.TrimSpace(attributes["lang"])
	case "head", "meta", "noscript":
	case "title", "style", "script", "noframes":
		r.text(kind)
	case "template":
		r.inert++
	case "base":
		if next := absolute(r.base, attributes["href"]); next != "" && !r.based && r.inert == 0 {
			r.base, r.based = next, true
		}
	case "link":
		if r.inert == 0 {
			r.offer(attributes["rel"], attributes["type"], attributes["href"], attributes["title"], attributes["hreflang"], "a <link> of the page")
		}
	default:
		return r.inert > 0
	}
	return true
}

// text reads over an element that holds nothing but text.
func (r *headReader) text(kind string) {
	for {
		switch r.tokens.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if kind == "title" && r.page.title == "" {
				r.page.title = strings.Join(strings.Fields(string(r.tokens.Text())), " ")
			}
		case html.EndTagToken:
			if name, _ := r.tokens.TagName(); string(name) == kind {
				return
			}
		}
	}
}

// offer keeps a link that says that it is a feed.
func (r *headReader) offer(rel, kind, href, title, language, from string) {
	alternate := slices.ContainsFunc(strings.Fields(rel), func(token string) bool { return strings.EqualFold(token, "alternate") })
	media, _, _ := mime.ParseMediaType(kind)
	switch media {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/json":
	default:
		return
	}
	address := absolute(r.base, href)
	if address, _, _ = strings.Cut(address, "#"); !alternate || address == "" {
		return
	}
	r.page.offers = append(r.page.offers, offer{url: address, title: title, language: language,
		json: media == "application/json", from: from})
}
