package newsroom_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"harmattan/cmd/harmattan/newsroom"
	"harmattan/news"
)

// morning is when the newsroom of these tests opens.
var morning = time.Date(2026, time.March, 3, 7, 30, 0, 0, time.UTC)

// watch is a clock in hand, counted from morning.
type watch struct{ elapsed atomic.Int64 }

func (w *watch) now() time.Time        { return morning.Add(time.Duration(w.elapsed.Load())) }
func (w *watch) set(now time.Duration) { w.elapsed.Store(int64(now)) }

// open starts a newsroom for one test.
func open(t *testing.T) (*newsroom.Newsroom, *watch) {
	t.Helper()
	clock := &watch{}
	n, err := newsroom.Start(clock.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return n, clock
}

// source returns the source of that id.
func source(t *testing.T, n *newsroom.Newsroom, id string) news.Source {
	t.Helper()
	for _, s := range n.Sources() {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no source %q", id)
	return news.Source{}
}

// get asks for an address, with headers in pairs.
func get(t *testing.T, address string, header ...string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

// later is when everything of the script has happened.
const later = 10 * time.Minute

// troubled are the outlets whose servers misbehave, with the time it begins.
var troubled = map[string]time.Duration{
	"saltmarsh-weekly": 0,
	"vigie-atlantique": 20 * time.Second,
	"harbour-desert":   90 * time.Second,
}

func TestEachDocumentHoldsWhatItsOutletHasPublished(t *testing.T) {
	n, clock := open(t)
	for _, elapsed := range []time.Duration{0, 15*time.Second - 1, 15 * time.Second, time.Minute, later} {
		clock.set(elapsed)
		for _, s := range n.Sources() {
			if begin, ok := troubled[s.ID]; ok && elapsed > 0 && elapsed >= begin {
				continue
			}
			_, body := get(t, s.URL)
			got := map[string]string{}
			for _, item := range items(t, body) {
				got[canonical(t, s.Homepage, item.link)] = item.title
			}
			for _, a := range n.Articles() {
				title, there := got[a.Link]
				if a.SourceID != s.ID || !there && a.Arrives > elapsed {
					continue
				}
				if there && a.Arrives > elapsed || plain(title) != edited(a.Title, elapsed) {
					t.Errorf("after %v %s stands as %q, want %q", elapsed, a.Link, title, a.Title)
				}
				delete(got, a.Link)
			}
			if len(got) > 0 {
				t.Errorf("after %v %s holds more than its articles: %v", elapsed, s.ID, got)
			}
		}
	}
}

// edited is an article's title after that time.
func edited(title string, elapsed time.Duration) string {
	if strings.Contains(title, "at Arbinda") && elapsed >= 12*time.Second {
		return strings.Replace(title, "Twelve", "Twenty-seven", 1)
	}
	return title
}

func TestSameClockSameBytes(t *testing.T) {
	n, clock := open(t)
	clock.set(80 * time.Second)
	for _, s := range n.Sources() {
		if _, ok := troubled[s.ID]; ok {
			continue
		}
		_, first := get(t, s.URL)
		_, second := get(t, s.URL)
		if !slices.Equal(first, second) {
			t.Errorf("%s: two documents of the same moment differ", s.ID)
		}
	}
}

func TestTheEditChangesTheTollAndKeepsTheDate(t *testing.T) {
	n, clock := open(t)
	wire := source(t, n, "sahel-wire")
	clock.set(12*time.Second - 1)
	before, old := get(t, wire.URL)
	clock.set(12 * time.Second)
	after, body := get(t, wire.URL, "If-None-Match", before.Header.Get("Etag"))
	if after.StatusCode != http.StatusOK {
		t.Fatalf("answer %d, want the changed document", after.StatusCode)
	}
	if !strings.Contains(string(old), "At least 12 soldiers") || strings.Contains(string(old), "27 soldiers") {
		t.Error("the first toll is not 12")
	}
	if !strings.Contains(string(body), "At least 27 soldiers") {
		t.Error("the second toll is not 27")
	}
	published := morning.Add(-70 * time.Minute).Format("Mon, 02 Jan 2006 15:04:05 GMT")
	if !strings.Contains(string(old), published) || !strings.Contains(string(body), published) {
		t.Errorf("the article does not keep its date %s", published)
	}
	if got, want := after.Header.Get("Last-Modified"), morning.Add(12*time.Second).Format(http.TimeFormat); got != want {
		t.Errorf("Last-Modified %q, want %q", got, want)
	}
}

func TestUnchangedDocumentAnswers304(t *testing.T) {
	n, clock := open(t)
	for _, s := range n.Sources() {
		if _, ok := troubled[s.ID]; ok || s.ID == "plateau-post" {
			continue
		}
		clock.set(0)
		first, _ := get(t, s.URL)
		tag, modified := first.Header.Get("Etag"), first.Header.Get("Last-Modified")
		clock.set(time.Second)
		for _, header := range [][]string{
			{"If-None-Match", tag},
			{"If-None-Match", tag, "If-Modified-Since", morning.AddDate(-1, 0, 0).Format(http.TimeFormat)},
			{"If-Modified-Since", modified},
		} {
			answer, body := get(t, s.URL, header...)
			if answer.StatusCode != http.StatusNotModified || len(body) > 0 || answer.Header.Get("Etag") != tag {
				t.Errorf("%s to %q: answer %d with ETag %s and %d bytes", s.ID, header, answer.StatusCode, answer.Header.Get("Etag"), len(body))
			}
		}
		answer, _ := get(t, s.URL, "If-None-Match", `"another"`, "If-Modified-Since", modified)
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s: answer %d to a foreign ETag, want 200", s.ID, answer.StatusCode)
		}
	}
}

func TestOutletWithoutValidatorsSendsAnotherDocumentEachSecond(t *testing.T) {
	n, clock := open(t)
	address := source(t, n, "plateau-post").URL
	first, body := get(t, address)
	if first.Header.Get("Etag") != "" || first.Header.Get("Last-Modified") != "" {
		t.Errorf("validators in %v", first.Header)
	}
	clock.set(time.Second)
	second, again := get(t, address, "If-Modified-Since", morning.Format(http.TimeFormat))
	if second.StatusCode != http.StatusOK || slices.Equal(body, again) {
		t.Errorf("answer %d, want 200 with another lastBuildDate", second.StatusCode)
	}
}

func TestFailingOutletWorksAndThenAnswers500(t *testing.T) {
	n, clock := open(t)
	address := source(t, n, "vigie-atlantique").URL
	clock.set(20*time.Second - 1)
	if answer, body := get(t, address); answer.StatusCode != http.StatusOK || len(items(t, body)) == 0 {
		t.Errorf("answer %d before the trouble", answer.StatusCode)
	}
	clock.set(20 * time.Second)
	answer, body := get(t, address)
	if answer.StatusCode != http.StatusInternalServerError || !strings.Contains(string(body), "base de données") {
		t.Errorf("answer %d: %s", answer.StatusCode, body)
	}
}

func TestF10_OutletAnswers304AfterItsFirstDocumentWhateverOneAsks(t *testing.T) {
	n, _ := open(t)
	address := source(t, n, "saltmarsh-weekly").URL
	if answer, body := get(t, address); answer.StatusCode != http.StatusOK || len(items(t, body)) != 3 {
		t.Fatalf("answer %d at first", answer.StatusCode)
	}
	for _, header := range [][]string{nil, {"Cache-Control", "no-cache"}, {"If-None-Match", `"another"`}} {
		if answer, _ := get(t, address, header...); answer.StatusCode != http.StatusNotModified {
			t.Errorf("answer %d to %q, want 304", answer.StatusCode, header)
		}
	}
}

func TestHangingOutletDoesNotHoldUpClose(t *testing.T) {
	clock := &watch{}
	n, err := newsroom.Start(clock.now)
	if err != nil {
		t.Fatal(err)
	}
	clock.set(90 * time.Second)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, source(t, n, "harbour-desert").URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() {
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			answer.Body.Close()
		}
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Errorf("it answered (%v)", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v, want a closed connection", err)
	}
}

func TestCloseFreesThePorts(t *testing.T) {
	n, err := newsroom.Start((&watch{}).now)
	if err != nil {
		t.Fatal(err)
	}
	host := strings.Split(n.Sources()[0].URL, "/")[2]
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", host); err == nil {
		conn.Close()
		t.Errorf("%s still answers", host)
	}
}

func TestOnlyTheFeedIsServed(t *testing.T) {
	n, _ := open(t)
	spip := source(t, n, "relais-djoliba").URL
	elsewhere := strings.TrimSuffix(spip, "?page=backend")
	if answer, _ := get(t, elsewhere); answer.StatusCode != http.StatusNotFound {
		t.Errorf("answer %d for %s, want 404", answer.StatusCode, elsewhere)
	}
	answer, err := http.Post(spip, "text/plain", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("answer %d to POST, want 405", answer.StatusCode)
	}
	answer, err = http.Head(spip)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Etag") == "" {
		t.Errorf("answer %d to HEAD, header %v", answer.StatusCode, answer.Header)
	}
}
