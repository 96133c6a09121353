package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmattan/config"
	"harmattan/news"
)

// invoke runs the program and returns its exit code and both outputs.
func invoke(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var results, messages bytes.Buffer
	code = run(t.Context(), args, &results, &messages)
	return code, results.String(), messages.String()
}

// site serves documents by path.
func site(t *testing.T, pages map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(page))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// writeFile writes a file into a folder of the test.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const frontPage = `<!doctype html><html lang="fr"><head><title>Le Fleuve</title>
<link rel="alternate" type="application/rss+xml" title="Le Fleuve" href="/rss">
<link rel="alternate" type="application/rss+xml" title="Commentaires" href="/comments/feed">
</head><body>Nouvelles du fleuve</body></html>`

func TestF67_DiscoverPrintsSourcesReadyToPaste(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	fleuve.change(func(o *outlet) { o.stories[0].title = "Ménaka &#10;[[source]] # &quot;douze&quot; morts" })
	base := site(t, map[string]string{"/": strings.ReplaceAll(frontPage, `"/rss"`, `"`+fleuve.URL+`/rss"`)})
	configured := configure(t, map[string]string{"le-fleuve": fleuve.URL + "/rss"})
	code, out, messages := invoke(t, "discover", "--config", configured, base)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, messages)
	}
	for _, part := range []string{"# RSS, 2 items, newest 20", "a <link> of the page", "already in the configuration: le-fleuve",
		`id = "le-fleuve-2"`, `name = "Le Fleuve"`, `language = "fr"`, `homepage = "https://lefleuve.example/"`, "/comments/feed, from", "404"} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
	c, err := config.Parse("pasted.toml", []byte(out))
	if err != nil || len(c.Sources) != 1 || c.Sources[0].URL != fleuve.URL+"/rss" {
		t.Errorf("%v in\n%s", err, out)
	}
}

func TestDiscoverExitCodes(t *testing.T) {
	base := site(t, map[string]string{"/": "<title>Zinder</title>", "/guess/": "<title>Zinder</title>", "/feed/": battleFeed,
		"/hidden/robots.txt": ""})
	shut := site(t, map[string]string{"/": battleFeed, "/robots.txt": "User-agent: *\nDisallow: /"})
	configured := configure(t, map[string]string{"other": "https://other.example/rss"})
	for _, c := range []struct {
		name string
		args []string
		want int
		says string
	}{
		{"none", []string{base}, exitPartial, "--guess"},
		{"guessed", []string{"--guess", base}, exitOK, ""},
		{"not there", []string{base + "/nowhere"}, exitFailed, "404"},
		{"forbidden to robots", []string{shut}, exitFailed, "robots.txt"},
		{"not on the web", []string{"file:///etc/passwd"}, exitFailed, "https://"},
		{"with a password", []string{"https://user:hush@a.example/"}, exitFailed, "password"},
	} {
		code, out, messages := invoke(t, append([]string{"discover", "--config", configured}, c.args...)...)
		if code != c.want || !strings.Contains(messages, c.says) || strings.Contains(messages+out, "hush") {
			t.Errorf("%s: exit code %d, want %d\n%s%s", c.name, code, c.want, out, messages)
		}
	}
	if code, _, messages := invoke(t, "discover", base); code != exitFailed || !strings.Contains(messages, "allow") {
		t.Errorf("a private address without permission: exit code %d: %s", code, messages)
	}
}

const battleFeed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Le Fleuve</title><link>https://lefleuve.example/</link>
<item><title>Combats à Ménaka</title><link>https://lefleuve.example/1</link><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate></item></channel></rss>`

// A news sitemap has titles and nothing else: that must do for curating and
// for every format.
func TestTitlesOfANewsSitemapReachTheEdition(t *testing.T) {
	document := `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://lefleuve.example/menaka</loc><news:news><news:publication><news:name>Le Fleuve</news:name><news:language>fr</news:language></news:publication>
<news:publication_date>2026-03-02T08:00:00Z</news:publication_date><news:title>Mali : douze soldats tués dans une attaque jihadiste à Ménaka</news:title></news:news></url>
<url><loc>https://lefleuve.example/ar</loc><news:news><news:publication><news:name>Le Fleuve</news:name><news:language>ar</news:language></news:publication>
<news:publication_date>2026-03-02T09:00:00Z</news:publication_date><news:title>مالي: مقتل جنود في هجوم مسلح قرب غاو</news:title></news:news></url>
<url><loc>https://lefleuve.example/contact</loc></url></urlset>`
	base := site(t, map[string]string{"/news.xml": document})
	configured := configure(t, map[string]string{"fleuve": base + "/news.xml"})
	text, err := os.ReadFile(configured)
	if err != nil {
		t.Fatal(err)
	}
	sitemap := writeFile(t, "config.toml", string(text)+"kind = \""+string(news.SourceNewsSitemap)+"\"\n")
	state, dir := t.TempDir(), t.TempDir()
	if code, out, messages := invoke(t, "fetch", "--all", "--config", sitemap, "--state", state); code != exitOK || !strings.Contains(out, "2 new articles") {
		t.Fatalf("exit code %d\n%s%s", code, out, messages)
	}
	if code, _, messages := invoke(t, "export", "--config", sitemap, "--state", state, dir); code != exitOK {
		t.Fatalf("exit code %d: %s", code, messages)
	}
	for _, format := range formats {
		document, err := os.ReadFile(filepath.Join(dir, "editions", "sahel-security."+format))
		if err != nil {
			t.Fatal(err)
		}
		feed := readBack(t, string(document))
		if len(feed.Items) != 2 {
			t.Errorf("%s: %d entries\n%s", format, len(feed.Items), document)
			continue
		}
		for _, item := range feed.Items {
			if item.Title == "" || !strings.HasPrefix(item.Link, "https://lefleuve.example/") || item.PublishedParsed == nil ||
				item.Description+item.Content == "" {
				t.Errorf("%s: %+v", format, item)
			}
		}
	}
	if code, out, messages := invoke(t, "explain", "--config", sitemap, "--state", state, "https://lefleuve.example/menaka?utm_source=alert"); code != exitOK ||
		!strings.Contains(out, "news:publication_date") {
		t.Errorf("explain: exit code %d\n%s%s", code, out, messages)
	}
}
