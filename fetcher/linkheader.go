package fetcher

import (
	"strings"
)

// headerLink is one value of an HTTP Link header (RFC 8288).
type headerLink struct {
	target string
	// params are by lower-case name, the first of each.
	params map[string]string
}

// maxHeaderLinks bounds what is read of one answer.
const maxHeaderLinks = 64

// headerLinks reads Link headers; a value that cannot be read ends its header.
func headerLinks(headers []string) []headerLink {
	var links []headerLink
	for _, rest := range headers {
		for len(links) < maxHeaderLinks {
			rest = strings.TrimLeft(rest, ", \t")
			inside, after, ok := strings.Cut(rest, ">")
			if !ok || !strings.HasPrefix(inside, "<") {
				break
			}
			link := headerLink{target: strings.TrimSpace(inside[1:]), params: map[string]string{}}
			rest = link.read(after)
			links = append(links, link)
		}
	}
	return links
}

// read takes the parameters at the start of a text and returns what follows.
func (l *headerLink) read(rest string) string {
	for {
		rest = strings.TrimLeft(rest, " \t")
		if !strings.HasPrefix(rest, ";") {
			return rest
		}
		rest = strings.TrimLeft(rest[1:], " \t")
		end := strings.IndexAny(rest, "=;,")
		if end < 0 {
			end = len(rest)
		}
		name, value := strings.ToLower(strings.TrimSpace(rest[:end])), ""
		if rest = rest[end:]; strings.HasPrefix(rest, "=") {
			value, rest = paramValue(strings.TrimLeft(rest[1:], " \t"))
		}
		if _, twice := l.params[name]; !twice && name != "" {
			l.params[name] = value
		}
	}
}

// paramValue reads a token or a quoted text.
func paramValue(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ";,")
		if end < 0 {
			end = len(text)
		}
		return strings.TrimSpace(text[:end]), text[end:]
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return b.String(), text[i+1:]
		case '\\':
			i++
			if i == len(text) {
				return b.String(), ""
			}
		}
		b.WriteByte(text[i])
	}
	return b.String(), ""
}
