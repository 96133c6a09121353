package fetcher

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"

	"harmattan/news"
)

// Bounds of what is kept of a response's header, in bytes.
const (
	maxRawHeader = 16 << 10
	maxRawValue  = 1 << 10
)

// withRaw adds the response to a result whose document brought something that
// was not known, or could not be read. Others prove nothing that an earlier
// response does not. The bytes are copied, for the answer's buffer is used again.
func (v *visit) withRaw(a *answer, r *Result) *Result {
	before := current(*v.job, v.clock()).ItemHashes
	if len(a.body) == 0 || r.Outcome != OutcomeFailed && len(union(before, r.State.ItemHashes)) == len(before) {
		return r
	}
	raw := news.Raw{
		SourceID: v.job.Source.ID, Hash: a.hash, Size: int64(len(a.body)),
		URL: v.address, FinalURL: a.url, Status: a.code, Header: rawHeader(a.header), ReceivedAt: r.ReceivedAt,
	}
	if wellPacked := len(a.gzip) > 0 && 3*len(a.gzip) <= len(a.body); wellPacked {
		raw.Gzip = bytes.Clone(a.gzip)
	} else {
		raw.Body = bytes.Clone(a.body)
	}
	r.Raws = []news.Raw{raw}
	return r
}

// rawHeader copies a header without what may be a secret, in the order of
// names until the bound is reached.
func rawHeader(h http.Header) map[string][]string {
	kept, left := map[string][]string{}, maxRawHeader
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if secret(name) {
			continue
		}
		for _, value := range h[name] {
			value = strings.ToValidUTF8(value[:min(len(value), maxRawValue)], "")
			if left -= len(name) + len(value); left < 0 {
				return kept
			}
			kept[name] = append(kept[name], value)
		}
	}
	return kept
}

// secret tells whether a field may let its reader act as us or as the server.
func secret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"cookie", "authenti", "authori", "token", "session", "secret", "csrf"},
		func(part string) bool { return strings.Contains(name, part) })
}
