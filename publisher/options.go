// Package publisher turns an edition and its entries into documents (RSS, Atom,
// JSON Feed, HTML) and serves them over HTTP or writes them as files.
//
// Every document is made once per change, checked, compressed and then swapped
// in together with the other formats of its edition. A request for an edition
// touches neither the database nor a template.
package publisher

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"harmattan/news"
)

// Options are the [publisher] table of the configuration.
type Options struct {
	// Listen is the address and port that the daemon serves HTTP on.
	Listen string `toml:"listen"`
	// BaseURL is the public address of the site, which subscribers see: http or
	// https, without query. A path is allowed ("https://example.org/news").
	// "http://" and Listen when empty.
	BaseURL string `toml:"base_url"`
	// Title names the site on its pages and as the author of its editions.
	Title string `toml:"title"`
	// Contact is an e-mail address or a web page where publishers and readers
	// reach whoever runs the site. It stands in every edition.
	Contact string `toml:"contact"`
	// MaxAge is how long a copy of an edition counts as fresh.
	MaxAge news.Duration `toml:"max_age"`
	// Limit is how many entries an edition carries that sets no limit itself:
	// more, up to 100, as long as they are of the last three days.
	Limit int `toml:"limit"`
	// MaxBytes bounds each document of an edition, uncompressed. What does not
	// fit gives way: first the whole texts, then the oldest entries.
	MaxBytes int `toml:"max_bytes"`
	// RequestsPerMinute is how many requests of one client are answered, 0 for
	// all; see Limiter. Proxies are the addresses and networks of web servers in
	// front, whose word on the client's address counts.
	RequestsPerMinute int      `toml:"requests_per_minute"`
	Proxies           []string `toml:"proxies"`
	// ManifestKey is the file of the key that signs each day's manifest, as
	// "harmattan key" makes it. Empty: the credential manifest-key of systemd, or
	// no manifests.
	ManifestKey string `toml:"manifest_key"`
	// Hub tells subscribers at once (WebSub): OwnHub is that of this program,
	// else the address of another one, which is told of every change. Empty: none.
	Hub string `toml:"hub"`
	// Directory also gets every document as a file after each change, for a web
	// server or a bucket. Empty: no files. Files answer no questions: with a
	// directory the pages have no links to /articles and /search.
	Directory string `toml:"directory"`
}

// maxLimit is the most entries that an edition may carry: longer documents are
// a burden for readers on slow lines and are refused by some.
const maxLimit = 100

// Default returns the options of an empty [publisher] table.
func Default() Options {
	return Options{
		Listen:   "127.0.0.1:8025",
		Title:    "Harmattan",
		MaxAge:   news.Duration{Duration: 15 * time.Minute},
		Limit:    50,
		MaxBytes: 250_000,

		RequestsPerMinute: 600,
	}
}

// LimitOf is how many entries the edition carries.
func (o Options) LimitOf(e news.Edition) int {
	limit := e.Limit
	if limit <= 0 {
		limit = o.Limit
	}
	return min(max(limit, 1), maxLimit)
}

// longWindow is what an edition without a limit of its own covers, if there is
// room: three days, so that a reader who comes once a day misses nothing.
const longWindow = 3 * 24 * time.Hour

// WindowOf is how many entries the edition may carry: LimitOf, or more where it
// leaves the number to the site and the days are busy.
func (o Options) WindowOf(e news.Edition) int {
	if e.Limit > 0 {
		return o.LimitOf(e)
	}
	return maxLimit
}

// window is how many of the entries, newest first, the edition carries: LimitOf,
// and all that is not older than longWindow before the newest.
func (o Options) window(e news.Edition, entries []news.Entry) int {
	n := min(o.LimitOf(e), len(entries))
	for n < min(o.WindowOf(e), len(entries)) && dated(&entries[0]).Sub(dated(&entries[n])) <= longWindow {
		n++
	}
	return n
}

func dated(e *news.Entry) time.Time {
	if e.Published.IsZero() {
		return e.Article.Published.Time
	}
	return e.Published
}

// Base is the public address of the site without a slash at its end.
func (o Options) Base() string {
	if o.BaseURL != "" {
		return strings.TrimRight(o.BaseURL, "/")
	}
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return "http://" + o.Listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem {
	var problems []news.Problem
	add := func(key, message string, args ...any) {
		problems = append(problems, news.Problem{Path: []string{key}, Message: fmt.Sprintf(message, args...)})
	}
	if message := listenProblem(o.Listen); message != "" {
		add("listen", "%s", message)
	}
	if message := baseProblem(o.BaseURL); message != "" {
		add("base_url", "%s", message)
	}
	if strings.TrimSpace(o.Title) == "" {
		add("title", "is empty; give the site a name")
	}
	if o.Contact != "" && contactLink(o.Contact) == "" {
		add("contact", "%q is neither an e-mail address nor an http or https address", o.Contact)
	}
	limitProblems(o, add)
	if message := hubProblem(o.Hub); message != "" {
		add("hub", "%s", message)
	}
	if o.MaxAge.Duration < time.Minute || o.MaxAge.Duration > 24*time.Hour {
		add("max_age", "%s is out of range; it must be from \"1m\" to \"24h\"", o.MaxAge)
	}
	if o.Limit < 1 || o.Limit > maxLimit {
		add("limit", "%d is out of range; it must be from 1 to %d", o.Limit, maxLimit)
	}
	if o.MaxBytes < 20_000 || o.MaxBytes > 10_000_000 {
		add("max_bytes", "%d is out of range; it must be from 20000 to 10000000", o.MaxBytes)
	}
	return problems
}

// ValidateEditions reports every mistake in what the publisher uses of the
// editions. Paths begin with the index of the edition.
func ValidateEditions(editions []news.Edition) []news.Problem {
	var problems []news.Problem
	seen := map[string]int{}
	for i, e := range editions {
		for _, p := range validateEdition(e) {
			problems = append(problems, p.Under(strconv.Itoa(i)))
		}
		if first, ok := seen[e.ID]; ok && e.ID != "" {
			problems = append(problems, news.Problem{
				Path:    []string{strconv.Itoa(i), "id"},
				Message: fmt.Sprintf("%q is already the id of edition %d; an id is an address and must be unique", e.ID, first),
			})
			continue
		}
		seen[e.ID] = i
	}
	return append(problems, formerProblems(editions)...)
}

func validateEdition(e news.Edition) []news.Problem {
	var problems []news.Problem
	add := func(key, message string, args ...any) {
		problems = append(problems, news.Problem{Path: []string{key}, Message: fmt.Sprintf(message, args...)})
	}
	if !validID(e.ID) {
		add("id", "%q cannot be an address; use 1 to 64 of a-z and 0-9, with single hyphens between, for example \"sahel-security\"", e.ID)
	}
	if e.ID == healthID || strings.HasSuffix(e.ID, healthSuffix) {
		add("id", "%q is kept for the health of sources; take another id", e.ID)
	}
	if strings.TrimSpace(e.Title) == "" {
		add("title", "is empty; subscribers see the title in their reader")
	}
	if e.Language != "" {
		if _, err := language.Parse(e.Language); err != nil {
			add("language", "%q is not a BCP 47 language tag such as \"en\", \"fr\" or \"ar\"", e.Language)
		}
	}
	if e.Limit < 0 || e.Limit > maxLimit {
		add("limit", "%d is out of range; it must be from 1 to %d, or left out", e.Limit, maxLimit)
	}
	return problems
}

// validID tells whether an id can stand in an address and in a file name.
func validID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for part := range strings.SplitSeq(id, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}

func listenProblem(listen string) string {
	_, port, err := net.SplitHostPort(listen)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Sprintf("%q is not an address with a port such as \"127.0.0.1:8025\"", listen)
	}
	return ""
}

func baseProblem(base string) string {
	if base == "" {
		return ""
	}
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Sprintf("%q is not an http or https address such as \"https://news.example.org\"", base)
	case u.User != nil:
		return "holds a user name; the public address must not"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return fmt.Sprintf("%q has a query or a fragment; give only scheme, host and path", base)
	case link(base) == "" || strings.Contains(u.Path, "//"):
		return fmt.Sprintf("%q holds characters that an address cannot hold", base)
	}
	return ""
}

// contactLink is the contact as an address to follow, or empty when it is none.
func contactLink(contact string) string {
	if link(contact) != "" {
		return link(contact)
	}
	if a, err := mail.ParseAddress(contact); err == nil && a.Address == contact {
		return "mailto:" + contact
	}
	return ""
}

// contactMail is the contact when it is an e-mail address, or empty.
func contactMail(contact string) string {
	address, _ := strings.CutPrefix(contactLink(contact), "mailto:")
	if address == contactLink(contact) {
		return ""
	}
	return address
}
