package publisher

import (
	"fmt"
	"net/http"
	"strings"
)

// freshness is Cache-Control for what changes with the news: a cache may serve
// the old copy for an hour while it asks, and for a week while we are away
// (RFC 5861).
func (p *Publisher) freshness() string {
	return fmt.Sprintf("max-age=%d, stale-while-revalidate=3600, stale-if-error=604800", int(p.options.MaxAge.Seconds()))
}

// feedHeader is for documents that programs read: any site's script may, and
// search engines need not list what only repeats others.
func feedHeader(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "ETag, Last-Modified, Link")
	h.Set("X-Robots-Tag", "noindex")
}

// pageHeader is for pages: no script, nothing from elsewhere, and no word to
// other sites about where a reader came from.
func pageHeader(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
}

// mediaType is a content type without its parameters.
func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return kind
}
