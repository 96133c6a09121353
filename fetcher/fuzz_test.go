package fetcher_test

import (
	"testing"

	"harmattan/fetcher"
	"harmattan/news"
)

// FuzzParse holds what must be true of any bytes: no panic, every item known
// the next time, and no item that the guard found lost by the parser.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		twoItems,
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/a/"><entry><id>1</id><title type="html">&lt;b></title></entry></feed>`,
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="x"><title>a</title></item></rdf:RDF>`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1},null,{"id":"2","url":"/b"}]}`,
		`<rss><channel><item><description><p>a<br>b < c]]></b></description><item><title a=b c>x</title></channel>`,
		`<feed xmlns="a<b"><entry><id>1</id><title>x</title></entry></feed>`,
		`<!-- x --><rss version=2.0><channel><item><![CDATA[<item>]]></item><item/></channel><item></rss>`,
	} {
		f.Add([]byte(seed))
	}
	source := news.Source{ID: "fuzz", URL: "https://desk.example/feed"}
	f.Fuzz(func(t *testing.T, document []byte) {
		doc, _ := fetcher.Parse(source, document, "", "", fetcher.Limits{})
		if n := doc.Recoveries["item not understood"]; n > 0 {
			t.Errorf("%d items lost", n)
		}
		again, _ := fetcher.Parse(source, document, "", "", fetcher.Limits{Known: doc.Hashes})
		if len(again.Items) != 0 {
			t.Errorf("%d items are new twice", len(again.Items))
		}
	})
}
