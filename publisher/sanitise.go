package publisher

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// textBytes bounds the HTML of one entry; longer texts are not republished.
const textBytes = 256 << 10

// sanitiser is the second line of defence for HTML that we pass on: the curator
// has cleaned it once, and nothing leaves unless it passes here too.
type sanitiser struct{ policy *bluemonday.Policy }

func newSanitiser() sanitiser {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "div", "span", "section", "article",
		"b", "strong", "i", "em", "u", "s", "small", "sub", "sup", "mark", "abbr", "cite", "q", "dfn", "kbd", "samp", "var", "bdi", "bdo",
		"ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code", "figure", "figcaption", "time", "ruby", "rb", "rt", "rp",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "del", "ins")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Globally()
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("datetime").OnElements("time", "del", "ins")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Number).OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	return sanitiser{policy: p}
}

// html returns a safe, balanced form of the fragment, or nothing when it is too
// long, too deep or empty.
func (s sanitiser) html(fragment string) string {
	if len(fragment) > textBytes {
		return ""
	}
	fragment = s.policy.Sanitize(clean(fragment))
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(fragment), body)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, n := range nodes {
		body.AppendChild(n)
	}
	prune(body)
	for n := body.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&b, n); err != nil {
			return ""
		}
	}
	// Parsing turned character references into characters: filter them too.
	return strings.TrimSpace(clean(b.String()))
}

// prune removes what watches readers, counting pixels and share buttons, and
// addresses with a user name, which hides whose address it is.
func prune(parent *html.Node) {
	for n := parent.FirstChild; n != nil; {
		next := n.NextSibling
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool {
			u, err := url.Parse(a.Val)
			return (a.Key == "href" || a.Key == "src") && (err != nil || u.User != nil)
		})
		if n.DataAtom == atom.Img && isBeacon(n) || n.DataAtom == atom.A && isShareButton(attribute(n, "href")) {
			parent.RemoveChild(n)
		} else {
			prune(n)
		}
		n = next
	}
}

func isBeacon(img *html.Node) bool {
	src := attribute(img, "src")
	for _, key := range []string{"width", "height"} {
		if n, err := strconv.Atoi(attribute(img, key)); err == nil && n <= 1 {
			return true
		}
	}
	u, err := url.Parse(src)
	return err != nil || src == "" || onHost(u, "pixel.wp.com", "stats.wordpress.com", "feeds.feedburner.com", "feedsportal.com",
		"doubleclick.net", "google-analytics.com", "scorecardresearch.com", "quantserve.com", "piwik.org", "pixel.facebook.com")
}

func isShareButton(href string) bool {
	u, err := url.Parse(href)
	if err != nil {
		return false
	}
	switch {
	case onHost(u, "facebook.com"):
		return strings.HasPrefix(u.Path, "/sharer") || strings.HasPrefix(u.Path, "/share.php")
	case onHost(u, "twitter.com", "x.com"):
		return strings.HasPrefix(u.Path, "/intent/") || u.Path == "/share"
	case onHost(u, "linkedin.com"):
		return strings.HasPrefix(u.Path, "/shareArticle") || strings.HasPrefix(u.Path, "/sharing/")
	case onHost(u, "api.whatsapp.com", "wa.me"), onHost(u, "t.me"):
		return u.Query().Has("text") || u.Path == "/share/url"
	case onHost(u, "feeds.wordpress.com", "addtoany.com"):
		return true
	}
	return false
}

// onHost tells whether the address is on one of the hosts or below it.
func onHost(u *url.URL, hosts ...string) bool {
	name := strings.ToLower(u.Hostname())
	for _, h := range hosts {
		if name == h || strings.HasSuffix(name, "."+h) {
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
