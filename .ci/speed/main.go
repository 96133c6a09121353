// Command speed serves one document from memory with bare net/http: what .ci/speed/run holds the daemon against.
// Usage: speed DOCUMENT PACKED ETAG MEDIATYPE. PACKED is the document in gzip. It prints its address.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

func main() {
	plain, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	packed, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	etag, kind := os.Args[3], os.Args[4]
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("ETag", etag)
		h.Set("Vary", "Accept-Encoding")
		h.Set("Cache-Control", "max-age=900")
		h.Set("Last-Modified", "Sat, 28 Nov 2026 00:00:00 GMT")
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		body := plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			body = packed
			h.Set("Content-Encoding", "gzip")
		}
		h.Set("Content-Type", kind)
		h.Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})))
}
