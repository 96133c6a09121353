package fetcher_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"

	"harmattan/fetcher"
)

// newspaper is a document of the usual size and make: 35 items with whole
// texts, about 100 KB.
func newspaper() []byte {
	paragraph := `<p>Les forces de sécurité ont repoussé dans la nuit une attaque près de <a href="/tag/menaka">Ménaka</a>, ` +
		`selon des sources locales ; le bilan reste provisoire &#8211; au moins trois blessés.</p>`
	var items strings.Builder
	for i := range 35 {
		fmt.Fprintf(&items, `<item><title>Sahel&nbsp;: l&#8217;actualité numéro %d</title><link>https://tenere.example/%d</link>`+
			`<dc:creator><![CDATA[Aïcha Oumarou]]></dc:creator><pubDate>Mon, 02 Mar 2026 08:%02d:00 +0000</pubDate>`+
			`<category><![CDATA[Sécurité]]></category><category>Mali</category><guid isPermaLink="false">https://tenere.example/?p=%d</guid>`+
			`<description><![CDATA[<p>Une attaque repoussée près de Ménaka</p>]]></description>`+
			`<content:encoded><![CDATA[%s]]></content:encoded><media:thumbnail url="https://tenere.example/%d.jpg" width="300" height="200"/></item>`,
			i, i, i, i, strings.Repeat(paragraph, 10), i)
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Ténéré</title>` +
		`<link>https://tenere.example/</link><description>Informations</description>` + items.String() + `</channel></rss>`)
}

func benchmarkParse(b *testing.B, limits func(fetcher.Document) fetcher.Limits) {
	document := newspaper()
	first, err := fetcher.Parse(desk, document, "", "", fetcher.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	l := limits(first)
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fetcher.Parse(desk, document, "", "", l); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGofeedAlone is what to compare with: the parser that we stand on, with
// nothing before and after it.
func BenchmarkGofeedAlone(b *testing.B) {
	document := newspaper()
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		if feed, err := gofeed.NewParser().Parse(bytes.NewReader(document)); err != nil || len(feed.Items) != 35 {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseCold: no item is known.
func BenchmarkParseCold(b *testing.B) {
	benchmarkParse(b, func(fetcher.Document) fetcher.Limits { return fetcher.Limits{} })
}

// BenchmarkParseTwoNew: two items of 35 are new, as in most rounds.
func BenchmarkParseTwoNew(b *testing.B) {
	benchmarkParse(b, func(d fetcher.Document) fetcher.Limits { return fetcher.Limits{Known: d.Hashes[2:]} })
}

// BenchmarkParseWarm: all items are known.
func BenchmarkParseWarm(b *testing.B) {
	benchmarkParse(b, func(d fetcher.Document) fetcher.Limits { return fetcher.Limits{Known: d.Hashes} })
}
