package publisher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/publisher"
)

// view is all that is known of the second example entry, in English for the
// marks' sake.
func view() publisher.ArticleView {
	e := englishEntry()
	a := e.Article
	a.StoryID, a.Title = "s-convoy", "Convoy ambushed near Gao, twelve dead"
	a.Text = "GAO – The regional governor of Mali said on Monday that JNIM, which is active on both banks of the river, had claimed the attack on its channels."
	a.Revision, a.ModifiedAt, a.BodyHash, a.ContentHash = 1, at(23, 6, 0), strings.Repeat("ab", 32), "c1"
	a.Language, a.LanguageFrom, a.RawLink, a.Wire = "en", "declared", "https://gaomonitor.example/?p=7", "AFP"
	a.Published.Raw = "Sun, 22 Nov 2026 21:05:00 +0000"
	a.Tags = []news.Tag{
		{Kind: news.KindPlace, ID: "gao", Label: "Gao", Score: 0.9, Evidence: []news.Evidence{{Term: "Gao", Field: "title", Offset: strings.Index(a.Title, "Gao"), Weight: 2}}},
		{Kind: news.KindCountry, ID: "ML", Label: "Mali", Score: 0.8, Evidence: []news.Evidence{
			{Term: "Mali", Field: "text", Offset: strings.Index(a.Text, "Mali"), Weight: 1}, {Term: "Niger", Field: "text", Offset: 3, Note: "the river"}}},
	}
	story := append([]news.Article{a}, e.Others...)
	a.StoryWhy = &news.StoryLink{ArticleID: story[1].ID, Evidence: []string{"Gao", "12"}}
	return publisher.ArticleView{
		Article: a, Source: e.Source, State: e.Feed, Story: story,
		Revisions: []news.Revision{{ArticleID: a.ID, Title: "Convoy ambushed near Gao, nine dead", Summary: a.Summary, Text: "GAO – A first report.", BodyHash: "0d", SeenAt: at(22, 21, 25)}},
		Editions: []news.Verdict{
			{EditionID: "mali", Reasons: []string{"not met: languages: it is in \"en\""}},
			{EditionID: "sahel-security", In: true, Score: 0.8, Reasons: []string{"met: countries: ML 0.80 (Mali)", "plain"}},
			{EditionID: "gone", In: true},
		},
	}
}

// asking is a publisher with two editions whose lookup knows v.
func asking(t *testing.T, v publisher.ArticleView) *publisher.Publisher {
	t.Helper()
	p := newPublisher(options(), edition(), news.Edition{ID: "mali", Title: "مالي", Language: "ar"})
	p.SetLookup(publisher.Lookup{
		Article: func(_ context.Context, ref string) (publisher.ArticleView, error) {
			if ref != v.Article.ID && ref != v.Article.Link {
				return publisher.ArticleView{}, fmt.Errorf("%s: %w", ref, publisher.ErrNotFound)
			}
			return v, nil
		},
		Story: func(_ context.Context, id string) (publisher.StoryView, error) {
			if id != v.Article.StoryID {
				return publisher.StoryView{}, publisher.ErrNotFound
			}
			articles := slices.Clone(v.Story)
			articles[0] = v.Article
			return publisher.StoryView{Articles: articles, Revisions: map[string][]news.Revision{v.Article.ID: v.Revisions}}, nil
		},
		Source: func(_ context.Context, id string) (publisher.SourceView, error) {
			if id != v.Source.ID {
				return publisher.SourceView{}, publisher.ErrNotFound
			}
			return sourceView(v), nil
		},
		Search: func(_ context.Context, search news.Search, limit int) ([]news.Entry, error) {
			query := strings.Join(search.Terms, " ")
			if query == "break" {
				return nil, errors.New("disk: secret detail")
			}
			var found []news.Entry
			for i := range limit {
				if a := v.Article; strings.Contains(a.Title, query) && !slices.Contains(search.Editions, "mali") {
					a.ID = fmt.Sprint(a.ID, i)
					found = append(found, news.Entry{Article: a, Source: v.Source, Feed: v.State, EnteredAt: a.FirstSeen})
				}
			}
			return found, nil
		},
	})
	if err := p.Publish(edition(), entries(), changed); err != nil {
		t.Fatal(err)
	}
	return p
}

func articleAddress(ref string) string { return "/articles?id=" + url.QueryEscape(ref) }

func TestArticlePageTellsAllThatIsKnown(t *testing.T) {
	v := view()
	page := read(t, asking(t, v).Handler(), articleAddress(v.Article.ID))
	wants(t, page,
		`near <mark class="place">Gao</mark>, twelve dead`, `governor of <mark>Mali</mark> said on`,
		`href="/editions/sahel-security"`, `in, score 0.80`, `<span class="sign">met</span> <bdi lang="en">countries: ML 0.80 (Mali)</bdi>`,
		`<span class="sign">not met</span> <bdi lang="en">languages: it is in &#34;en&#34;</bdi>`, `<bdi lang="en">plain</bdi>`, `dir="rtl">مالي</a>`,
		`not counted: <bdi>Niger</bdi>, <bdi lang="en">the river</bdi>`,
		`from pubDate, written “Sun, 22 Nov 2026 21:05:00 &#43;0000”`, `First seen here`, `Text last changed`,
		strings.Repeat("ab", 32), v.Article.ID, "https://gaomonitor.example/?p=7", "en (declared)", "AFP", `<a href="https://gaomonitor.example/feed">`,
		`Independent publishers: 2.`, `It tells the same event as another article (<bdi lang="en">Gao; 12</bdi>)`, `Le Fleuve`, `same text as another`,
		`near Gao, <del>nine</del> <ins>twelve</ins> dead`, `Revision 1`, `/articles?id=tag%3aexample.org%2c2026%3ae%2f0011`)
	refuses(t, page, "on its channels", "gone", "<script")
	if in, out := strings.Index(page, "Sahel: security"), strings.Index(page, "مالي"); in < 0 || in > out {
		t.Error("the editions that it is in do not come first")
	}
	safeHTML(t, page, true)
}

func TestArticlePageShowsTheTextOnlyWithPermission(t *testing.T) {
	v := view()
	v.Article.FullText = true
	page := read(t, asking(t, v).Handler(), articleAddress(v.Article.Link))
	wants(t, page, `governor of <mark class="country">Mali</mark> said on Monday that JNIM, which is active on both banks of the river, had claimed the attack on its channels.`)
}

func TestArticlePageOfAnArabicArticle(t *testing.T) {
	v := view()
	a := &v.Article
	*a = arabicEntry().Article
	a.Tags[0].Evidence = []news.Evidence{{Term: "تشاد", Field: "title", Weight: 1}}
	page := read(t, asking(t, v).Handler(), articleAddress(a.ID))
	wants(t, page, `<div dir="rtl" lang="ar">`, `<h1><mark class="country">تشاد</mark>: مقتل`)
}

func TestArticlePageIsBounded(t *testing.T) {
	v := view()
	long := strings.Repeat("كلمة Gao ", 200_000)
	v.Article.Title, v.Article.Summary, v.Article.Text, v.Article.FullText = long, long, long, true
	for i := range 300 {
		v.Revisions = append(v.Revisions, news.Revision{Number: i + 1, Title: fmt.Sprint(long, i), Text: fmt.Sprint(i, long)})
		v.Story = append(v.Story, v.Story[1])
		for range 50 {
			v.Editions[1].Reasons = append(v.Editions[1].Reasons, long[:5000])
		}
		v.Article.Tags[0].Evidence = append(v.Article.Tags[0].Evidence, news.Evidence{Term: "Gao", Field: "text", Offset: 9 + i*13, Weight: 1})
	}
	begin := time.Now()
	page := read(t, asking(t, v).Handler(), articleAddress(v.Article.ID))
	if len(page) > 600_000 || time.Since(begin) > 20*time.Second {
		t.Errorf("%d bytes in %s", len(page), time.Since(begin))
	}
	wants(t, page, "Earlier revisions that are stored and not shown: 291")
}

func TestArticlePageSurvivesHostileStrings(t *testing.T) {
	for _, s := range hostile {
		var v publisher.ArticleView
		v.Story, v.Revisions, v.Editions = make([]news.Article, 1), make([]news.Revision, 2), make([]news.Verdict, 1)
		infect(reflect.ValueOf(&v).Elem(), s)
		v.Article.Tags = append(v.Article.Tags, news.Tag{Kind: news.KindPlace, ID: s, Label: s, Evidence: []news.Evidence{
			{Term: s, Field: "title", Weight: 1}, {Term: s, Field: "summary", Weight: 1}, {Term: s, Field: "text", Weight: 1}, {Term: s, Field: s, Note: s}}})
		v.Revisions[0].Title, v.Editions[0].EditionID, v.Story[0].ID = "another title "+s, "sahel-security", "other"
		for _, full := range []bool{true, false} {
			v.Article.ID, v.Article.FullText = "tag:"+authority+":e/1", full
			v.Article.StoryID, v.Source.ID = "s-convoy", "gao-monitor"
			p := asking(t, v)
			harmless(t, "", read(t, p.Handler(), articleAddress(v.Article.ID)))
			harmless(t, "", read(t, p.Handler(), "/stories?id=s-convoy"))
			harmless(t, "", read(t, p.Handler(), "/sources?id=gao-monitor"))
		}
	}
}

func TestQuestionsAreRefusedWhenOdd(t *testing.T) {
	p := asking(t, view())
	for path, want := range map[string]int{
		"/articles": 400, "/articles?id=": 400, "/articles?id=unknown": 404, "/articles?id=a&id=b": 400, "/articles?ID=a": 400, "/articles?id=%00": 400,
		"/articles?id=%zz": 400, "/articles?id=%ff": 400, "/articles?id=a;b": 400, "/articles?id=" + strings.Repeat("a", 5000): 400, "/articles/x": 404,
		"/stories": 400, "/stories?id=unknown": 404, "/stories?id=a&q=b": 400, "/sources": 400, "/sources?id=unknown": 404, "/stories/x": 404,
		"/search": 200, "/search?q=": 200, "/search?q=Gao&edition=": 200, "/search?q=Gao&edition=sahel-security": 200, "/search?q=Gao&edition=nope": 400,
		"/search?q=" + strings.Repeat("a", 201): 400, "/search?q=Gao&page=2": 400, "/search?q=%0d%0a": 400, "/search?q=break": 503,
	} {
		r := get(p, path)
		if r.StatusCode != want {
			t.Errorf("%.60s: %d, want %d", path, r.StatusCode, want)
		}
	}
	refuses(t, readAny(t, get(p, "/search?q=break")), "secret")
}

func TestQuestionsAreAnsweredForOneReaderAlone(t *testing.T) {
	v := view()
	p := asking(t, v)
	for _, path := range []string{articleAddress(v.Article.ID), "/stories?id=s-convoy", "/sources?id=gao-monitor", "/search?q=Gao"} {
		r := get(p, path, "Accept-Encoding", "gzip")
		h := r.Header
		if h.Get("Cache-Control") != "private, max-age=60" || h.Get("X-Robots-Tag") != "noindex" || h.Get("Content-Encoding") != "gzip" ||
			h.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", path, h)
		}
		if again := get(p, path, "Accept-Encoding", "gzip", "If-None-Match", h.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", path, again.StatusCode)
		}
	}
}

func TestQuestionsWaitForEachOtherAndEndWithTheirReader(t *testing.T) {
	p := newPublisher(options(), edition())
	begun, finish := make(chan struct{}, 10), make(chan struct{})
	p.SetLookup(publisher.Lookup{Search: func(context.Context, news.Search, int) ([]news.Entry, error) {
		begun <- struct{}{}
		<-finish
		return nil, nil
	}})
	done := make(chan int, 10)
	for range 4 {
		go func() { done <- get(p, "/search?q=x").StatusCode }()
		<-begun
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if status := getWith(ctx, p, "/search?q=x").StatusCode; status != http.StatusServiceUnavailable {
		t.Errorf("the fifth: %d", status)
	}
	if r := get(p, "/editions/sahel-security"); r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") != "60" {
		t.Errorf("editions do not wait for questions: %d", r.StatusCode)
	}
	close(finish)
	for range 4 {
		if status := <-done; status != http.StatusOK {
			t.Errorf("%d", status)
		}
	}
}

func TestSearchPageShowsWhatIsFound(t *testing.T) {
	p := asking(t, view())
	page := read(t, p.Handler(), "/search?q=Gao")
	wants(t, page, `value="Gao"`, "50 articles, as they came in, the newest first.", "There are more", `href="https://gaomonitor.example/2026/11/22/convoy-ambush?ed=1&amp;lang=en"`,
		`/articles?id=tag%3aexample.org%2c2026%3ae%2f00010`, `<option value="mali" lang="ar">مالي</option>`)
	wants(t, read(t, p.Handler(), "/search?q=Gao&edition=mali"), "No stored article has all of this", `<option value="mali" lang="ar" selected>`)
	wants(t, read(t, p.Handler(), "/search"), "every word, in any language")
	safeHTML(t, read(t, p.Handler(), "/search?q="+url.QueryEscape(`"a" "'><script>alert(1)</script>"`)), true)
}

func TestPagesLinkToQuestionsOnlyWhereTheyAreAnswered(t *testing.T) {
	p := asking(t, view())
	wants(t, body(t, p, ""), `<a href="/articles?id=tag%3Aexample.org%2C2026%3Ae%2F0001">Why it is here</a>: <bdi>country/ML`, `href="/search"`)
	wants(t, read(t, p.Handler(), "/"), `action="/search"`)
	without := published(t, entries())
	o := options()
	o.Directory = t.TempDir()
	files := newPublisher(o, edition())
	files.SetLookup(publisher.Lookup{})
	if err := files.Publish(edition(), entries(), changed); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*publisher.Publisher{without, files} {
		refuses(t, body(t, p, "")+read(t, p.Handler(), "/")+read(t, p.Handler(), "/about"), "/articles?id", `"/search`, "/stories?id", "/sources?id")
	}
	for _, path := range []string{"/articles?id=x", "/stories?id=x", "/sources?id=x", "/search?q=x"} {
		if r := get(without, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}
