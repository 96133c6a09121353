package fetcher_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// careful allows nothing but what the test names.
func careful(allow ...string) func(*fetcher.Options) {
	return func(o *fetcher.Options) { o.Allow = allow }
}

func TestF103_PrivateAddressesAreNotAsked(t *testing.T) {
	f := newFetcher(t, careful())
	for _, address := range []string{
		"http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::7f00:1]/",
		"http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest", "http://100.64.0.1/",
		"http://0.0.0.0/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
		"http://224.0.0.1/", "http://255.255.255.255/", "http://192.0.2.1/", "http://198.18.0.1/", "http://[2001:db8::1]/",
		"https://8.8.8.8:22/", "http://127.0.0.1:6379/",
	} {
		r := poll(f, news.Source{ID: "x", URL: address}, news.SourceState{}, noon)
		if r.Outcome != fetcher.OutcomeFailed || !strings.Contains(r.Err.Error(), "address refused") {
			t.Errorf("%s: outcome %s: %v", address, r.Outcome, r.Err)
		}
	}
}

func TestF103_WhatIsAllowedIsAsked(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	port := s.URL[strings.LastIndex(s.URL, ":")+1:]
	source := news.Source{ID: "x", URL: s.URL}
	named := news.Source{ID: "x", URL: "http://localhost:" + port}
	for allow, want := range map[string]bool{
		"127.0.0.1": true, "127.0.0.0/8": true, "127.0.0.1:" + port: true, "127.0.0.1:1": false, "10.0.0.0/8": false, "rsshub.local": false,
	} {
		r := poll(newFetcher(t, careful(allow)), source, news.SourceState{}, noon)
		if ok := r.Outcome == fetcher.OutcomeNew; ok != want {
			t.Errorf("allow %s: outcome %s: %v", allow, r.Outcome, r.Err)
		}
	}
	for allow, want := range map[string]bool{"localhost": true, "LOCALHOST:" + port: true, "localhost:1": false} {
		r := poll(newFetcher(t, careful(allow)), named, news.SourceState{}, noon)
		if ok := r.Outcome == fetcher.OutcomeNew; ok != want {
			t.Errorf("allow %s: outcome %s: %v", allow, r.Outcome, r.Err)
		}
	}
}

func TestF103_ANumberIsNoHostName(t *testing.T) {
	for entry, want := range map[string]bool{
		"300.1.1.1": false, "300.1.1.1:80": false, "1.2.3": false, "10": false, "1.2.3.4.": false, "rsshub.7": false, "": false,
		"10.0.0.1": true, "10.0.0.1:1200": true, "10.0.0.0/8": true, "rsshub.local": true, "7.example": true, "rsshub": true, "[::1]:80": true,
	} {
		o := fetcher.Default()
		o.Allow = []string{entry}
		if problems := o.Validate(); (len(problems) == 0) != want {
			t.Errorf("%q: %v", entry, problems)
		}
	}
}

func TestF103_TheEnvironmentsProxyIsNotUsed(t *testing.T) {
	proxy := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	poll(newFetcher(t, careful()), news.Source{ID: "x", URL: "http://192.168.7.7/"}, news.SourceState{}, noon)
	if n := len(proxy.asked()); n != 0 {
		t.Errorf("the proxy got %d requests", n)
	}
}

func TestF104_BodiesAreBounded(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 12 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	for name, handler := range map[string]http.HandlerFunc{
		"plain": func(w http.ResponseWriter, _ *http.Request) {
			for range 5 {
				_, _ = w.Write(zeros)
			}
		},
		"packed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		},
		"packed twice": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip, gzip")
			_, _ = w.Write(bomb.Bytes())
		},
		"headers": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Padding", strings.Repeat("a", 100<<10))
			write(w, twoItems)
		},
	} {
		s := serve(t, handler)
		f := newFetcher(t, func(o *fetcher.Options) { o.MaxBodyBytes = 4 << 20 })
		if r := poll(f, s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed || len(r.Items) != 0 {
			t.Errorf("%s: outcome %s", name, r.Outcome)
		}
	}
}

func TestF104_ASlowServerIsLeft(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			write(w, "x")
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	f := newFetcher(t, func(o *fetcher.Options) { o.Timeout.Duration = time.Second })
	start := time.Now()
	r := poll(f, s.source(), news.SourceState{}, noon)
	if took := time.Since(start); took > 5*time.Second || r.Outcome != fetcher.OutcomeFailed || !strings.Contains(r.Err.Error(), "timeout") {
		t.Errorf("outcome %s after %s: %v", r.Outcome, took, r.Err)
	}
}

// attacks are documents that are known to hurt feed parsers. Each is small on
// the wire, for it packs well.
func attacks() map[string]string {
	nested := func(open, shut string, n int) string { return strings.Repeat(open, n) + strings.Repeat(shut, n) }
	item := func(inside string) string {
		return `<rss xmlns:m="urn:m"><channel><title>t</title><item><title>a</title>` + inside + `</item><item><title>b</title></item></channel></rss>`
	}
	var declarations strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&declarations, `<m:a xmlns:p%d="urn:p">`, i)
	}
	return map[string]string{
		"open elements without end": `<rss xmlns:m="urn:m"><channel><item>` + strings.Repeat("<m:a>", 250_000),
		"many levels":               item(nested("<m:a>", "</m:a>", 125_000)),
		"levels in the channel":     `<rss><channel>` + nested("<a>", "</a>", 62_500) + `<item><title>b</title></item></channel></rss>`,
		"ten thousand namespaces":   item(declarations.String() + strings.Repeat("</m:a>", 10_000)),
		"pieces of text":            item("<m:a>" + strings.Repeat("a<![CDATA[a]]>", 25_000) + "</m:a>"),
		"comments in text":          item("<m:a>" + strings.Repeat("a<!--a-->", 25_000) + "</m:a>"),
		"many items":                `<rss><channel>` + strings.Repeat("<item/>", 175_000) + `</channel></rss>`,
		"many elements":             item(strings.Repeat("<m:a/>", 125_000)),
		"attributes":                item("<m:a " + strings.Repeat(`b="c" `, 62_500) + "/>"),
		"billion laughs":            `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>` + item("<description>&b;&b;</description>"),
		"an external entity":        `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + item("<description>&x;</description>"),
		"open brackets everywhere":  `<rss><channel>` + strings.Repeat("<item>"+strings.Repeat("<", 19_000)+"</item>", 60) + `</channel></rss>`,
		"comments without end":      item("<description>" + strings.Repeat("<!--", 100_000) + "</description>"),
		"a bare ampersand sea":      item("<description>" + strings.Repeat("&", 375_000) + "</description>"),
		"open brackets":             item("<description>" + strings.Repeat("<", 375_000) + "</description>"),
		"quotes that never close":   item(strings.Repeat(`<m:a b="`, 37_500)),
		"end tags":                  item(strings.Repeat("</m:a>", 62_500)),
		"references":                item("<description>" + strings.Repeat("&#0;", 125_000) + "</description>"),
		"nested JSON":               `{"version":"https://jsonfeed.org/version/1","items":` + nested("[", "]", 125_000) + `}`,
		"JSON of many items":        `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat("{},", 125_000) + `{}]}`,
		"JSON of nulls":             `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat("null,", 125_000) + `null]}`,
		"a long text":               item("<description>" + strings.Repeat("longue histoire ", 100_000) + "</description>"),
		"a long attribute":          item(`<m:a b="` + strings.Repeat("x", 625_000) + `"/>`),
		"doctypes before the root":  strings.Repeat("<!DOCTYPE x [", 37_500) + item(""),
		"opening comments":          strings.Repeat("<!--", 37_500),
		"roots that are not closed": strings.Repeat("<rss ", 37_500),
		"unclosed HTML":             item("<description>" + strings.Repeat("<p>alinéa<br>", 9_000) + "</description>"),
		"items that are not closed": `<rss><channel>` + strings.Repeat("<item><title>a</title>", 25_000) + `</channel></rss>`,
		"entries within entries":    `<feed xmlns="http://www.w3.org/2005/Atom">` + strings.Repeat("<entry>", 50_000),
		"a title of open CDATA":     item("<title>" + strings.Repeat("<![CDATA[", 50_000) + "</title>"),
		"processing instructions":   strings.Repeat("<?a ?>", 62_500) + item(strings.Repeat("<?a ?>", 20_000)),
		"long names":                item("<" + strings.Repeat("a", 125_000) + ">" + "</" + strings.Repeat("a", 125_000) + ">"),
	}
}

func TestF104_AttacksCostLittle(t *testing.T) {
	for name, document := range attacks() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		doc, err := fetcher.Parse(desk, []byte(document), "", "", fetcher.Limits{Items: 500})
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
		t.Logf("%-28s %4d KB: %6s, %4d MB allocated, %d items, %v %v", name, len(document)>>10, took.Round(time.Millisecond),
			allocated, len(doc.Items), doc.Recoveries, err)
		if took > 10*time.Second || allocated > 200 {
			t.Errorf("%s: took %s and %d MB", name, took, allocated)
		}
	}
}

func TestF104_TheNeighbourOfABombSurvives(t *testing.T) {
	documents := attacks()
	for _, name := range []string{"many levels", "ten thousand namespaces", "pieces of text", "many elements", "attributes",
		"end tags", "open brackets", "billion laughs", "comments in text"} {
		doc, err := fetcher.Parse(desk, []byte(documents[name]), "", "", fetcher.Limits{})
		if err != nil || len(doc.Items) == 0 || doc.Items[len(doc.Items)-1].Title != "b" {
			t.Errorf("%s: %d items: %v", name, len(doc.Items), err)
		}
	}
}

func TestF104_AFieldBeyondALimitIsTakenAsText(t *testing.T) {
	var declarations strings.Builder
	for i := range 60 {
		fmt.Fprintf(&declarations, ` xmlns:p%d="urn:p"`, i)
	}
	for inside, want := range map[string]int{
		strings.Repeat("<b>", 50) + "x" + strings.Repeat("</b>", 50): 0,
		strings.Repeat("<b>", 70) + "x" + strings.Repeat("</b>", 70): 1,
		"<b" + declarations.String() + ">x</b>":                      1,
		strings.Repeat("<i/>", 19_000) + "x":                         0,
		strings.Repeat("<i/>", 21_000) + "x":                         1,
		strings.Repeat("<![CDATA[x]]>", 200):                         0,
		strings.Repeat("<![CDATA[x]]>", 300):                         1,
		"<b" + strings.Repeat(` a=""`, 300) + ">x</b>":               1,
	} {
		doc := parse(t, channel(`<item><title>Gao</title><description>`+inside+`</description></item>`))
		if len(doc.Items) != 1 || doc.Items[0].Title != "Gao" || !strings.Contains(doc.Items[0].Summary, "x") {
			t.Fatalf("%.40s…: %+v", inside, doc.Items)
		}
		if got := doc.Recoveries["field taken as text"]; got != want {
			t.Errorf("%.40s…: taken as text %d times, want %d", inside, got, want)
		}
	}
}

func TestF104_EntitiesOfADocumentAreNotExpanded(t *testing.T) {
	for _, name := range []string{"billion laughs", "an external entity"} {
		doc, _ := fetcher.Parse(news.Source{ID: "x"}, []byte(attacks()[name]), "", "", fetcher.Limits{})
		if len(doc.Items) != 2 || strings.Contains(doc.Items[0].Summary, "aaaa") || strings.Contains(doc.Items[0].Summary, "root:") {
			t.Errorf("%s: %+v", name, doc.Items)
		}
	}
}

func TestF105_SecretsStayOutOfErrors(t *testing.T) {
	for _, address := range []string{
		"http://127.0.0.1:1/feed?token=hush", "http://hush.invalid/feed?token=hush", "http://10.0.0.1/feed?api_key=hush",
	} {
		source := news.Source{ID: "x", URL: address}
		r := poll(newFetcher(t), source, news.SourceState{}, noon)
		if r.Err == nil || strings.Contains(strings.ReplaceAll(r.Err.Error()+r.State.LastError, "hush.invalid", ""), "hush") {
			t.Errorf("%s: %v; stored: %s", address, r.Err, r.State.LastError)
		}
	}
	problems := fetcher.ValidateSource(news.Source{ID: "x", URL: "https://user:hush@desk.example/feed"})
	if len(problems) != 1 || problems[0].Path[0] != "url" || strings.Contains(problems[0].Message, "hush") {
		t.Errorf("got %v", problems)
	}
}

func TestF106_ControlCharactersAreNotStored(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nETag: \"a\tb\"\r\nLast-Modified: %s\r\nContent-Length: %d\r\n\r\n%s",
			strings.Repeat("x", 5000), len(twoItems), twoItems)
	})
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if r.State.ETag != "" || r.State.LastModified != "" || len(r.Items) != 2 {
		t.Errorf("etag %q, last-modified of %d bytes, %d items: %v", r.State.ETag, len(r.State.LastModified), len(r.Items), r.Err)
	}
	s = serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, "\x1b[31m<red\x07\n>") })
	if r = poll(newFetcher(t), s.source(), news.SourceState{}, noon); strings.ContainsAny(r.State.LastError, "\x1b\x07\n") {
		t.Errorf("stored error %q", r.State.LastError)
	}
}
