package curator

import (
	"cmp"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxDepth is how deep the elements of an item may nest.
const maxDepth = 100

// newPolicy allows what text is made of and nothing that runs, frames, styles
// or names.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "div", "span", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote",
		"q", "cite", "pre", "code", "kbd", "samp", "var", "em", "strong", "b", "i", "u", "s", "small", "sub", "sup", "mark", "ins", "del",
		"abbr", "time", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "ruby", "rb", "rt", "rp", "bdi", "wbr")
	p.AllowURLSchemes("http", "https", "mailto")
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("alt", "title").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Integer).OnElements("img")
	p.AllowAttrs("datetime").OnElements("time", "ins", "del")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowAttrs("cite").OnElements("blockquote", "q")
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)).Globally()
	return p
}

// cleanHTML returns an item's HTML sanitised, balanced and with absolute links;
// pictures that count readers and buttons for sharing are left out. Plain text
// becomes paragraphs. It is empty for what shows nothing.
func cleanHTML(policy *bluemonday.Policy, source, base string) string {
	source = cutBytes(source, maxHTML)
	if !hasElement(source) {
		return paragraphs(plainText(source))
	}
	root, err := parseFragment(source)
	if err != nil {
		return paragraphs(plainText(source))
	}
	at, _ := url.Parse(base)
	prune(root, at, 0)
	// The policy reads balanced HTML and what it leaves is balanced again: the
	// second parse sees exactly what a reader's will.
	root, err = parseFragment(policy.Sanitize(render(root)))
	if err != nil {
		return paragraphs(plainText(source))
	}
	clean := strings.TrimSpace(render(root))
	if plainText(clean) == "" && !strings.Contains(clean, "<img") {
		return ""
	}
	return clean
}

func paragraphs(text string) string {
	var out strings.Builder
	for line := range strings.SplitSeq(tidy(text), "\n") {
		if line != "" {
			out.WriteString("<p>" + html.EscapeString(line) + "</p>")
		}
	}
	return out.String()
}

func parseFragment(source string) (*nethtml.Node, error) {
	body := &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := nethtml.ParseFragment(strings.NewReader(source), body)
	if err != nil {
		return nil, err
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return body, nil
}

func render(root *nethtml.Node) string {
	var out strings.Builder
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if err := nethtml.Render(&out, n); err != nil {
			return ""
		}
	}
	return tidyMarkup(out.String())
}

// tidyMarkup drops characters that XML forbids; line ends stay for <pre>.
func tidyMarkup(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && invisible(r) {
			return -1
		}
		return r
	}, s)
}

// prune removes what is no text of the article and makes addresses absolute.
func prune(parent *nethtml.Node, base *url.URL, depth int) {
	for n := parent.FirstChild; n != nil; {
		next := n.NextSibling
		if n.DataAtom == atom.Img {
			wake(n)
		}
		switch {
		case n.Type == nethtml.CommentNode, n.Type == nethtml.ElementNode && (depth >= maxDepth || unwanted(n)):
			parent.RemoveChild(n)
		case n.Type == nethtml.ElementNode:
			absolute(n, base)
			prune(n, base, depth+1)
		}
		n = next
	}
}

// absolute resolves the addresses of an element and drops those that cannot be,
// or that hold a user name, which hides whose address it is.
func absolute(n *nethtml.Node, base *url.URL) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Key == "href" || a.Key == "src" || a.Key == "cite" {
			to, err := url.Parse(strings.TrimSpace(a.Val))
			if err != nil {
				continue
			}
			if base != nil {
				to = base.ResolveReference(to)
			}
			if !to.IsAbs() || to.User != nil {
				continue
			}
			a.Val = to.String()
		}
		kept = append(kept, a)
	}
	n.Attr = kept
	if n.DataAtom == atom.H1 {
		n.Data, n.DataAtom = "h2", atom.H2
	}
}

// unwanted tells pictures that only count readers and blocks that only share.
func unwanted(n *nethtml.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Form, atom.Iframe, atom.Object, atom.Embed:
		return true
	case atom.Img:
		return counts(n)
	case atom.A:
		return shares(attribute(n, "href")) && !hasSentence(n)
	}
	class := " " + strings.ToLower(attribute(n, "class")+" "+attribute(n, "id")) + " "
	for _, mark := range []string{"feedflare", "sharedaddy", "addtoany", "social-share", "share-buttons", "sharing-buttons", "jp-relatedposts",
		"yarpp-related", "mc4wp", "newsletter-signup", "a2a_kit", "essb_links", "heateor"} {
		if strings.Contains(class, mark) {
			return true
		}
	}
	return false
}

// counts tells whether a picture is there to be fetched, not to be seen.
func counts(img *nethtml.Node) bool {
	tiny := func(size string) bool { return size == "0" || size == "1" || size == "0px" || size == "1px" }
	if tiny(attribute(img, "width")) || tiny(attribute(img, "height")) {
		return true
	}
	source := strings.ToLower(attribute(img, "src"))
	if strings.HasPrefix(source, "data:") {
		return true
	}
	for _, beacon := range []string{"feedburner.com/~", "feeds.feedburner.com/~", "pixel.wp.com", "stats.wordpress.com", "feedsportal.com/",
		"doubleclick.net", "google-analytics.com", "scorecardresearch.com", "facebook.com/tr", "quantserve.com", "pixel.quantserve", "/pixel.gif",
		"/piwik.php", "/matomo.php", "chartbeat", "feedads.g.", "rss-pixel", "tracking.", "/1x1", "/spacer.gif", "/blank.gif", "counter.php"} {
		if strings.Contains(source, beacon) {
			return true
		}
	}
	return source == ""
}

// wake gives a picture that loads late its true address.
func wake(img *nethtml.Node) {
	late := cmp.Or(attribute(img, "data-src"), attribute(img, "data-lazy-src"), attribute(img, "data-original"))
	source := attribute(img, "src")
	if late == "" || source != "" && !strings.HasPrefix(source, "data:") {
		return
	}
	img.Attr = slices.DeleteFunc(img.Attr, func(a nethtml.Attribute) bool { return a.Key == "src" })
	img.Attr = append(img.Attr, nethtml.Attribute{Key: "src", Val: late})
}

// shares tells whether a link opens a form that shares the article.
func shares(href string) bool {
	for _, form := range []string{"facebook.com/sharer", "facebook.com/share.php", "twitter.com/intent/", "twitter.com/share", "x.com/intent/",
		"linkedin.com/sharearticle", "wa.me/?text", "api.whatsapp.com/send", "whatsapp://", "t.me/share", "telegram.me/share", "pinterest.com/pin/create",
		"reddit.com/submit", "addtoany.com", "addthis.com", "feedburner.com/~ff"} {
		if strings.Contains(strings.ToLower(href), form) {
			return true
		}
	}
	return false
}

// hasSentence tells a link with words of its own from a button.
func hasSentence(n *nethtml.Node) bool {
	words := 0
	for d := range n.Descendants() {
		if d.Type == nethtml.TextNode {
			words += len(strings.Fields(d.Data))
		}
	}
	return words > 4
}

func attribute(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}
