package fetcher

import (
	"net/url"
	"strings"
)

// absolute resolves a reference against a base, as RFC 3986 says. What cannot
// be understood as a reference, and what is not for the web, is empty; an empty
// reference is the base itself only for bases.
func absolute(base, reference string) string {
	reference = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, strings.TrimSpace(reference))
	if reference == "" {
		return ""
	}
	if isWeb(reference) {
		return reference
	}
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	r, err := url.Parse(reference)
	if err != nil {
		r = &url.URL{Path: reference}
	}
	if full := b.ResolveReference(r); full.Scheme == "http" || full.Scheme == "https" {
		return full.String()
	}
	return ""
}

// resolve goes down a stack of xml:base values, outermost first.
func resolve(bases ...string) string {
	base := ""
	for _, next := range bases {
		if next == "" {
			continue
		}
		if base == "" {
			base = next
		} else if full := absolute(base, next); full != "" {
			base = full
		}
	}
	return base
}

// isWeb tells whether a reference is an absolute http or https URL.
func isWeb(reference string) bool {
	scheme, rest, ok := strings.Cut(reference, "://")
	return ok && rest != "" && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// webOnly is a reference that is an absolute http or https URL, else empty: an
// id that can stand in for a missing link.
func webOnly(reference string) string {
	if isWeb(reference) {
		return reference
	}
	return ""
}
