package fetcher_test

import (
	"reflect"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

const fleuve = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
 <title>Le Fleuve</title>
 <atom:link rel="self" href="https://lefleuve.example/rss"/>
 <link>https://lefleuve.example/</link>
 <language>fr-ML</language>
 <copyright>© 2026 Le Fleuve</copyright>
 <lastBuildDate>Mon, 02 Mar 2026 09:00:00 +0100</lastBuildDate>
 <ttl>30</ttl>
 <item>
  <title><![CDATA[Mopti : trois blessés dans l'explosion d'une mine]]></title>
  <link>https://lefleuve.example/mopti-mine?utm_source=rss</link>
  <guid isPermaLink="false"> lefleuve-4711 </guid>
  <dc:creator>Aminata Traoré</dc:creator>
  <dc:creator>Moussa Diarra</dc:creator>
  <author>redaction@lefleuve.example (La rédaction)</author>
  <category>Sécurité</category>
  <category domain="lieux">Mopti</category>
  <pubDate>Mon, 02 Mar 2026 08:30:00 +0000</pubDate>
  <description>Un véhicule a sauté sur une mine.</description>
  <content:encoded><![CDATA[<p>Un véhicule a sauté sur une mine <a href="/mopti">près de Mopti</a>.</p>]]></content:encoded>
  <source url="https://agence.example/rss">Agence du Sahel</source>
  <media:thumbnail url="/petit.jpg" width="120"/>
  <media:content url="/grand.jpg" medium="image" type="image/jpeg" width="1200" height="800"><media:credit>O. Maïga</media:credit></media:content>
  <enclosure url="https://lefleuve.example/son.mp3" type="audio/mpeg" length="1"/>
  <dc:rights>CC BY 4.0</dc:rights>
 </item>
 <item>
  <guid>https://lefleuve.example/breve</guid>
  <title>Brève</title>
  <author>k.keita@lefleuve.example (Kadiatou Keïta)</author>
  <enclosure url="https://lefleuve.example/photo.png" type="image/png" length="1"/>
 </item>
</channel></rss>`

func TestAnRSSItemKeepsAllThatItSays(t *testing.T) {
	doc := parse(t, fleuve)
	want := news.Item{
		SourceID: "desk", GUID: "lefleuve-4711", Link: "https://lefleuve.example/mopti-mine?utm_source=rss",
		Title:   "Mopti : trois blessés dans l'explosion d'une mine",
		Summary: "Un véhicule a sauté sur une mine.",
		Content: `<p>Un véhicule a sauté sur une mine <a href="/mopti">près de Mopti</a>.</p>`,
		Authors: []string{"Aminata Traoré", "Moussa Diarra"}, Categories: []string{"Sécurité", "Mopti"},
		Published: news.Stamp{Raw: "Mon, 02 Mar 2026 08:30:00 +0000", Parsed: time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC), Field: "pubDate"},
		Language:  "fr-ML", Base: desk.URL, Rights: "CC BY 4.0", DocumentUpdated: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
		Image:  &news.Image{URL: "https://desk.example/grand.jpg", Type: "image/jpeg", Width: 1200, Height: 800, Credit: "O. Maïga"},
		Origin: &news.Origin{Title: "Agence du Sahel", URL: "https://agence.example/rss"},
	}
	got := doc.Items[0]
	if len(got.BodyHash) != 64 || got.Hash == 0 || got.Hash == doc.Items[1].Hash {
		t.Errorf("hashes %q and %d", got.BodyHash, got.Hash)
	}
	got.BodyHash, got.Hash = "", 0
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	second := doc.Items[1]
	if second.Link != "https://lefleuve.example/breve" || second.Position != 1 || second.Origin != nil ||
		!reflect.DeepEqual(second.Authors, []string{"Kadiatou Keïta"}) || second.Image == nil || second.Image.Type != "image/png" {
		t.Errorf("got %+v", second)
	}
	channel := fetcher.Channel{Title: "Le Fleuve", Link: "https://lefleuve.example/", Rights: "© 2026 Le Fleuve", Language: "fr-ML",
		Updated: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), Hint: 30 * time.Minute,
		Self: "https://lefleuve.example/rss"}
	if doc.Channel == nil || !reflect.DeepEqual(*doc.Channel, channel) {
		t.Errorf("channel %+v", doc.Channel)
	}
}

func TestAnItemIsTheSameAloneAndAmongOthers(t *testing.T) {
	all := parse(t, fleuve)
	for i := range all.Items {
		known := append(append([]uint64{}, all.Hashes[:i]...), all.Hashes[i+1:]...)
		alone, err := fetcher.Parse(desk, []byte(fleuve), "", "", fetcher.Limits{Known: known})
		if err != nil || len(alone.Items) != 1 || !reflect.DeepEqual(alone.Items[0], all.Items[i]) {
			t.Errorf("item %d: got\n%+v\nwant\n%+v: %v", i, alone.Items, all.Items[i], err)
		}
	}
}

const wikala = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">
 <id>tag:wikala.example,2026:feed</id>
 <title>وكالة الساحل</title>
 <updated>2026-03-02T09:00:00Z</updated>
 <link rel="self" href="https://wikala.example/atom"/>
 <link rel="alternate" type="application/json" href="https://wikala.example/?json"/>
 <link rel="alternate" type="text/html" href="https://wikala.example/"/>
 <author><name>هيئة التحرير</name></author>
 <rights>جميع الحقوق محفوظة</rights>
 <entry xml:lang="fr">
  <id>tag:wikala.example,2026:1</id>
  <title type="html">Gao &amp;ndash; la piste rouverte</title>
  <link rel="enclosure" type="image/jpeg" href="/photo.jpg"/>
  <link rel="replies" href="/1#c"/>
  <link href="/1"/>
  <link rel="alternate" hreflang="en" href="/en/1"/>
  <published>2026-03-02T08:00:00+01:00</published>
  <updated>2026-03-02T08:30:00Z</updated>
  <category term="security" label="Sécurité"/><category term="gao"/>
  <summary>La piste est ouverte.</summary>
  <source><id>urn:agence</id><title>Agence</title><link href="https://agence.example/"/><author><name>Un agencier</name></author></source>
 </entry>
 <entry>
  <id>tag:wikala.example,2026:2</id>
  <title>قافلة تصل إلى تمبكتو</title>
  <link href="/2"/>
  <updated>2026-03-02T07:00:00Z</updated>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p dir="rtl">وصلت القافلة</p></div></content>
 </entry>
</feed>`

func TestAnAtomEntryKeepsAllThatItSays(t *testing.T) {
	doc := parse(t, wikala)
	if c := doc.Channel; c == nil || c.ID != "tag:wikala.example,2026:feed" || c.Link != "https://wikala.example/" || c.Language != "ar" ||
		c.Rights != "جميع الحقوق محفوظة" || c.Title != "وكالة الساحل" {
		t.Errorf("channel %+v", doc.Channel)
	}
	got := doc.Items[0]
	if got.Title != "Gao &ndash; la piste rouverte" || got.Link != "https://desk.example/1" || got.Language != "fr" ||
		got.Published.Raw != "2026-03-02T08:00:00+01:00" || got.Updated.Field != "updated" || got.Image.URL != "https://desk.example/photo.jpg" ||
		!reflect.DeepEqual(got.Categories, []string{"Sécurité", "gao"}) || !reflect.DeepEqual(got.Authors, []string{"Un agencier"}) ||
		*got.Origin != (news.Origin{ID: "urn:agence", Title: "Agence", URL: "https://agence.example/"}) {
		t.Errorf("got %+v, origin %+v", got, got.Origin)
	}
	got = doc.Items[1]
	if got.Title != "قافلة تصل إلى تمبكتو" || got.Language != "ar" || got.Content != `<p dir="rtl">وصلت القافلة</p>` ||
		!reflect.DeepEqual(got.Authors, []string{"هيئة التحرير"}) || got.Published.Field != "updated" {
		t.Errorf("got %+v", got)
	}
}

func TestOldAndOddDocumentsAreRead(t *testing.T) {
	for name, document := range map[string]string{
		"RSS 0.91":               `<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>c</title><item><title>Ici</title><link>/1</link></item></channel></rss>`,
		"RSS 0.90":               `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>c</title></channel><item><title>Ici</title><link>/1</link></item></rdf:RDF>`,
		"RSS 1.0 with prefixes":  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rss="http://purl.org/rss/1.0/"><rss:channel><rss:title>c</rss:title></rss:channel><rss:item rdf:about="x"><rss:title>Ici</rss:title><rss:link>/1</rss:link></rss:item></rdf:RDF>`,
		"Atom 0.3":               `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>1</id><title>Ici</title><link rel="alternate" href="/1"/></entry></feed>`,
		"items outside channel":  `<rss version="2.0"><channel><title>c</title></channel><item><title>Ici</title><link>/1</link></item></rss>`,
		"a namespace on rss":     `<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><item><title>Ici</title><link>/1</link></item></channel></rss>`,
		"Atom without namespace": `<feed><entry><id>1</id><title>Ici</title><link href="/1"/></entry></feed>`,
		"atom:link before link":  `<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><item><title>Ici</title><atom:link href="/1"/></item></channel></rss>`,
		"two links":              `<rss><channel><item><title>Ici</title><link>/1</link><link>/2</link></item></channel></rss>`,
		"a JSON Feed":            `{"version":"https://jsonfeed.org/version/1","title":"c","items":[{"id":"1","title":"Ici","url":"/1"}]}`,
		"JSON without a version": `{"title":"c","items":[{"id":"1","title":"Ici","url":"/1"}]}`,
	} {
		doc, err := fetcher.Parse(desk, []byte(document), "", "", fetcher.Limits{})
		if err != nil || len(doc.Items) != 1 || doc.Items[0].Title != "Ici" || doc.Items[0].Link != "https://desk.example/1" {
			t.Errorf("%s: %+v: %v", name, doc.Items, err)
		}
	}
}

func TestADocumentWithoutItemsStillSaysWhatItIs(t *testing.T) {
	for _, document := range []string{
		channel(), `<feed xmlns="http://www.w3.org/2005/Atom"><title>Radio Ténéré</title></feed>`,
		`{"version":"https://jsonfeed.org/version/1.1","title":"Radio Ténéré","items":[]}`,
	} {
		if doc := parse(t, document); len(doc.Items) != 0 || doc.Channel == nil || doc.Channel.Title != "Radio Ténéré" {
			t.Errorf("%+v", doc)
		}
	}
}

func TestAPodcastEpisodeSpeaksThroughItsOwnElements(t *testing.T) {
	item := one(t, `<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><item><itunes:title>La piste de Kidal</itunes:title>`+
		`<itunes:summary>Un convoi, trois jours de route.</itunes:summary><itunes:author>Radio Ténéré</itunes:author></item></channel></rss>`)
	if item.Title != "La piste de Kidal" || item.Summary != "Un convoi, trois jours de route." || !reflect.DeepEqual(item.Authors, []string{"Radio Ténéré"}) {
		t.Errorf("%+v", item)
	}
}

func TestPersonsAreNamedWithoutTheirAddresses(t *testing.T) {
	for written, want := range map[string]string{
		"redaction@lefleuve.example (Aminata Traoré)": "Aminata Traoré", "Aminata Traoré (a.traore@lefleuve.example)": "Aminata Traoré",
		"Aminata Traoré (mailto:a.traore@lefleuve.example)": "Aminata Traoré", "Aminata Traoré &lt;a.traore@lefleuve.example&gt;": "Aminata Traoré",
		"Aminata Traoré (AFP)": "Aminata Traoré (AFP)", "a.traore@lefleuve.example": "a.traore@lefleuve.example", "وكالة الساحل": "وكالة الساحل",
	} {
		for _, element := range []string{"author", "dc:creator", "dc:author"} {
			item := one(t, `<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><`+element+`>`+written+`</`+element+`></item></channel></rss>`)
			if !reflect.DeepEqual(item.Authors, []string{want}) {
				t.Errorf("<%s>%s: %q", element, written, item.Authors)
			}
		}
	}
}

func TestALanguageMayStandOnTheTitle(t *testing.T) {
	item := one(t, `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><entry><id>1</id><title xml:lang="ha">Sojoji sun isa Gao</title></entry></feed>`)
	if item.Language != "ha" {
		t.Errorf("language %q", item.Language)
	}
}
