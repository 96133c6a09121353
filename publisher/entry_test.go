package publisher_test

import (
	"strings"
	"testing"

	"harmattan/news"
)

func TestP01_AnEntryKeepsItsIDAndDateWhateverArticleStandsThere(t *testing.T) {
	list := entries()[:1]
	e := &list[0]
	e.ID, e.Published, e.UpdatedAt = "tag:"+authority+":e/0099", at(22, 20, 15), at(23, 8, 0)
	p := published(t, list)
	for _, suffix := range feedSuffixes {
		item := parse(t, body(t, p, suffix)).Items[0]
		if item.GUID != e.ID || !item.PublishedParsed.Equal(e.Published) || item.Link != e.Article.Link {
			t.Errorf("%s: %s of %s leads to %s", suffix, item.GUID, item.Published, item.Link)
		}
		if !item.UpdatedParsed.Equal(e.UpdatedAt) {
			t.Errorf("%s: updated %s", suffix, item.Updated)
		}
	}
}

func TestP13_AnEntryIsNotUpdatedBeforeItSaysSo(t *testing.T) {
	list := entries()[1:2]
	e := &list[0]
	e.UpdatedAt = at(22, 15, 0)
	e.Article.Updated = news.Date{Time: at(22, 17, 20)}
	for _, suffix := range feedSuffixes {
		if item := parse(t, body(t, published(t, list), suffix)).Items[0]; !item.UpdatedParsed.Equal(e.UpdatedAt) {
			t.Errorf("%s: updated %s, want %s", suffix, item.Updated, e.UpdatedAt)
		}
	}
}

func TestCorrectedTollsStandInEveryFormat(t *testing.T) {
	list := entries()[:1]
	list[0].Article.TollChanges = []news.TollChange{
		{Kind: news.TollKilled, From: 12, To: 27}, {Kind: news.TollInjured, From: 5, To: 9},
		{Kind: news.TollAbducted, From: 2, To: 4}, {Kind: news.TollDisplaced, From: 300, To: 900}, {Kind: "lost <b>", From: 1, To: 2}}
	p := published(t, list)
	line := "Toll changed: killed 12 → 27, injured 5 → 9, abducted 2 → 4, displaced 300 → 900<"
	for _, suffix := range []string{".rss", ".atom", ".json", ""} {
		document := strings.NewReplacer("&lt;", "<", "\\u003c", "<").Replace(body(t, p, suffix))
		wants(t, document, line)
		refuses(t, document, "lost")
	}
	for _, suffix := range []string{".rss", ".atom"} {
		wants(t, body(t, p, suffix), `<harmattan:toll kind="killed" from="12" to="27">`)
	}
	wants(t, body(t, p, ".json"), `"toll_changes":[{"kind":"killed","from":12,"to":27},{"kind":"injured","from":5,"to":9},`+
		`{"kind":"abducted","from":2,"to":4},{"kind":"displaced","from":300,"to":900}]`)
	for lang, want := range map[string]string{"fr": "Bilan modifié\u00a0: tués 12 → 27, blessés 5 → 9, enlevés 2 → 4, déplacés 300 → 900",
		"ar": "تغيّرت الحصيلة: القتلى 12 ← 27, الجرحى 5 ← 9, المختطفون 2 ← 4, النازحون 300 ← 900"} {
		e := edition()
		e.Language = lang
		p := newPublisher(options(), e)
		if err := p.Publish(e, list, changed); err != nil {
			t.Fatal(err)
		}
		wants(t, body(t, p, ".rss"), want)
	}
}

func TestEveryFormatNamesTheOtherVoicesAndCountsThem(t *testing.T) {
	list := entries()[:1]
	list[0].Others[0].Wire, list[0].Article.Wire = "AFP", "AFP"
	p := published(t, list)
	for suffix, fragments := range map[string][]string{
		".rss":  {"Also reported by", "https://lefleuve.example/articles/8841", "Independent publishers: 1", `publishers="1"`},
		".atom": {`<link href="https://lefleuve.example/articles/8841" rel="related"`, "Independent publishers: 1", `publishers="1"`},
		".json": {`"also_reported_by":[{"id"`, `"url":"https://lefleuve.example/articles/8841"`, `"publishers":1,`},
		"":      {"Also reported by", `<a href="https://lefleuve.example/articles/8841"`, "Independent publishers: 1"},
	} {
		wants(t, body(t, p, suffix), fragments...)
	}
}
