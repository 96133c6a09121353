package publisher_test

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"harmattan/news"
	"harmattan/publisher"
)

// addressesIn lists what a document refers to: attributes of the XML and of the
// HTML inside it.
func addressesIn(t *testing.T, document string) []string {
	t.Helper()
	var all []string
	decoder := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			for _, a := range token.Attr {
				switch a.Name.Local {
				case "href", "src", "url", "uri", "base":
					all = append(all, a.Value)
				}
			}
		case xml.CharData:
			nodes, err := html.Parse(strings.NewReader(string(token)))
			if err != nil {
				t.Fatal(err)
			}
			for n := range nodes.Descendants() {
				for _, key := range []string{"href", "src"} {
					if value := attr(n, key); value != "" {
						all = append(all, value)
					}
				}
			}
		}
	}
}

func TestP17_P29_NoReferenceIsRelative(t *testing.T) {
	list := entries()
	list[0].Article.Link, list[0].Article.RawLink = "/2026/11/22/convoy", "convoy.html"
	list[3].Article.HTML = `<p><a href="/about">a</a><img src="../photo.jpg"><a href="//host/x">b</a> end</p>`
	p := published(t, list)
	for _, suffix := range []string{".rss", ".atom"} {
		document := body(t, p, suffix)
		refuses(t, document, "xml:base")
		all := addressesIn(t, document)
		for _, a := range all {
			if !strings.HasPrefix(a, "https://") && !strings.HasPrefix(a, "http://") && !strings.HasPrefix(a, "mailto:") {
				t.Errorf("%s refers to %q", suffix, a)
			}
		}
		if len(all) < 10 {
			t.Errorf("%s: only %d references were looked at", suffix, len(all))
		}
	}
}

func TestP81_P83_ABrowserGetsTheSameDocumentAsAReader(t *testing.T) {
	p := published(t, entries())
	for _, suffix := range feedSuffixes {
		plain := body(t, p, suffix)
		r := get(p, "/editions/sahel-security"+suffix, "Accept", "text/html,application/xhtml+xml;q=0.9")
		if readAny(t, r) != plain || strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s", suffix, r.Header.Get("Content-Type"))
		}
		refuses(t, plain, "xml-stylesheet", "<script")
		wants(t, plain, "For a feed reader: copy") // P-82
	}
}

func TestP95_AFailingSourceTakesNothingAway(t *testing.T) {
	healthy, failing := entries(), entries()
	for i := range failing {
		f := &failing[i].Feed
		f.Status, f.Failures, f.LastError, f.LastCode, f.FailingSince = news.StatusFailing, 12, "connection refused", 0, at(23, 1, 0)
	}
	p := published(t, healthy)
	before := body(t, p, ".atom")
	if p.Hash(edition(), failing) != p.Hash(edition(), healthy) {
		t.Error("the edition counts as changed")
	}
	if err := p.Publish(edition(), failing, changed); err != nil {
		t.Fatal(err)
	}
	if body(t, p, ".atom") != before {
		t.Error("the edition changed")
	}
}

func TestP98_AboutTellsPublishersHowWeFetch(t *testing.T) {
	p := published(t, entries())
	p.SetStatus(publisher.Status{Schedule: "*/15 * * * *", UserAgent: "Harmattan/1.2.3 (+https://news.example.org/about)"})
	wants(t, read(t, p.Handler(), "/about"), "<code>*/15 * * * *</code>", "<code>Harmattan/1.2.3 (&#43;https://news.example.org/about)</code>",
		"Retry-After", "410 Gone", "desk@example.org")
}

func TestEveryTestThatTheDocumentationNamesExists(t *testing.T) {
	var document []byte
	for _, name := range []string{"../docs/publishing.md", "../docs/curation.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		document = append(document, text...)
	}
	files, err := filepath.Glob("../*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob("../*/*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range append(files, deeper...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(text)
	}
	named := regexp.MustCompile("`(Test[A-Za-z0-9_]+)`").FindAllStringSubmatch(string(document), -1)
	if len(named) < 60 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, match := range named {
		if !strings.Contains(code.String(), "func "+match[1]+"(") {
			t.Errorf("the documentation names %s, which does not exist", match[1])
		}
	}
}
