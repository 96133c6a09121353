package fetcher_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// threeTongues is a news sitemap as an outlet in three languages has it.
const threeTongues = `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/news.xsl"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc>https://tenere.example/fr/attaque-menaka?id=1&amp;x=2</loc>
    <lastmod>2026-03-02T09:15:00+00:00</lastmod>
    <news:news>
      <news:publication><news:name>Radio Ténéré</news:name><news:language>fr</news:language></news:publication>
      <news:publication_date>2026-03-02T08:00:00+01:00</news:publication_date>
      <news:title>Attaque près de Ménaka&#160;: l&#8217;armée &amp; les groupes s'accusent</news:title>
      <news:keywords>Mali, sécurité , </news:keywords>
    </news:news>
    <image:image>
      <image:loc>https://tenere.example/img/menaka</image:loc>
      <image:title>Ménaka</image:title>
      <image:caption>La ville en 2024</image:caption>
    </image:image>
    <image:image><image:loc>https://tenere.example/img/other.jpg</image:loc></image:image>
  </url>
  <url>
    <loc>https://tenere.example/en/rains</loc>
    <news:news>
      <news:publication><news:name>Radio Ténéré</news:name><news:language>en</news:language></news:publication>
      <news:publication_date>2026-03-01</news:publication_date>
      <news:title><![CDATA[Rains cut the road to Agadez: "no truck < 10 t"]]></news:title>
    </news:news>
  </url>
  <url>
    <loc>
      https://tenere.example/ar/123
    </loc>
    <news:news>
      <news:publication><news:name>صوت الصحراء</news:name><news:language>ar</news:language></news:publication>
      <news:publication_date>2026-03-02T07:30Z</news:publication_date>
      <news:title>قمة في نيامي لدول الساحل</news:title>
    </news:news>
  </url>
  <url><loc>https://tenere.example/contact</loc></url>
</urlset>`

var sitemapSource = news.Source{ID: "tenere", URL: "https://tenere.example/news.xml", Kind: news.SourceNewsSitemap}

func TestNewsSitemapEntriesBecomeItems(t *testing.T) {
	doc, err := fetcher.Parse(sitemapSource, []byte(threeTongues), "", "", fetcher.Limits{})
	if err != nil || len(doc.Items) != 3 || doc.Total != 3 || doc.Format != "sitemap" {
		t.Fatalf("%d of %d items, %s: %v", len(doc.Items), doc.Total, doc.Format, err)
	}
	fr, en, ar := doc.Items[0], doc.Items[1], doc.Items[2]
	for what, pair := range map[string][2]string{
		"guid":        {fr.GUID, "https://tenere.example/fr/attaque-menaka?id=1&x=2"},
		"link":        {fr.Link, "https://tenere.example/fr/attaque-menaka?id=1&x=2"},
		"title fr":    {fr.Title, "Attaque près de Ménaka\u00a0: l’armée & les groupes s'accusent"},
		"title en":    {en.Title, `Rains cut the road to Agadez: "no truck &lt; 10 t"`},
		"title ar":    {ar.Title, "قمة في نيامي لدول الساحل"},
		"guid ar":     {ar.GUID, "https://tenere.example/ar/123"},
		"language fr": {fr.Language, "fr"},
		"language en": {en.Language, "en"},
		"language ar": {ar.Language, "ar"},
		"keywords":    {strings.Join(fr.Categories, "|"), "Mali|sécurité"},
		"source":      {fr.SourceID, "tenere"},
		"date field":  {fr.Published.Field, "news:publication_date"},
		"date as is":  {en.Published.Raw, "2026-03-01"},
		"lastmod":     {fr.Updated.Parsed.Format(time.RFC3339), "2026-03-02T09:15:00Z"},
		"published":   {fr.Published.Parsed.Format(time.RFC3339), "2026-03-02T07:00:00Z"},
		"minutes":     {ar.Published.Parsed.Format(time.RFC3339), "2026-03-02T07:30:00Z"},
		"channel":     {doc.Channel.Title, "Radio Ténéré"},
		"text":        {fr.Summary + fr.Content, ""},
		"origin":      {ar.Origin.Title, "صوت الصحراء"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	if i := fr.Image; i == nil || i.URL != "https://tenere.example/img/menaka" || i.Caption != "La ville en 2024" || fr.Origin != nil {
		t.Errorf("image %+v, origin %+v", i, fr.Origin)
	}
	if n := doc.Recoveries["entry of a sitemap without news:news"]; n != 1 {
		t.Errorf("%d entries without news counted, want 1", n)
	}
}

func TestNewsSitemapGivesOnlyUnseenEntries(t *testing.T) {
	doc, _ := fetcher.Parse(sitemapSource, []byte(threeTongues), "", "", fetcher.Limits{})
	changed := strings.Replace(threeTongues, "Rains cut", "Floods cut", 1)
	again, err := fetcher.Parse(sitemapSource, []byte(changed), "", "", fetcher.Limits{Known: doc.Hashes})
	if err != nil || len(again.Items) != 1 || again.Items[0].GUID != "https://tenere.example/en/rains" || len(again.Hashes) != 3 {
		t.Errorf("%d items, %d hashes: %v", len(again.Items), len(again.Hashes), err)
	}
}

func TestNewsSitemapToleratesWhatPublishersWrite(t *testing.T) {
	entry := func(inner string) string { return `<url><loc>https://a.example/1</loc>` + inner + `</url>` }
	told := `<n:news xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><n:title>Un titre</n:title></n:news>`
	for name, document := range map[string]string{
		"another prefix":         `<urlset>` + entry(told) + `</urlset>`,
		"undeclared prefix":      `<urlset>` + entry(`<news:news><news:title>Un titre</news:title></news:news>`) + `</urlset>`,
		"prefixed root":          `<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><s:url><s:loc>https://a.example/1</s:loc>` + told + `</s:url></s:urlset>`,
		"bare ampersand":         `<urlset><url><loc>https://a.example/1</loc><news:news><news:title>Un titre</news:title><news:keywords>a & b</news:keywords></news:news></url></urlset>`,
		"HTML entity":            `<urlset>` + entry(`<news:news><news:title>Un&#32;titre</news:title><news:keywords>&eacute;</news:keywords></news:news>`) + `</urlset>`,
		"document type":          `<!DOCTYPE urlset [<!ENTITY a "b">]><urlset>` + entry(told) + `</urlset>`,
		"windows-1252":           "<?xml version=\"1.0\" encoding=\"windows-1252\"?><urlset>" + entry(told) + "<!-- \xe9t\xe9 --></urlset>",
		"an end tag is missing":  `<urlset><url><loc>https://a.example/1</loc>` + told + `<url><loc>https://a.example/2</loc></url></urlset>`,
		"junk before the root":   "\n\nWarning: x in y.php\n<urlset>" + entry(told) + `</urlset>`,
		"relative location":      `<urlset><url><loc>/1</loc>` + told + `</url></urlset>`,
		"news before the others": `<urlset><url>` + told + `<loc>https://a.example/1</loc></url></urlset>`,
	} {
		doc, err := fetcher.Parse(news.Source{ID: "a", URL: "https://a.example/news.xml", Kind: news.SourceNewsSitemap},
			[]byte(document), "text/xml", "", fetcher.Limits{})
		if err != nil || len(doc.Items) != 1 || doc.Items[0].Title != "Un titre" || doc.Items[0].Link != "https://a.example/1" {
			t.Errorf("%s: %v, items %+v", name, err, doc.Items)
		}
	}
}

func TestKindsOfSourcesAreNotMixedUp(t *testing.T) {
	feed := sitemapSource
	feed.Kind = news.SourceFeed
	if _, err := fetcher.Parse(feed, []byte(threeTongues), "", "", fetcher.Limits{}); err == nil || !strings.Contains(err.Error(), `kind = "news-sitemap"`) {
		t.Errorf("a sitemap as a feed: %v", err)
	}
	for _, document := range []string{twoItems, `{"version":"https://jsonfeed.org/version/1.1","items":[]}`, "<html><body>x</body></html>"} {
		if doc, err := fetcher.Parse(sitemapSource, []byte(document), "", "", fetcher.Limits{}); err == nil || len(doc.Items) > 0 {
			t.Errorf("%.20s as a sitemap: %v", document, err)
		}
	}
}

func TestF104_SitemapsAreBounded(t *testing.T) {
	deep := `<urlset><url><loc>https://a.example/1</loc><news:news>` + strings.Repeat("<a>", 200_000) + `</news:news></url></urlset>`
	many := `<urlset>` + strings.Repeat(`<url><loc>https://a.example/1</loc><news:news><news:title>x</news:title></news:news></url>`, 60_000) + `</urlset>`
	index := `<sitemapindex>` + strings.Repeat(`<sitemap><loc>https://tenere.example/1.xml</loc></sitemap>`, 60_000) + `</sitemapindex>`
	for name, document := range map[string]string{"deep": deep, "many": many, "index": index} {
		start := time.Now()
		doc, _ := fetcher.Parse(sitemapSource, []byte(document), "", "", fetcher.Limits{Items: 500})
		if took := time.Since(start); len(doc.Items) > 500 || len(doc.Sitemaps) > 50_000 || took > 10*time.Second {
			t.Errorf("%s: %d items, %d sitemaps in %s", name, len(doc.Items), len(doc.Sitemaps), took)
		}
	}
}

// press is an outlet's server: path to document, with ETags.
type press struct {
	*site
	pages map[string]string
	fails map[string]int
}

func newPress(t *testing.T) *press {
	p := &press{pages: map[string]string{}, fails: map[string]int{}}
	p.site = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if code := p.fails[r.URL.Path]; code != 0 {
			w.WriteHeader(code)
			return
		}
		page, ok := p.pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		etag := fmt.Sprintf(`"%x"`, len(page))
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		write(w, strings.ReplaceAll(page, "HOST", p.URL))
	})
	return p
}

func (p *press) index() news.Source {
	return news.Source{ID: "tenere", URL: p.URL + "/sitemap.xml", Kind: news.SourceNewsSitemap}
}

// paths lists what was asked since the last call, with how.
func (p *press) paths() map[string]string {
	asked := map[string]string{}
	for _, r := range p.asked() {
		asked[r.URL.Path] += "GET"
		if r.Header.Get("If-None-Match") != "" {
			asked[r.URL.Path] += "?"
		}
	}
	return asked
}

// newsmap is a news sitemap with one entry for each number.
func newsmap(numbers ...int) string {
	var b strings.Builder
	b.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for _, n := range numbers {
		fmt.Fprintf(&b, `<url><loc>HOST/%d</loc><news:news><news:publication><news:name>Ténéré</news:name></news:publication>`+
			`<news:title>Nouvelle %d</news:title></news:news></url>`, n, n)
	}
	return b.String() + `</urlset>`
}

func indexOf(lines ...string) string {
	var b strings.Builder
	b.WriteString(`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, line := range lines {
		loc, lastmod, _ := strings.Cut(line, " ")
		fmt.Fprintf(&b, "<sitemap><loc>%s</loc>", loc)
		if lastmod != "" {
			fmt.Fprintf(&b, "<lastmod>%s</lastmod>", lastmod)
		}
		b.WriteString("</sitemap>")
	}
	return b.String() + `</sitemapindex>`
}

func TestF04_SitemapIndexIsFollowedWithConditionalRequests(t *testing.T) {
	p := newPress(t)
	p.pages["/sitemap.xml"] = indexOf("HOST/news-1.xml", "HOST/news-2.xml 2026-03-02", "https://elsewhere.example/news.xml", "HOST/pages.xml")
	p.pages["/news-1.xml"], p.pages["/news-2.xml"] = newsmap(1, 2), newsmap(3)
	f := newFetcher(t)
	r := poll(f, p.index(), news.SourceState{}, noon)
	if r.Err != nil || r.Outcome != fetcher.OutcomeNew || len(r.Items) != 3 || r.Requests != 3 || r.State.FeedTitle != "Ténéré" {
		t.Fatalf("%s, %d items after %d requests: %v", r.Outcome, len(r.Items), r.Requests, r.Err)
	}
	if got, want := p.paths(), map[string]string{"/sitemap.xml": "GET", "/news-1.xml": "GET", "/news-2.xml": "GET"}; !maps.Equal(got, want) {
		t.Errorf("asked %v", got)
	}
	r = poll(f, p.index(), r.State, noon.Add(time.Hour))
	if r.Outcome != fetcher.OutcomeUnchanged || len(r.Items) != 0 || r.State.Status != news.StatusHealthy {
		t.Errorf("again: %s, %d items: %v", r.Outcome, len(r.Items), r.Err)
	}
	if got, want := p.paths(), map[string]string{"/sitemap.xml": "GET?", "/news-1.xml": "GET?", "/news-2.xml": "GET?"}; !maps.Equal(got, want) {
		t.Errorf("asked %v", got)
	}
	p.pages["/news-2.xml"] = newsmap(30, 3)
	r = poll(f, p.index(), r.State, noon.Add(2*time.Hour))
	if r.Outcome != fetcher.OutcomeNew || len(r.Items) != 1 || r.Items[0].Title != "Nouvelle 30" {
		t.Errorf("after a change: %s, %+v: %v", r.Outcome, r.Items, r.Err)
	}
}

func TestSitemapIndexKeepsWhatTheSoundPartsBring(t *testing.T) {
	p := newPress(t)
	p.pages["/sitemap.xml"] = indexOf("HOST/news-1.xml", "HOST/news-2.xml", "HOST/news-3.xml")
	p.pages["/news-1.xml"], p.pages["/news-2.xml"], p.pages["/news-3.xml"] = newsmap(1), newsmap(2), newsmap(3)
	p.fails["/news-2.xml"] = http.StatusInternalServerError
	f := newFetcher(t)
	r := poll(f, p.index(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeFailed || len(r.Items) != 2 || r.State.Failures != 1 || !strings.Contains(r.State.LastError, "news-2.xml") {
		t.Fatalf("%s, %d items, state %+v: %v", r.Outcome, len(r.Items), r.State, r.Err)
	}
	r = poll(f, p.index(), r.State, noon.Add(time.Hour))
	if len(r.Items) != 0 || r.State.Failures != 2 || !r.State.FailingSince.Equal(noon) {
		t.Errorf("again: %d items, %d failures since %s", len(r.Items), r.State.Failures, r.State.FailingSince)
	}
	delete(p.fails, "/news-2.xml")
	r = poll(f, p.index(), r.State, noon.Add(2*time.Hour))
	if r.Outcome != fetcher.OutcomeNew || len(r.Items) != 1 || r.State.Failures != 0 || r.State.LastError != "" {
		t.Errorf("mended: %s, %d items, state %+v", r.Outcome, len(r.Items), r.State)
	}
}

func TestF104_SitemapIndexIsBounded(t *testing.T) {
	p := newPress(t)
	var lines []string
	for n := range 30 {
		lines = append(lines, fmt.Sprintf("HOST/news-%d.xml 2026-03-%02dT10:00:00Z", n, n+1))
		p.pages[fmt.Sprintf("/news-%d.xml", n)] = newsmap(n)
	}
	p.pages["/sitemap.xml"] = indexOf(lines...)
	r := poll(newFetcher(t), p.index(), news.SourceState{}, noon)
	if r.Requests != 9 || len(r.Items) != 8 || r.Items[0].Title != "Nouvelle 29" {
		t.Errorf("%d requests, items %+v", r.Requests, r.Items)
	}
	p.pages["/sitemap.xml"], p.pages["/news-0.xml"] = indexOf("HOST/news-0.xml"), indexOf("HOST/news-1.xml")
	r = poll(newFetcher(t), p.index(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeFailed || r.Requests != 2 || !strings.Contains(r.Err.Error(), "within an index") {
		t.Errorf("an index in an index: %s after %d requests: %v", r.Outcome, r.Requests, r.Err)
	}
}

func TestF103_SitemapIndexDoesNotLeadElsewhere(t *testing.T) {
	p := newPress(t)
	p.pages["/sitemap.xml"] = indexOf("http://169.254.169.254/latest", "https://elsewhere.example/news.xml", "http://user:hush@HOST/news.xml", "file:///etc/passwd")
	r := poll(newFetcher(t), p.index(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeFailed || r.Requests != 1 || !strings.Contains(r.Err.Error(), "own host") {
		t.Errorf("%s after %d requests: %v", r.Outcome, r.Requests, r.Err)
	}
}

func TestSitemapsOfPagesAreNotAskedAgainUntilTheyChange(t *testing.T) {
	pages := `<urlset><url><loc>HOST/contact</loc></url></urlset>`
	p := newPress(t)
	p.pages["/sitemap.xml"] = indexOf("HOST/a.xml", "HOST/b.xml 2026-01-01")
	p.pages["/a.xml"], p.pages["/b.xml"] = newsmap(1), pages
	f := newFetcher(t)
	r := poll(f, p.index(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeNew || len(p.paths()) != 3 {
		t.Fatalf("%s: %v", r.Outcome, r.Err)
	}
	r = poll(f, p.index(), r.State, noon.Add(time.Hour))
	if got := p.paths(); r.Outcome != fetcher.OutcomeUnchanged || got["/b.xml"] != "" || got["/a.xml"] == "" {
		t.Errorf("%s, asked %v", r.Outcome, got)
	}
	p.pages["/sitemap.xml"] = indexOf("HOST/a.xml", "HOST/b.xml 2026-03-02T00:00Z")
	r = poll(f, p.index(), r.State, noon.Add(2*time.Hour))
	if got := p.paths(); got["/b.xml"] == "" || r.Err != nil {
		t.Errorf("after a change: asked %v: %v", got, r.Err)
	}
	p.pages["/sitemap.xml"] = indexOf("HOST/b.xml 2026-03-03")
	for hours := 3; hours < 5; hours++ {
		r = poll(f, p.index(), r.State, noon.Add(time.Duration(hours)*time.Hour))
		if r.Outcome != fetcher.OutcomeFailed || !strings.Contains(r.Err.Error(), "news:news") {
			t.Errorf("without any news: %s: %v", r.Outcome, r.Err)
		}
	}
	p.pages["/sitemap.xml"] = pages
	r = poll(f, p.index(), news.SourceState{}, noon)
	if r.Outcome != fetcher.OutcomeFailed || !strings.Contains(r.Err.Error(), "news:news") {
		t.Errorf("a sitemap of pages: %s: %v", r.Outcome, r.Err)
	}
}

func TestAnEmptyNewsSitemapIsAQuietWeekend(t *testing.T) {
	p := newPress(t)
	p.pages["/sitemap.xml"] = newsmap(1)
	f := newFetcher(t)
	r := poll(f, p.index(), news.SourceState{}, noon)
	p.pages["/sitemap.xml"] = newsmap()
	r = poll(f, p.index(), r.State, noon.Add(time.Hour))
	if r.Outcome != fetcher.OutcomeUnchanged || r.State.Status != news.StatusHealthy {
		t.Errorf("%s: %v", r.Outcome, r.Err)
	}
}

func TestNewsSitemapMayBePacked(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(threeTongues))
	_ = z.Close()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-gzip")
		_, _ = w.Write(packed.Bytes())
	})
	source := news.Source{ID: "a", URL: s.URL + "/news.xml.gz", Kind: news.SourceNewsSitemap}
	if r := poll(newFetcher(t), source, news.SourceState{}, noon); r.Err != nil || len(r.Items) != 3 {
		t.Errorf("%d items: %v", len(r.Items), r.Err)
	}
}

// FuzzSitemap holds what must be true of any bytes, like FuzzParse.
func FuzzSitemap(f *testing.F) {
	for _, seed := range []string{threeTongues, newsmap(1, 2), indexOf("HOST/a.xml 2026", "/b.xml"), twoItems} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		doc, _ := fetcher.Parse(sitemapSource, document, "", "", fetcher.Limits{})
		if len(doc.Items) > doc.Total {
			t.Errorf("%d items of %d", len(doc.Items), doc.Total)
		}
		again, _ := fetcher.Parse(sitemapSource, document, "", "", fetcher.Limits{Known: doc.Hashes})
		if len(again.Items) != 0 {
			t.Errorf("%d items are new twice", len(again.Items))
		}
	})
}
