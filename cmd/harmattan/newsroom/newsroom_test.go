package newsroom_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

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

// decoded returns a document as UTF-8 by the charset that it declares.
func decoded(t *testing.T, body []byte) string {
	t.Helper()
	declared := regexp.MustCompile(`^<\?xml[^>]*encoding="([^"]+)"`).FindSubmatch(body)
	text := body
	var err error
	if declared != nil {
		switch strings.ToLower(string(declared[1])) {
		case "utf-8":
		case "iso-8859-1":
			text, err = charmap.ISO8859_1.NewDecoder().Bytes(body)
		case "windows-1256":
			text, err = charmap.Windows1256.NewDecoder().Bytes(body)
		default:
			t.Fatalf("declared charset %q", declared[1])
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(text) || strings.ContainsRune(string(text), utf8.RuneError) {
		t.Fatal("the bytes are not what the declaration claims")
	}
	return string(text)
}

// links returns the links of a document's items, whatever its format.
func links(t *testing.T, body []byte) []string {
	t.Helper()
	if body[0] == '{' {
		return jsonLinks(t, body)
	}
	text := regexp.MustCompile(`^<\?xml[^>]*\?>`).ReplaceAllString(decoded(t, body), "")
	var found []string
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "item" && start.Name.Local != "entry" {
			continue
		}
		var item struct {
			Title string `xml:"title"`
			Links []struct {
				Href string `xml:"href,attr"`
				Text string `xml:",chardata"`
			} `xml:"link"`
		}
		if err := decoder.DecodeElement(&item, &start); err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if item.Title == "" || len(item.Links) == 0 {
			t.Fatalf("item %+v has no title or no link", item)
		}
		found = append(found, strings.TrimSpace(item.Links[0].Href+item.Links[0].Text))
	}
}

func jsonLinks(t *testing.T, body []byte) []string {
	t.Helper()
	var feed struct {
		Version string
		Items   []struct{ ID, URL, Title string }
	}
	if err := json.Unmarshal(body, &feed); err != nil {
		t.Fatal(err)
	}
	if feed.Version != "https://jsonfeed.org/version/1.1" {
		t.Fatalf("version %q", feed.Version)
	}
	var found []string
	for _, item := range feed.Items {
		if item.ID == "" || item.Title == "" {
			t.Fatalf("item %+v has no id or no title", item)
		}
		found = append(found, item.URL)
	}
	return found
}

// canonical undoes what some outlets do to their links.
func canonical(t *testing.T, homepage, link string) string {
	t.Helper()
	base, err := url.Parse(homepage)
	if err != nil {
		t.Fatal(err)
	}
	u, err := base.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(u.RawQuery, "utm_") {
		u.RawQuery = ""
	}
	return u.String()
}

func TestEachDocumentHoldsWhatItsOutletHasPublished(t *testing.T) {
	n, clock := open(t)
	for _, elapsed := range []time.Duration{0, 15 * time.Second, 10 * time.Minute} {
		clock.set(elapsed)
		for _, s := range n.Sources() {
			if elapsed > 0 && (s.ID == "vigie-atlantique" || s.ID == "saltmarsh-weekly" || s.ID == "harbour-desert") {
				continue // in trouble by now
			}
			_, body := get(t, s.URL)
			var got, want []string
			for _, link := range links(t, body) {
				got = append(got, canonical(t, s.Homepage, link))
			}
			for _, a := range n.Articles() {
				if a.SourceID == s.ID && a.Arrives <= elapsed {
					want = append(want, a.Link)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s after %v: got %q, want %q", s.ID, elapsed, got, want)
			}
		}
	}
}
