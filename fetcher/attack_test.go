package fetcher_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"harmattan/fetcher"
	"harmattan/news"
)

// packer opens a stream in one of the codings that we offer.
func packer(t *testing.T, coding string, to io.Writer) io.WriteCloser {
	t.Helper()
	switch coding {
	case "gzip":
		return gzip.NewWriter(to)
	case "br":
		return brotli.NewWriterLevel(to, brotli.BestSpeed)
	}
	z, err := zstd.NewWriter(to, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// bomb packs so many megabytes of nothing.
func bomb(t *testing.T, coding string, megabytes int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := packer(t, coding, &b)
	zeros := make([]byte, 1<<20)
	for range megabytes {
		if _, err := z.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestF104_BombsOfEveryCodingCostLittle(t *testing.T) {
	for _, coding := range []string{"gzip", "br", "zstd"} {
		packed := bomb(t, coding, 256)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", coding)
			_, _ = w.Write(packed)
		})
		f := newFetcher(t, func(o *fetcher.Options) { o.MaxBodyBytes = 4 << 20 })
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := poll(f, s.source(), news.SourceState{}, noon)
		runtime.ReadMemStats(&after)
		allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
		if r.Outcome != fetcher.OutcomeFailed || !strings.Contains(r.Err.Error(), "max_body_bytes") || allocated > 64 {
			t.Errorf("%s, %d KB on the wire: outcome %s, %d MB allocated: %v", coding, len(packed)>>10, r.Outcome, allocated, r.Err)
		}
	}
}

func TestF104_CodingsAreNotNested(t *testing.T) {
	pack := func(coding string, document []byte) []byte {
		var b bytes.Buffer
		z := packer(t, coding, &b)
		_, _ = z.Write(document)
		_ = z.Close()
		return b.Bytes()
	}
	for label, layers := range map[string][]string{
		"gzip, gzip": {"gzip", "gzip"}, "br, gzip": {"br", "gzip"}, "gzip, gzip, gzip, gzip": {"gzip", "gzip", "gzip", "gzip"}, "zstd,br": {"zstd", "br"},
		"gzip": {"gzip", "gzip"}, "br": {"br", "br"}, "zstd": {"gzip", "zstd"}, "": {"gzip", "gzip"},
	} {
		body := []byte(twoItems)
		for _, coding := range layers {
			body = pack(coding, body)
		}
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if label != "" {
				w.Header().Set("Content-Encoding", label)
			}
			_, _ = w.Write(body)
		})
		if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed || len(r.Items) != 0 {
			t.Errorf("%q of %v: outcome %s with %d items", label, layers, r.Outcome, len(r.Items))
		}
	}
}

// raw answers every connection by hand.
func raw(t *testing.T, answer func(w io.Writer, ended <-chan struct{})) *site {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		gone := make(chan struct{})
		go func() { // a client that leaves ends the connection
			defer close(gone)
			_, _ = io.Copy(io.Discard, conn)
		}()
		answer(conn, gone)
	})
}

func TestF104_FloodsOfHeadersAreLeft(t *testing.T) {
	flood := func(line string) func(io.Writer, <-chan struct{}) {
		return func(w io.Writer, _ <-chan struct{}) {
			_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n")
			for n := 0; err == nil && n < 1<<20; n++ { // the client has to be the one that ends it
				_, err = fmt.Fprintf(w, line, n)
			}
		}
	}
	for name, line := range map[string]string{"many": "X-%d: a\r\n", "one without end": "%06d", "the same": "Link: <https://x.example/%d>; rel=hub\r\n"} {
		s := raw(t, flood(line))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
		runtime.ReadMemStats(&after)
		if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; r.Outcome != fetcher.OutcomeFailed || allocated > 100 {
			t.Errorf("%s: outcome %s, %d MB allocated: %v", name, r.Outcome, allocated, r.Err)
		}
	}
}

func TestF104_HeadersThatTrickleAreLeft(t *testing.T) {
	s := raw(t, func(w io.Writer, ended <-chan struct{}) {
		_, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n")
		for err == nil {
			select {
			case <-ended:
				return
			case <-time.After(20 * time.Millisecond):
				_, err = io.WriteString(w, "X-A: b\r\n")
			}
		}
	})
	f := newFetcher(t, func(o *fetcher.Options) { o.Timeout.Duration = time.Second })
	start := time.Now()
	if r := poll(f, s.source(), news.SourceState{}, noon); r.Outcome != fetcher.OutcomeFailed || time.Since(start) > 10*time.Second {
		t.Errorf("outcome %s after %s: %v", r.Outcome, time.Since(start), r.Err)
	}
}

// A database may have been edited or damaged.
func TestF106_StoredValidatorsCannotAddHeaders(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"a"`)
		write(w, twoItems)
	})
	f := newFetcher(t)
	state := poll(f, s.source(), news.SourceState{}, noon).State
	s.asked()
	state.ETag, state.LastModified = "\"a\"\r\nX-Injected: 1", "x\nX-Injected: 1"
	state.BodyHash = ""
	r := poll(f, s.source(), state, noon.Add(6*time.Hour))
	asked := s.asked()
	if r.Outcome == fetcher.OutcomeFailed || len(asked) != 1 || asked[0].Header.Get("X-Injected") != "" || asked[0].Header.Get("If-None-Match") != "" {
		t.Errorf("outcome %s: %v; %d requests %v", r.Outcome, r.Err, len(asked), asked)
	}
	if r.State.ETag != `"a"` {
		t.Errorf("stored %q", r.State.ETag)
	}
}

func TestF104_TheOthersGoOnUnderAttack(t *testing.T) {
	packed := bomb(t, "gzip", 64)
	handlers := map[string]http.HandlerFunc{
		"bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed)
		},
		"loop": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) },
		"private": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusMovedPermanently)
		},
		"trickle": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				write(w, " ")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		},
		"healthy": func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) },
	}
	for name, document := range attacks() {
		if len(handlers) < 12 {
			handlers[name] = func(w http.ResponseWriter, _ *http.Request) { write(w, document) }
		}
	}
	var jobs []fetcher.Job
	for name, handler := range handlers {
		source := serve(t, handler).source()
		source.ID = name
		jobs = append(jobs, fetcher.Job{Source: source})
	}
	f := newFetcher(t, func(o *fetcher.Options) { o.Timeout.Duration, o.MaxBodyBytes = 2*time.Second, 4<<20 })
	start, seen := time.Now(), 0
	for r := range f.Stream(t.Context(), jobs, at(noon)) {
		seen++
		if name := r.Source.ID; name == "healthy" && len(r.Items) != 2 || (name == "bomb" || name == "loop" || name == "private" || name == "trickle") && r.Err == nil {
			t.Errorf("%s: outcome %s with %d items: %v", name, r.Outcome, len(r.Items), r.Err)
		}
	}
	if took := time.Since(start); seen != len(jobs) || took > 60*time.Second {
		t.Errorf("%d of %d sources came back in %s", seen, len(jobs), took)
	}
}
