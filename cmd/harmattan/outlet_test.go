package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/news"
)

// outlet is a source under the test's control.
type outlet struct {
	*httptest.Server
	mu       sync.Mutex
	stories  []story
	broken   bool
	requests []*http.Request
	latest   string // the ETag last given
	givenAt  time.Time
}

// story is what the outlet publishes about one event.
type story struct {
	id, title, text string
	guid            string // id when empty
	link            string // made of id when empty
	published       time.Time
}

func (s story) address() string {
	return cmp.Or(s.link, "https://lefleuve.example/"+s.id+"?utm_source=rss")
}

func newOutlet(t *testing.T, stories ...story) *outlet {
	t.Helper()
	o := &outlet{stories: stories}
	o.Server = httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(o.Close)
	return o
}

func (o *outlet) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.requests = append(o.requests, r.Clone(r.Context()))
	if o.broken {
		http.Error(w, "database connection lost", http.StatusInternalServerError)
		return
	}
	document := o.document()
	etag := tagOf(document)
	w.Header().Set("ETag", etag)
	o.latest = etag
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	fmt.Fprint(w, document)
	o.givenAt = time.Now()
}

// sinceGiven is how long ago the last whole document was given out.
func (o *outlet) sinceGiven() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return time.Since(o.givenAt)
}

func (o *outlet) document() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Le Fleuve</title>` +
		`<link>https://lefleuve.example/</link><description>Nouvelles du fleuve</description>`)
	for _, s := range o.stories {
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><title>%s</title><link>%s</link>`+
			`<pubDate>%s</pubDate><description>%s</description></item>`,
			cmp.Or(s.guid, s.id), s.title, s.address(), s.published.Format(time.RFC1123Z), s.text)
	}
	b.WriteString(`</channel></rss>`)
	return b.String()
}

// change edits the outlet between two rounds.
func (o *outlet) change(edit func(o *outlet)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	edit(o)
}

// asked counts the requests so far.
func (o *outlet) asked() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.requests)
}

func (o *outlet) source(id string) news.Source {
	return news.Source{ID: id, URL: o.URL + "/rss", Name: "Le Fleuve", Language: "fr"}
}

// caughtUp tells whether the latest document has been given out.
func (o *outlet) caughtUp() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.latest == tagOf(o.document())
}

func tagOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}
