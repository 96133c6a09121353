package fetcher_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harmattan/fetcher"
	"harmattan/news"
)

// suitesFolder holds the suites of documents that must be read: ours, or those
// of the folder that HARMATTAN_SUITES names, a folder for each suite.
func suitesFolder() string {
	return cmp.Or(os.Getenv("HARMATTAN_SUITES"), filepath.Join("testdata", "suites"))
}

// suite is what came of the documents of one folder.
type suite struct {
	documents, read, items int
	refused                []string       // documents and why
	paired                 int            // documents with an expectation
	agreed, compared       map[string]int // fields of items
	differences            []string
}

// TestSuitesAreReadAsTheyExpect reads every document and compares its items with
// what the suite itself expects of them, in whatever JSON it writes that.
func TestSuitesAreReadAsTheyExpect(t *testing.T) {
	root := suitesFolder()
	folders, err := os.ReadDir(root)
	if err != nil || len(folders) == 0 {
		t.Fatalf("no suites in %s: %v", root, err)
	}
	strict := os.Getenv("HARMATTAN_SUITES") == "" // ours agree in everything
	for _, folder := range folders {
		s := readSuite(t, root, folder.Name())
		t.Log(s.report(folder.Name()))
		for _, line := range slices.Concat(s.refused, s.differences) {
			t.Log("  " + line)
		}
		if strict && (len(s.differences) > 0 || s.paired == 0 || s.read < s.documents) {
			t.Errorf("%s: %d documents of %d read, %d compared: %v", folder.Name(), s.read, s.documents, s.paired, s.differences)
		}
	}
}

func (s *suite) report(name string) string {
	line := fmt.Sprintf("%-30s %4d documents, %4d read, %5d items; %4d with an expectation", name, s.documents, s.read, s.items, s.paired)
	for _, field := range slices.Sorted(maps.Keys(s.compared)) {
		line += fmt.Sprintf(", %s %d/%d", field, s.agreed[field], s.compared[field])
	}
	return line
}

func readSuite(t *testing.T, root, name string) *suite {
	t.Helper()
	s := &suite{agreed: map[string]int{}, compared: map[string]int{}}
	err := filepath.WalkDir(filepath.Join(root, name), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && isDocument(path) {
			s.take(t, root, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// isDocument tells documents from what a suite expects of them.
func isDocument(path string) bool {
	switch filepath.Ext(path) {
	case ".xml", ".rss", ".atom", ".rdf", ".entry":
		return true
	case ".json":
		text, err := os.ReadFile(path)
		return err == nil && bytes.Contains(text, []byte("jsonfeed.org/version/")) && !isExpectation(path)
	}
	return false
}

func (s *suite) take(t *testing.T, root, path string) {
	document, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if z, err := gzip.NewReader(bytes.NewReader(document)); err == nil {
		document, _ = io.ReadAll(z)
	}
	name, _ := filepath.Rel(root, path)
	s.documents++
	doc, err := fetcher.Parse(news.Source{ID: "suite", URL: "https://suite.example/feed"}, document, "", "", fetcher.Limits{})
	if doc.Format != "" {
		s.read++
	}
	if err != nil {
		s.refused = append(s.refused, fmt.Sprintf("%s: %v", name, err))
	}
	s.items += len(doc.Items)
	expected, found, err := expectation(root, path)
	if err != nil {
		t.Errorf("%s: its expectation: %v", name, err)
	}
	if found && doc.Format != "" {
		s.paired++
		s.compare(name, doc.Items, expected)
	}
}

// compare counts the fields that are as expected. A field that the suite does
// not speak of is not compared.
func (s *suite) compare(name string, items []news.Item, expected []expectedItem) {
	s.judge(name, "items", fmt.Sprint(len(items)), fmt.Sprint(len(expected)))
	if len(items) != len(expected) {
		return
	}
	for i, want := range expected {
		got := items[i]
		at := fmt.Sprintf("%s, item %d", name, i+1)
		s.judge(at, "title", visible(got.Title), visible(want.title))
		s.judge(at, "link", got.Link, want.link)
		s.judge(at, "id", got.GUID, want.id)
		if !want.published.IsZero() {
			s.judge(at, "published", got.Published.Parsed.String(), want.published.String())
		}
		text, short := visible(cmp.Or(got.Content, got.Summary)), visible(got.Summary)
		if short == visible(want.text) { // the suite may speak of the short one
			text = short
		}
		s.judge(at, "text", text, visible(want.text))
		if len(want.authors) > 0 {
			s.judge(at, "authors", strings.Join(got.Authors, ", "), strings.Join(want.authors, ", "))
		}
	}
}

func (s *suite) judge(at, field, got, want string) {
	if want == "" {
		return
	}
	s.compared[field]++
	if got == want {
		s.agreed[field]++
		return
	}
	same := 0 // the bytes that they begin with in common
	for same < min(len(got), len(want)) && got[same] == want[same] {
		same++
	}
	same = max(0, same-20)
	s.differences = append(s.differences, fmt.Sprintf("%s: %s is …%.80q, expected …%.80q", at, field, got[same:], want[same:]))
}
