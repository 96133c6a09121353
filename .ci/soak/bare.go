package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"
)

// serveBare answers every request with one document from memory and does nothing
// else, in a process of its own: how long its answers take is the machine's doing,
// and what the daemon's take longer is the daemon's. It ends with ctx.
func serveBare(ctx context.Context) error {
	document := []byte(rand.Text())
	document = bytes.Repeat(document, 16<<10/len(document))
	began := time.Now()
	server := &http.Server{Addr: bare, ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"bare"`)
		http.ServeContent(w, r, "", began, bytes.NewReader(document))
	})}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
