package fetcher_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// homepage is a front page as content systems write them.
const homepage = `<!DOCTYPE html>
<html lang="fr-NE">
<head>
<meta charset="utf-8"><title>Radio Ténéré — Accueil</title>
<base href="/site/">
<script>document.write('<link rel="alternate" type="application/rss+xml" href="/script.xml">')</script>
<template><link rel="alternate" type="application/rss+xml" href="/template.xml"></template>
<link rel="stylesheet" href="style.css">
<link rel="alternate" hreflang="en" href="/en/">
<link rel="alternate" type="application/json" href="/wp-json/1">
<LINK REL='Home  ALTERNATE' TYPE="application/rss+xml; charset=utf-8" HREF="flux.xml" TITLE="À la une">
<link rel=alternate type=application/atom+xml href="//HOST/atom.xml">
<link rel="alternate" type="application/rss+xml" href="flux.xml#top">
<link rel="alternate" type="text/html" href="/mobile">
<link rel="alternate stylesheet" type="text/css" href="/contrast.css">
</head>
<body><p>Nouvelles d'Agadez</p>
<link rel="alternate" type="application/rss+xml" href="/body.xml">
</body></html>`

const atomFeed = `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><id>urn:x</id>` +
	`<title>صوت الصحراء</title><link href="https://sahra.example/"/><link rel="self" href="https://self.example/atom"/>` +
	`<entry><id>1</id><title>قمة في نيامي</title><link href="https://sahra.example/1"/><published>2026-03-01T12:00:00Z</published></entry>` +
	`<entry><id>2</id><title>أمطار في أغاديز</title><link href="https://sahra.example/2"/><published>2026-02-22T12:00:00Z</published></entry></feed>`

// town is a site: path to document; a value that begins with "-> " redirects,
// one that is a number is a status.
func town(t *testing.T, pages map[string]string) *site {
	t.Helper()
	var s *site
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.RequestURI()]
		to, redirects := strings.CutPrefix(page, "-> ")
		host := strings.TrimPrefix(s.URL, "http://")
		switch {
		case !ok:
			http.NotFound(w, r)
		case redirects:
			w.Header().Set("Location", strings.ReplaceAll(to, "HOST", host))
			w.WriteHeader(http.StatusMovedPermanently)
		case len(page) == 3:
			w.WriteHeader(int(page[0]-'0')*100 + int(page[1]-'0')*10 + int(page[2]-'0'))
		default:
			if link, rest, ok := strings.Cut(page, "\x00"); ok {
				w.Header().Set("Link", link)
				page = rest
			}
			write(w, strings.ReplaceAll(page, "HOST", host))
		}
	})
	return s
}

func discover(t *testing.T, address string, guess bool) ([]fetcher.Candidate, error) {
	t.Helper()
	return newFetcher(t).Discover(t.Context(), address, guess, at(noon))
}

// asked lists paths with queries in order.
func pathsOf(s *site) []string {
	var paths []string
	for _, r := range s.asked() {
		paths = append(paths, r.URL.RequestURI())
	}
	return paths
}

func TestF67_DiscoveryReadsTheHeadOfAPage(t *testing.T) {
	s := town(t, map[string]string{"/": homepage, "/site/flux.xml": twoItems, "/atom.xml": atomFeed, "/wp-json/1": `{"id":1}`})
	found, err := discover(t, s.URL, false)
	if err != nil || len(found) != 3 {
		t.Fatalf("%+v, %v", found, err)
	}
	rss, atom, json := found[0], found[1], found[2]
	if rss.Source.URL != s.URL+"/site/flux.xml" || rss.Source.Name != "Radio Ténéré" || rss.Source.Homepage != "https://tenere.example/" ||
		rss.Source.Language != "fr-NE" || rss.Items != 2 || rss.Format != "rss" || rss.Err != nil {
		t.Errorf("RSS: %+v", rss)
	}
	if atom.Source.URL != s.URL+"/atom.xml" || atom.Source.Language != "ar" || atom.Source.Name != "صوت الصحراء" || atom.Err != nil {
		t.Errorf("Atom: %+v", atom)
	}
	if !atom.Newest.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) || atom.PerWeek != 1 {
		t.Errorf("Atom: newest %s, %g a week", atom.Newest, atom.PerWeek)
	}
	if json.Err == nil {
		t.Errorf("plain JSON: %+v", json)
	}
	if got, want := pathsOf(s), []string{"/robots.txt", "/", "/site/flux.xml", "/atom.xml", "/wp-json/1"}; !slices.Equal(got, want) {
		t.Errorf("asked %q", got)
	}
}

func TestF67_DiscoveryReadsLinkHeaders(t *testing.T) {
	for header, want := range map[string]string{
		`</flux>; rel="alternate"; type="application/rss+xml"`:                                               "/flux",
		`</css>; rel=preload, </flux> ; title="a, \"b\"; c" ; rel="self alternate";type=application/rss+xml`: "/flux",
		`</flux>; rel=alternate; type="application/rss+xml"; anchor="/other"`:                                "",
		`</flux>; type="application/rss+xml"`:                                                                "",
		`</flux; rel=alternate; type=application/rss+xml`:                                                    "",
		`</flux>; rel="alternate; type=application/rss+xml`:                                                  "",
	} {
		s := town(t, map[string]string{"/": header + "\x00<title>Niamey</title>", "/flux": twoItems})
		found, err := discover(t, s.URL, false)
		switch {
		case err != nil, want == "" && len(found) != 0:
			t.Errorf("%s: %+v, %v", header, found, err)
		case want != "" && (len(found) != 1 || found[0].Source.URL != s.URL+want || found[0].Err != nil):
			t.Errorf("%s: %+v", header, found)
		}
	}
}

func TestF67_AnAddressThatIsAFeedIsFound(t *testing.T) {
	s := town(t, map[string]string{"/rss": twoItems, "/news.xml": newsmap(1, 2), "/index.xml": indexOf("http://HOST/news.xml"),
		"/gone": "-> /rss", "/pages.xml": `<urlset><url><loc>/a</loc></url></urlset>`})
	for path, want := range map[string]news.SourceKind{"/rss": "", "/news.xml": news.SourceNewsSitemap, "/index.xml": news.SourceNewsSitemap} {
		found, err := discover(t, s.URL+path, false)
		if err != nil || len(found) != 1 || found[0].Err != nil || found[0].Source.Kind != want || found[0].Items != 2 || found[0].Source.URL != s.URL+path {
			t.Errorf("%s: %+v, %v", path, found, err)
		}
	}
	if found, err := discover(t, s.URL+"/gone", false); err != nil || len(found) != 1 || found[0].Source.URL != s.URL+"/rss" || len(found[0].Notes) != 1 {
		t.Errorf("moved: %+v, %v", found, err)
	}
	if found, err := discover(t, s.URL+"/pages.xml", false); err != nil || len(found) != 0 {
		t.Errorf("a sitemap of pages: %+v, %v", found, err)
	}
}

func TestF76_ASelfLinkDoesNotChangeTheAddress(t *testing.T) {
	s := town(t, map[string]string{"/": atomFeed})
	if found, err := discover(t, s.URL, false); err != nil || len(found) != 1 || found[0].Source.URL != s.URL {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestF53_RefreshAndScriptsAreNotFollowed(t *testing.T) {
	s := town(t, map[string]string{"/": `<head><meta http-equiv="refresh" content="0; url=/next"><script>location = "/next"</script></head>`,
		"/next": twoItems})
	if found, err := discover(t, s.URL, false); err != nil || len(found) != 0 || len(s.asked()) != 2 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestF54_AFeedThatLeadsToTheFrontPageIsNone(t *testing.T) {
	s := town(t, map[string]string{"/": `<link rel="alternate" type="application/rss+xml" href="/rss">`, "/rss": "-> /"})
	found, err := discover(t, s.URL, false)
	if err != nil || len(found) != 1 || found[0].Err == nil {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestF68_GuessesAreMadeOnRequestAndMayNotRedirect(t *testing.T) {
	pages := map[string]string{"/": "<title>Zinder</title>", "/feed/": "-> /rss", "/feed": "-> /", "/rss.xml": "<title>Zinder</title>", "/rss": twoItems,
		"/feed.xml": twoItems}
	s := town(t, pages)
	if found, err := discover(t, s.URL, false); err != nil || len(found) != 0 || len(s.asked()) != 2 {
		t.Errorf("without being asked to guess: %+v, %v", found, err)
	}
	found, err := discover(t, s.URL, true)
	if err != nil || len(found) != 1 || found[0].Source.URL != s.URL+"/rss" || found[0].Found != "a guess" {
		t.Errorf("%+v, %v", found, err)
	}
	if slices.Contains(pathsOf(s), "/feed.xml") {
		t.Error("guessed on after a feed was found")
	}
	pages["/robots.txt"] = "Sitemap: http://elsewhere.example/news.xml\nSitemap: http://" + strings.TrimPrefix(s.URL, "http://") + "/actu-news.xml\n"
	delete(pages, "/rss")
	delete(pages, "/feed.xml")
	pages["/actu-news.xml"] = newsmap(1)
	found, err = discover(t, s.URL, true)
	if err != nil || len(found) != 1 || found[0].Source.Kind != news.SourceNewsSitemap || found[0].Found != "the site's robots.txt" {
		t.Errorf("a sitemap of robots.txt: %+v, %v", found, err)
	}
}

func TestF64_RobotsAreObeyedForPages(t *testing.T) {
	feed := `<link rel="alternate" type="application/rss+xml" href="/private/rss">`
	for robots, want := range map[string]struct {
		err   string
		sound int
	}{
		"":                                  {"", 1},
		"<html>not found</html>":            {"", 1},
		"User-agent: *\nDisallow: /":        {"asks robots to stay away", 0},
		"User-agent: *\nDisallow: /private": {"", 1}, // a feed that the page offers
		"user-agent: HARMATTAN\nDISALLOW: /private # us":                                   {"", 0},
		"User-agent: Harmattan/1.0\nDisallow: /*/rss$":                                     {"", 0},
		"User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: harmattan\nAllow: /": {"", 1},
		"User-agent: harm\nDisallow: /\nUser-agent: harmattan-bot\nDisallow: /":            {"", 1},
		"Disallow: /\nCrawl-delay: often\nUser-agent: *\nDisallow: /x\nAllow: /":           {"", 1},
		"User-agent: a\nDisallow:\nUser-agent: *\nDisallow: /$":                            {"asks robots to stay away", 0},
		"User-agent: *\nDisallow: /\nAllow: /$":                                            {"", 1},
		"503":                                                                              {"cannot be read", 0}, "429": {"cannot be read", 0}, "403": {"", 1}, "401": {"", 1},
	} {
		s := town(t, map[string]string{"/": feed, "/private/rss": twoItems, "/robots.txt": robots})
		found, err := discover(t, s.URL, false)
		if want.err != "" {
			if err == nil || !strings.Contains(err.Error(), want.err) || slices.Contains(pathsOf(s), "/") {
				t.Errorf("%q: %v", robots, err)
			}
			continue
		}
		sound := 0
		for _, c := range found {
			if c.Err == nil {
				sound++
			}
		}
		if err != nil || len(found) != 1 || sound != want.sound {
			t.Errorf("%q: %+v, %v", robots, found, err)
		}
	}
}

func TestF64_RobotsCountWhereARedirectLeads(t *testing.T) {
	s := town(t, map[string]string{"/": "-> /private", "/private": twoItems, "/robots.txt": "User-agent: *\nDisallow: /private"})
	if _, err := discover(t, s.URL, false); err == nil || slices.Contains(pathsOf(s), "/private") {
		t.Errorf("got %v", err)
	}
	away := town(t, map[string]string{"/": twoItems, "/robots.txt": "User-agent: *\nDisallow: /"})
	s = town(t, map[string]string{"/": "-> " + away.URL + "/"})
	if _, err := discover(t, s.URL, false); err == nil || len(pathsOf(away)) != 1 {
		t.Errorf("another host: %v", err)
	}
}

func TestF66_AChallengeIsToldAndNotBypassed(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cf-Mitigated", "challenge")
		w.WriteHeader(http.StatusForbidden)
	})
	if _, err := discover(t, s.URL, true); err == nil || !strings.Contains(err.Error(), "exempt") || len(s.asked()) != 2 {
		t.Errorf("got %v", err)
	}
}

func TestF103_DiscoveryStaysOnTheOpenInternet(t *testing.T) {
	s := town(t, map[string]string{"/": `<link rel=alternate type=application/rss+xml href="http://169.254.169.254/latest">` +
		`<link rel=alternate type=application/rss+xml href="file:///etc/passwd">` +
		`<link rel=alternate type=application/rss+xml href="http://user:hush@tenere.example/feed">`})
	found, err := discover(t, s.URL, false)
	if err != nil || len(found) == 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	for _, c := range found {
		if c.Err == nil || strings.Contains(c.Err.Error(), "hush") {
			t.Errorf("%+v", c)
		}
	}
	for _, address := range []string{"http://10.0.0.1/", "http://user:hush@tenere.example/", "file:///etc/passwd", "ftp://tenere.example/", "http://", "::"} {
		if _, err := discover(t, address, false); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestF104_DiscoveryIsBounded(t *testing.T) {
	var links strings.Builder
	for n := range 500 {
		fmt.Fprintf(&links, `<link rel=alternate type=application/rss+xml href="/%d">`, n)
	}
	s := town(t, map[string]string{"/": links.String() + strings.Repeat("<template>", 100_000)})
	if found, err := discover(t, s.URL, false); err != nil || len(found) != 20 || len(s.asked()) != 22 {
		t.Errorf("%d candidates: %v", len(found), err)
	}
	stars := "User-agent: *\nDisallow: /" + strings.Repeat("*a", 100_000) + "$\n" + strings.Repeat("Disallow: /"+strings.Repeat("*a", 50)+"b\n", 5_000)
	s = town(t, map[string]string{"/" + strings.Repeat("a", 2000): twoItems, "/robots.txt": stars})
	start := time.Now()
	found, err := discover(t, s.URL+"/"+strings.Repeat("a", 2000), false)
	if took := time.Since(start); err != nil || len(found) != 1 || took > 5*time.Second {
		t.Errorf("%d candidates after %s: %v", len(found), took, err)
	}
}
