package fetcher_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"harmattan/fetcher"
	"harmattan/news"
)

// desk is a list as a feed reader writes it.
const deskList = `<?xml version="1.0" encoding="UTF-8"?>
<!-- exported by a reader -->
<opml version="2.0">
  <head><title>Sahel</title></head>
  <body>
    <outline text="Mali &amp; Niger">
      <outline text="Radios" title="Radios">
        <outline type="rss" text="Studio Ténéré" title="x" xmlUrl="https://tenere.example/feed?a=1&amp;b=2" htmlUrl="https://tenere.example/" language="fr-fr"/>
      </outline>
      <outline text="صوت الصحراء" type="rss" xmlUrl="https://sahra.example/rss" language="unknown"/>
    </outline>
    <outline title="The Zinder Post" xmlURL=" feed:https://zinder.example/atom.xml " type="atom"></outline>
    <outline text="no address" type="rss"/>
    <outline text="with a password" xmlUrl="https://user:hush@paper.example/feed"/>
    <outline text="a file" xmlUrl="file:///etc/passwd"/>
    <outline text="another list" type="include" url="https://lists.example/list.opml"/>
    <outline text="a note of mine"/>
    <outline text="Empty folder"></outline>
  </body>
</opml>`

func TestOPMLGivesSourcesWithFoldersAsTags(t *testing.T) {
	found, remarks, err := fetcher.ReadOPML([]byte(deskList))
	if err != nil {
		t.Fatal(err)
	}
	want := []fetcher.Subscription{
		{Source: news.Source{URL: "https://tenere.example/feed?a=1&b=2", Name: "Studio Ténéré", Homepage: "https://tenere.example/",
			Language: "fr-FR", Tags: []string{"Mali & Niger", "Radios"}}, Line: 8},
		{Source: news.Source{URL: "https://sahra.example/rss", Name: "صوت الصحراء", Tags: []string{"Mali & Niger"}}, Line: 10},
		{Source: news.Source{URL: "https://zinder.example/atom.xml", Name: "The Zinder Post"}, Line: 12},
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("got  %+v\nwant %+v", found, want)
	}
	lines := map[int]string{13: "no xmlUrl", 14: "user name or password", 15: "https://", 16: "not read", 17: "no xmlUrl", 18: "no xmlUrl"}
	for _, r := range remarks {
		if lines[r.Line] == "" || !strings.Contains(r.Text, lines[r.Line]) || strings.Contains(r.Text, "hush") {
			t.Errorf("line %d: %s", r.Line, r.Text)
		}
		delete(lines, r.Line)
	}
	if len(lines) > 0 {
		t.Errorf("no remark about %v", lines)
	}
}

func TestOPMLIsReadInWhateverFormItComes(t *testing.T) {
	plain := `<outline text="Café à Gao" xmlUrl="https://gao.example/rss"/>`
	wrap := func(body string) string { return `<opml version="1.0"><body>` + body + `</body></opml>` }
	latin, _ := charmap.Windows1252.NewEncoder().String(`<?xml version="1.0" encoding="windows-1252"?>` + wrap(plain))
	wide, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="utf-16"?>` + wrap(plain))
	for name, document := range map[string]string{
		"1.0":                  wrap(plain),
		"without a body":       `<opml>` + plain + `</opml>`,
		"windows-1252":         latin,
		"UTF-16":               wide,
		"a mark":               "\uFEFF" + wrap(plain),
		"a wrong label":        `<?xml version="1.0" encoding="iso-8859-1"?>` + wrap(plain),
		"a document type":      `<!DOCTYPE opml [<!ENTITY a "&b;&b;"><!ENTITY b "x">]>` + wrap(plain),
		"capitals":             `<OPML><BODY><OUTLINE TEXT="Café à Gao" XMLURL="https://gao.example/rss"/></BODY></OPML>`,
		"bare ampersand":       wrap(plain + `<outline text="R & D" xmlUrl="https://rd.example/?a=1&b=2"/>`),
		"no quotes":            wrap(`<outline text='Café à Gao' xmlUrl='https://gao.example/rss' type=rss />`),
		"control characters":   wrap(strings.Replace(plain, "Café", "\x01Café\x00", 1)),
		"an HTML entity":       wrap(strings.Replace(plain, "é", "&eacute;", 1)),
		"cut off":              `<opml><body>` + plain + `<outline text="x" xmlU`,
		"a wrong end tag":      `<opml><body>` + plain + `</bdy></opml>`,
		"line break in a name": wrap(strings.Replace(plain, "Café à", "Café\n   à", 1)),
	} {
		found, _, err := fetcher.ReadOPML([]byte(document))
		if err != nil || len(found) == 0 || found[0].Source.Name != "Café à Gao" || found[0].Source.URL != "https://gao.example/rss" {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
	for _, document := range []string{"", "   ", "<html><body>x</body></html>", twoItems, "{}", "<opml", "\x00\xff"} {
		if found, _, err := fetcher.ReadOPML([]byte(document)); err == nil || len(found) > 0 {
			t.Errorf("%q is taken for OPML", document)
		}
	}
}

func TestF104_OPMLIsBounded(t *testing.T) {
	feed := `<outline text="Gao" xmlUrl="https://gao.example/rss"/>`
	laughs := `<!DOCTYPE opml [<!ENTITY a "ha">`
	for range 20 {
		laughs += `<!ENTITY a "&a;&a;&a;&a;">`
	}
	for name, document := range map[string]string{
		"deep":       `<opml>` + feed + strings.Repeat(`<outline text="a">`, 500_000),
		"deep other": `<opml>` + feed + strings.Repeat(`<a>`, 3_000_000),
		"many":       `<opml>` + feed + strings.Repeat(feed, 200_000),
		"entities":   laughs + `]><opml>` + feed + strings.Repeat(`<outline text="&a;"/>`, 1000),
		"long name":  `<opml>` + feed + `<outline text="` + strings.Repeat("é ", 2<<20) + `" xmlUrl="https://a.example/"/>`,
		"attributes": `<opml>` + feed + `<outline ` + strings.Repeat(`a="b" `, 500_000) + `/>`,
		"namespaces": `<opml ` + strings.Repeat(`xmlns:a="b" `, 300_000) + `>` + feed,
	} {
		start := time.Now()
		found, remarks, err := fetcher.ReadOPML([]byte(document))
		took := time.Since(start)
		if err != nil || len(found) == 0 || len(found) > 20_000 || len(remarks) > 20_001 || took > 10*time.Second {
			t.Errorf("%s: %d sources, %d remarks after %s: %v", name, len(found), len(remarks), took, err)
		}
		for _, f := range found {
			if len(f.Source.Name) > 510 {
				t.Errorf("%s: a name of %d bytes", name, len(f.Source.Name))
			}
		}
	}
}

// several are sources with everything that a source can have.
func several() []news.Source {
	exact := false
	return []news.Source{
		{ID: "studio-tenere", URL: "https://tenere.example/feed?a=1&b=2", Name: `Studio "Ténéré" <FM>`, Publisher: "Ténéré & Cie",
			Homepage: "https://tenere.example/", Language: "fr", Countries: []string{"NE", "ML"}, Schedule: "*/20 * * * *",
			TimeZone: "Africa/Niamey", Tier: 1, Tags: []string{"niger", "radio"}, Adaptive: &exact, HTTP1: true, Disabled: true, Keep: news.Duration{Duration: 90 * 24 * time.Hour}},
		{ID: "sahra", URL: "https://sahra.example/news.xml", Name: "صوت الصحراء", Kind: news.SourceNewsSitemap, Language: "ar", Tags: []string{"niger"}},
		{ID: "zinder-post", URL: "https://zinder.example/atom.xml"},
	}
}

func TestP84_OPMLKeepsAllThatASourceHas(t *testing.T) {
	sources := several()
	fields := reflect.ValueOf(sources[0])
	for i := range fields.NumField() {
		switch key := fields.Type().Field(i).Tag.Get("toml"); key {
		case "kind", "full_text", "public_url":
		default:
			if fields.Field(i).IsZero() {
				t.Errorf("the test must set %s: it might be lost unseen", key)
			}
		}
	}
	var out bytes.Buffer
	hidden, err := fetcher.WriteOPML(&out, "Harmattan: sources", "Harmattan", noon, sources)
	if err != nil || len(hidden) > 0 {
		t.Fatal(hidden, err)
	}
	found, remarks, err := fetcher.ReadOPML(out.Bytes())
	if err != nil || len(remarks) > 0 {
		t.Fatalf("%v, %v\n%s", remarks, err, out.String())
	}
	for _, s := range sources {
		i := slices.IndexFunc(found, func(f fetcher.Subscription) bool { return f.Source.ID == s.ID })
		if i < 0 || !reflect.DeepEqual(found[i].Source, s) {
			t.Errorf("%s came back as %+v from\n%s", s.ID, found, out.String())
		}
	}
	for _, part := range []string{`<opml version="2.0"`, "<title>Harmattan: sources</title>", "<dateModified>Mon, 02 Mar 2026 12:00:00 GMT</dateModified>",
		"<ownerName>Harmattan</ownerName>", `<outline text="zinder-post" title="zinder-post" type="rss" xmlUrl="https://zinder.example/atom.xml"`} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("no %s in\n%s", part, out.String())
		}
	}
}

func TestF105_OPMLHoldsNoSecrets(t *testing.T) {
	sources := []news.Source{
		{ID: "token", URL: "https://a.example/feed?access_token=hush"},
		{ID: "inside", URL: "http://10.0.0.5/hush", PublicAs: "https://b.example/"},
		{ID: "letter", URL: "https://c.example/feed", Homepage: "https://c.example/?token=hush", FullText: "hush"},
		{ID: "user", URL: "https://me:hush@d.example/feed"},
	}
	var out bytes.Buffer
	hidden, err := fetcher.WriteOPML(&out, "t", "", noon, sources)
	if err != nil || !slices.Equal(hidden, []string{"token", "inside", "user"}) || strings.Contains(out.String(), "hush") {
		t.Errorf("%v, %v\n%s", hidden, err, out.String())
	}
}

func TestOPMLWithWrongValuesOfOurOwnKeepsTheSource(t *testing.T) {
	found, remarks, err := fetcher.ReadOPML([]byte(`<opml xmlns:harmattan="urn:x" xmlns:other="urn:y"><outline text="Gao" xmlUrl="https://gao.example/rss"
		htmlUrl="https://me:hush@gao.example" harmattan:id="../Gao" harmattan:schedule="often" harmattan:tier="much" harmattan:kind="page"
		harmattan:url="https://evil.example/" harmattan:full_text="yes" other:id="other" harmattan:nonsense="1"/></opml>`))
	if err != nil || len(found) != 1 || !reflect.DeepEqual(found[0].Source, news.Source{URL: "https://gao.example/rss", Name: "Gao"}) {
		t.Errorf("%+v, %v", found, err)
	}
	if len(remarks) != 4 {
		t.Errorf("%d remarks: %+v", len(remarks), remarks)
	}
}

func FuzzOPML(f *testing.F) {
	f.Add([]byte(deskList))
	f.Add([]byte(`<opml><outline xmlUrl="https://a.example" harmattan:tier="9" harmattan:adaptive="x"><outline></opml>`))
	f.Fuzz(func(t *testing.T, document []byte) {
		found, _, err := fetcher.ReadOPML(document)
		if err != nil && len(found) > 0 {
			t.Error("sources of what is no OPML document")
		}
		for _, s := range found {
			checked := s.Source
			if checked.ID == "" {
				checked.ID = "x"
			}
			if problems := fetcher.ValidateSource(checked); len(problems) > 0 {
				t.Errorf("%+v: %v", s.Source, problems)
			}
		}
	})
}
