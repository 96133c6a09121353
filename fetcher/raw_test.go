package fetcher_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

func TestAResultHoldsTheResponseAsItWasReceived(t *testing.T) {
	body := channel(story(1, "Ménaka"), story(2, "Ménaka"))
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, "/rss.php", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		w.Header().Set("Set-Cookie", "PHPSESSID=0815")
		w.Header().Set("X-Csrf-Token", "4711")
		w.Header().Set("X-Long", strings.Repeat("x", 5000))
		w.Header().Set("ETag", `"a"`)
		write(w, body)
	})
	r := poll(newFetcher(t), s.source(), news.SourceState{SourceID: "tenere"}, noon)
	if len(r.Raws) != 1 {
		t.Fatalf("%d raw responses", len(r.Raws))
	}
	raw := r.Raws[0]
	sum := sha256.Sum256([]byte(body))
	if string(raw.Body) != body || raw.Hash != hex.EncodeToString(sum[:]) || raw.Hash != r.Items[0].BodyHash || raw.Size != int64(len(body)) {
		t.Errorf("body or hash are others: %s", raw.Hash)
	}
	if raw.URL != s.URL+"/feed" || raw.FinalURL != s.URL+"/rss.php" || raw.Status != 200 || !raw.ReceivedAt.Equal(r.ReceivedAt) || raw.SourceID != "tenere" {
		t.Errorf("%+v", raw)
	}
	if fmt.Sprint(raw.Header["Etag"], raw.Header["Content-Type"]) != `["a"] [application/rss+xml; charset=utf-8]` || len(raw.Header["X-Long"][0]) != 1<<10 {
		t.Errorf("header %v", raw.Header)
	}
	for _, name := range []string{"Set-Cookie", "X-Csrf-Token"} {
		if raw.Header[name] != nil {
			t.Errorf("%s was kept", name)
		}
	}
	again, err := fetcher.Parse(s.source(), raw.Body, raw.Header["Content-Type"][0], raw.FinalURL, fetcher.Limits{})
	if err != nil || len(again.Items) != len(r.Items) || again.Items[1].Hash != r.Items[1].Hash {
		t.Errorf("read again: %d items, %v", len(again.Items), err)
	}
}

func TestAResponseIsHandedOverAsItWasPackedIfThatWasDoneWell(t *testing.T) {
	for _, c := range []struct {
		coding, padding string
		want            bool
	}{
		{"gzip", strings.Repeat("Agadez, Arlit, Bilma. ", 500), true},
		{"gzip", "", false}, // too short to be worth it
		{"br", strings.Repeat("Agadez, Arlit, Bilma. ", 500), false},
	} {
		body := channel(story(1, "Ménaka"), "<!--"+c.padding+"-->")
		var sent bytes.Buffer
		z := packer(t, c.coding, &sent)
		_, _ = io.WriteString(z, body)
		_ = z.Close()
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", c.coding)
			_, _ = w.Write(sent.Bytes())
		})
		raw := poll(newFetcher(t), s.source(), news.SourceState{SourceID: "tenere"}, noon).Raws[0]
		sum := sha256.Sum256([]byte(body))
		if raw.Hash != hex.EncodeToString(sum[:]) || raw.Size != int64(len(body)) {
			t.Errorf("%s: hash and size are not of the document", c.coding)
		}
		if asSent, plain := bytes.Equal(raw.Gzip, sent.Bytes()), string(raw.Body) == body; asSent != c.want || plain == c.want {
			t.Errorf("%s, %d bytes sent for %d: as it was sent %v, unpacked %v", c.coding, sent.Len(), len(body), asSent, plain)
		}
	}
}

func TestTheHeaderOfARawResponseIsBounded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 40 {
			w.Header().Set(fmt.Sprintf("X-%02d", i), strings.Repeat("y", 1000))
		}
		write(w, channel(story(1, "Ménaka")))
	})
	raw := poll(newFetcher(t), s.source(), news.SourceState{SourceID: "tenere"}, noon).Raws[0]
	size := 0
	for name, values := range raw.Header {
		size += len(name) + len(strings.Join(values, ""))
	}
	if size > 16<<10 || size < 12<<10 {
		t.Errorf("%d bytes of header", size)
	}
}

func TestOnlyDocumentsThatBringSomethingOrCannotBeReadAreHandedOver(t *testing.T) {
	document, status := channel(story(1, "Ménaka")), http.StatusOK
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		write(w, document)
	})
	f, source := newFetcher(t), s.source()
	r := poll(f, source, news.SourceState{SourceID: "tenere"}, noon)
	for i, c := range []struct {
		name     string
		document string
		status   int
		want     bool
	}{
		{"the same bytes", document, 200, false},
		{"another build date alone", strings.Replace(document, "</title>", "</title><lastBuildDate>Mon, 02 Mar 2026 12:00:00 GMT</lastBuildDate>", 1), 200, false},
		{"a new item", channel(story(1, "Ménaka"), story(2, "Ménaka")), 200, true},
		{"an item that left", channel(story(2, "Ménaka")), 200, false},
		{"a page in the place of the feed", "<html><body>Please wait</body></html>", 200, true},
		{"nothing at all", "", 200, false},
		{"a refusal", "no", 403, false},
	} {
		document, status = c.document, c.status
		r = poll(f, source, r.State, noon.Add(time.Duration(i+1)*9*24*time.Hour))
		if (len(r.Raws) == 1) != c.want {
			t.Errorf("%s: %d raw responses (%s, %v)", c.name, len(r.Raws), r.Outcome, r.Err)
		}
	}
}

func TestTheSitemapsOfAnIndexAreHandedOverToo(t *testing.T) {
	var s *site
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			write(w, `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>`+s.URL+`/news.xml</loc></sitemap></sitemapindex>`)
			return
		}
		write(w, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`+
			`<url><loc>`+s.URL+`/1</loc><news:news><news:publication><news:name>Ténéré</news:name><news:language>fr</news:language></news:publication>`+
			`<news:publication_date>2026-03-02T08:00:00Z</news:publication_date><news:title>Pluies à Agadez</news:title></news:news></url></urlset>`)
	})
	source := s.source()
	source.Kind = news.SourceNewsSitemap
	r := poll(newFetcher(t), source, news.SourceState{SourceID: "tenere"}, noon)
	if r.Err != nil || len(r.Items) != 1 {
		t.Fatalf("%d items, %v", len(r.Items), r.Err)
	}
	raw := r.Raws[len(r.Raws)-1]
	if raw.Hash != r.Items[0].BodyHash || raw.URL != s.URL+"/news.xml" {
		t.Errorf("the item cites %s, handed over was %s of %s", r.Items[0].BodyHash, raw.Hash, raw.URL)
	}
}
