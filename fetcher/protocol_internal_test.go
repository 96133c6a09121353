package fetcher

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/news"
)

// picky is a server that speaks HTTP/2 and HTTP/1.1 and that the fetcher
// trusts. It tells the protocols of its requests.
func picky(t *testing.T, handler func(w http.ResponseWriter, r *http.Request)) (f *Fetcher, source news.Source, spoken func() []string) {
	t.Helper()
	var mu sync.Mutex
	var protocols []string
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		protocols = append(protocols, r.Proto)
		mu.Unlock()
		handler(w, r)
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	o := Default()
	o.Allow, o.MinInterval.Duration, o.HostSpacing.Duration = []string{"127.0.0.1"}, 0, 0
	f, err := New(o, "1.2")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	for _, transport := range []*http.Transport{f.transport, f.http1} {
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return f, news.Source{ID: "picky", URL: s.URL + "/feed"}, func() []string {
		mu.Lock()
		defer mu.Unlock()
		said := protocols
		protocols = nil
		return said
	}
}

const oneItem = `<rss version="2.0"><channel><title>Radio Ténéré</title><link>https://tenere.example/</link><description>d</description>` +
	`<item><title>Pluies à Agadez</title><guid>tenere-1</guid></item></channel></rss>`

func TestF61_HTTP1IsTriedWhereHTTP2FailsAndRemembered(t *testing.T) {
	for name, refuse := range map[string]func(w http.ResponseWriter){
		"a stream that is reset": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"a stream that is reset in the text": func(w http.ResponseWriter) {
			_, _ = io.WriteString(w, oneItem[:100])
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		heals := false
		f, source, spoken := picky(t, func(w http.ResponseWriter, r *http.Request) {
			if r.ProtoMajor == 2 && !heals {
				refuse(w)
			}
			_, _ = io.WriteString(w, oneItem)
		})
		now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		var state news.SourceState
		poll := func() Result {
			r := f.Fetch(context.Background(), Job{Source: source, State: state}, func() time.Time { return now })
			state = r.State
			return r
		}
		if r := poll(); r.Err != nil || len(r.Items) != 1 || r.Requests != 2 {
			t.Fatalf("%s: %d items after %d requests: %v", name, len(r.Items), r.Requests, r.Err)
		}
		if got := spoken(); !slices.Equal(got, []string{"HTTP/2.0", "HTTP/1.1"}) {
			t.Errorf("%s: spoke %v", name, got)
		}
		if h := HealthOf(source, state, nil, now); !strings.Contains(h.Evidence, "asked over HTTP/1.1, for HTTP/2 failed on 2026-03-02") {
			t.Errorf("%s: evidence %q", name, h.Evidence)
		}
		now = now.Add(time.Hour)
		poll()
		if got := spoken(); !slices.Equal(got, []string{"HTTP/1.1"}) {
			t.Errorf("%s: an hour later it spoke %v", name, got)
		}
		now, heals = now.Add(8*24*time.Hour), true
		state.Pace.RobotsAt = now
		poll()
		if got := spoken(); !slices.Equal(got, []string{"HTTP/2.0"}) || !state.Pace.HTTP2FailedAt.IsZero() {
			t.Errorf("%s: eight days later it spoke %v, and remembers %s", name, got, state.Pace.HTTP2FailedAt)
		}
	}
}

func TestF61_AnAnswerOverHTTP2IsNoReasonToChange(t *testing.T) {
	f, source, spoken := picky(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	clock := func() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
	r := f.Fetch(context.Background(), Job{Source: source}, clock)
	if got := spoken(); !slices.Equal(got, []string{"HTTP/2.0"}) || r.State.Status != news.StatusBlocked || !r.State.Pace.HTTP2FailedAt.IsZero() {
		t.Errorf("spoke %v, status %s", got, r.State.Status)
	}
}

func TestF61_AServerThatIsOnlySlowIsNotAskedAgain(t *testing.T) {
	release := make(chan struct{})
	f, source, spoken := picky(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	f.options.Timeout.Duration = time.Second
	r := f.Fetch(context.Background(), Job{Source: source}, time.Now)
	if got := spoken(); len(got) != 1 || r.Outcome != OutcomeFailed || !r.State.Pace.HTTP2FailedAt.IsZero() {
		t.Errorf("spoke %v: %v", got, r.Err)
	}
}

func TestF61_WhereNeitherWorksNothingIsRemembered(t *testing.T) {
	f, source, spoken := picky(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	r := f.Fetch(context.Background(), Job{Source: source}, time.Now)
	if got := spoken(); len(got) < 2 || r.Outcome != OutcomeFailed || !r.State.Pace.HTTP2FailedAt.IsZero() {
		t.Errorf("spoke %v: %v", got, r.Err)
	}
}
