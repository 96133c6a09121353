package publisher_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/publisher"
)

const secret = "K7Q2M4RZ6TAWX3NEBJ5HYDC2VF"

// withPrivate is a publisher of the public edition and a private one.
func withPrivate(t *testing.T) *publisher.Publisher {
	t.Helper()
	hidden := news.Edition{ID: "desk-only", Title: "For the desk", Language: "en", Description: "Not for everybody.", Private: true}
	p := newPublisher(options(), edition(), hidden)
	p.SetAccess(func(_ context.Context, id, token string) bool { return id == "desk-only" && token == secret })
	p.SetLookup(publisher.Lookup{
		Article: func(context.Context, string) (publisher.ArticleView, error) {
			return publisher.ArticleView{Article: entries()[0].Article, Editions: []news.Verdict{{EditionID: "desk-only", In: true, Reasons: []string{"met: topic/attack"}}}}, nil
		},
		Search: func(context.Context, news.Search, int) ([]news.Entry, error) { return nil, nil },
	})
	p.SetHistory(publisher.History{
		Pages: func(string) []time.Time { return []time.Time{changed} },
		Page: func(context.Context, string, int) (publisher.Page, error) {
			return publisher.Page{Atom: []byte("<feed/>"), JSON: []byte("{}")}, nil
		},
	})
	for _, e := range []news.Edition{edition(), hidden} {
		if err := p.Publish(e, entries(), changed); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestP92_APrivateEditionIsNotThereWithoutItsToken(t *testing.T) {
	p := withPrivate(t)
	absent, _ := io.ReadAll(get(p, "/editions/no-such-edition.atom").Body)
	for _, path := range []string{
		"/editions/desk-only", "/editions/desk-only.atom", "/editions/desk-only.atom?country=ML", "/editions/desk-only/archive/1.atom",
		"/editions/desk-only.rss?country=ML&country=ML&x=", "/private//editions/sahel-security.atom",
		"/private/" + secret + "x/editions/desk-only.atom", "/private//editions/desk-only.atom", "/private/" + strings.ToLower(secret) + "/editions/desk-only.atom",
		"/private/" + secret + "/editions/sahel-security.atom", "/private/" + secret + "/editions/other.atom",
	} {
		r := get(p, path)
		if got, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusNotFound || string(got) != string(absent) {
			t.Errorf("%s: %d %s", path, r.StatusCode, got)
		}
	}
	for _, path := range []string{"/private/" + secret + "/", "/private/" + secret, "/private/" + secret + "/search", "/private/", "/private//", "/private//about"} {
		if code := get(p, path).StatusCode; code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
	for _, path := range []string{"/search?q=x&edition=", "/coverage?edition=", "/coverage.json?edition="} {
		known, unknown := get(p, path+"desk-only"), get(p, path+"no-such-one")
		text, _ := io.ReadAll(known.Body)
		other, _ := io.ReadAll(unknown.Body)
		if known.StatusCode != http.StatusBadRequest || strings.ReplaceAll(string(text), "desk-only", "no-such-one") != string(other) {
			t.Errorf("%s knows it: %d %s", path, known.StatusCode, text)
		}
	}
}

func TestP92_WhoHasATokenReadsEveryFormatAndNoCacheKeepsIt(t *testing.T) {
	p := withPrivate(t)
	for _, suffix := range []string{"", "/map", ".rss", ".atom", ".json", ".geojson", ".opml", "/archive/1.atom", "/archive/1.json"} {
		r := get(p, "/private/"+secret+"/editions/desk-only"+suffix)
		text, _ := io.ReadAll(r.Body)
		h := r.Header
		if r.StatusCode != http.StatusOK || h.Get("Cache-Control") != "private, no-cache" || h.Get("X-Robots-Tag") != "noindex" ||
			h.Get("Referrer-Policy") != "no-referrer" || h.Get("Access-Control-Allow-Origin") != "" || h.Get("Link") != "" {
			t.Errorf("%s: %d %v", suffix, r.StatusCode, h)
		}
		refuses(t, string(text), secret, "/private/", `href="/articles`, `href="/stories`, `href="/search`)
		again := get(p, "/private/"+secret+"/editions/desk-only"+suffix, "If-None-Match", h.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || again.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %d %v", suffix, again.StatusCode, again.Header)
		}
	}
	page, _ := io.ReadAll(get(p, "/private/"+secret+"/editions/desk-only").Body)
	wants(t, string(page), `href="desk-only.atom"`) // beside the page, wherever that is
}

func TestP92_NothingPublicNamesAPrivateEdition(t *testing.T) {
	p := withPrivate(t)
	for _, path := range []string{"/", "/about", "/opml.xml", "/sources.opml", "/robots.txt", "/search", "/search?q=convoy",
		"/articles?id=x", "/editions/sahel-security", "/editions/sahel-security.json", "/editions/sahel-security.atom"} {
		refuses(t, read(t, p.Handler(), path), "desk-only", "For the desk")
	}
	dir := t.TempDir()
	if err := p.Export(dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range tree(t, dir) {
		if strings.Contains(name+text, "desk-only") || strings.Contains(text, "For the desk") {
			t.Errorf("the export names it in %s", name)
		}
	}
}

func TestP92_BeforeItIsReadyAPrivateEditionIsNotThereEither(t *testing.T) {
	p := newPublisher(options(), news.Edition{ID: "desk-only", Title: "For the desk", Private: true})
	if code := get(p, "/editions/desk-only.atom").StatusCode; code != http.StatusNotFound {
		t.Errorf("status %d", code)
	}
	if code := get(p, "/private/"+secret+"/editions/desk-only.atom").StatusCode; code != http.StatusNotFound {
		t.Errorf("nobody gave tokens: %d", code)
	}
}

func closedEdition(gone bool) publisher.Closed {
	return publisher.Closed{Edition: news.Edition{ID: "lac-tchad", Title: "Lac Tchad", Language: "fr"}, At: changed, Gone: gone}
}

func TestP90_AClosedEditionSaysSoInALastEntryAndThenIsGone(t *testing.T) {
	p := published(t, entries())
	if err := p.SetClosed([]publisher.Closed{closedEdition(false)}); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range feedSuffixes {
		feed := parse(t, read(t, p.Handler(), "/editions/lac-tchad"+suffix))
		if len(feed.Items) != 1 || feed.Items[0].Title != "Cette édition est close" || feed.Items[0].GUID != "tag:example.org,2026:edition/lac-tchad/closed" ||
			feed.Items[0].Link != "https://news.example.org/" || feed.Title != "Lac Tchad" {
			t.Errorf("%s: %+v", suffix, feed.Items)
		}
	}
	wants(t, read(t, p.Handler(), "/editions/lac-tchad"), "Cette édition est close")
	refuses(t, read(t, p.Handler(), "/")+read(t, p.Handler(), "/opml.xml"), "lac-tchad")
	dir := t.TempDir()
	if err := p.Export(dir); err != nil || tree(t, dir)["editions/lac-tchad.atom"] == "" {
		t.Errorf("no file says so: %v", err)
	}
	for _, suffix := range []string{".rss", ".atom", ".json", ""} {
		if got := read(t, p.Handler(), "/editions/lac-tchad"+suffix+"?country=ML"); got != read(t, p.Handler(), "/editions/lac-tchad"+suffix) {
			t.Errorf("a selection of it, %s, says something else: %.400s", suffix, got)
		}
	}
	if err := p.SetClosed([]publisher.Closed{closedEdition(true)}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/editions/lac-tchad", "/editions/lac-tchad.rss", "/editions/lac-tchad/archive/1.atom"} {
		if r := get(p, path); r.StatusCode != http.StatusGone || r.Header.Get("Cache-Control") == "" {
			t.Errorf("%s: %d %v", path, r.StatusCode, r.Header)
		}
	}
	if err := p.Export(dir); err != nil || tree(t, dir)["editions/lac-tchad.atom"] != "" {
		t.Errorf("its file is still there: %v", err)
	}
	if code := get(p, "/editions/never-was.rss").StatusCode; code != http.StatusNotFound {
		t.Errorf("what never was: %d", code)
	}
}

func TestP90_ARenamedEditionRedirectsForGoodAndKeepsItsID(t *testing.T) {
	e := edition()
	e.Formerly = []string{"sahel", "sahel-2"}
	o := options()
	o.BaseURL = "https://news.example.org/feeds"
	p := newPublisher(o, e)
	if err := p.Publish(e, entries(), changed); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/editions/sahel.rss": "/editions/sahel-security.rss", "/feeds/editions/sahel-2": "/editions/sahel-security", "/editions/sahel/archive/7.json": "/editions/sahel-security/archive/7.json",
	} {
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusPermanentRedirect || w.Header().Get("Location") != "https://news.example.org/feeds"+want {
			t.Errorf("%s: %d to %s", path, w.Code, w.Header().Get("Location"))
		}
	}
	wants(t, body(t, p, ".atom"), "<id>tag:example.org,2026:edition/sahel</id>", `href="https://news.example.org/feeds/editions/sahel-security.atom" rel="self"`)
	if code := get(p, "/editions/sahel-3.rss").StatusCode; code != http.StatusNotFound {
		t.Errorf("what never was: %d", code)
	}
	dir := t.TempDir()
	if err := p.Export(dir); err != nil {
		t.Fatal(err)
	}
	files := tree(t, dir)
	for _, f := range []string{".rss", ".atom", ".json", "/index.html", "/map/index.html"} {
		if now := files["editions/sahel-security"+f]; now == "" || files["editions/sahel"+f] != now || files["editions/sahel-2"+f] != now {
			t.Errorf("%s: the files at former addresses are not those of the edition", f)
		}
	}
}

func TestFormerIDsAreChecked(t *testing.T) {
	problems := publisher.ValidateEditions([]news.Edition{
		{ID: "a", Title: "A", Formerly: []string{"b", "old", "No"}}, {ID: "b", Title: "B", Formerly: []string{"old"}},
	})
	var got []string
	for _, p := range problems {
		got = append(got, strings.Join(p.Path, "."))
	}
	if want := "0.formerly.0 0.formerly.2 1.formerly.0"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", problems, want)
	}
}
