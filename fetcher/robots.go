package fetcher

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// robotsName is our product token in robots.txt.
const robotsName = "harmattan"

// maxRobots is how much of a robots.txt is read, as RFC 9309 section 2.5 has it.
const maxRobots = 500 << 10

// robots is what a robots.txt asks of us (RFC 9309).
type robots struct {
	rules []robotsRule
	// named tells that the rules are from a group that names us, not "*".
	named bool
	// refused says why nothing may be asked, or is empty.
	refused  string
	sitemaps []string
}

type robotsRule struct {
	pattern string
	allow   bool
}

// parseRobots reads a robots.txt. Lines that make no sense are skipped.
func parseRobots(text []byte) robots {
	var r robots
	var ours, anybody []robotsRule
	mine, general, naming := false, false, false
	if len(text) > maxRobots {
		text = text[:bytes.LastIndexByte(text[:maxRobots], '\n')+1]
	}
	for line := range bytes.Lines(text) {
		key, value := robotsLine(string(line))
		switch key {
		case "user-agent":
			if !naming {
				mine, general = false, false
			}
			naming = true
			token := value[:len(value)-len(strings.TrimLeftFunc(value, robotsToken))]
			mine = mine || strings.EqualFold(token, robotsName)
			general = general || value == "*"
			r.named = r.named || mine
		case "allow", "disallow":
			naming = false
			if value == "" {
				continue
			}
			rule := robotsRule{robotsPath(value), key == "allow"}
			if mine {
				ours = append(ours, rule)
			}
			if general {
				anybody = append(anybody, rule)
			}
		case "sitemap":
			r.sitemaps = append(r.sitemaps, value)
		}
	}
	if r.rules = anybody; r.named {
		r.rules = ours
	}
	return r
}

func robotsToken(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-'
}

func robotsLine(line string) (key, value string) {
	line, _, _ = strings.Cut(strings.TrimPrefix(line, "\uFEFF"), "#")
	key, value, _ = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
}

// robotsPath gives paths that mean the same the same form: octets beyond ASCII
// escaped, escapes in capitals.
func robotsPath(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c >= 0x80:
			fmt.Fprintf(&b, "%%%02X", c)
		case c == '%' && i+2 < len(path):
			b.WriteString(strings.ToUpper(path[i : i+3]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// allows tells whether a path with its query may be asked: the longest pattern
// decides, and of equal ones that which allows.
func (r robots) allows(path string) bool {
	longest, allowed := -1, true
	path = robotsPath(path)
	for _, rule := range r.rules {
		if n := len(rule.pattern); n < longest || n == longest && !rule.allow || !rule.matches(path) {
			continue
		}
		longest, allowed = len(rule.pattern), rule.allow
	}
	return allowed
}

// matches holds a path against a pattern, in which "*" is any text and a "$" at
// the end is the end of the path.
func (r robotsRule) matches(path string) bool {
	pattern, anchored := strings.CutSuffix(r.pattern, "$")
	pieces := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, pieces[0])
	if !ok {
		return false
	}
	for i, piece := range pieces[1:] {
		if anchored && i == len(pieces)-2 {
			return strings.HasSuffix(rest, piece)
		}
		at := strings.Index(rest, piece)
		if at < 0 {
			return false
		}
		rest = rest[at+len(piece):]
	}
	return !anchored || rest == ""
}

// permitted refuses what the robots.txt of an address's site asks robots to
// leave alone; onlyNamed heeds a group that names us and no other (F-64).
func (d *discovery) permitted(ctx context.Context, address string, onlyNamed bool) error {
	u, err := url.Parse(address)
	if err != nil {
		return unwrapURL(err)
	}
	r, err := d.robotsOf(ctx, u)
	switch {
	case err != nil:
		return err
	case r.refused != "" && !onlyNamed:
		return fmt.Errorf("the robots.txt of %s cannot be read (%s), so its pages are left alone", u.Host, r.refused)
	case onlyNamed && !r.named:
		return nil
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if !r.allows(path) {
		return fmt.Errorf("the robots.txt of %s asks robots to stay away from %s", u.Host, oneLine(u.Path))
	}
	return nil
}

// robotsOf reads a site's robots.txt, once.
func (d *discovery) robotsOf(ctx context.Context, u *url.URL) (robots, error) {
	site := u.Scheme + "://" + u.Host
	if r, ok := d.robots[site]; ok {
		return r, nil
	}
	r := robots{}
	a, err := d.ask(ctx, site+"/robots.txt", nil)
	switch {
	case ctx.Err() != nil:
		return r, ctx.Err()
	case err != nil:
		r.refused = err.Error()
	case holdsDocument(a.code):
		r = parseRobots(a.body)
	case a.code >= 500 || a.code == http.StatusTooManyRequests:
		r.refused = a.refusal().Error()
	}
	d.robots[site] = r
	return r, nil
}
