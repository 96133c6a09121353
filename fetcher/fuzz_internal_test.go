package fetcher

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var fuzzNoon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// FuzzDecode holds that any bytes become text that XML permits.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("<?xml version=\"1.0\" encoding=\"windows-1256\"?><rss>\xe3\xc7\xe1\xed</rss>"), "text/xml")
	f.Add([]byte("\xff\xfe<\x00r\x00"), "text/xml; charset=utf-16")
	f.Add([]byte("\xef\xbb\xbf<rss>&#11;&#xFFFF;\x00é\xe9</rss>"), "application/rss+xml; charset=iso-8859-1")
	f.Fuzz(func(t *testing.T, document []byte, contentType string) {
		text := decode(document, contentType, tally{})
		if !utf8.Valid(text) {
			t.Errorf("%q is not UTF-8", text)
		}
		if i := strings.IndexFunc(string(text), func(r rune) bool { return !permitted(r) }); i >= 0 {
			t.Errorf("%q holds a forbidden character at %d", text, i)
		}
	})
}

// FuzzGuard holds that what the guard cuts lies within the text, in order, and
// that in a rebuilt document every element has its own end tag.
func FuzzGuard(f *testing.F) {
	f.Add([]byte("<rss><channel><item><title>a</title></item><item>b<br></item></channel></rss>"))
	f.Add([]byte("<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id></entry><entry"))
	f.Add([]byte("<feed xmlns:x='urn:x'><entry><x:entry><b></entry><entry/></FEED>"))
	f.Fuzz(func(t *testing.T, document []byte) {
		text := decode(document, "", tally{})
		o, err := guard(text, tally{})
		if err != nil {
			return
		}
		last := 0
		for _, item := range o.items {
			if item.from < last || item.to < item.from || item.to > len(text) {
				t.Fatalf("item %d to %d after %d in a text of %d", item.from, item.to, last, len(text))
			}
			last = item.to
		}
		rebuilt := o.rebuild(o.items, true)
		if err := balanced(rebuilt); err != nil {
			t.Errorf("%q became %q: %v", text, rebuilt, err)
		}
	})
}

// balanced tells what keeps a document's tags from being well-formed.
func balanced(document []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	decoder.Strict = false
	var open []xml.Name
	for {
		token, err := decoder.RawToken()
		if err == io.EOF && len(open) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%d elements are open: %w", len(open), err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			open = append(open, t.Name)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != t.Name {
				return fmt.Errorf("</%s> closes one of %v", t.Name.Local, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// FuzzFreshness holds that no header makes us ask in the past or later than in
// a day.
func FuzzFreshness(f *testing.F) {
	f.Add("max-age=600, private", "Mon, 02 Mar 2026 13:00:00 GMT", "Mon, 02 Mar 2026 12:00:00 GMT", "60")
	f.Add(`max-age="99999999999999999999"`, "0", "", "-1")
	f.Fuzz(func(t *testing.T, control, expires, date, age string) {
		h := http.Header{"Cache-Control": {control}, "Expires": {expires}, "Date": {date}, "Age": {age}}
		if got := freshness(h, 0, fuzzNoon); got < 0 || got > maxFreshness {
			t.Errorf("%v: %s", h, got)
		}
	})
}

// FuzzRetryAfter holds that a server can silence us for a week at most.
func FuzzRetryAfter(f *testing.F) {
	f.Add("120", "")
	f.Add("Mon, 02 Mar 2099 13:00:00 GMT", "Mon, 02 Mar 2026 12:00:00 GMT")
	f.Fuzz(func(t *testing.T, value, date string) {
		h := http.Header{"Retry-After": {value}, "Date": {date}}
		if got := retryAfter(h, fuzzNoon); got < 0 || got > maxRetryAfter {
			t.Errorf("%v: %s", h, got)
		}
	})
}
