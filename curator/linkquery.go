package curator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// cleanQuery drops tracking parameters and keeps the others in their order.
func (l *links) cleanQuery(u *url.URL) string {
	host, query, hasSlug := u.Host, escapeQuery(u.RawQuery), hasSlug(u.EscapedPath())
	if query == "" {
		return ""
	}
	if !strings.Contains(query, "=") && strings.Contains(strings.ToUpper(query), "%3D") {
		if plain, err := url.QueryUnescape(query); err == nil {
			query = plain
		}
	}
	parameters := strings.Split(query, "&")
	for _, parameter := range parameters {
		name, _, _ := strings.Cut(parameter, "=")
		if slices.ContainsFunc(l.rules.Signed, func(s string) bool { return strings.EqualFold(s, name) }) {
			return query
		}
	}
	var tracking, keep []string
	for _, rule := range l.rules.Host {
		if underAny(host, rule.Names) {
			tracking = append(tracking, rule.Tracking...)
			keep = append(keep, rule.Keep...)
		}
	}
	kept := parameters[:0]
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(strings.TrimPrefix(parameter, "amp;"), "=")
		if parameter == "" {
			continue
		}
		if !named(name, keep) && (named(name, tracking) || l.tracks(name, value) || hasSlug && l.isChannel(name, value)) {
			continue
		}
		kept = append(kept, parameter)
	}
	return strings.Join(kept, "&")
}

// escapeQuery escapes what RFC 3986 does not allow in a query.
func escapeQuery(query string) string {
	var escaped strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&escaped, "%%%02X", c)
		} else {
			escaped.WriteByte(c)
		}
	}
	return escaped.String()
}

// tracks tells whether a parameter is tracking on any host.
func (l *links) tracks(name, value string) bool {
	lower := strings.ToLower(name)
	if l.exact[name] || l.exact[lower] {
		return true
	}
	for _, prefix := range l.prefixes {
		if strings.HasPrefix(lower, strings.ToLower(prefix)) {
			return true
		}
	}
	value = strings.ToLower(value)
	for _, sign := range l.rules.Sign {
		if slices.Contains(sign.Parameters, name) && slices.Contains(sign.Values, value) {
			return true
		}
	}
	return false
}

// isChannel tells whether a parameter names a channel and nothing else, beside
// a path that names the article: a word or a host, never a number.
func (l *links) isChannel(name, value string) bool {
	return slices.Contains(l.rules.Channel, name) && !strings.ContainsAny(value, "0123456789")
}

func named(name string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		prefix, open := strings.CutSuffix(s, "*")
		return s == name || open && strings.HasPrefix(name, prefix)
	})
}
