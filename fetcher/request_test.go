package fetcher_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"harmattan/news"
)

func TestF55_TheRequestSaysWhoAsks(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	agent := s.asked()[0].UserAgent()
	if !strings.HasPrefix(agent, "Harmattan/1.2 (+https://desk.example/about") {
		t.Errorf("User-Agent %q", agent)
	}
}

func TestF56_TheRequestIsTheSameEveryTime(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	f := newFetcher(t)
	state, now := news.SourceState{}, noon
	for range 5 {
		r := poll(f, s.source(), state, now)
		state, now = r.State, r.State.DueAt.Add(time.Second)
	}
	asked := s.asked()
	for _, r := range asked {
		if r.UserAgent() != asked[0].UserAgent() || strings.Contains(r.UserAgent(), "Mozilla") {
			t.Errorf("User-Agent %q", r.UserAgent())
		}
	}
}

func TestF58_DocumentsArePreferredToPages(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	accept := s.asked()[0].Header.Get("Accept")
	if !strings.HasPrefix(accept, "application/atom+xml, application/rss+xml") || !strings.HasSuffix(accept, "*/*;q=0.5") ||
		strings.Contains(accept, "html") {
		t.Errorf("Accept %q", accept)
	}
}

func TestF59_EveryOfferedCodingIsRead(t *testing.T) {
	pack := map[string]func() []byte{
		"gzip": func() []byte {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			write2(z, twoItems)
			_ = z.Close()
			return b.Bytes()
		},
		"br": func() []byte {
			var b bytes.Buffer
			z := brotli.NewWriter(&b)
			_, _ = z.Write([]byte(twoItems))
			_ = z.Close()
			return b.Bytes()
		},
		"zstd": func() []byte {
			z, _ := zstd.NewWriter(nil)
			return z.EncodeAll([]byte(twoItems), nil)
		},
	}
	for coding, packed := range pack {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), coding) {
				t.Errorf("%s is not offered: %q", coding, r.Header.Get("Accept-Encoding"))
			}
			w.Header().Set("Content-Encoding", coding)
			_, _ = w.Write(packed())
		})
		r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
		if len(r.Items) != 2 || r.Bytes != int64(len(twoItems)) {
			t.Errorf("%s: %d items of %d bytes: %v", coding, len(r.Items), r.Bytes, r.Err)
		}
	}
	for name, headers := range map[string]string{"a file already packed": "", "a label twice": "gzip"} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if headers != "" {
				w.Header().Set("Content-Encoding", headers)
				write(w, twoItems)
				return
			}
			_, _ = w.Write(pack["gzip"]())
		})
		if r := poll(newFetcher(t), s.source(), news.SourceState{}, noon); len(r.Items) != 2 {
			t.Errorf("%s: %d items: %v", name, len(r.Items), r.Err)
		}
	}
}

func TestF60_NothingIsSentThatIsNotNeeded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "visitor", Value: "1"})
		write(w, twoItems)
	})
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	poll(f, s.source(), r.State, noon.Add(time.Hour))
	for _, r := range s.asked() {
		if r.Header.Get("Cookie") != "" || r.Referer() != "" || r.URL.RawQuery != "" || r.Method != http.MethodGet {
			t.Errorf("%s %s with %v", r.Method, r.URL, r.Header)
		}
		if len(r.Header) != 3 {
			t.Errorf("headers %v, want User-Agent, Accept and Accept-Encoding", r.Header)
		}
	}
}
