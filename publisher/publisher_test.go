package publisher_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"harmattan/news"
	"harmattan/publisher"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func options() publisher.Options {
	o := publisher.Default()
	o.BaseURL, o.Contact = "https://news.example.org", "desk@example.org"
	return o
}

func newPublisher(o publisher.Options, editions ...news.Edition) *publisher.Publisher {
	return publisher.New(o, authority, editions, "1.2.3")
}

// published is a publisher with the example edition and these entries.
func published(t testing.TB, list []news.Entry) *publisher.Publisher {
	t.Helper()
	p := newPublisher(options(), edition())
	if err := p.Publish(edition(), list, changed); err != nil {
		t.Fatal(err)
	}
	return p
}

// get asks the handler; header holds names and values in turn.
func get(p *publisher.Publisher, path string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, p *publisher.Publisher, suffix string) string {
	t.Helper()
	r := get(p, "/editions/sahel-security"+suffix)
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", suffix, r.StatusCode, err)
	}
	return string(b)
}

func wellFormed(document string) error {
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func parse(t testing.TB, document string) *gofeed.Feed {
	t.Helper()
	f, err := gofeed.NewParser().ParseString(document)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var feedSuffixes = []string{".rss", ".atom", ".json"}

func TestDocumentsAreTheGoldenOnes(t *testing.T) {
	p := published(t, entries())
	for _, suffix := range []string{".rss", ".atom", ".json", ".html"} {
		got := body(t, p, strings.TrimSuffix(suffix, ".html"))
		name := filepath.Join("testdata", "sahel-security"+suffix)
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs from what is served; look at the difference, then run with -update\n%s", name, firstDifference(string(want), got))
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\nwant %s\n got %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("want %d lines, got %d", len(w), len(g))
}

func TestP05_IDsAreTheSameInEveryFormatAndEdition(t *testing.T) {
	other := news.Edition{ID: "mali", Title: "Mali", Language: "fr"}
	p := newPublisher(options(), edition(), other)
	for _, e := range []news.Edition{edition(), other} {
		if err := p.Publish(e, entries(), changed); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range feedSuffixes {
			b, _ := io.ReadAll(get(p, "/editions/"+e.ID+suffix).Body)
			f := parse(t, string(b))
			for i, entry := range entries() {
				if f.Items[i].GUID != entry.Article.ID {
					t.Errorf("%s%s: id %q, want %q", e.ID, suffix, f.Items[i].GUID, entry.Article.ID)
				}
			}
		}
	}
}

func TestP02_ForeignIDStaysByteForByte(t *testing.T) {
	list := entries()
	list[0].Article.ID = "http://Example.ORG:80/a/%7Efoo/../b?x=1&y=e\u0301#f"
	for _, suffix := range feedSuffixes {
		if got := parse(t, body(t, published(t, list), suffix)).Items[0].GUID; got != list[0].Article.ID {
			t.Errorf("%s: %q", suffix, got)
		}
	}
}

func TestP07_EditionIDIsIndependentOfItsAddress(t *testing.T) {
	moved := options()
	moved.BaseURL = "https://elsewhere.example/news"
	p := newPublisher(moved, edition())
	if err := p.Publish(edition(), entries(), changed); err != nil {
		t.Fatal(err)
	}
	const id = "<id>tag:example.org,2026:edition/sahel-security</id>"
	for _, document := range []string{body(t, published(t, entries()), ".atom"), body(t, p, ".atom")} {
		if !strings.Contains(document, id) {
			t.Errorf("no %s", id)
		}
	}
}

func TestP09_RepeatedIDKeepsTheLastGoodDocuments(t *testing.T) {
	p := published(t, entries())
	before := body(t, p, ".atom")
	list := entries()
	list[1].Article.ID = list[0].Article.ID
	err := p.Publish(edition(), list, changed.Add(time.Hour))
	if err == nil || !strings.Contains(err.Error(), "sahel-security") || !strings.Contains(err.Error(), "two entries have the id") {
		t.Errorf("error: %v", err)
	}
	if body(t, p, ".atom") != before {
		t.Error("the last good document is gone")
	}
}

func TestP97_EntryWithoutIDIsRefused(t *testing.T) {
	list := entries()
	list[2].Article.ID = ""
	if err := newPublisher(options(), edition()).Publish(edition(), list, changed); err == nil {
		t.Error("published")
	}
}

func TestP12_SameContentGivesSameBytes(t *testing.T) {
	a, b := published(t, entries()), published(t, entries())
	for _, suffix := range append(feedSuffixes, "") {
		if body(t, a, suffix) != body(t, b, suffix) {
			t.Errorf("%q differs between two publishers", suffix)
		}
	}
	list := entries()
	list[0].Feed.FeedUpdated = at(24, 1, 0)
	if body(t, a, ".atom") != body(t, published(t, list), ".atom") {
		t.Error("a source that only re-dates its document changes ours")
	}
}

func TestP12_FeedUpdatedIsTheNewestVisibleChange(t *testing.T) {
	list := entries()
	list[1].Article.ModifiedAt = changed.Add(5 * time.Minute)
	f := parse(t, body(t, published(t, list), ".atom"))
	if !f.UpdatedParsed.Equal(changed.Add(5 * time.Minute)) {
		t.Errorf("updated %s", f.Updated)
	}
	f = parse(t, body(t, published(t, entries()), ".rss"))
	if !f.UpdatedParsed.Equal(changed) {
		t.Errorf("lastBuildDate %s", f.Updated)
	}
}

func TestP94_EmptyEditionIsValidInEveryFormat(t *testing.T) {
	p := published(t, nil)
	for _, suffix := range feedSuffixes {
		document := body(t, p, suffix)
		if suffix != ".json" {
			if err := wellFormed(document); err != nil {
				t.Errorf("%s: %v", suffix, err)
			}
		} else if !strings.Contains(document, `"items":[]`) {
			t.Error("JSON Feed needs items even when there are none")
		}
		if f := parse(t, document); len(f.Items) != 0 || f.Title != edition().Title {
			t.Errorf("%s: %d items, title %q", suffix, len(f.Items), f.Title)
		}
	}
	if !strings.Contains(body(t, p, ""), "No article belongs to this edition yet.") {
		t.Error("the page does not say that it is empty")
	}
}

func TestP96_FormatsSwitchTogether(t *testing.T) {
	p := published(t, entries())
	if err := p.Publish(edition(), entries()[:1], changed.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range feedSuffixes {
		if n := len(parse(t, body(t, p, suffix)).Items); n != 1 {
			t.Errorf("%s: %d items", suffix, n)
		}
	}
}

func TestP86_LimitAndSizeAreKept(t *testing.T) {
	e := edition()
	e.Limit = 3
	p := newPublisher(options(), e)
	if err := p.Publish(e, entries(), changed); err != nil {
		t.Fatal(err)
	}
	if n := len(parse(t, body(t, p, ".rss")).Items); n != 3 {
		t.Errorf("%d items with limit 3", n)
	}
	o := options()
	o.MaxBytes = 20_000
	p = newPublisher(o, edition())
	list := many(80)
	for i := range list {
		list[i].Article.FullText, list[i].Article.HTML = true, "<p>"+strings.Repeat("word ", 500)+"</p>"
	}
	if err := p.Publish(edition(), list, changed); err != nil {
		t.Fatal(err)
	}
	counts := map[int]bool{}
	for _, suffix := range feedSuffixes {
		document := body(t, p, suffix)
		counts[len(parse(t, document).Items)] = true
		if len(document) > o.MaxBytes || strings.Contains(document, "word word") {
			t.Errorf("%s: %d bytes, or whole texts that should have given way", suffix, len(document))
		}
	}
	if len(counts) != 1 || counts[0] {
		t.Errorf("formats carry different numbers of entries: %v", counts)
	}
}

// many are n entries made from the English one.
func many(n int) []news.Entry {
	list := make([]news.Entry, n)
	for i := range list {
		list[i] = entries()[i%4]
		list[i].Article.ID = fmt.Sprintf("tag:%s:e/%d", authority, i)
		list[i].Article.Link += fmt.Sprintf("#%d", i)
		list[i].Article.FullText = false
	}
	return list
}

func TestHashCoversWhatIsShownAndNothingElse(t *testing.T) {
	base := publisher.Hash(edition(), entries())
	same := entries()
	same[0].Feed.FeedUpdated, same[0].Feed.CheckedAt, same[0].Feed.ETag = at(24, 0, 0), at(24, 0, 0), `"x"`
	same[0].Article.Text, same[0].Article.HTML = "not shown", "not shown"
	if publisher.Hash(edition(), same) != base {
		t.Error("the hash changed with what nobody sees")
	}
	changes := map[string]func(e *news.Entry){
		"title":    func(e *news.Entry) { e.Article.Title += "!" },
		"summary":  func(e *news.Entry) { e.Article.Summary += "!" },
		"link":     func(e *news.Entry) { e.Article.Link += "1" },
		"others":   func(e *news.Entry) { e.Others = e.Others[:1] },
		"copy":     func(e *news.Entry) { e.Others[1].StoryWhy.Copy = false },
		"tag":      func(e *news.Entry) { e.Article.Tags[0].Label = "Mali (north)" },
		"revision": func(e *news.Entry) { e.Article.Revision++ },
		"image":    func(e *news.Entry) { e.Article.Image = nil },
		"source":   func(e *news.Entry) { e.Source.URL += "2" },
		"reason":   func(e *news.Entry) { e.Article.Editions[0].Reason = "other" },
		"id":       func(e *news.Entry) { e.ID = "tag:" + authority + ":e/0" },
		"date":     func(e *news.Entry) { e.Published = at(22, 20, 0) },
		"update":   func(e *news.Entry) { e.UpdatedAt = at(22, 23, 0) },
		"voices":   func(e *news.Entry) { e.Article.Wire, e.Others[0].Wire = "AFP", "AFP" },
		"toll": func(e *news.Entry) {
			e.Article.TollChanges = []news.TollChange{{Kind: news.TollKilled, From: 12, To: 27}}
		},
	}
	for name, change := range changes {
		list := entries()
		change(&list[0])
		if publisher.Hash(edition(), list) == base {
			t.Errorf("the hash is blind for a change of %s", name)
		}
	}
	reordered := entries()
	reordered[0], reordered[1] = reordered[1], reordered[0]
	if publisher.Hash(edition(), reordered) == base {
		t.Error("the hash is blind for the order")
	}
	moved := options()
	moved.BaseURL = "https://elsewhere.example"
	if newPublisher(options(), edition()).Hash(edition(), entries()) == newPublisher(moved, edition()).Hash(edition(), entries()) {
		t.Error("the publisher's hash is blind for its address")
	}
}

func TestPublishRefusesAnUnknownEdition(t *testing.T) {
	err := newPublisher(options(), edition()).Publish(news.Edition{ID: "nowhere", Title: "x"}, nil, changed)
	if err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("error: %v", err)
	}
}

func TestPublisherIsSafeForConcurrentUse(t *testing.T) {
	p := published(t, entries())
	done := make(chan error)
	for i := range 4 {
		go func() {
			var err error
			for n := range 10 {
				list := entries()[:1+(i+n)%4]
				err = p.Publish(edition(), list, changed.Add(time.Duration(n)*time.Minute))
				p.SetStatus(publisher.Status{At: changed})
				for _, path := range []string{"/", "/editions/sahel-security.atom"} {
					b, _ := io.ReadAll(get(p, path).Body)
					if len(bytes.TrimSpace(b)) == 0 {
						err = fmt.Errorf("%s is empty", path)
					}
				}
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// read asks a handler for the plain bytes at a path.
func read(t testing.TB, h http.Handler, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", path, w.Code)
	}
	return w.Body.String()
}

// getWith asks the handler as a reader who goes away when ctx ends.
func getWith(ctx context.Context, p *publisher.Publisher, path string) *http.Response {
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil).WithContext(ctx))
	return w.Result()
}

// readAny is the body of an answer, whatever its status.
func readAny(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
