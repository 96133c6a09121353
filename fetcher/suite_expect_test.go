package fetcher_test

import (
	"encoding/json"
	"errors"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// expectedItem is what a suite says of an item; what is empty it does not say.
type expectedItem struct {
	title, link, id, text string
	published             time.Time
	authors               []string
}

func isExpectation(path string) bool {
	return strings.HasSuffix(path, "_expected.json") || strings.HasSuffix(path, ".serde.json")
}

// expectation finds and reads what a suite expects of a document, in the places
// where suites keep it: beside the document, in a folder of outputs, or in a
// suite of snapshots that names documents by the hash in their path.
func expectation(root, path string) (items []expectedItem, found bool, err error) {
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	places := []string{
		stem + "_expected.json", stem + ".serde.json", stem + ".json",
		strings.Replace(stem, "/input/", "/output/", 1) + ".json",
	}
	if kept, _ := filepath.Glob(filepath.Join(root, "*", "test", "integration", "snapshots", "*", filepath.Base(filepath.Dir(path))+".json")); kept != nil {
		places = append(places, kept...)
	}
	for _, place := range places {
		if place == path {
			continue
		}
		text, err := os.ReadFile(place)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		var document map[string]any
		if err := json.Unmarshal(text, &document); err != nil {
			return nil, false, err
		}
		return expectedItems(document), true, nil
	}
	return nil, false, nil
}

func expectedItems(document map[string]any) []expectedItem {
	if inner, ok := document["feed"].(map[string]any); ok {
		document = inner
	}
	var items []expectedItem
	for _, list := range []string{"items", "entries"} {
		values, _ := document[list].([]any)
		for _, value := range values {
			if from, ok := value.(map[string]any); ok {
				items = append(items, readExpected(from))
			}
		}
	}
	return items
}

func readExpected(from map[string]any) expectedItem {
	item := expectedItem{
		title: texts(from, "title"),
		link:  texts(from, "link", "url"),
		id:    texts(from, "guid", "id"),
		text:  texts(from, "content:encoded", "content_html", "content_text", "content", "description", "summary"),
	}
	if links, ok := from["links"].([]any); ok && item.link == "" {
		item.link = mainLink(links)
	}
	for _, name := range []string{"publishedParsed", "pubDateParsed", "isoDate", "published", "date_published"} {
		if when, err := time.Parse(time.RFC3339, texts(from, name)); err == nil && item.published.IsZero() {
			item.published = when.UTC()
		}
	}
	for _, author := range list(from, "authors") {
		if name := texts(map[string]any{"": author}, ""); name != "" {
			item.authors = append(item.authors, name)
		}
	}
	return item
}

// texts is the first field that is there: a string, or an object that holds it.
func texts(from map[string]any, names ...string) string {
	for _, name := range names {
		switch value := from[name].(type) {
		case string:
			if value = strings.TrimSpace(value); value != "" {
				return value
			}
		case map[string]any:
			if text := texts(value, "value", "body", "content", "name", "_"); text != "" {
				return text
			}
		}
	}
	return ""
}

func list(from map[string]any, name string) []any {
	values, _ := from[name].([]any)
	return values
}

// mainLink is the first link to a page.
func mainLink(links []any) string {
	for _, link := range links {
		switch l := link.(type) {
		case string:
			return l
		case map[string]any:
			if rel := texts(l, "rel"); rel == "" || rel == "alternate" {
				return texts(l, "href")
			}
		}
	}
	return ""
}

var markup = regexp.MustCompile(`<[!/a-zA-Z][^>]*>`)

// visible is what is left of a text without markup and blanks: suites differ in
// whether they take tags away and decode references.
func visible(text string) string {
	for range 2 {
		text = html.UnescapeString(markup.ReplaceAllString(text, ""))
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "\u00a0", " ")), "")
}
