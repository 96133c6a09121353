package fetcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"harmattan/news"
)

// maxCandidates bounds the feeds of one page that are looked at.
const maxCandidates = 20

// Candidate is an address where a feed may be, and what was seen there.
type Candidate struct {
	// Source is ready to be configured but for its ID, which is empty.
	Source news.Source
	// Found says where the address comes from, for people.
	Found  string
	Format string // as in Document
	Items  int
	// Newest is the date of the newest item, PerWeek how many come in a week;
	// zero when the items have no dates that were understood.
	Newest  time.Time
	PerWeek float64
	// Notes are what an operator should know: a move, a mistake.
	Notes []string
	// Err is why it is no source; nil when it is one.
	Err error
}

// Discover finds the feeds of a site: the address itself when it is one, else
// those that the page there offers, each of them fetched and read once. With
// guess it tries the usual addresses when the page offers none that works. The
// robots.txt of a site is obeyed for pages and guesses; a feed that a page
// offers is left alone when robots.txt names us. The error tells why the
// address could not be read.
func (f *Fetcher) Discover(ctx context.Context, address string, guess bool, clock func() time.Time) ([]Candidate, error) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if err := checkURL(address); err != nil {
		return nil, err
	}
	d := &discovery{fetcher: f, clock: clock, robots: map[string]robots{}, seen: map[string]bool{}}
	a, err := d.ask(ctx, address, d.crawl)
	if err == nil && !holdsDocument(a.code) {
		err = a.refusal()
	}
	if err != nil {
		return nil, err
	}
	if c := d.read(ctx, a, offer{url: address, from: "the address itself"}); c.Err == nil {
		return []Candidate{c}, nil
	}
	d.page = readPage(a.body, a.header, a.url)
	d.home = a.url
	d.try(ctx, d.page.offers, d.named)
	if guess && !slices.ContainsFunc(d.found, func(c Candidate) bool { return c.Err == nil }) {
		d.try(ctx, d.guesses(ctx, a.url), d.crawl)
	}
	return d.found, ctx.Err()
}

// discovery is one search for the feeds of a site.
type discovery struct {
	fetcher *Fetcher
	clock   func() time.Time
	robots  map[string]robots // by scheme and host
	seen    map[string]bool   // addresses that were asked
	page    page
	home    string
	found   []Candidate
}

func (d *discovery) crawl(ctx context.Context, address string) error {
	return d.permitted(ctx, address, false)
}

func (d *discovery) named(ctx context.Context, address string) error {
	return d.permitted(ctx, address, true)
}

// ask fetches a document with the manners of a fetch: the guard, the limits,
// the spacing and silence of its host.
func (d *discovery) ask(ctx context.Context, address string, permit func(context.Context, string) error) (*answer, error) {
	v := visit{fetcher: d.fetcher, state: news.SourceState{URL: address}, address: address, clock: d.clock, permit: permit}
	defer v.exit()
	if err := v.enter(ctx, address); err != nil {
		return nil, err
	}
	a, err := v.ask(ctx, false)
	if err == nil {
		err = v.open(ctx, a)
	}
	if err != nil {
		return nil, err
	}
	a.body = bytes.Clone(a.body)
	a.release(d.fetcher.reader)
	if a.code == http.StatusTooManyRequests || a.code == http.StatusServiceUnavailable {
		d.fetcher.hosts.silence(a.url, d.clock().Add(max(a.silence, time.Hour)))
	}
	return a, nil
}

// refusal says what an answer without a document means.
func (a *answer) refusal() error {
	err := fmt.Errorf("the server answered %d %s", a.code, http.StatusText(a.code))
	if a.header.Get("Cf-Mitigated") == "challenge" {
		return fmt.Errorf("%w: a bot challenge; ask the site to exempt the path of its feed", err)
	}
	return err
}

// try looks at what is offered. Guesses that redirect or fail say nothing, and
// the first that works ends them (F-68).
func (d *discovery) try(ctx context.Context, offers []offer, permit func(context.Context, string) error) {
	tried := 0
	for _, o := range offers {
		if d.seen[o.url] || tried == maxCandidates || ctx.Err() != nil {
			continue
		}
		d.seen[o.url] = true
		tried++
		a, err := d.ask(ctx, o.url, permit)
		if err == nil && !holdsDocument(a.code) {
			err = a.refusal()
		}
		c := Candidate{Source: news.Source{URL: o.url}, Found: o.from, Err: err}
		if err == nil {
			c = d.read(ctx, a, o)
		}
		var held *heldError
		switch {
		case !o.guessed:
			d.found = append(d.found, c)
		case err == nil && a.url == o.url && c.Err == nil:
			d.found = append(d.found, c)
			return
		case errors.As(err, &held):
			return
		}
	}
}

// guesses are the usual addresses of feeds on a site, then the sitemaps of news
// that its robots.txt names.
func (d *discovery) guesses(ctx context.Context, address string) []offer {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var offers []offer
	for _, path := range []string{"/feed/", "/feed", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json",
		"/?feed=rss2", "/spip.php?page=backend", "/?format=feed&type=rss", "/feeds/posts/default"} {
		offers = append(offers, offer{url: u.Scheme + "://" + u.Host + path, from: "a guess", guessed: true})
	}
	if r, err := d.robotsOf(ctx, u); err == nil {
		for _, s := range r.sitemaps {
			if s = absolute(address, s); namesNews(s) && sameHost(s, address) {
				offers = append(offers, offer{url: s, from: "the site's robots.txt", guessed: true})
			}
		}
	}
	for _, path := range []string{"/news-sitemap.xml", "/sitemap-news.xml"} {
		offers = append(offers, offer{url: u.Scheme + "://" + u.Host + path, from: "a guess", guessed: true})
	}
	return offers
}

// read makes a candidate of a document. Its address is the one that was named,
// or where permanent redirects lead: never what the document calls itself
// (F-76).
func (d *discovery) read(ctx context.Context, a *answer, o offer) Candidate {
	c := Candidate{Source: news.Source{URL: o.url}, Found: o.from}
	if a.moved != "" {
		c.Source.URL = a.moved
		c.Notes = append(c.Notes, "moved there for good from "+shown(o.url))
	}
	doc, err := d.parse(&c, a)
	if doc.Sitemaps != nil {
		doc, err = d.first(ctx, &c, doc, a.url)
	}
	if err != nil && len(doc.Items) > 0 {
		c.Notes = append(c.Notes, err.Error())
		err = nil
	}
	c.Format, c.Items, c.Err = doc.Format, doc.Total, err
	if err == nil {
		d.describe(&c, doc, o)
	}
	return c
}

// parse reads a document as a feed, else as a news sitemap.
func (d *discovery) parse(c *Candidate, a *answer) (doc Document, err error) {
	limits := Limits{Items: d.fetcher.options.MaxItems}
	d.fetcher.limited(func() {
		contentType := a.header.Get("Content-Type")
		doc, err = Parse(c.Source, a.body, contentType, a.url, limits)
		if !errors.Is(err, errSitemap) {
			return
		}
		c.Source.Kind = news.SourceNewsSitemap
		doc, err = Parse(c.Source, a.body, contentType, a.url, limits)
		if err == nil && doc.Total == 0 && doc.Sitemaps == nil {
			err = errNoNews
		}
	})
	return doc, err
}

// first looks into the first sitemap of an index.
func (d *discovery) first(ctx context.Context, c *Candidate, index Document, address string) (Document, error) {
	all := chosenSitemaps(index.Sitemaps, address, tally{})
	if len(all) == 0 {
		return Document{}, errNoNews
	}
	a, err := d.ask(ctx, all[0].URL, d.named)
	if err == nil && !holdsDocument(a.code) {
		err = a.refusal()
	}
	if err != nil {
		return Document{}, fmt.Errorf("sitemap %s: %w", shown(all[0].URL), err)
	}
	doc, err := d.parse(c, a)
	if doc.Sitemaps != nil {
		err = errNoNews
	}
	c.Notes = append(c.Notes, fmt.Sprintf("an index of %d sitemaps; the figures are of %s", len(all), shown(all[0].URL)))
	return doc, err
}

// describe fills in what the document says of itself and how often it changes.
func (d *discovery) describe(c *Candidate, doc Document, o offer) {
	channel := Channel{}
	if doc.Channel != nil {
		channel = *doc.Channel
	}
	c.Source.Name = oneLine(strings.Join(strings.Fields(first(channel.Title, o.title, d.page.title)), " "))
	for _, home := range []string{channel.Link, d.home} {
		if checkURL(home) == nil {
			c.Source.Homepage = home
			break
		}
	}
	for _, name := range []string{channel.Language, o.language, d.page.language} {
		if tag, err := language.Parse(strings.TrimSpace(name)); err == nil && tag != language.Und {
			c.Source.Language = tag.String()
			break
		}
	}
	c.Newest, c.PerWeek = pace(doc.Items)
}

// pace tells the newest date and how many items come in a week, from the
// span of their dates; items of less than a day count as a day's.
func pace(items []news.Item) (newest time.Time, perWeek float64) {
	var oldest time.Time
	dated := 0
	for _, item := range items {
		at := item.Published.Parsed
		if at.IsZero() {
			continue
		}
		dated++
		if newest.IsZero() || at.After(newest) {
			newest = at
		}
		if oldest.IsZero() || at.Before(oldest) {
			oldest = at
		}
	}
	if dated < 2 {
		return newest, 0
	}
	return newest, float64(dated-1) * float64(week) / float64(max(newest.Sub(oldest), 24*time.Hour))
}
