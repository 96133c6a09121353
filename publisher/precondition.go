package publisher

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// precondition evaluates the conditions of a request in the order of RFC 9110
// section 13.2.2 and returns 200, 304 or 412.
func (d *document) precondition(v *variant, h http.Header) int {
	if match := h.Values("If-Match"); len(match) > 0 {
		if !matches(match, v.etag, true) {
			return http.StatusPreconditionFailed
		}
	} else if since, ok := readDate(h.Get("If-Unmodified-Since")); ok && !d.modified.IsZero() && d.modified.After(since) {
		return http.StatusPreconditionFailed
	}
	if none := h.Values("If-None-Match"); len(none) > 0 {
		if matches(none, v.etag, false) {
			return http.StatusNotModified
		}
		return http.StatusOK
	}
	if since, ok := readDate(h.Get("If-Modified-Since")); ok && !d.modified.IsZero() && !d.modified.After(since) {
		return http.StatusNotModified
	}
	return http.StatusOK
}

// readDate reads the date of a header. To fail at none would be half of what a
// request costs.
func readDate(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	t, err := http.ParseTime(s)
	return t, err == nil
}

// matches tells whether a list of entity tags holds ours. Caches weaken tags and
// some servers in between add the coding to them; both still name our bytes.
func matches(lists []string, etag string, strong bool) bool {
	for _, list := range lists {
		for candidate := range strings.SplitSeq(list, ",") {
			candidate = strings.TrimSpace(candidate)
			if candidate == "*" || candidate == etag {
				return true
			}
			if strong {
				continue
			}
			candidate = strings.TrimPrefix(candidate, "W/")
			for _, suffix := range []string{`-gzip"`, `-br"`, `-zstd"`, `;gzip"`} {
				if bare, ok := strings.CutSuffix(candidate, suffix); ok {
					candidate = bare + `"`
				}
			}
			if candidate == etag {
				return true
			}
		}
	}
	return false
}

// negotiate chooses the variant with the highest quality value of
// Accept-Encoding (RFC 9110 section 12.5.3), our own order deciding ties.
// Without the field, and when all is refused, it is the document as it is.
func (d *document) negotiate(accept []string) *variant {
	best, quality := &d.variants[len(d.variants)-1], 0.0
	if len(accept) == 0 {
		return best
	}
	wanted := strings.ToLower(strings.Join(accept, ","))
	for i := range d.variants {
		v := &d.variants[i]
		q, named := qualityOf(wanted, v.coding)
		if v.coding == "identity" && !named {
			q = max(q, 0.001) // acceptable unless refused, but the last choice
		}
		if q > quality {
			best, quality = v, q
		}
	}
	return best
}

// qualityOf is the weight that a list gives a coding, by its name or by *.
func qualityOf(list, coding string) (q float64, named bool) {
	for element := range strings.SplitSeq(list, ",") {
		name, parameters, _ := strings.Cut(element, ";")
		name = strings.TrimSpace(name)
		if name == "x-gzip" {
			name = "gzip"
		}
		if name != coding && name != "*" || name == "*" && named {
			continue
		}
		q, named = weight(parameters), named || name == coding
	}
	return q, named
}

// weight reads "q=0.5"; what cannot be read refuses.
func weight(parameters string) float64 {
	value, ok := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(value, 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}
