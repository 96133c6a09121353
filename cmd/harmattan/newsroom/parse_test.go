package newsroom_test

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// item is what these tests read of an item.
type item struct{ title, link string }

// items parses a document of any of the formats.
func items(t *testing.T, body []byte) []item {
	t.Helper()
	if body[0] == '{' {
		return jsonItems(t, body)
	}
	text := declaration.ReplaceAllString(decoded(t, body), "")
	var found []item
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
		var parsed struct {
			Title string `xml:"title"`
			Links []struct {
				Href string `xml:"href,attr"`
				Text string `xml:",chardata"`
			} `xml:"link"`
		}
		if err := decoder.DecodeElement(&parsed, &start); err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if len(parsed.Links) == 0 {
			t.Fatalf("item %q has no link", parsed.Title)
		}
		link := parsed.Links[0]
		found = append(found, item{parsed.Title, strings.TrimSpace(link.Href + link.Text)})
	}
}

func jsonItems(t *testing.T, body []byte) []item {
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
	var found []item
	for _, i := range feed.Items {
		if i.ID == "" {
			t.Fatalf("item %+v has no id", i)
		}
		found = append(found, item{i.Title, i.URL})
	}
	return found
}

// declaration is an XML declaration; its group is the charset.
var declaration = regexp.MustCompile(`^<\?xml[^>]*?(?:encoding="([^"]+)")?\?>`)

// decoded returns a document as UTF-8 by the charset that it declares.
func decoded(t *testing.T, body []byte) string {
	t.Helper()
	charset := "utf-8"
	if found := declaration.FindSubmatch(body); found != nil && found[1] != nil {
		charset = strings.ToLower(string(found[1]))
	}
	text := body
	var err error
	switch charset {
	case "utf-8":
	case "iso-8859-1":
		text, err = charmap.ISO8859_1.NewDecoder().Bytes(body)
	case "windows-1256":
		text, err = charmap.Windows1256.NewDecoder().Bytes(body)
	default:
		t.Fatalf("declared charset %q", charset)
	}
	if err != nil || !utf8.Valid(text) || strings.ContainsRune(string(text), utf8.RuneError) {
		t.Fatalf("the bytes are not %s (%v)", charset, err)
	}
	return string(text)
}

// plain undoes what some outlets do to their titles.
func plain(title string) string {
	title = html.UnescapeString(html.UnescapeString(title))
	return strings.ReplaceAll(title, "\u00a0", " ")
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

func TestEncodingsAreWhatTheyClaim(t *testing.T) {
	n, clock := open(t)
	clock.set(later)
	for id, charset := range map[string]string{"relais-djoliba": "iso-8859-1", "rakb-alsahil": "windows-1256"} {
		answer, body := get(t, source(t, n, id).URL)
		if utf8.Valid(body) {
			t.Errorf("%s: the bytes are UTF-8", id)
		}
		if found := declaration.FindSubmatch(body); found == nil || string(found[1]) != charset {
			t.Errorf("%s: the declaration does not say %s", id, charset)
		}
		if !strings.HasSuffix(answer.Header.Get("Content-Type"), "charset="+charset) {
			t.Errorf("%s: Content-Type %q", id, answer.Header.Get("Content-Type"))
		}
		if strings.ContainsRune(decoded(t, body), '\x1a') {
			t.Errorf("%s: a character was lost in %s", id, charset)
		}
	}
}
