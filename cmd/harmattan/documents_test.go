package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// document is one line of a folder's INDEX.tsv: what a reader would show.
type document struct {
	name  string
	items int
}

// documentsFolder holds the documents that the program must read: our own, or
// those of the folder that HARMATTAN_DOCUMENTS names.
func documentsFolder() string {
	if dir := os.Getenv("HARMATTAN_DOCUMENTS"); dir != "" {
		return dir
	}
	return filepath.Join("testdata", "documents")
}

// readIndex reads INDEX.tsv: a header, then file, format and items in columns.
func readIndex(t *testing.T, dir string) []document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var documents []document
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) < 3 || fields[0] == "file" {
			continue
		}
		items, err := strconv.Atoi(fields[2])
		if err != nil {
			t.Fatalf("INDEX.tsv: %q: %v", line, err)
		}
		documents = append(documents, document{fields[0], items})
	}
	return documents
}

func TestBinaryReadsEveryDocument(t *testing.T) {
	dir := documentsFolder()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := os.ReadFile(filepath.Join(dir, filepath.Base(r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/xml")
		_, _ = w.Write(body)
	}))
	defer server.Close()
	documents := readIndex(t, dir)
	urls := map[string]string{}
	for n, d := range documents {
		urls[fmt.Sprintf("d%04d", n)] = server.URL + "/" + d.name
	}
	config, state := configure(t, urls), t.TempDir()
	p := start(t, "fetch", "--all", "--config", config, "--state", state)
	for range p.lines {
		continue
	}
	<-p.ended

	stored := storedItems(t, config, state)
	read, items, wanted := 0, 0, 0
	for n, d := range documents {
		got := stored[fmt.Sprintf("d%04d", n)]
		items, wanted = items+got, wanted+d.items
		if got > 0 || d.items == 0 {
			read++
		}
		if got != d.items {
			t.Errorf("%s: %d articles stored, a reader shows %d items", d.name, got, d.items)
		}
	}
	t.Logf("%d of %d documents read, %d of %d items stored", read, len(documents), items, wanted)
}
