// Command speed serves one document from memory with bare net/http: what .ci/speed/run holds the daemon against.
// Usage: speed ANSWERS. ANSWERS is a JSON file with the answers "identity", "gzip" and "304", each with its header
// and the file of its body: the same bytes and fields as the daemon's. It prints its address. It has the daemon's
// limits of time, for no server in the open goes without; what they cost is therefore in neither's favour.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// answer is one that is ready to be written.
type answer struct {
	Header http.Header
	File   string
	body   []byte
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	answers := map[string]*answer{}
	if err := json.Unmarshal(text, &answers); err != nil {
		panic(err)
	}
	for _, a := range answers {
		if a.File == "" {
			continue
		}
		if a.body, err = os.ReadFile(a.File); err != nil {
			panic(err)
		}
	}
	plain, packed, unchanged := answers["identity"], answers["gzip"], answers["304"]
	etag := plain.Header.Get("Etag")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	server := &http.Server{ReadTimeout: 15 * time.Second, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chosen, status := plain, http.StatusOK
		switch {
		case r.Header.Get("If-None-Match") == etag:
			chosen, status = unchanged, http.StatusNotModified
		case strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
			chosen = packed
		}
		h := w.Header()
		for name, values := range chosen.Header {
			h[name] = values
		}
		w.WriteHeader(status)
		if chosen.body != nil {
			_, _ = w.Write(chosen.body)
		}
	})
	panic(server.Serve(listener))
}
