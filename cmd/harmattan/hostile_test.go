package main

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	nethtml "golang.org/x/net/html"

	"harmattan/config"
	"harmattan/news"
	"harmattan/publisher"
)

// hostile is what sources must not do to the readers of an edition, whatever
// becomes of the text around it.
var hostile = []string{
	// scripts
	`<script>pwn()</script>`, `<SCRIPT SRC=https://evil.example/x.js></SCRIPT>`, `<scr<script>ipt>pwn()</scr</script>ipt>`, `<script/x>pwn()</script\n>`,
	`<script type="module">import "https://evil.example"</script>`, `</title><script>pwn()</script>`, `</textarea><script>pwn()</script>`, `--><script>pwn()</script>`,
	`<noscript><p title="</noscript><img src=x onerror=pwn()>">`, `<template><script>pwn()</script></template>`, `<xmp><script>pwn()</script></xmp>`, `<plaintext><script>pwn()`,
	// handlers
	`<img src=x onerror=pwn()>`, `<img src="x"onerror="pwn()">`, `<img/src=x/onerror=pwn()>`, `<p onclick=pwn()>x</p>`, `<body onload=pwn()>`, `<details open ontoggle=pwn()>x</details>`,
	`<a href="https://ok.example" onmouseover="pwn()">x</a>`, `<video><source onerror=pwn()></video>`, `<input autofocus onfocus=pwn()>`, `<marquee onstart=pwn()>x</marquee>`, "<img src=x onerror\x00=pwn()>", "<img\x0csrc=x\x0bonerror=pwn()>",
	// SVG and MathML
	`<svg onload=pwn()>`, `<svg><script>pwn()</script></svg>`, `<svg><a xlink:href="javascript:pwn()"><text>x</text></a></svg>`, `<svg><animate attributeName=href values=javascript:pwn() /></svg>`,
	`<svg><foreignObject><iframe srcdoc="<script>pwn()</script>"></foreignObject></svg>`, `<svg><use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4#x"></svg>`, `<math href="javascript:pwn()">x</math>`,
	`<math><maction actiontype="statusline" xlink:href="javascript:pwn()">x</maction></math>`,
	// addresses
	`<a href="javascript:pwn()">x</a>`, `<a href=" jAvAsCrIpT:pwn()">x</a>`, `<a href="java&#10;script:pwn()">x</a>`, `<a href="&#x6a;avascript&colon;pwn()">x</a>`, "<a href=\"\x01javascript:pwn()\">x</a>",
	`<a href="vbscript:pwn()">x</a>`, `<a href="data:text/html,<script>pwn()</script>">x</a>`, `<img src="data:image/svg+xml,<svg onload=pwn()>">`, `<a href="file:///etc/passwd">x</a>`, `<a href="blob:https://evil.example/1">x</a>`,
	`<a href="//user:pass@evil.example/">x</a>`, `<form action="javascript:pwn()"><button>x</button></form>`, `<button formaction="javascript:pwn()">x</button>`, `<iframe src="javascript:pwn()"></iframe>`,
	`<object data="javascript:pwn()"></object>`, `<embed src="javascript:pwn()">`, `<base href="javascript:pwn()//">`, `<meta http-equiv="refresh" content="0;url=javascript:pwn()">`, `<link rel=stylesheet href="https://evil.example/x.css">`, `<area href="javascript:pwn()">`,
	// styles
	`<style>@import "https://evil.example/x.css"; body { display: none }</style>`, `<p style="background:url(javascript:pwn())">x</p>`, `<p style="position:fixed;inset:0">x</p>`, `<p class="skip" id="entries">x</p>`,
	// markup that changes when it is read again
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwn()&gt;">`, `<svg></p><style><a id="</style><img src=1 onerror=pwn()>">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror=pwn()>`, `<noembed><p title="</noembed><img src=x onerror=pwn()>">`, `<!--<img src="--><img src=x onerror=pwn()//">`, `<![CDATA[<img src=x onerror=pwn()>]]>`,
	`<select><option><style></option></select><img src=x onerror=pwn()></style>`, `<table><td><a href="x</td></table><img src=x onerror=pwn()>">`, `<p title='"><img src=x onerror=pwn()>'>x</p>`, `<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">pwn()</x:script>`,
	// encodings
	"+ADw-script+AD4-pwn()+ADw-/script+AD4-", "\u00bcscript\u00bepwn()\u00bc/script\u00be", "\xc0\xbcscript\xc0\xbepwn()\xc0\xbc/script\xc0\xbe", "<\u0000script>pwn()</\u0000script>", "\u202e<script>pwn()</script>\u2066", "<ſcript>pwn()</ſcript>", "＜script＞pwn()＜/script＞",
	`&lt;script&gt;pwn()&lt;/script&gt;`, `&amp;lt;img src=x onerror=pwn()&amp;gt;`, `&#60;script&#62;pwn()&#60;/script&#62;`,
	// templates
	`{{.}}{{define "bar"}}x{{end}}`, `{{template "foot" .}}`, `${pwn()}`, `<%= pwn() %>`, `{{constructor.constructor('pwn()')()}}`, "`${pwn()}`", `#{pwn()}`, `*{T(java.lang.Runtime)}`, `<p ng-app>{{pwn()}}</p>`,
}

// texts are the elements of which the text of an article may be made; pages
// those that our own pages have besides.
var (
	texts = strings.Fields(`html head body p br hr h1 h2 h3 h4 h5 h6 div span section article a img b strong i em u s small sub sup mark abbr cite q dfn kbd samp var
		bdi bdo ul ol li dl dt dd blockquote pre code figure figcaption time ruby rb rt rp table caption thead tbody tfoot tr th td del ins wbr`)
	pages = strings.Fields(`meta link title header nav main aside footer form label input select option button svg g path rect circle text details summary`)
	// quiet are the attributes that neither run nor load anything.
	quiet = strings.Fields(`dir lang title datetime colspan rowspan alt width height cite
		class id name content charset rel type sizes tabindex role hreflang scope for value maxlength required action selected viewbox preserveaspectratio x y cx cy r d
		text-anchor viewBox preserveAspectRatio open`)
	ours = regexp.MustCompile(`^(/|#|https?://|mailto:)`)
)

// harmless fails when HTML holds anything but text.
func harmless(t *testing.T, where, source string, page bool) {
	t.Helper()
	root, err := nethtml.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == nethtml.CommentNode {
			t.Errorf("%s: the comment %.100q", where, n.Data)
		}
		if n.Type != nethtml.ElementNode {
			continue
		}
		if !slices.Contains(texts, n.Data) && !(page && slices.Contains(pages, n.Data)) {
			t.Errorf("%s: the element %s", where, n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "href" || a.Key == "src" || a.Key == "action":
				if u, err := url.Parse(a.Val); err != nil || !ours.MatchString(a.Val) || u.User != nil || !page && strings.HasPrefix(a.Val, "/") {
					t.Errorf("%s: %s leads to %q", where, n.Data, a.Val)
				}
				if page && n.Data != "a" && !strings.HasPrefix(a.Val, "/") && attributeOf(n, "rel") != "canonical" && attributeOf(n, "rel") != "alternate" {
					t.Errorf("%s: %s loads %q", where, n.Data, a.Val)
				}
			case page && strings.HasPrefix(a.Key, "aria-"):
			case !slices.Contains(quiet, a.Key) || !page && (a.Key == "class" || a.Key == "id" || a.Key == "name"):
				t.Errorf("%s: %s has %s=%.60q", where, n.Data, a.Key, a.Val)
			}
		}
	}
}

func attributeOf(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// hostileDocument is a feed whose items are one hostile string each, in every
// place that a feed has for strings.
func hostileDocument(published time.Time) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>` + html.EscapeString(hostile[0]) +
		`</title><link>javascript:pwn()</link><copyright>` + html.EscapeString(hostile[1]) + `</copyright>`)
	for i, s := range hostile {
		text := html.EscapeString(s)
		address := fmt.Sprintf("https://evil.example/%d", i)
		if i%3 == 0 {
			address = text
		}
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s %d</guid><title>Mali : embuscade près de Ménaka, %d morts %s</title><link>%s</link>
			<pubDate>%s</pubDate><dc:creator>%s</dc:creator><category>%s</category><dc:rights>%s</dc:rights><source url="%s">%s</source>
			<media:content url="%s" type="%s" medium="image"><media:credit>%s</media:credit></media:content>
			<description>Douze soldats ont été tués par le JNIM. %s</description><content:encoded>%s</content:encoded></item>`,
			text, i, i, text, address, published.Add(-time.Duration(i)*time.Minute).Format(time.RFC1123Z), text, text, text, text, text, text, text, text, text,
			html.EscapeString("<p>Douze soldats ont été tués par le JNIM près de Ménaka, au Mali.</p>"+s+"<p>Fin.</p>"))
	}
	return b.String() + `</channel></rss>`
}

func TestNothingHostileComesThrough(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, hostileDocument(monday))
	}))
	defer server.Close()
	cfg := roundsConfig(t, news.Source{ID: "evil", URL: server.URL + "/rss", Language: "fr", FullText: "letter of 1 May 2026", Countries: []string{"ML"}})
	cfg.Publisher.MaxBytes = 5_000_000
	for i := range cfg.Editions {
		cfg.Editions[i].Stories = news.StoriesList
	}
	b := &workbench{hand: hand{now: monday.Add(time.Hour)}}
	b.open(t, cfg, t.TempDir())
	b.after(time.Minute)

	entries := 0
	for _, suffix := range []string{".rss", ".atom", ".json"} {
		feed := readBack(t, b.get("/editions/sahel-security"+suffix).body)
		entries = len(feed.Items)
		for _, item := range feed.Items {
			if suffix != ".json" {
				harmless(t, suffix, item.Description, false)
			}
			harmless(t, suffix, item.Content, false)
			if !ours.MatchString(item.Link) && item.Link != "" {
				t.Errorf("%s: the link %q", suffix, item.Link)
			}
		}
	}
	if entries < len(hostile)*3/4 {
		t.Fatalf("only %d of %d articles are in the edition", entries, len(hostile))
	}
	paths := []string{"/", "/about", "/editions/sahel-security", "/editions/sahel-security/map", "/sources?id=evil",
		"/search?q=menaka", "/search?q=" + url.QueryEscape(hostile[0])}
	page := b.get("/editions/sahel-security").body
	for _, link := range regexp.MustCompile(`"(/(?:articles|stories)\?id=[^"]+)"`).FindAllStringSubmatch(page, -1) {
		paths = append(paths, html.UnescapeString(link[1]))
	}
	if len(paths) < entries {
		t.Errorf("only %d pages were looked at", len(paths))
	}
	for _, path := range paths {
		harmless(t, path, b.get(path).body, true)
	}
}

// FuzzNothingHostileComesThrough takes HTML through the curator and the
// publisher, as a source sends it, to what subscribers read.
func FuzzNothingHostileComesThrough(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	edition := news.Edition{ID: "all", Title: "All", Language: "en", Rule: news.Rule{Where: "true"}}
	cfg := &config.Config{Publisher: publisher.Default(), Editions: []news.Edition{edition}}
	judge, err := newCurator(cfg)
	if err != nil {
		f.Fatal(err)
	}
	p := publisher.New(cfg.Publisher, "example.org,2026", cfg.Editions, "")
	source := news.Source{ID: "evil", URL: "https://evil.example/rss", FullText: "letter"}
	f.Fuzz(func(t *testing.T, s string) {
		item := news.Item{SourceID: "evil", GUID: "1", Link: "https://evil.example/1", Title: s, Summary: s, Content: "<p>x</p>" + s, Authors: []string{s},
			Base: "https://evil.example/", Image: &news.Image{URL: s, Credit: s}, Rights: s, Origin: &news.Origin{Title: s, URL: s}}
		articles := judge.Curate(source, []news.Item{item}, nil, monday)
		if len(articles) == 0 {
			return
		}
		for _, a := range articles {
			if err := p.Publish(edition, []news.Entry{{Article: a, Source: source, EnteredAt: monday}}, monday); err != nil {
				t.Fatal(err)
			}
		}
		for _, suffix := range []string{".rss", ".atom", ".json", ""} {
			w := httptest.NewRecorder()
			p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/editions/all"+suffix, nil))
			if suffix == "" {
				harmless(t, "page", w.Body.String(), true)
				continue
			}
			for _, item := range readBack(t, w.Body.String()).Items {
				if suffix != ".json" {
					harmless(t, suffix, item.Description, false)
				}
				harmless(t, suffix, item.Content, false)
			}
		}
	})
}
