package publisher

import (
	"embed"
	"net/http"
	"time"
)

//go:embed site
var site embed.FS

// fixedFiles are the documents that never change while the program runs.
var fixedFiles = []struct{ path, mediaType, age string }{
	{"/style.css", "text/css; charset=utf-8", "max-age=3600"},
	{"/icon.svg", "image/svg+xml", "max-age=604800"},
	{"/icon.png", "image/png", "max-age=604800"},
	{"/logo.png", "image/png", "max-age=604800"},
	{"/image.png", "image/png", "max-age=604800"},
	{"/favicon.ico", "image/x-icon", "max-age=604800"},
	{"/robots.txt", "text/plain; charset=utf-8", "max-age=86400"},
}

// fixedDocuments makes the documents of fixedFiles. They are part of the
// program: that one is missing is a mistake of whoever built it.
func (p *Publisher) fixedDocuments() map[string]*document {
	press, err := newPress()
	if err != nil {
		panic(err)
	}
	documents := make(map[string]*document, len(fixedFiles))
	for _, f := range fixedFiles {
		body, err := site.ReadFile("site" + f.path)
		if err != nil {
			panic(err)
		}
		h := http.Header{}
		h.Set("Content-Type", f.mediaType)
		h.Set("Cache-Control", f.age)
		h.Set("Access-Control-Allow-Origin", "*")
		if documents[f.path], err = press.document(body, time.Time{}, h); err != nil {
			panic(err)
		}
	}
	return documents
}
