package fetcher

import (
	"net/http"
	"strings"
	"time"
)

// follow replaces the validators by those of an answer that was processed to
// its end: both after a document, those that are there after a 304 (F-04, F-05).
func (v *visit) follow(a *answer) {
	s := &v.state
	etag, modified := header(a, "ETag"), header(a, "Last-Modified")
	if a.code != http.StatusNotModified {
		s.ETag, s.LastModified = etag, modified
	} else {
		s.ETag, s.LastModified = first(etag, s.ETag), first(modified, s.LastModified)
	}
	s.ValidatorsFor = shaped(a.url)
	if !a.conditional {
		s.ValidatorsAt = v.clock()
	}
}

func (v *visit) dropValidators() {
	v.state.ETag, v.state.LastModified, v.state.ValidatorsFor = "", "", ""
}

// header reads a field that will be sent back; one with control characters or
// of absurd length is not kept (F-106).
func header(a *answer, name string) string { return sendable(a.header.Get(name)) }

// sendable is a value that may stand in a header, else empty.
func sendable(value string) string {
	if len(value) > 1024 || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return value
}

// addValidators makes a request conditional when the validators belong to its
// address. Every eight days they are left out once: some servers answer 304
// whatever changed (F-07, F-11).
func (v *visit) addValidators(req *http.Request, address string) bool {
	const lifetime = 8 * 24 * time.Hour
	s := &v.state
	if s.ValidatorsFor != shaped(address) || v.clock().Sub(s.ValidatorsAt) >= lifetime || !v.agreed() {
		return false
	}
	etag, modified := sendable(s.ETag), sendable(s.LastModified)
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	if modified != "" {
		req.Header.Set("If-Modified-Since", modified)
	}
	return etag != "" || modified != ""
}
