package publisher_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"harmattan/news"
	"harmattan/publisher"
)

// multilingual answers questions about the example articles, for an English and an
// Arabic edition.
func multilingual(t *testing.T) (*publisher.Publisher, publisher.ArticleView) {
	t.Helper()
	v := view()
	p := asking(t, v)
	if err := p.Publish(news.Edition{ID: "mali", Title: "مالي", Language: "ar"}, entries(), changed); err != nil {
		t.Fatal(err)
	}
	return p, v
}

func TestPagesSpeakTheLanguageOfTheEditionThatLeadsToThem(t *testing.T) {
	p, v := multilingual(t)
	wants(t, read(t, p.Handler(), "/editions/mali"), `href="/ar/articles?id=`, `href="/ar/search"`, `href="/ar/about"`, `href="/ar/sources?id=`, `href="/ar/"`)
	refuses(t, read(t, p.Handler(), "/editions/sahel-security"), `href="/ar/`)
	p.SetStatus(publisher.Status{Sources: []publisher.SourceStatus{{Source: v.Source, State: v.State}}})
	for path, says := range map[string]string{
		"": "القراءة التالية", "about": "للناشرين", articleAddress(v.Article.ID)[1:]: "سبب إدراجها", "stories?id=s-convoy": "كما رُويت", "sources?id=gao-monitor": "الوتيرة",
		"search": "كيف تبحث", "search?q=Gao": "50 مادة، بترتيب وصولها",
	} {
		page := read(t, p.Handler(), "/ar/"+path)
		wants(t, page, `<html lang="ar" dir="rtl">`, says, `href="/style.css"`, `href="/ar/search"`)
		_, own, _ := strings.Cut(page, "<body>")
		own, others, _ := strings.Cut(own, `<nav class="languages" aria-label="اللغات">`)
		refuses(t, own, `href="/search`, `href="/articles?`, `href="/stories?`, "Why it is here", "Read it at", "What is known", "Skip to", "Independent publishers", "Search", "About")
		wants(t, others, `href="/`+strings.ReplaceAll(path, "&", "&amp;")+`" lang="en"`, `<b lang="ar">العربية</b>`)
		english := read(t, p.Handler(), "/"+path)
		wants(t, english, `<html lang="en" dir="ltr">`, `lang="ar" hreflang="ar" dir="rtl">العربية</a>`)
		english, _, _ = strings.Cut(english, `<nav class="languages"`)
		refuses(t, english, `<a href="/ar/`, `action="/ar/`)
	}
}

// The address alone decides: a cache needs no other key, and no copy of a page
// comes in another language than was asked for.
func TestTheLanguageOfAPageIsInItsAddressAlone(t *testing.T) {
	p, _ := multilingual(t)
	for _, path := range []string{"/", "/about", "/search?q=Gao", "/ar/", "/ar/search?q=Gao"} {
		french, arabic := get(p, path, "Accept-Language", "fr"), get(p, path, "Accept-Language", "ar")
		if french.Header.Get("ETag") != arabic.Header.Get("ETag") || french.Header.Get("Vary") != "Accept-Encoding" || french.Header.Get("ETag") == "" {
			t.Errorf("%s depends on who asks: %v", path, french.Header)
		}
	}
	// No edition is French, what programs read has one address, and an edition has its own language.
	for _, path := range []string{"/fr/", "/fr/about", "/ar", "/ar/opml.xml", "/ar/search.atom?q=Gao", "/ar/style.css", "/ar/editions/mali", "/ar/healthz", "/ar/ar/", "/arab/"} {
		if code := get(p, path).StatusCode; code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
	o := options()
	o.BaseURL = "https://news.example.org/feeds"
	below := newPublisher(o, edition(), news.Edition{ID: "mali", Title: "مالي", Language: "ar"})
	wants(t, read(t, below.Handler(), "/feeds/ar/about"), `href="/feeds/ar/"`, `href="/feeds/about"`, `href="https://news.example.org/feeds/ar/about"`)
}

func TestExportWritesThePagesOfEveryLanguage(t *testing.T) {
	p, _ := multilingual(t)
	dir := t.TempDir()
	if err := p.Export(dir); err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	for name, path := range map[string]string{"ar/index.html": "/ar/", "ar/about/index.html": "/ar/about"} {
		if files[name] == "" || files[name] != read(t, p.Handler(), path) {
			t.Errorf("%s is not what %s serves", name, path)
		}
	}
	if _, there := files[filepath.Join("ar", "opml.xml")]; there {
		t.Error("a list for programs is there twice")
	}
}

func TestAPrivateEditionAddsNoLanguage(t *testing.T) {
	p := newPublisher(options(), edition(), news.Edition{ID: "desk", Title: "المكتب", Language: "ar", Private: true})
	if code := get(p, "/ar/about").StatusCode; code != http.StatusNotFound {
		t.Errorf("a private edition shows by its language: %d", code)
	}
	refuses(t, read(t, p.Handler(), "/"), "العربية")
}
