package fetcher

import (
	"strings"
	"testing"

	"harmattan/news"
)

// Texts of some length do not go through the parser below: they have to come out
// as if they did.
func TestALongTextIsReadLikeAShortOne(t *testing.T) {
	documents := map[string]string{
		"description": `<rss><channel><item><title>Gao</title><description>%</description></item></channel></rss>`,
		"encoded": `<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><title>Gao</title>` +
			`<content:encoded>%</content:encoded></item></channel></rss>`,
		"summary": `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>Gao</title><summary type="html">%</summary></entry></feed>`,
		"content": `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>Gao</title><content type="html">%</content></entry></feed>`,
		"text":    `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>Gao</title><content>%</content></entry></feed>`,
	}
	for name, document := range documents {
		for _, text := range []string{
			"L’été &amp; la pluie", "&lt;p&gt;un &amp;amp; deux&lt;/p&gt;", "<![CDATA[<p>un &amp; deux</p>]]>", "avant <![CDATA[<b>x</b>]]> apr&egrave;s &#233;t&#xe9;",
			"a <!-- rien --> b", "https://x.example/?a=1&copy=2&para=3", "R&D & R&amp;D; fin &inconnu; &", "moins de < 3 ]]> fin", "<![CDATA[a]]><![CDATA[b]]>",
			"<b>gras</b> et <i>maigre</i>", "قافلة &quot;تصل&quot;", "a\r\n  b\tc", "&#11;&#xFFFF;x", "&amp;lt;", "&ampx; &lt", "\uE0F0",
		} {
			short := read(t, strings.ReplaceAll(document, "%", text))
			long := read(t, strings.ReplaceAll(document, "%", text+" "+strings.Repeat("-", longText)))
			if want := short + " " + strings.Repeat("-", longText); long != want {
				t.Errorf("%s of %q: %.80q, want %.80q", name, text, long, want)
			}
		}
	}
}

func read(t *testing.T, document string) string {
	t.Helper()
	doc, err := Parse(news.Source{ID: "x"}, []byte(document), "", "", Limits{})
	if err != nil || len(doc.Items) != 1 {
		t.Fatalf("%s: %+v: %v", document, doc.Items, err)
	}
	return doc.Items[0].Summary + doc.Items[0].Content
}

func TestOnlyTextsWithoutElementsAreKeptFromTheParser(t *testing.T) {
	long := strings.Repeat("longue histoire ", 20)
	for document, want := range map[string]int{
		"<rss><channel><item><description>" + long + "</description></item></channel></rss>":                                         1,
		"<rss><channel><item><description>" + long + "<b>x</b></description></item></channel></rss>":                                 0,
		"<rss><channel><item><title>" + long + "</title><guid>" + long + "</guid></item></channel></rss>":                            0,
		"<rss><channel><item><media:description>" + long + "</media:description></item></channel></rss>":                             0,
		"<feed><entry><content type='application/octet-stream'>" + long + "</content></entry></feed>":                                0,
		"<feed><entry><content mode='base64'>" + long + "</content></entry></feed>":                                                  0,
		"<feed><entry><content type='text/html' mode='escaped'>" + long + "</content><summary>" + long + "</summary></entry></feed>": 2,
	} {
		o, err := guard([]byte(document), tally{})
		if err != nil || len(o.items) != 1 || o.items[0].longs != want {
			t.Errorf("%.60s: %+v: %v", document, o.items, err)
		}
	}
}
