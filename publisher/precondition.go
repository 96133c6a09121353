package publisher

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// precondition evaluates the conditions of a request in the order of RFC 9110
// section 13.2.2 and returns 200, 304 or 412.
func (d *document) precondition(v *variant, h http.Header) int {
	if match := h["If-Match"]; len(match) > 0 {
		if !matches(match, v.etag, true) {
			return http.StatusPreconditionFailed
		}
	} else if since, ok := readDate(h.Get("If-Unmodified-Since")); ok && !d.modified.IsZero() && d.modified.After(since) {
		return http.StatusPreconditionFailed
	}
	if none := h["If-None-Match"]; len(none) > 0 {
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
	identity := len(d.variants) - 1
	if len(accept) == 0 {
		return &d.variants[identity]
	}
	const unnamed = -1
	weights, others := [4]float64{unnamed, unnamed, unnamed, unnamed}, 0.0
	for _, list := range accept {
		for element := range strings.SplitSeq(list, ",") {
			name, parameters, _ := strings.Cut(element, ";")
			switch name = strings.ToLower(strings.TrimSpace(name)); name {
			case "*":
				others = weight(parameters)
				continue
			case "x-gzip":
				name = "gzip"
			}
			if i := d.coded(name); i >= 0 {
				weights[i] = weight(parameters)
			}
		}
	}
	if weights[identity] == unnamed {
		weights[identity] = max(others, 0.001) // acceptable unless refused, but the last choice
	}
	best, quality := identity, 0.0
	for i := range d.variants {
		q := weights[i]
		if q == unnamed {
			q = others
		}
		if q > quality {
			best, quality = i, q
		}
	}
	return &d.variants[best]
}

// coded finds the variant in a coding; -1 for none.
func (d *document) coded(name string) int {
	return slices.IndexFunc(d.variants, func(v variant) bool { return v.coding == name })
}

// weight reads "q=0.5"; what cannot be read refuses.
func weight(parameters string) float64 {
	if parameters == "" {
		return 1
	}
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
