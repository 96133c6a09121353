package fetcher_test

import (
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"harmattan/fetcher"
	"harmattan/news"
)

// secure is a TLS server whose certificate nobody vouches for; it tells which
// protocols were offered to it.
func secure(t *testing.T) (s *httptest.Server, served *int, offered *[]string) {
	t.Helper()
	served, offered = new(int), new([]string)
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*served++
		write(w, twoItems)
	}))
	s.TLS = &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		*offered = slices.Clone(hello.SupportedProtos)
		return nil, nil
	}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return s, served, offered
}

func TestF45_ATLSErrorNeverWeakensTheConnection(t *testing.T) {
	s, served, _ := secure(t)
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t)
	for _, url := range []string{s.URL, "https" + strings.TrimPrefix(plain.URL, "http")} {
		var state news.SourceState
		for range 3 {
			r := poll(f, news.Source{ID: "secure", URL: url}, state, noon)
			if r.Outcome != fetcher.OutcomeFailed || len(r.Items) != 0 || r.State.Status != news.StatusFailing {
				t.Errorf("%s: outcome %s: %v", url, r.Outcome, r.Err)
			}
			state = r.State
			state.CheckedAt = noon.AddDate(0, 0, -1)
		}
	}
	if *served != 0 || len(plain.asked()) != 0 {
		t.Error("a document was asked for without a trusted connection")
	}
}

func TestF61_ASourceMayKeepToHTTP1(t *testing.T) {
	s, _, offered := secure(t)
	f := newFetcher(t)
	for _, http1 := range []bool{false, true} {
		poll(f, news.Source{ID: "secure", URL: s.URL, HTTP1: http1}, news.SourceState{}, noon)
		if slices.Contains(*offered, "h2") == http1 {
			t.Errorf("http1 = %v: offered %v", http1, *offered)
		}
	}
}
