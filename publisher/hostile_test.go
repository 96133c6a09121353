package publisher_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"harmattan/news"
	"harmattan/publisher"
)

var hostile = []string{
	"nul\x00 bell\x07 vt\x0b esc\x1b del\x7f c1\u0085",
	"bad \xff\xfe utf-8 \xc3( \xed\xa0\x80",
	"noncharacters \uFFFE \uFFFF \U0001FFFE \uFDD0",
	"]]> <![CDATA[ x ]]> -- --> <!-- &amp; &#0; &#x1F; &bogus;",
	`<script>alert(1)</script><img src=x onerror=alert(1)>"'><svg onload=alert(1)>`,
	"override \u202Egnp.exe\u202C isolate \u2066x zero\u200Bwidth \uFEFF",
	"الساحل اليوم: مقتل ١٢ (12) قرب غاو",
	"👩🏽‍🚒 fire \U0001F525 e\u0301 decomposed \u2028 line \u2029 paragraph",
	"javascript:alert(1)",
	"https://user:pass@evil.example/\"><script>",
	"line\r\nfeed\ttab",
}

// infect puts a string into every string that an entry holds, at any depth.
func infect(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		infect(v.Elem(), s)
	case reflect.Struct:
		if v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			infect(v.Field(i), s)
		}
	case reflect.Slice:
		if v.Len() == 0 && v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			infect(v.Index(i), s)
		}
	}
}

// infected is an entry that holds s everywhere but where our own code decides.
func infected(s string) news.Entry {
	e := entries()[0]
	infect(reflect.ValueOf(&e).Elem(), s)
	e.ID, e.Article.ID = "", "tag:"+authority+":e/1"
	e.Article.Tags = append(e.Article.Tags, news.Tag{Kind: news.KindPlace, ID: s, Label: s, Evidence: []news.Evidence{{Term: s, Field: s, Note: s}}})
	// Ids keep their normal form, whatever it is.
	e.Feed.FeedID, e.Article.Origin.ID, e.Others[0].ID = norm.NFC.String(s), norm.NFC.String(s), norm.NFC.String(s)
	e.Others[1].ID = e.Others[0].ID
	e.Article.FullText = true
	e.Article.HTML = "<p>" + s + "</p>"
	return e
}

func TestP51_P55_HostileStringsInEveryField(t *testing.T) {
	for _, s := range hostile {
		e := edition()
		e.Title, e.Description = s, s
		p := publisher.New(options(), authority, []news.Edition{e}, s)
		if err := p.Publish(e, []news.Entry{infected(s)}, changed); err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		p.SetStatus(publisher.Status{At: changed, Sources: []publisher.SourceStatus{{Source: infected(s).Source, State: infected(s).Feed}}, Schedule: s, UserAgent: s, Trouble: s})
		for _, suffix := range append(feedSuffixes, ".geojson", ".opml", "", "/map") {
			harmless(t, suffix, body(t, p, suffix))
		}
		for _, path := range []string{"/", "/about", "/opml.xml", "/sources.opml"} {
			suffix := ".rss"
			if path == "/" || path == "/about" {
				suffix = ""
			}
			harmless(t, suffix, read(t, p.Handler(), path))
		}
	}
}

// harmless checks a document made of hostile strings: it is legal, in normal
// form, and none of them became markup.
func harmless(t *testing.T, suffix, document string) {
	t.Helper()
	if !utf8.ValidString(document) || !norm.NFC.IsNormalString(document) {
		t.Errorf("%s: not UTF-8 in normal form C", suffix)
	}
	for _, r := range document {
		if r < 0x20 && r != '\n' && r != '\t' || r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r&0xfffe == 0xfffe || r == 0xfeff {
			t.Errorf("%s: holds U+%04X", suffix, r)
		}
	}
	switch suffix {
	case "", "/map":
		safeHTML(t, document, true)
	case ".json", ".geojson":
		if !json.Valid([]byte(document)) {
			t.Error("not JSON")
		}
	default:
		if err := wellFormed(document); err != nil {
			t.Errorf("%s: %v", suffix, err)
		}
	}
	if strings.Contains(document, "<opml") || suffix == ".geojson" || suffix == "" || suffix == "/map" {
		return
	}
	for _, item := range parse(t, document).Items {
		if suffix != ".json" { // there it is plain text
			safeHTML(t, item.Description, false)
		}
		safeHTML(t, item.Content, false)
	}
}

// safeHTML checks that nothing in a text can run, load or mislead.
func safeHTML(t *testing.T, text string, page bool) {
	t.Helper()
	nodes, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Errorf("HTML: %v", err)
		return
	}
	for n := range nodes.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "form":
			if !page || attr(n, "action") != "/search" {
				t.Errorf("element form in %.200q", text)
			}
		case "svg":
			if class := attr(n, "class"); !page || class != "map" && class != "chart" {
				t.Errorf("element svg in %.200q", text)
			}
		case "script", "style", "iframe", "object", "embed", "math", "base", "use", "foreignobject", "animate", "set":
			t.Errorf("element %s in %.200q", n.Data, text)
		case "meta", "link":
			if !page {
				t.Errorf("element %s in %.200q", n.Data, text)
			}
		}
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" ||
				(a.Key == "href" || a.Key == "src") && (strings.HasPrefix(value, "javascript:") || strings.Contains(value, "pass@evil")) {
				t.Errorf("attribute %s=%q in %.200q", a.Key, a.Val, text)
			}
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestP47_P50_WholeTextsAreSanitisedAgain(t *testing.T) {
	list := entries()[3:]
	list[0].Article.HTML = `<p>Un <b>enseignant<p dir="rtl" lang="ar" style="color:red" id="x" class="y" onclick="z()">نص</p>
<a href="https://ok.example/x">ok</a> <a href="/relative">relative</a> <a href="javascript:x()">bad</a> <a href="https://ok.example:x@evil.example/">bad</a>
<a href="https://www.facebook.com/sharer/sharer.php?u=1">Share</a>
<img src="https://pixel.wp.com/g.gif?1"><img src="https://ok.example/p.png" width="1" height="1"><img src="https://ok.example/photo.jpg" width="600" alt="Photo"><img src="data:image/svg+xml,x">
<iframe src="https://evil.example"></iframe><svg><script>alert(1)</script></svg><table><tr><td>1</td></tr></table>
<math><mtext></p><style><img src=x onerror=alert(1)></style></math>&#8;&#x202E;end ]]>`
	got := parse(t, body(t, published(t, list), ".atom")).Items[0].Content
	safeHTML(t, got, false)
	wants(t, got, `<p dir="rtl" lang="ar"><b>نص</b></p>`, `<a href="https://ok.example/x">ok</a>`, `photo.jpg`, "<td>1</td>", "end ]]&gt;", "</b>")
	refuses(t, got, "pixel.wp.com", "p.png", "sharer", "relative\"", "data:", "evil.example", "\u202e", "\b")
}

func TestP49_EndlessOrDeepTextsAreLeftOut(t *testing.T) {
	for name, text := range map[string]string{
		"long": strings.Repeat("<p>x</p>", 60_000),
		"deep": strings.Repeat("<div>", 5000) + "x",
	} {
		list := entries()[3:]
		list[0].Article.HTML = text
		if err := newPublisher(options(), edition()).Publish(edition(), list, changed); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDocuments(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, "<p>"+s+"</p>")
	}
	f.Add("x", "<b><i></b></i><table><a href=//x>")
	e := edition()
	p := newPublisher(options(), e)
	f.Fuzz(func(t *testing.T, s, markup string) {
		entry := infected(s)
		entry.Article.HTML = markup
		for _, suffix := range append(feedSuffixes, "") {
			document, err := publisher.Render(p, suffix, e, []news.Entry{entry}, changed, true)
			if err != nil && !strings.Contains(err.Error(), "bytes, more than max_bytes") {
				t.Fatal(err)
			}
			harmless(t, suffix, string(document))
		}
	})
}
