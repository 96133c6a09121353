package publisher_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harmattan/publisher"
)

// archived is a publisher whose edition has these archive documents.
func archived(t *testing.T, pages *[]publisher.Page, changed *[]time.Time) *publisher.Publisher {
	t.Helper()
	p := newPublisher(options(), edition())
	p.SetHistory(publisher.History{
		Pages: func(string) []time.Time { return *changed },
		Page: func(_ context.Context, id string, number int) (publisher.Page, error) {
			if id != "sahel-security" || number > len(*pages) {
				return publisher.Page{}, errors.New("not stored")
			}
			return (*pages)[number-1], nil
		},
	})
	return p
}

func page(t *testing.T, p *publisher.Publisher, number, from, to int) publisher.Page {
	t.Helper()
	made, held, err := p.NewPage(edition(), entries()[from:to], number)
	if err != nil || held != to-from {
		t.Fatal(held, err)
	}
	return made
}

func TestP88_ArchivesAreLinkedBothWaysAndNeverChange(t *testing.T) {
	var pages []publisher.Page
	var written []time.Time
	p := archived(t, &pages, &written)
	for i := range 2 {
		pages, written = append(pages, page(t, p, i+1, 3-i, 4-i)), append(written, changed)
	}
	if err := p.Publish(edition(), entries()[:2], changed); err != nil {
		t.Fatal(err)
	}
	const site = "https://news.example.org/editions/sahel-security"
	wants(t, body(t, p, ".atom"), `<link href="`+site+`/archive/2.atom" rel="prev-archive" type="application/atom+xml"></link>`)
	refuses(t, body(t, p, ".atom"), "fh:archive", "next-archive")
	wants(t, body(t, p, ".json"), `"next_url":"`+site+`/archive/2.json"`)

	first := body(t, p, "/archive/1.atom")
	wants(t, first, "<fh:archive></fh:archive>", `xmlns:fh="http://purl.org/syndication/history/1.0"`, `href="`+site+`/archive/1.atom" rel="self"`,
		`href="`+site+`/archive/2.atom" rel="next-archive"`, `href="`+site+`.atom" rel="current"`, "<id>tag:example.org,2026:edition/sahel-security</id>")
	refuses(t, first, "prev-archive")
	wants(t, body(t, p, "/archive/2.atom"), `href="`+site+`/archive/1.atom" rel="prev-archive"`)
	if err := wellFormed(first); err != nil {
		t.Error(err)
	}
	refuses(t, body(t, p, "/archive/1.json"), "next_url")
	for i, suffix := range []string{"/archive/1.atom", "/archive/2.json"} {
		if feed := parse(t, body(t, p, suffix)); len(feed.Items) != 1 || feed.Items[0].GUID != entries()[3-i].Article.ID {
			t.Errorf("%s holds %+v", suffix, feed.Items)
		}
	}
	if again := page(t, p, 1, 3, 4); string(again.Atom) != first {
		t.Error("the same entries give another document")
	}
	r := get(p, "/editions/sahel-security/archive/1.atom", "Accept-Encoding", "gzip")
	if r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || r.Header.Get("Content-Encoding") != "gzip" ||
		get(p, "/editions/sahel-security/archive/1.atom", "Accept-Encoding", "gzip", "If-None-Match", r.Header.Get("ETag")).StatusCode != http.StatusNotModified {
		t.Errorf("headers %v", r.Header)
	}
	for _, name := range []string{"0.atom", "3.atom", "01.atom", "+1.atom", "1", "1.rss", "1.atom/", "x.json", "-1.json", "99999999999999999999.json"} {
		if code := get(p, "/editions/sahel-security/archive/"+name).StatusCode; code != http.StatusNotFound {
			t.Errorf("%s: %d", name, code)
		}
	}
	if code := get(p, "/editions/other/archive/1.atom").StatusCode; code != http.StatusNotFound {
		t.Errorf("another edition: %d", code)
	}
}

func TestP88_P89_AWithdrawnEntryIsCutOutAndAllElseStays(t *testing.T) {
	p := newPublisher(options(), edition())
	whole := page(t, p, 1, 0, 4)
	gone := entries()[2].Article
	cut, err := whole.Without(map[string]time.Time{gone.ID: at(23, 10, 0), "tag:other": at(23, 10, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range []string{string(cut.Atom), string(cut.JSON)} {
		refuses(t, document, gone.Title, gone.Summary, gone.Link)
		feed := parse(t, document)
		if len(feed.Items) != 3 || feed.Items[0].GUID != entries()[0].Article.ID || feed.Items[2].GUID != entries()[3].Article.ID {
			t.Errorf("%d entries are left", len(feed.Items))
		}
	}
	stone := `<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="` + gone.ID + `" when="2026-11-23T10:00:00Z"><source>`
	wants(t, string(cut.Atom), stone)
	before, after, _ := strings.Cut(string(cut.Atom), "<at:deleted-entry")
	_, after, _ = strings.Cut(after, "</at:deleted-entry>")
	if !strings.HasPrefix(string(whole.Atom), before) || !strings.HasSuffix(string(whole.Atom), after) {
		t.Error("what was not withdrawn changed")
	}
	if same, err := whole.Without(map[string]time.Time{"tag:other": at(23, 10, 0)}); err != nil || string(same.Atom) != string(whole.Atom) || string(same.JSON) != string(whole.JSON) {
		t.Errorf("nothing to cut, but it changed: %v", err)
	}
	all := map[string]time.Time{}
	for _, e := range entries() {
		all[e.Article.ID] = at(23, 10, 0)
	}
	if cut, err = whole.Without(all); err != nil || len(parse(t, string(cut.JSON)).Items) != 0 {
		t.Errorf("all cut: %v", err)
	}
}

func TestP88_ALongArchiveLeavesTheNewerHalfToTheNext(t *testing.T) {
	o := options()
	o.MaxBytes = 20_000
	p := newPublisher(o, edition())
	list := busy(40)
	made, held, err := p.NewPage(edition(), list, 1)
	if err != nil || held >= 40 || held < 5 || len(made.Atom) > o.MaxBytes || len(made.JSON) > o.MaxBytes {
		t.Fatalf("%d of 40 in %d bytes, %v", held, len(made.Atom), err)
	}
	if items := parse(t, string(made.Atom)).Items; len(items) != held || items[held-1].GUID != list[39].Article.ID {
		t.Errorf("it does not hold the oldest")
	}
}

func TestP88_ArchivesAreExportedOnceAndAgainWhenTheyAreCut(t *testing.T) {
	var pages []publisher.Page
	written := []time.Time{changed}
	p := archived(t, &pages, &written)
	pages = []publisher.Page{page(t, p, 1, 1, 4)}
	if err := p.Publish(edition(), entries()[:2], changed); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "editions", "sahel-security", "archive", "1.atom")
	export := func() string {
		t.Helper()
		if err := p.Export(dir); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if r, _ := io.ReadAll(get(p, "/editions/sahel-security/archive/1.atom").Body); export() != string(r) {
		t.Error("the file is not what is served")
	}
	pages[0].Atom = fmt.Append(nil, "never read: its time is the same")
	if strings.HasPrefix(export(), "never") {
		t.Error("an unchanged archive was written again")
	}
	written[0] = changed.Add(time.Hour)
	if !strings.HasPrefix(export(), "never") {
		t.Error("a changed archive was not written")
	}
}
