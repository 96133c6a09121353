package curator

import (
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/net/idna"
)

// links brings addresses to one form by the rules in links.toml.
type links struct {
	rules linkRules
	// exact and prefixes are the tracking parameters of every host.
	exact    map[string]bool
	prefixes []string
}

type linkRules struct {
	Tracking []string
	Signed   []string
	Sign     []struct{ Parameters, Values []string }
	Channel  []string
	Host     []hostRule
	// Redirector hosts answer with the address that a parameter holds.
	Redirector []struct {
		Hosts      []string
		Path       string
		Parameters []string
	}
	Cache []struct{ Prefix, Scheme string }
	Hosts map[string]string
}

type hostRule struct {
	Names    []string
	Tracking []string
	Keep     []string
}

//go:embed links.toml
var linksTOML []byte

var knownLinks = sync.OnceValues(newLinks)

func newLinks() (*links, error) {
	l := &links{exact: map[string]bool{}}
	if err := toml.Unmarshal(linksTOML, &l.rules); err != nil {
		return nil, fmt.Errorf("links.toml: %w", err)
	}
	for _, name := range l.rules.Tracking {
		if prefix, ok := strings.CutSuffix(name, "*"); ok {
			l.prefixes = append(l.prefixes, prefix)
		} else {
			l.exact[name] = true
		}
	}
	return l, nil
}

// CanonicalLink returns the address under which an article is stored that a
// source links to with raw. It is empty for what is no web address.
func CanonicalLink(raw string) string {
	l, err := knownLinks()
	if err != nil {
		return "" // no curator was made either
	}
	return l.canonical(raw)
}

// maxUnwraps bounds redirectors inside redirectors.
const maxUnwraps = 3

// canonical returns the address under which an article is published: lower
// case host, no default port, no fragment, nothing that only tracks readers,
// no redirector, cache or small-screen twin before it. It is empty for what is
// no web address. RFC 3986 section 6.2.
func (l *links) canonical(raw string) string {
	raw = strings.TrimSpace(raw)
	u, ok := parseWeb(raw)
	if !ok {
		return ""
	}
	for range maxUnwraps {
		inner := l.unwrap(u)
		if inner == nil {
			break
		}
		u = inner
	}
	normaliseHost(u)
	if full, ok := l.rules.Hosts[u.Host]; ok {
		u.Host = full
	}
	normalisePath(u)
	if !strings.HasPrefix(u.Fragment, "!") {
		u.Fragment, u.RawFragment = "", ""
	}
	u.RawQuery = l.cleanQuery(u)
	u.ForceQuery = false
	u.User = nil
	return u.String()
}

// key folds what two addresses of one article may differ in although both
// work: scheme, www, a slash at the end, the order of parameters. It is for
// comparing only.
func (l *links) key(link string) string {
	u, ok := parseWeb(l.canonical(link))
	if !ok {
		return link
	}
	parameters := strings.Split(u.RawQuery, "&")
	slices.Sort(parameters)
	key := strings.TrimPrefix(u.Host, "www.") + strings.TrimRight(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		key += "?" + strings.Join(parameters, "&")
	}
	if u.Fragment != "" {
		key += "#" + u.Fragment
	}
	return key
}

// twins are the canonical forms that share a key with the link: what to look
// for when only whole links can be looked up.
func twins(link string) []string {
	u, ok := parseWeb(link)
	if !ok {
		return []string{link}
	}
	found := []string{link}
	other := *u
	other.Scheme = map[string]string{"http": "https", "https": "http"}[u.Scheme]
	found = append(found, other.String())
	for _, form := range found {
		if bare, ok := strings.CutPrefix(u.Host, "www."); ok {
			found = append(found, strings.Replace(form, "://"+u.Host, "://"+bare, 1))
		} else {
			found = append(found, strings.Replace(form, "://"+u.Host, "://www."+u.Host, 1))
		}
	}
	for _, form := range found {
		head, query, has := strings.Cut(form, "?")
		if trimmed := strings.TrimRight(head, "/"); trimmed != head {
			head = trimmed
		} else {
			head += "/"
		}
		if has {
			head += "?" + query
		}
		found = append(found, head)
	}
	return found
}

// parseWeb reads an http or https address; a percent sign that escapes nothing
// is one that should have been escaped.
func parseWeb(raw string) (*url.URL, bool) {
	u, err := url.Parse(raw)
	if err != nil {
		u, err = url.Parse(strayPercent.ReplaceAllString(raw, "%25$1"))
	}
	if err != nil || strings.Trim(u.Hostname(), ".") == "" || u.Opaque != "" {
		return nil, false
	}
	u.Scheme = strings.ToLower(u.Scheme)
	return u, u.Scheme == "http" || u.Scheme == "https"
}

var strayPercent = regexp.MustCompile(`%([^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|.?$)`)

func normaliseHost(u *url.URL) {
	host := strings.TrimRight(strings.ToLower(u.Hostname()), ".")
	if strings.Contains(host, "xn--") || strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if ascii, err := idna.Lookup.ToASCII(host); err == nil {
			host = ascii
		}
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && !(u.Scheme == "http" && port == "80") && !(u.Scheme == "https" && port == "443") {
		host += ":" + port
	}
	u.Host = host
}

// normalisePath undoes dot segments, writes escapes in upper case and drops
// the /amp that content systems put behind an article's slug.
func normalisePath(u *url.URL) {
	if u.Path == "" {
		u.Path = "/"
	}
	if strings.Contains(u.Path, "/.") {
		resolved := u.ResolveReference(&url.URL{Path: u.Path, RawPath: u.RawPath})
		u.Path, u.RawPath = resolved.Path, resolved.RawPath
	}
	if slug, ok := strings.CutSuffix(strings.TrimSuffix(u.EscapedPath(), "/"), "/amp"); ok {
		if hasSlug(slug) {
			u.Path, _ = url.PathUnescape(slug + "/")
			u.RawPath = slug + "/"
		}
	}
	if u.RawPath != "" {
		u.RawPath = upperEscapes(u.RawPath)
	}
}

func upperEscapes(path string) string {
	b := []byte(path)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToUpper(string(b[i+1:i+3])))
		}
	}
	return string(b)
}

// unwrap returns the address inside a redirector's or a cache's, or nil.
func (l *links) unwrap(u *url.URL) *url.URL {
	host := strings.ToLower(u.Hostname())
	for _, cache := range l.rules.Cache {
		at, path, _ := strings.Cut(cache.Prefix, "/")
		if !under(host, at) {
			continue
		}
		if rest, ok := strings.CutPrefix(u.EscapedPath(), "/"+path); ok && strings.Contains(rest, ".") {
			query := ""
			if u.RawQuery != "" {
				query = "?" + u.RawQuery
			}
			if inner, ok := parseWeb(cache.Scheme + "://" + rest + query); ok {
				return inner
			}
		}
	}
	for _, rule := range l.rules.Redirector {
		if !underAny(host, rule.Hosts) || rule.Path != "" && u.Path != rule.Path {
			continue
		}
		values := u.Query()
		for _, name := range rule.Parameters {
			if inner, ok := parseWeb(values.Get(name)); ok {
				return inner
			}
		}
	}
	return nil
}

// hasSlug tells whether a path ends in the words of a headline.
func hasSlug(path string) bool {
	path = strings.TrimRight(path, "/")
	return strings.Count(path[strings.LastIndexByte(path, '/')+1:], "-") >= 2
}

// under tells whether a host is a domain or one of its subdomains.
func under(host, domain string) bool {
	rest, ok := strings.CutSuffix(host, domain)
	return ok && domain != "" && (rest == "" || strings.HasSuffix(rest, "."))
}

func underAny(host string, domains []string) bool {
	return slices.ContainsFunc(domains, func(d string) bool { return under(host, d) })
}
