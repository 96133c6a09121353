package fetcher_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"harmattan/fetcher"
	"harmattan/news"
)

var desk = news.Source{ID: "desk", URL: "https://desk.example/rss/feed.xml"}

// parse reads a document that must be understood.
func parse(t *testing.T, document string) fetcher.Document {
	t.Helper()
	return parseAs(t, document, "")
}

func parseAs(t *testing.T, document, contentType string) fetcher.Document {
	t.Helper()
	doc, err := fetcher.Parse(desk, []byte(document), contentType, "", fetcher.Limits{})
	if err != nil {
		t.Fatalf("%.60q: %v", document, err)
	}
	return doc
}

// one is the only item of a document.
func one(t *testing.T, document string) news.Item {
	t.Helper()
	doc := parse(t, document)
	if len(doc.Items) != 1 {
		t.Fatalf("%d items, want 1 (%v)", len(doc.Items), doc.Recoveries)
	}
	return doc.Items[0]
}

// titled is a document whose only item has a title.
func titled(title string) string {
	return `<rss version="2.0"><channel><title>x</title><item><title>` + title + `</title></item></channel></rss>`
}

func utf16Bytes(text string, bigEndian, mark bool) string {
	var out []byte
	if mark {
		text = "\uFEFF" + text
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		if bigEndian {
			out = append(out, byte(unit>>8), byte(unit))
		} else {
			out = append(out, byte(unit), byte(unit>>8))
		}
	}
	return string(out)
}

func encoded(t *testing.T, e *charmap.Charmap, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestF77_TheEncodingIsFoundInItsOrder(t *testing.T) {
	french, arabic := "Le président visite Tillabéri", "هجوم على قافلة في كيدال"
	declared := func(label, body string) string { return `<?xml version="1.0" encoding="` + label + `"?>` + body }
	japaneseText, err := japanese.ISO2022JP.NewEncoder().String(declared("iso-2022-jp", titled("ニジェール")))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ document, contentType, want string }{
		"utf-8":                        {titled(french), "", french},
		"mark beats declaration":       {"\uFEFF" + declared("iso-8859-1", titled(french)), "text/xml; charset=iso-8859-1", french},
		"utf-16le with mark":           {utf16Bytes(declared("utf-16", titled(arabic)), false, true), "", arabic},
		"utf-16be with mark":           {utf16Bytes(titled(arabic), true, true), "", arabic},
		"utf-16le without mark":        {utf16Bytes(declared("utf-16", titled(arabic)), false, false), "", arabic},
		"utf-16be without mark":        {utf16Bytes(titled(arabic), true, false), "", arabic},
		"says utf-16, is utf-8":        {declared("utf-16", titled(french)), "", french},
		"windows-1256 declared":        {encoded(t, charmap.Windows1256, declared("windows-1256", titled(arabic))), "", arabic},
		"windows-1256 by header":       {encoded(t, charmap.Windows1256, titled(arabic)), "text/xml; charset=windows-1256", arabic},
		"header beats declaration":     {encoded(t, charmap.ISO8859_6, declared("iso-8859-1", titled(arabic))), "application/rss+xml; charset=iso-8859-6", arabic},
		"latin-1 declared":             {encoded(t, charmap.ISO8859_1, declared("ISO-8859-1", titled(french))), "", french},
		"text/xml is not ascii":        {titled(french), "text/xml", french},
		"no label, not utf-8 at all":   {encoded(t, charmap.Windows1252, titled("l’été où Zoé s’éleva")), "", "l’été où Zoé s’éleva"},
		"unknown label":                {declared("x-klingon", titled(french)), "", french},
		"seven-bit Japanese":           {japaneseText, "", "ニジェール"},
		"a stray mark in the middle":   {"\n \uFEFF" + titled(french), "", french},
		"xml 1.1":                      {`<?xml version="1.1" encoding="utf-8"?>` + titled(french), "", french},
		"comment of 10 KB comes first": {"<!--" + strings.Repeat("x", 10_000) + "-->" + titled(french), "", french},
	} {
		doc, err := fetcher.Parse(desk, []byte(c.document), c.contentType, "", fetcher.Limits{})
		if err != nil || len(doc.Items) != 1 || doc.Items[0].Title != c.want {
			t.Errorf("%s: %+v: %v", name, doc.Items, err)
		}
		if kind := "UTF-16 without a mark"; doc.Recoveries[kind] != strings.Count(name, "without mark") {
			t.Errorf("%s: recoveries %v", name, doc.Recoveries)
		}
		if strings.HasPrefix(name, "mark") && len(doc.Recoveries) != 1 { // the date that the item lacks
			t.Errorf("%s: recoveries %v", name, doc.Recoveries)
		}
	}
}

func TestF78_ValidUTF8BeatsAWrongLabel(t *testing.T) {
	doc := parseAs(t, `<?xml version="1.0" encoding="iso-8859-1"?>`+titled("Sécurité à Ménaka"), "text/xml; charset=iso-8859-1")
	if doc.Items[0].Title != "Sécurité à Ménaka" || doc.Recoveries["wrong charset label"] != 1 {
		t.Errorf("title %q, recoveries %v", doc.Items[0].Title, doc.Recoveries)
	}
}

func TestF78_UTF8ThatWasEncodedTwiceIsReadOnce(t *testing.T) {
	const title = "Sécurité à Ménaka : l’armée a repoussé une attaque, où « l’État » œuvre déjà"
	twice := func(text string, latin1 bool) string {
		var out strings.Builder
		for _, b := range []byte(text) {
			r := charmap.Windows1252.DecodeByte(b)
			if latin1 || r == 0xFFFD {
				r = rune(b)
			}
			out.WriteRune(r)
		}
		return out.String()
	}
	arabic := "هجوم على قافلة في كيدال"
	for name, c := range map[string]struct {
		document, want string
		mended         int
	}{
		"by windows-1252":          {titled(twice(title, false)), title, 1},
		"by Latin-1":               {titled(twice(title, true)), title, 1},
		"Arabic":                   {titled(twice(arabic, false)), arabic, 1},
		"with a mark":              {"\uFEFF" + titled(twice(title, false)), title, 1},
		"once":                     {titled(title), title, 0},
		"a word of it in a text":   {titled("Pourquoi « " + twice("sécurité", false) + " » ?"), "Pourquoi « " + twice("sécurité", false) + " » ?", 0},
		"too little to be certain": {titled(twice("déjà vu", false)), twice("déjà vu", false), 0},
	} {
		doc := parse(t, c.document)
		if doc.Items[0].Title != c.want || doc.Recoveries["UTF-8 encoded twice"] != c.mended {
			t.Errorf("%s: %q, recoveries %v", name, doc.Items[0].Title, doc.Recoveries)
		}
	}
}

func TestF80_OneBadByteDoesNotChooseTheEncoding(t *testing.T) {
	doc := parse(t, titled("Sécurité à M\xe9naka"))
	if doc.Items[0].Title != "Sécurité à M\uFFFDnaka" || doc.Recoveries["undecodable bytes"] != 1 {
		t.Errorf("title %q, recoveries %v", doc.Items[0].Title, doc.Recoveries)
	}
	if doc = parse(t, titled("M\xe9naka")); doc.Items[0].Title != "M\uFFFDnaka" {
		t.Errorf("title %q", doc.Items[0].Title)
	}
}

func TestF81_ForbiddenCharactersAreDropped(t *testing.T) {
	for _, bad := range []string{"\x0b", "\x00", "\x1f", "\uFFFE", "\uFFFF", "&#11;", "&#0;", "&#xFFFF;", "&#x0b;", "&#xD800;", "&#1114112;", "&#99999999999;"} {
		doc := parse(t, titled("Ga"+bad+"o"))
		if doc.Items[0].Title != "Gao" || doc.Recoveries["forbidden characters"] == 0 {
			t.Errorf("%q: title %q, recoveries %v", bad, doc.Items[0].Title, doc.Recoveries)
		}
	}
	if item := one(t, titled("&#x1F600; &#233; &amp;#11;")); item.Title != "😀 é &#11;" && item.Title != "😀 é" {
		t.Errorf("title %q", item.Title)
	}
}

func TestF82_BrokenMarkupIsMendedAndCounted(t *testing.T) {
	wrap := func(inside string) string {
		return `<rss version="2.0"><channel><title>x</title><item><title>Avant</title></item><item>` + inside +
			`</item><item><title>Après</title></item></channel></rss>`
	}
	for name, c := range map[string]struct{ document, title, kind string }{
		"blanks before the declaration": {"\n\n <?xml version=\"1.0\"?>" + wrap("<title>Ici</title>"), "Ici", ""},
		"a warning before it":           {"<br />\n<b>Warning</b>: mysql_connect()\n<?xml version=\"1.0\"?>" + wrap("<title>Ici</title>"), "Ici", "junk before the document"},
		"HTML entities":                 {wrap("<title>L&rsquo;&eacute;t&eacute;&nbsp;2026</title>"), "L’été\u00a02026", "entity of HTML"},
		"a bare ampersand":              {wrap("<title>Barkhane & Takuba</title>"), "Barkhane & Takuba", "bare &"},
		"an ampersand at the end":       {wrap("<title>Barkhane &</title>"), "Barkhane &", "bare &"},
		"an ampersand in an attribute":  {wrap("<title>Ici</title><source url='https://x.example/?a=1&b=2'>X</source>"), "Ici", "bare &"},
		"an ampersand in a link":        {wrap("<title>Ici</title><link>https://x.example/?a=1&b=2</link>"), "Ici", "bare &"},
		"an undeclared prefix":          {wrap("<title>Ici</title><dc:creator>Aïcha</dc:creator><media:thumbnail url='https://x.example/a.jpg'/>"), "Ici", ""},
		"unescaped HTML":                {wrap("<title>Ici</title><description><p>Un<br>deux<img src=https://x.example/a.png></p></description>"), "Ici", ""},
		"a bare bracket":                {wrap("<title>moins de < 3 morts</title>"), "moins de < 3 morts", "bare <"},
		"a stray end tag":               {wrap("<title>Ici</title><description>fin</p></div></description>"), "Ici", "stray end tag"},
		"a missing end tag":             {wrap("<title>Ici</title><description><b>gras</description>"), "Ici", "missing end tag"},
		"an attribute without quotes":   {wrap("<title>Ici</title><guid isPermaLink=false>7</guid>"), "Ici", "broken attribute"},
		"a quote too many":              {wrap(`<title>Ici</title><enclosure url="https://x.example/a.jpg"" type="image/jpeg"/>`), "Ici", "broken attribute"},
		"a bracket in an attribute":     {wrap(`<title>Ici</title><source url="https://x.example/?<b>">X</source>`), "Ici", "bare <"},
		"an end tag in capitals":        {wrap("<title>Ici</TITLE>"), "Ici", "end tag of another case"},
		"the end of CDATA alone":        {wrap("<title>Ici ]]> là</title>"), "Ici ]]> là", "stray ]]>"},
		"two dashes in a comment":       {wrap("<!-- a -- b --><title>Ici</title>"), "Ici", ""},
		"a comment without end":         {wrap("<title>Ici</title><description><!-- suite</description>"), "Ici", "bare <"},
		"a CDATA section without end":   {wrap("<title>Ici</title><description><![CDATA[<p>suite</p></description>"), "Ici", "bare <"},
		"PHP left in the document":      {wrap("<?php echo 1 ?><title>Ici</title>"), "Ici", ""},
	} {
		doc, err := fetcher.Parse(desk, []byte(c.document), "", "", fetcher.Limits{})
		if err != nil || len(doc.Items) != 3 || doc.Items[1].Title != c.title || doc.Items[2].Title != "Après" {
			t.Errorf("%s: %d items %+v: %v", name, len(doc.Items), doc.Items, err)
			continue
		}
		if c.kind != "" && doc.Recoveries[c.kind] == 0 {
			t.Errorf("%s: recoveries %v, want %q", name, doc.Recoveries, c.kind)
		}
	}
}

func TestF82_AnItemWithoutItsEndTagTakesNoOtherWithIt(t *testing.T) {
	doc := parse(t, `<rss><channel><item><title>Un</title><item><title>Deux</title></item><item><title>Trois</title></channel></rss>`)
	if len(doc.Items) != 3 || doc.Items[0].Title != "Un" || doc.Items[2].Title != "Trois" {
		t.Errorf("%+v", doc.Items)
	}
}

// The parser closes what an item left open, but takes an end tag for that of any
// element of its local name.
func TestF82_AnElementNamedLikeItsParentMayLackItsEndTag(t *testing.T) {
	atom := func(inside string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:x="urn:x"><entry><id>1</id><title>Gao</title>` + inside + `</entry><entry><id>2</id><title>Kidal</title></entry></feed>`
	}
	rss := func(inside string) string {
		return `<rss xmlns:x="urn:x"><channel><title>c</title><item><title>Gao</title></item><item><title>Kidal</title>` + inside + `</channel></rss>`
	}
	for name, document := range map[string]string{
		"an item in an item":                 rss("<x:item></item>"),
		"deeper":                             rss("<x:a><b><x:item><c></item>"),
		"in a field":                         rss("<description>x<x:description></description></item>"),
		"a channel in an item":               rss("<x:channel>"),
		"an item that lacks its own as well": rss("<x:item>"),
		"an entry in an entry":               atom("<x:entry>"),
	} {
		doc := parse(t, document)
		if len(doc.Items) != 2 || doc.Items[0].Title != "Gao" || doc.Items[1].Title != "Kidal" || doc.Recoveries["item not understood"] != 0 {
			t.Errorf("%s: %+v, %v", name, doc.Items, doc.Recoveries)
		}
		if doc.Recoveries["missing end tag"] == 0 {
			t.Errorf("%s: nothing is counted: %v", name, doc.Recoveries)
		}
	}
}

func TestF83_TheHttpsFormOfAtomsNamespaceIsRead(t *testing.T) {
	for _, space := range []string{"https://www.w3.org/2005/Atom", "http://www.w3.org/2005/Atom/", "http://www.w3.org/2005/Atom "} {
		doc := parse(t, `<feed xmlns="`+space+`"><id>urn:x</id><entry><id>urn:1</id><title>Kidal</title></entry></feed>`)
		if len(doc.Items) != 1 || doc.Items[0].Title != "Kidal" {
			t.Errorf("%s: %+v %v", space, doc.Items, doc.Recoveries)
		}
	}
	if doc := parse(t, `<feed xmlns="<"><entry><id>1</id><title>Kidal</title></entry></feed>`); len(doc.Items) != 1 {
		t.Errorf("a bracket in the namespace: %+v %v", doc.Items, doc.Recoveries)
	}
	doc := parse(t, `<a:feed xmlns:a="https://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id><a:title>Kidal</a:title></a:entry></a:feed>`)
	if len(doc.Items) != 1 || doc.Items[0].Title != "Kidal" {
		t.Errorf("with a prefix: %+v %v", doc.Items, doc.Recoveries)
	}
}

func TestF84_TheContentDecidesWhatADocumentIs(t *testing.T) {
	for _, contentType := range []string{"text/html", "text/plain", "application/octet-stream", "application/json", "nonsense;;"} {
		if doc := parseAs(t, twoItems, contentType); len(doc.Items) != 2 {
			t.Errorf("%s: %d items", contentType, len(doc.Items))
		}
	}
	for name, document := range map[string]string{
		"html":           "<!DOCTYPE html><html><body><item><title>x</title></item></body></html>",
		"html in xml":    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head/></html>`,
		"a page of text": "<p>Page introuvable</p>",
		"opml":           `<opml version="2.0"><body><outline xmlUrl="https://x.example"/></body></opml>`,
		"a sitemap":      `<urlset><url><loc>https://x.example/</loc></url></urlset>`,
		"json":           `{"error":"not found"}`,
		"a list":         `[1,2,3]`,
		"text":           "Not Found",
		"nothing":        "",
	} {
		doc, err := fetcher.Parse(desk, []byte(document), "application/rss+xml", "", fetcher.Limits{})
		if err == nil || len(doc.Items) != 0 || !strings.Contains(err.Error(), "not a feed") {
			t.Errorf("%s: %d items: %v", name, len(doc.Items), err)
		}
	}
	for document, begin := range map[string]string{
		`<opml version="2.0"><body><outline text="Sahel">x</outline></body></opml>`: "it begins with <opml>",
		"<entry><title>Gao</title></entry>":                                         "it begins with <entry>", "Not Found": "it begins with text",
		"<!DOCTYPE html><html><body>x</body></html>": "an HTML page",
	} {
		if _, err := fetcher.Parse(desk, []byte(document), "", "", fetcher.Limits{}); err == nil || !strings.Contains(err.Error(), begin) {
			t.Errorf("%s: %v", document, err)
		}
	}
}

func TestF85_JSON(t *testing.T) {
	head := `{"version":"https://jsonfeed.org/version/1.1","title":"Sahel","items":[`
	doc := parse(t, "\uFEFF"+head+`{"id":7,"title":"a"},{"title":"sans id"},null,3,{"id":"","title":"vide"},{"id":"8","content_text":"1 < 2"}]}`)
	if len(doc.Items) != 2 || doc.Items[0].GUID != "7" || doc.Items[1].GUID != "8" || doc.Recoveries["item without an id"] != 4 {
		t.Errorf("%+v %v", doc.Items, doc.Recoveries)
	}
	if got := doc.Items[1].Content; got != "1 &lt; 2" {
		t.Errorf("plain text became %q", got)
	}
	doc = parse(t, head+`{"id":"1","authors":[null,{"name":"Aïcha"}],"tags":null},{"id":"2"}]}`)
	if len(doc.Items) != 2 || len(doc.Items[0].Authors) != 1 {
		t.Errorf("a null among authors: %+v", doc.Items)
	}
	if _, err := fetcher.Parse(desk, []byte(head+`{"id":"1"},]}`), "", "", fetcher.Limits{}); err == nil {
		t.Error("broken JSON was read in part")
	}
	if doc = parse(t, head+`{"id":"1","title":["wrong shape"]},{"id":"2","title":"b"}]}`); len(doc.Items) != 1 || doc.Items[0].Title != "b" {
		t.Errorf("an item of the wrong shape: %+v %v", doc.Items, doc.Recoveries)
	}
}

func TestF86_LinksAreResolvedAgainstTheNearestBase(t *testing.T) {
	atom := func(root, entry, content string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"` + root + `><entry` + entry + `><id>1</id><title>x</title><link href="a/b.html"/>` +
			`<content type="html"` + content + `>&lt;img src="c.png"></content></entry></feed>`
	}
	for name, c := range map[string]struct{ document, link, base string }{
		"no base":         {atom("", "", ""), "https://desk.example/rss/a/b.html", "https://desk.example/rss/feed.xml"},
		"on the root":     {atom(` xml:base="https://other.example/x/feed.xml"`, "", ""), "https://other.example/x/a/b.html", "https://other.example/x/feed.xml"},
		"relative":        {atom(` xml:base="/news/"`, "", ""), "https://desk.example/news/a/b.html", "https://desk.example/news/"},
		"on the entry":    {atom(` xml:base="https://other.example/x/"`, ` xml:base="y/"`, ""), "https://other.example/x/y/a/b.html", "https://other.example/x/y/"},
		"on the content":  {atom("", "", ` xml:base="https://cdn.example/i/"`), "https://desk.example/rss/a/b.html", "https://cdn.example/i/"},
		"an RSS document": {`<rss xml:base="https://other.example/"><channel><item><link>/p?q=1</link></item></channel></rss>`, "https://other.example/p?q=1", "https://other.example/"},
		"RSS, no base":    {`<rss><channel><link>https://site.example/</link><item><link>/p</link></item></channel></rss>`, "https://desk.example/p", desk.URL},
	} {
		if item := one(t, c.document); item.Link != c.link || item.Base != c.base {
			t.Errorf("%s: link %s, base %s", name, item.Link, item.Base)
		}
	}
	doc, err := fetcher.Parse(desk, []byte(atom("", "", "")), "", "https://final.example/feed/", fetcher.Limits{})
	if err != nil || doc.Items[0].Link != "https://final.example/feed/a/b.html" {
		t.Errorf("the address that was fetched counts: %+v %v", doc.Items, err)
	}
}

func TestF87_IdsStayAsWritten(t *testing.T) {
	for _, id := range []string{"2", "HTTP://Example.org/a b", "tag:x.example,2026:ä", "https://x.example/?b=2&a=1#f", "a%20b", "urn:uuid:1"} {
		written := strings.ReplaceAll(id, "&", "&amp;")
		item := one(t, `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/"><entry><id> `+written+` </id><title>x</title></entry></feed>`)
		if item.GUID != id {
			t.Errorf("atom:id %q became %q", id, item.GUID)
		}
		item = one(t, `<rss xml:base="https://base.example/"><channel><item><guid>`+written+`</guid></item></channel></rss>`)
		if item.GUID != id {
			t.Errorf("guid %q became %q", id, item.GUID)
		}
	}
	item := one(t, `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">`+
		`<channel rdf:about="https://x.example/"><title>c</title></channel><item rdf:about="https://x.example/1?a=1&amp;b"><title>x</title></item></rdf:RDF>`)
	if item.GUID != "https://x.example/1?a=1&b" || item.Link != item.GUID {
		t.Errorf("rdf:about became %q, link %q", item.GUID, item.Link)
	}
}

func TestF88_TextIsDecodedExactlyOnce(t *testing.T) {
	item := one(t, `<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><title>R&amp;D &amp;amp; plus</title>`+
		`<description>&lt;p&gt;court &amp;amp; bref&lt;/p&gt;</description><content:encoded><![CDATA[<p>long &amp; entier</p>]]></content:encoded></item></channel></rss>`)
	if item.Title != "R&D &amp; plus" || item.Summary != "<p>court &amp; bref</p>" || item.Content != "<p>long &amp; entier</p>" {
		t.Errorf("title %q, summary %q, content %q", item.Title, item.Summary, item.Content)
	}
	atom := func(kind, text string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title` + kind + `>` + text + `</title></entry></feed>`
	}
	for document, want := range map[string]string{
		atom("", "a &lt;b&gt; c"):                                                                "a &lt;b> c",
		atom(` type="text"`, "a &lt; b"):                                                         "a &lt; b",
		atom(` type="html"`, "a &lt;b&gt;c&lt;/b&gt;"):                                           "a <b>c</b>",
		atom(` type="html"`, "<![CDATA[a <b>c</b>]]>"):                                           "a <b>c</b>",
		atom(` type="xhtml"`, `<div xmlns="http://www.w3.org/1999/xhtml">a <b>c</b> &lt;</div>`): "a <b>c</b> &lt;",
	} {
		if item := one(t, document); item.Title != want {
			t.Errorf("%s: title %q, want %q", document, item.Title, want)
		}
	}
}

func TestMediaElementsAreNotTheEntrysOwn(t *testing.T) {
	item := one(t, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><entry><title type="html">a &lt;b>c&lt;/b></title>`+
		`<content type="html">&lt;p>texte&lt;/p></content><media:group><media:title>clip</media:title></media:group><media:title>clip</media:title>`+
		`<media:content url="/v.mp4" medium="video"/><media:content url="/i.jpg" medium="image" width="640"/><media:id>9</media:id><id>urn:1</id></entry></feed>`)
	if item.Title != "a <b>c</b>" || item.Content != "<p>texte</p>" || item.GUID != "urn:1" {
		t.Errorf("title %q, content %q, id %q", item.Title, item.Content, item.GUID)
	}
	if item.Image == nil || item.Image.URL != "https://desk.example/i.jpg" || item.Image.Width != 640 {
		t.Errorf("image %+v", item.Image)
	}
}

func TestF90_RepeatedIdsAreNoticedAndStay(t *testing.T) {
	for name, c := range map[string]struct {
		document string
		want     bool
	}{
		"different ids":          {twoItems, false},
		"one id, two links":      {channel(`<item><guid>1</guid><link>/a</link></item><item><guid>1</guid><link>/b</link></item>`), true},
		"one id, one link":       {channel(`<item><guid>1</guid><link>/a</link></item><item><guid>1</guid><link>/a</link><title>x</title></item>`), false},
		"atom":                   {`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><link href="/a"/></entry><entry><id>1</id><link href="/b"/></entry></feed>`, true},
		"json":                   {`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","url":"/a"},{"id":"1","url":"/b"}]}`, true},
		"no ids, different link": {channel(`<item><link>/a</link></item><item><link>/b</link></item>`), false},
	} {
		if doc := parse(t, c.document); doc.RepeatedIDs != c.want {
			t.Errorf("%s: %v", name, doc.RepeatedIDs)
		}
	}
	doc := parse(t, channel(`<item><guid>1</guid><link>/a</link></item>`))
	again, err := fetcher.Parse(desk, []byte(channel(`<item><guid>1</guid><link>/b</link></item><item><guid>1</guid><link>/a</link></item>`)),
		"", "", fetcher.Limits{Known: doc.Hashes})
	if err != nil || !again.RepeatedIDs || len(again.Items) != 1 {
		t.Errorf("a known item counts too: %v, %d items: %v", again.RepeatedIDs, len(again.Items), err)
	}
}

func TestF94_TheFirstDateThatIsUnderstoodCounts(t *testing.T) {
	const spaces = ` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"`
	rss := func(dates string) string {
		return `<rss` + spaces + `><channel><item><title>x</title>` + dates + `</item></channel></rss>`
	}
	atom := func(dates string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>` + dates + `</entry></feed>`
	}
	eight := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for document, want := range map[string]news.Stamp{
		rss(`<dc:date>2026-03-02T09:00:00+01:00</dc:date><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate>`): {Field: "pubDate", Raw: "Mon, 02 Mar 2026 08:00:00 GMT", Parsed: eight},
		rss(`<pubDate>lundi 2 mars</pubDate><dc:date>2026-03-02T09:00+01:00</dc:date>`):                     {Field: "dc:date", Raw: "2026-03-02T09:00+01:00", Parsed: eight},
		rss(`<pubDate>lundi 2 mars</pubDate>`):                                                              {Field: "pubDate", Raw: "lundi 2 mars"},
		rss(`<atom:updated>2026-03-02T08:00:00Z</atom:updated>`):                                            {Field: "atom:updated", Raw: "2026-03-02T08:00:00Z", Parsed: eight},
		rss(``): {},
		atom(`<updated>2026-03-05T00:00:00Z</updated><published>2026-03-02T08:00:00Z</published>`):                       {Field: "published", Raw: "2026-03-02T08:00:00Z", Parsed: eight},
		atom(`<updated>2026-03-02T08:00:00Z</updated>`):                                                                  {Field: "updated", Raw: "2026-03-02T08:00:00Z", Parsed: eight},
		`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","date_published":"2026-03-02T09:00:00+01:00"}]}`: {Field: "date_published", Raw: "2026-03-02T09:00:00+01:00", Parsed: eight},
	} {
		if got := one(t, document).Published; got != want {
			t.Errorf("%s: %+v", document, got)
		}
	}
}

func TestF94_DatesThatHaveToBeGuessedAreCounted(t *testing.T) {
	for date, kind := range map[string]string{
		"Mon, 02 Mar 2026 08:00:00 +0000": "", "2 Mar 2026 08:00 GMT": "", "Mon, 02 Mar 26 08:00:00 EST": "", "2026-03-02T08:00:00Z": "",
		"2026-03-02T08:00:00.5+01:00": "", "2026-03-02T08:00+01:00": "",
		"": "item without a date", " ": "item without a date",
		"2026-03-02T08:00:00": "date without a zone", "2026-03-02": "date without a zone", "Mon, 02 Mar 2026 08:00:00": "date without a zone",
		"lun., 2 mars 2026 08:00:00 +0000": "date in a form of its own", "الاثنين، 2 مارس 2026 08:00": "date in a form of its own",
		"segunda-feira, 2 de março de 2026": "date in a form of its own", "Mon, 02 Mar 2026 08:00:00 WAT": "date in a form of its own",
		"Mon, 02 Mar 2026 08:00:00 SAST": "date in a form of its own", "1772438400": "date in a form of its own", "hier": "date in a form of its own",
	} {
		doc := parse(t, channel("<item><title>Gao</title><pubDate>"+date+"</pubDate></item>"))
		for _, guessed := range []string{"item without a date", "date without a zone", "date in a form of its own"} {
			if got, want := doc.Recoveries[guessed], strings.Count(kind, guessed); got != want {
				t.Errorf("%q: %d %s, want %d", date, got, guessed, want)
			}
		}
	}
}

func TestF99_TheOriginalLinkReplacesTheProxys(t *testing.T) {
	const spaces = ` xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:pheedo="http://www.pheedo.com/namespace/pheedo"`
	for _, document := range []string{
		`<rss` + spaces + `><channel><item><link>http://proxy.example/~r/x/1</link><feedburner:origLink>https://tenere.example/1</feedburner:origLink></item></channel></rss>`,
		`<rss` + spaces + `><channel><item><link>http://proxy.example/~r/x/1</link><pheedo:origLink>https://tenere.example/1</pheedo:origLink></item></channel></rss>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"` + spaces + `><entry><id>1</id><link href="http://proxy.example/~r/x/1"/>` +
			`<feedburner:origLink>https://tenere.example/1</feedburner:origLink></entry></feed>`,
	} {
		if item := one(t, document); item.Link != "https://tenere.example/1" {
			t.Errorf("link %s of %s", item.Link, document)
		}
	}
}

func TestF80_TheEncodingIsTakenFromMostOfTheBytes(t *testing.T) {
	western := func(text string) string { return encoded(t, charmap.Windows1252, text) }
	for name, c := range map[string]struct{ bytes, want string }{
		"one accident":            {western("La criminalité liée à l’été, MÃ©naka"), "La criminalité liée à l’été, MÃ©naka"},
		"a capital before a mark": {western("Été à É»ole, sécurité renforcée, état d’urgence"), "Été à É»ole, sécurité renforcée, état d’urgence"},
		"mostly utf-8":            {"Sécurité à Ménaka, à Gao, où l’armée a été relevée \xe9 \xe8 \xe0 \xf9", "Sécurité à Ménaka, à Gao, où l’armée a été relevée \uFFFD \uFFFD \uFFFD \uFFFD"},
		"too little to tell":      {"\xe9t\xe9 2026, \xe0", "\uFFFDt\uFFFD 2026, \uFFFD"},
	} {
		doc := parse(t, titled(c.bytes))
		if len(doc.Items) != 1 || doc.Items[0].Title != c.want {
			t.Errorf("%s: got %q, want %q", name, doc.Items[0].Title, c.want)
		}
	}
	arabic := parse(t, titled(encoded(t, charmap.Windows1256, "هجوم على قافلة في كيدال")))
	if strings.ContainsAny(arabic.Items[0].Title, "åÌæã") || !strings.Contains(arabic.Items[0].Title, "\uFFFD") {
		t.Errorf("Arabic was guessed to be western: %q", arabic.Items[0].Title)
	}
}

// gofeed sees neither marks nor labels of the header, and believes the
// declaration: what it gets is UTF-8 that declares nothing else.
func TestF79_DocumentsAreUTF8BeforeTheyAreParsed(t *testing.T) {
	arabic := "هجوم على قافلة في كيدال"
	atom := func(label, title string) string {
		return `<?xml version='1.0' encoding='` + label + `' standalone="yes"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><id>urn:x</id>` +
			`<entry><id>urn:1</id><title>` + title + `</title></entry></feed>`
	}
	for name, c := range map[string]struct{ document, contentType string }{
		"utf-16 that declares itself":      {utf16Bytes(atom("UTF-16", arabic), false, true), "application/atom+xml"},
		"a mark and a wrong label":         {"\uFEFF" + atom("windows-1252", arabic), ""},
		"a header against the declaration": {encoded(t, charmap.Windows1256, atom("utf-8", arabic)), "application/atom+xml; charset=windows-1256"},
		"a declaration alone":              {encoded(t, charmap.Windows1256, atom("windows-1256", arabic)), "application/atom+xml"},
		"a declaration nobody knows":       {atom("x-desk-7", arabic), ""},
	} {
		doc, err := fetcher.Parse(desk, []byte(c.document), c.contentType, "", fetcher.Limits{})
		if err != nil || len(doc.Items) != 1 || doc.Items[0].Title != arabic {
			t.Errorf("%s: %+v: %v", name, doc.Items, err)
		}
	}
}
