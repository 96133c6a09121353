package publisher_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"harmattan/news"
	"harmattan/publisher"
)

const atomPath = "/editions/sahel-security.atom"

func TestP58_ETagsDifferByCodingAndSurviveRestarts(t *testing.T) {
	a, b := published(t, entries()), published(t, entries())
	seen := map[string]string{}
	for _, coding := range []string{"identity", "gzip", "br", "zstd"} {
		tag := get(a, atomPath, "Accept-Encoding", coding).Header.Get("ETag")
		if len(tag) < 20 || tag[0] != '"' || seen[tag] != "" {
			t.Errorf("%s: ETag %s, also of %q", coding, tag, seen[tag])
		}
		seen[tag] = coding
		if again := get(b, atomPath, "Accept-Encoding", coding).Header.Get("ETag"); again != tag {
			t.Errorf("%s: %s, then %s after a restart", coding, tag, again)
		}
	}
}

func TestP59_LastModifiedNeverGoesBack(t *testing.T) {
	p := published(t, entries())
	if err := p.Publish(edition(), entries()[:2], changed.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := get(p, atomPath).Header.Get("Last-Modified"); got != "Mon, 23 Nov 2026 09:40:00 GMT" {
		t.Errorf("Last-Modified %s", got)
	}
}

func TestP60_Preconditions(t *testing.T) {
	p := published(t, entries())
	tag := get(p, atomPath).Header.Get("ETag")
	gz := get(p, atomPath, "Accept-Encoding", "gzip").Header.Get("ETag")
	bare := strings.Trim(tag, `"`)
	const same, before, after = "Mon, 23 Nov 2026 09:40:00 GMT", "Mon, 23 Nov 2026 09:39:59 GMT", "Mon, 23 Nov 2026 10:00:00 GMT"
	for _, c := range []struct {
		name   string
		header []string
		want   int
	}{
		{"no condition", nil, 200},
		{"our tag", []string{"If-None-Match", tag}, 304},
		{"weakened", []string{"If-None-Match", "W/" + tag}, 304},
		{"apache's suffix", []string{"If-None-Match", `"` + bare + `-gzip"`}, 304},
		{"weakened with suffix", []string{"If-None-Match", `W/"` + bare + `-br"`}, 304},
		{"star", []string{"If-None-Match", "*"}, 304},
		{"a list", []string{"If-None-Match", `"x", W/"y" ,` + tag}, 304},
		{"two fields", []string{"If-None-Match", `"x"`, "If-None-Match", tag}, 304},
		{"another tag", []string{"If-None-Match", `"x"`}, 200},
		{"the tag of another coding", []string{"If-None-Match", gz}, 200},
		{"the tag of this coding", []string{"Accept-Encoding", "gzip", "If-None-Match", gz}, 304},
		{"since the change", []string{"If-Modified-Since", same}, 304},
		{"since later", []string{"If-Modified-Since", after}, 304},
		{"since before", []string{"If-Modified-Since", before}, 200},
		{"since nonsense", []string{"If-Modified-Since", "yesterday"}, 200},
		{"tag beats date", []string{"If-None-Match", `"x"`, "If-Modified-Since", after}, 200},
		{"tag beats date, both ways", []string{"If-None-Match", tag, "If-Modified-Since", before}, 304},
		{"if-match", []string{"If-Match", tag}, 200},
		{"if-match needs a strong tag", []string{"If-Match", "W/" + tag}, 412},
		{"if-match other", []string{"If-Match", `"x"`}, 412},
		{"unmodified since before", []string{"If-Unmodified-Since", before}, 412},
		{"unmodified since later", []string{"If-Unmodified-Since", after}, 200},
	} {
		if got := get(p, atomPath, c.header...).StatusCode; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestP61_NotModifiedRepeatsWhatCachesNeed(t *testing.T) {
	p := published(t, entries())
	full := get(p, atomPath, "Accept-Encoding", "br")
	r := get(p, atomPath, "Accept-Encoding", "br", "If-None-Match", full.Header.Get("ETag"))
	for _, key := range []string{"ETag", "Cache-Control", "Vary", "Last-Modified", "Access-Control-Allow-Origin", "Link"} {
		if r.Header.Get(key) == "" || r.Header.Get(key) != full.Header.Get(key) {
			t.Errorf("%s: %q on 304, %q on 200", key, r.Header.Get(key), full.Header.Get(key))
		}
	}
	for _, key := range []string{"Content-Encoding", "Content-Length", "Content-Type"} {
		if r.Header.Get(key) != "" {
			t.Errorf("%s on 304: %q", key, r.Header.Get(key))
		}
	}
}

func TestP63_P64_P68_P69_P73_HeadersOfFeeds(t *testing.T) {
	p := published(t, entries())
	for suffix, kind := range map[string]string{
		".rss": "application/rss+xml; charset=utf-8", ".atom": "application/atom+xml; charset=utf-8", ".json": "application/feed+json; charset=utf-8",
	} {
		h := get(p, "/editions/sahel-security"+suffix).Header
		for key, want := range map[string]string{
			"Content-Type": kind, "Cache-Control": "max-age=900, stale-while-revalidate=3600, stale-if-error=604800", "Vary": "Accept-Encoding",
			"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex", "Accept-Ranges": "none",
			"Link": "<https://news.example.org/editions/sahel-security" + suffix + `>; rel="self"`,
		} {
			if got := h.Get(key); got != want {
				t.Errorf("%s: %s: %q, want %q", suffix, key, got, want)
			}
		}
	}
}

func TestP65_Codings(t *testing.T) {
	p := published(t, entries())
	plain := body(t, p, ".atom")
	readers := map[string]func(io.Reader) (io.Reader, error){
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "x-gzip": "gzip", "gzip, deflate, br, zstd": "br", "gzip;q=1.0, br;q=0.5": "gzip", "*": "br",
		"*;q=0, gzip": "gzip", "br;q=0, *": "zstd", "GZIP": "gzip", "identity": "", "gzip;q=0": "", "deflate": "", "zstd": "zstd",
		"gzip;q=nonsense": "", "identity;q=1, gzip;q=0.2": "", "gzip ; q=0.2": "gzip", "*;q=0": "", ",,;;q": "",
	} {
		r := get(p, atomPath, "Accept-Encoding", accept)
		if got := r.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%q: %q, want %q", accept, got, want)
			continue
		}
		if r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: no Vary", accept)
		}
		in, err := readers[want](r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(in); err != nil || string(b) != plain {
			t.Errorf("%q: other bytes after decoding (%v)", accept, err)
		}
	}
	if get(p, atomPath).Header.Get("Content-Encoding") != "" {
		t.Error("a client that says nothing gets a coding")
	}
}

func TestP66_MethodsAndErrors(t *testing.T) {
	p := published(t, entries())
	server := httptest.NewServer(p.Handler())
	defer server.Close()
	ask := func(method, path string) *http.Response {
		t.Helper()
		request, err := http.NewRequest(method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept-Encoding", "identity")
		r, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.Body.Close() })
		return r
	}
	g, h := ask(http.MethodGet, atomPath), ask(http.MethodHead, atomPath)
	for _, key := range []string{"Content-Length", "ETag", "Content-Type", "Last-Modified", "Cache-Control"} {
		if g.Header.Get(key) == "" || g.Header.Get(key) != h.Header.Get(key) {
			t.Errorf("%s: GET %q, HEAD %q", key, g.Header.Get(key), h.Header.Get(key))
		}
	}
	if b, _ := io.ReadAll(h.Body); len(b) != 0 {
		t.Errorf("HEAD has a body of %d bytes", len(b))
	}
	if r := ask(http.MethodPost, atomPath); r.StatusCode != 405 || r.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
	if r := ask(http.MethodOptions, atomPath); r.StatusCode != 204 || !strings.Contains(r.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
		t.Errorf("OPTIONS: %d", r.StatusCode)
	}
	for path, want := range map[string]int{
		"/editions/nowhere.rss": 404, "/editions/sahel-security.xml": 404, "/editions/": 404, "/editions": 404, "/nothing": 404,
		"//editions/sahel-security.rss": 404, "/editions/../opml.xml": 404, "/editions/sahel-security.rss/": 404, "/editions/sahel-security/": 200,
		"/editions/sahel-security.rss?utm_source=x": 400, "/editions/sahel-security?x": 400, "/?x=1": 200, "/healthz": 200,
	} {
		r := ask(http.MethodGet, path)
		b, _ := io.ReadAll(r.Body)
		if r.StatusCode != want || want >= 400 && (len(b) > 200 || len(b) == 0) {
			t.Errorf("%s: %d (%d bytes), want %d", path, r.StatusCode, len(b), want)
		}
		if r.Header.Get("Set-Cookie") != "" || r.StatusCode/100 == 3 {
			t.Errorf("%s: a cookie or a redirect", path)
		}
	}
}

func TestP70_EveryUserAgentIsServedAlike(t *testing.T) {
	p := published(t, entries())
	for _, agent := range []string{"", "curl/8", "python-requests/2", "Mozilla/5.0", "Slackbot"} {
		r := get(p, atomPath, "User-Agent", agent, "Accept", "text/html")
		if r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/atom+xml") {
			t.Errorf("%q: %d %s", agent, r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
}

func TestP80_PagesNameTheFeeds(t *testing.T) {
	p := published(t, entries())
	p.SetStatus(publisher.Status{At: changed})
	r := get(p, "/editions/sahel-security")
	if links := r.Header.Values("Link"); len(links) != 3 || !strings.Contains(links[0], `rel="alternate"; type="application/atom+xml"`) {
		t.Errorf("Link: %q", links)
	}
	if csp := r.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("CSP %q", csp)
	}
	document := read(t, p.Handler(), "/")
	wants(t, document, `href="https://news.example.org/editions/sahel-security.rss"`, "4 entries", "Convoy ambushed", `<a href="/editions/sahel-security">`)
	refuses(t, document, "<script", " style=")
}

func TestP72_IconsAndPagesAround(t *testing.T) {
	p := published(t, entries())
	for path, kind := range map[string]string{
		"/favicon.ico": "image/x-icon", "/icon.svg": "image/svg+xml", "/icon.png": "image/png", "/logo.png": "image/png", "/image.png": "image/png",
		"/style.css": "text/css; charset=utf-8", "/robots.txt": "text/plain; charset=utf-8", "/opml.xml": "text/x-opml; charset=utf-8",
		"/sources.opml": "text/x-opml; charset=utf-8", "/about": "text/html; charset=utf-8", "/": "text/html; charset=utf-8",
	} {
		r := get(p, path)
		if r.StatusCode != 200 || r.Header.Get("Content-Type") != kind || r.Header.Get("ETag") == "" || r.Header.Get("Cache-Control") == "" {
			t.Errorf("%s: %d %q", path, r.StatusCode, r.Header.Get("Content-Type"))
		}
		if again := get(p, path, "If-None-Match", r.Header.Get("ETag")); again.StatusCode != 304 {
			t.Errorf("%s: %d for its own tag", path, again.StatusCode)
		}
	}
	refuses(t, read(t, p.Handler(), "/robots.txt"), "Disallow")
}

func TestP84_AnEditionListsTheSourcesOfItsEntries(t *testing.T) {
	list := append(entries(), entries()...)
	for i := range list[4:] {
		list[4+i].Article.ID += "-again"
	}
	list[1].Source.URL, list[5].Source.URL = "", ""
	p := published(t, list)
	r := get(p, "/editions/sahel-security.opml")
	document := readAny(t, r)
	if r.Header.Get("Content-Type") != "text/x-opml; charset=utf-8" || strings.Count(document, "<outline ") != 3 {
		t.Errorf("%s: %s", r.Header.Get("Content-Type"), document)
	}
	wants(t, document, "<title>Sahel: security: sources</title>", `title="Gao Monitor – News" xmlUrl="https://gaomonitor.example/feed" htmlUrl="https://gaomonitor.example/" language="en"`,
		`xmlUrl="https://revue-ouest.example/rss.xml"`)
	wants(t, body(t, p, ""), `href="https://news.example.org/editions/sahel-security.opml"`)
}

func TestP84_OPMLListsEditionsAndSources(t *testing.T) {
	p := published(t, entries())
	p.SetStatus(publisher.Status{At: changed, Sources: []publisher.SourceStatus{
		{Source: news.Source{ID: "a", URL: "https://a.example/feed", Name: "A & B", Language: "fr", Tags: []string{"Mali"}}},
		{Source: news.Source{ID: "b", URL: "https://user:secret@b.example/feed", Name: "B"}},
	}})
	document := read(t, p.Handler(), "/opml.xml")
	wants(t, document, `<opml version="2.0">`, `type="rss" text="Sahel: security"`, `xmlUrl="https://news.example.org/editions/sahel-security.rss"`,
		`htmlUrl="https://news.example.org/editions/sahel-security"`, "<dateModified>Mon, 23 Nov 2026 09:40:00 GMT</dateModified>", "<ownerName>Harmattan</ownerName>")
	sources := read(t, p.Handler(), "/sources.opml")
	wants(t, sources, `<outline text="Mali">`, `text="A &amp; B"`, `xmlUrl="https://a.example/feed"`)
	refuses(t, sources, "secret")
}

func TestP93_EditionNotPublishedYetAnswers503(t *testing.T) {
	p := newPublisher(options(), edition())
	r := get(p, atomPath)
	if r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", r.StatusCode, r.Header.Get("Retry-After"))
	}
	wants(t, read(t, p.Handler(), "/"), "Being prepared.")
}

func TestIndexShowsTheHealthOfSourcesWithoutTheirErrors(t *testing.T) {
	p := published(t, entries())
	state := func(status news.Status, code int, err string) news.SourceState {
		return news.SourceState{Status: status, LastCode: code, LastError: err, CheckedAt: at(23, 9, 0)}
	}
	p.SetStatus(publisher.Status{At: changed, Sources: []publisher.SourceStatus{
		{Source: news.Source{ID: "a", Name: "Alpha"}, State: state(news.StatusHealthy, 200, ""), Articles: 12},
		{Source: news.Source{ID: "b", Name: "Beta"}, State: state(news.StatusFailing, 503, "get https://b.example/?key=secret: 503")},
		{Source: news.Source{ID: "c", Name: "Gamma"}, State: state(news.StatusFailing, 0, "dial tcp 10.0.0.7: refused")},
		{Source: news.Source{ID: "d", Name: "Delta", Disabled: true}},
	}})
	document := read(t, p.Handler(), "/")
	wants(t, document, `4 sources <span aria-hidden="true">·</span> in trouble: 2`, "HTTP 503", "no answer", `<span class="state">disabled</span>`, "2026-11-23 09:00")
	refuses(t, document, "secret", "10.0.0.7")
}

func TestHealthTellsTrouble(t *testing.T) {
	p := published(t, entries())
	p.SetStatus(publisher.Status{Trouble: "the database cannot be written"})
	if r := get(p, "/healthz"); r.StatusCode != 503 || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d", r.StatusCode)
	}
	p.SetStatus(publisher.Status{})
	if r := get(p, "/healthz"); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
}

func TestBaseURLWithAPathIsServedWithAndWithoutIt(t *testing.T) {
	o := options()
	o.BaseURL = "https://example.org/news/"
	p := newPublisher(o, edition())
	if err := p.Publish(edition(), entries(), changed); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{atomPath, "/news" + atomPath, "/news/", "/", "/news/style.css", "/news/healthz"} {
		if r := get(p, path); r.StatusCode != 200 {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
	if r := get(p, "/newspaper"); r.StatusCode != 404 {
		t.Errorf("/newspaper: %d", r.StatusCode)
	}
	wants(t, body(t, p, ""), `href="/news/style.css"`, `href="https://example.org/news/editions/sahel-security.rss"`)
}

func TestServerDoesNotWaitForEverForAnyone(t *testing.T) {
	s := publisher.Server(newPublisher(options(), edition()).Handler())
	if s.ReadTimeout <= 0 || s.WriteTimeout <= 0 || s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 || s.Handler == nil {
		t.Errorf("%+v", s)
	}
}
