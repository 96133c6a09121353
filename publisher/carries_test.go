package publisher_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// An entry says the same in every form: who wrote it, where it stands, what it
// is about, who else tells it, what was changed, and why it is there.
func TestAnEntryCarriesTheSameInEveryFormat(t *testing.T) {
	v := view()
	p := asking(t, v)
	list := entries()[:2]
	list[0].Article.Revision, list[0].Article.ModifiedAt = 1, at(23, 6, 0)
	list[0].Article.StoryID = "s-convoy"
	if err := p.Publish(edition(), list, changed.Add(1)); err != nil {
		t.Fatal(err)
	}
	for suffix, own := range map[string][]string{
		".rss": {`<dc:publisher>Gao Monitor</dc:publisher>`, `<dc:language>en</dc:language>`, `<pubDate>Sun, 22 Nov 2026 21:05:00 GMT</pubDate>`,
			`<atom:updated>2026-11-23T06:00:00Z</atom:updated>`, `<source url="https://gaomonitor.example/feed">`, `<category domain="tag:example.org,2026:topic">Ambush</category>`,
			`<media:credit>A. Maïga</media:credit>`, `publishers="2" revision="1"`, `<harmattan:reason>country/ML and topic/ambush</harmattan:reason>`, "<dc:rights>"},
		".atom": {`<dc:publisher>Gao Monitor</dc:publisher>`, `xml:lang="en"`, `<published>2026-11-22T21:05:00Z</published>`, `<updated>2026-11-23T06:00:00Z</updated>`,
			`<category term="ambush" scheme="tag:example.org,2026:topic" label="Ambush">`, `rel="related" hreflang="fr" title="Le Fleuve:`, `<media:credit>A. Maïga</media:credit>`,
			`publishers="2" revision="1"`, `<harmattan:reason>country/ML and topic/ambush</harmattan:reason>`, "<rights>© Gao Monitor"},
		".json": {`"publisher":"Gao Monitor"`, `"language":"en"`, `"date_published":"2026-11-22T21:05:00Z"`, `"date_modified":"2026-11-23T06:00:00Z"`,
			`"tags":["Mali","Gao","Ambush","JNIM"]`, `"kind":"topic","id":"ambush"`, `"also_reported_by"`, `"image":"https://gaomonitor.example/i/convoy.jpg"`,
			`"image_credit":"A. Maïga"`, `"publishers":2,"revision":1`, `"reason":"country/ML and topic/ambush"`, `"rights":"© Gao Monitor`},
		"": {`<bdi>Gao Monitor</bdi></a>`, `lang="en"`, `datetime="2026-11-22T21:05:00Z"`, `Revised <time datetime="2026-11-23T06:00:00Z">`, `<li class="topic"><bdi>Ambush</bdi></li>`,
			`Independent publishers: 2`, `<a href="https://gaomonitor.example/i/convoy.jpg">Image</a> (<bdi>A. Maïga</bdi>)`, `Why it is here</a>: <bdi>country/ML and topic/ambush`},
	} {
		document := body(t, p, suffix)
		wants(t, document, append(own, "Convoy ambushed on the Gao–Ansongo road, twelve dead", "The road stays closed until further notice.",
			"gaomonitor.example/2026/11/22/convoy-ambush", "Le Fleuve", "Sahara Wire", "same text")...)
		if suffix != "" {
			said := parse(t, document).Items[0]
			text := said.Description + said.Content
			wants(t, text, "Revised: 23 November 2026, 06:00 UTC", "Also reported by", "Independent publishers: 2")
			wants(t, parse(t, document).Items[1].Description+parse(t, document).Items[1].Content, "Toll changed: injured 3 → 5")
		}
	}
	if !json.Valid([]byte(body(t, p, ".json"))) || strings.Contains(body(t, p, ""), "<img src=\"http") {
		t.Error("the page loads what another host has")
	}
}
