package main

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"time"
)

// serveBare answers every request with one document from memory and does nothing
// else, in a process of its own: how long its answers take is the machine's doing,
// and what the daemon's take longer is the daemon's.
func serveBare() error {
	document := []byte(rand.Text())
	document = bytes.Repeat(document, 16<<10/len(document))
	began := time.Now()
	return http.ListenAndServe(bare, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"bare"`)
		http.ServeContent(w, r, "", began, bytes.NewReader(document))
	}))
}
