package publisher

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"harmattan/news"
)

// Publisher holds the documents of all editions. It is safe for concurrent use.
type Publisher struct {
	options   Options
	base      string // public address of the site, without a slash at its end
	path      string // path of base: empty, or "/news"
	authority string
	version   string
	sanitiser sanitiser

	editions []news.Edition    // those that everybody may see
	private  map[string]string // id to that of the edition whose tokens open it
	formerly map[string]string // former id to present id
	// issues has one slot for each edition: all formats of an edition are
	// swapped by one store. The map itself never changes.
	issues map[string]*atomic.Pointer[issue]
	fixed  map[string]*document // stylesheet, icons: by path

	closed    atomic.Pointer[map[string]*issue] // by id; nil issues are gone
	access    func(ctx context.Context, editionID, token string) bool
	manifests *Manifests // nil: there are none
	history   *History   // nil: editions have no archive documents

	lookup *Lookup       // nil: the pages that it answers do not exist
	facets facets        // documents of what readers selected lately
	asking chan struct{} // holds one for each question that is being answered

	publishing sync.Mutex // one Publish or Export at a time
	status     atomic.Pointer[Status]
	changes    atomic.Uint64 // counts what the front page depends on
	spoken     []*words      // the languages of pages: English and those of the editions
	fronts     map[*words]*atomic.Pointer[front]
	fronting   sync.Mutex // one makes a front page, the others wait for it
}

// issue is an edition as it stands now.
type issue struct {
	hash      string
	edition   news.Edition
	changedAt time.Time
	entries   int
	newest    time.Time
	heads     []headline
	said      []ManifestEntry
	gone      []ManifestGone
	documents map[string]*document // by suffix: ".rss", ".atom", ".json", ".geojson", ".opml", "", "/map"
}

// New makes a publisher for the editions. Options and editions must have passed
// Validate and ValidateEditions. The authority ("example.org,2026") makes the
// permanent ids of editions; see RFC 4151. An edition answers 503 until its
// first Publish.
func New(o Options, authority string, editions []news.Edition, version string) *Publisher {
	p := &Publisher{
		options: o, base: o.Base(), authority: authority, version: version, sanitiser: newSanitiser(),
		issues: make(map[string]*atomic.Pointer[issue], len(editions)), private: map[string]string{}, formerly: map[string]string{},
		asking: make(chan struct{}, questionsAtATime), fronts: map[*words]*atomic.Pointer[front]{},
	}
	if u, err := url.Parse(p.base); err == nil {
		p.path = u.EscapedPath()
	}
	for _, e := range editions {
		if e.Private {
			p.private[e.ID] = e.ID
		}
	}
	for _, e := range editions {
		p.issues[e.ID] = &atomic.Pointer[issue]{}
		if of := p.private[about(e)]; of != "" {
			p.private[e.ID] = of
		} else {
			p.editions = append(p.editions, e)
		}
		for _, id := range e.Formerly {
			p.formerly[id] = e.ID
		}
	}
	for _, w := range languages {
		if w == english || slices.ContainsFunc(p.editions, func(e news.Edition) bool { return wordsFor(e.Language) == w }) {
			p.spoken, p.fronts[w] = append(p.spoken, w), &atomic.Pointer[front]{}
		}
	}
	p.fixed = p.fixedDocuments()
	p.status.Store(&Status{})
	return p
}

// Publish makes the documents of an edition from its entries, newest first and
// behind them those that were withdrawn, the last one first. It
// checks the documents and swaps all of them in together. changedAt is when what is
// published last changed; it becomes Last-Modified. When nothing changed since
// the last call, nothing is done.
//
// An error means that the last good documents stay.
func (p *Publisher) Publish(e news.Edition, entries []news.Entry, changedAt time.Time) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	p.facets.forget(e.ID)
	slot, ok := p.issues[e.ID]
	if !ok {
		return fmt.Errorf("edition %q: not among the configured editions; make a new publisher after the configuration changed", e.ID)
	}
	hash := p.Hash(e, entries)
	last := slot.Load()
	if last != nil {
		if last.hash == hash && !changedAt.After(last.changedAt) {
			return nil
		}
		if changedAt.Before(last.changedAt) {
			changedAt = last.changedAt // Last-Modified never goes back
		}
	}
	next, err := p.newIssue(e, "", entries, changedAt, changedAt)
	if err != nil {
		return fmt.Errorf("edition %q: %w; the last good documents stay", e.ID, err)
	}
	next.hash = hash
	slot.Store(next)
	p.changes.Add(1)
	return nil
}

// newIssue makes the documents of an edition, or of what a query selects of it.
// changedAt is when its visible content changed, modified is Last-Modified.
func (p *Publisher) newIssue(e news.Edition, query string, entries []news.Entry, changedAt, modified time.Time) (*issue, error) {
	d, bodies, err := p.fit(e, query, entries, changedAt)
	if err != nil {
		return nil, err
	}
	next := &issue{edition: e, changedAt: changedAt, entries: len(d.Pieces), documents: make(map[string]*document, len(bodies))}
	for i := range d.Pieces {
		if c := &d.Pieces[i]; c.Published.After(next.newest) {
			next.newest = c.Published
		}
	}
	next.heads, next.said, next.gone = headlines(d), d.said(), d.gone()
	press, err := newPress()
	if err != nil {
		return nil, err
	}
	for _, f := range formats() {
		if err := p.check(f, d, bodies[f.suffix]); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		if next.documents[f.suffix], err = press.document(bodies[f.suffix], modified, p.header(f, d)); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return next, nil
}

// diets are what an edition carries, from all to the least.
func diets() []diet {
	return []diet{{true, termLimit}, {true, 1}, {true, 0}, {false, 1}, {false, 0}}
}

// fit sets the edition so that every feed document stays within MaxBytes. First
// the words of the evidence give way, then the whole texts, then the oldest
// entries, in all formats alike.
func (p *Publisher) fit(e news.Edition, query string, entries []news.Entry, changedAt time.Time) (*draft, map[string][]byte, error) {
	carry := diets()
	if e.Digest != "" {
		carry = carry[:1] // a digest without its text tells nothing
	}
	entries, withdrawn := p.carried(e, entries)
	bodies := make(map[string][]byte, len(formats()))
	for {
		d := p.newDraft(e, query, entries, changedAt, carry[0])
		if query == "" {
			d.Withdrawn, d.Older = newTombstones(withdrawn), p.pages(e.ID)
		}
		largest, err := p.set(d, true, bodies)
		switch {
		case err != nil:
			return nil, nil, err
		case largest > p.options.MaxBytes && len(carry) > 1:
			carry = carry[1:]
		case largest > p.options.MaxBytes && len(entries) > 1:
			entries = entries[:max(1, min(len(entries)-1, len(entries)*p.options.MaxBytes/largest))]
		default: // the rest is rendered once, of what the feeds have room for
			_, err := p.set(d, false, bodies)
			return d, bodies, err
		}
	}
}

// set renders the formats for feed readers, or the other ones, and tells the size
// of the largest.
func (p *Publisher) set(d *draft, feeds bool, bodies map[string][]byte) (largest int, err error) {
	for _, f := range formats() {
		if f.isFeed != feeds {
			continue
		}
		if bodies[f.suffix], err = f.render(p, d); err != nil {
			return 0, fmt.Errorf("%s: %w", f.name, err)
		}
		largest = max(largest, len(bodies[f.suffix]))
	}
	return largest, nil
}

// format is one of the documents of an edition.
type format struct {
	name, suffix, mediaType string
	isFeed                  bool // for feed readers
	render                  func(*Publisher, *draft) ([]byte, error)
}

// isPage tells whether the document is for people.
func (f format) isPage() bool { return f.suffix == "" || f.suffix == "/map" }

// formats are the documents of every edition; the first feed is the one that we
// recommend.
func formats() []format {
	return []format{
		{"Atom", ".atom", "application/atom+xml; charset=utf-8", true, (*Publisher).atom},
		{"RSS", ".rss", "application/rss+xml; charset=utf-8", true, (*Publisher).rss},
		{"JSON Feed", ".json", "application/feed+json; charset=utf-8", true, (*Publisher).json},
		{"GeoJSON", ".geojson", "application/geo+json", false, (*Publisher).geojson},
		{"OPML", ".opml", "text/x-opml; charset=utf-8", false, (*Publisher).opmlEdition},
		{"page", "", "text/html; charset=utf-8", false, (*Publisher).page},
		{"map", "/map", "text/html; charset=utf-8", false, (*Publisher).mapPage},
	}
}

// Count is how many entries an edition shows now.
func (p *Publisher) Count(editionID string) int {
	if slot := p.issues[editionID]; slot != nil && slot.Load() != nil {
		return slot.Load().entries
	}
	return 0
}

// header is what a document of an edition is served with.
func (p *Publisher) header(f format, d *draft) http.Header {
	h := http.Header{}
	h.Set("Content-Type", f.mediaType)
	h.Set("Cache-Control", p.freshness())
	if p.isPrivate(d.ID) {
		p.privateHeader(h, f)
		return h
	}
	if f.isPage() {
		pageHeader(h)
		if d.Query != "" {
			h.Set("X-Robots-Tag", "noindex")
		}
		for _, other := range formats() {
			if other.isFeed {
				h.Add("Link", fmt.Sprintf("<%s>; rel=\"alternate\"; type=%q", p.at(d, other.suffix), mediaType(other.mediaType)))
			}
		}
		return h
	}
	feedHeader(h)
	h.Add("Link", fmt.Sprintf("<%s>; rel=\"self\"", p.at(d, f.suffix)))
	for _, hub := range p.hubLinks(d) {
		if f.isFeed {
			h.Add("Link", fmt.Sprintf("<%s>; rel=\"hub\"", hub.Href))
		}
	}
	return h
}

// address is where a document of an edition is; the page has no suffix.
func (p *Publisher) address(id, suffix string) string { return p.base + "/editions/" + id + suffix }

// at is where a document of the draft is.
func (p *Publisher) at(d *draft, suffix string) string { return p.base + d.Path + suffix + d.Query }

// feedID is the permanent id of an edition, which outlives its addresses.
func (p *Publisher) feedID(e news.Edition) string {
	id := e.ID
	if len(e.Formerly) > 0 {
		id = e.Formerly[0]
	}
	return p.tagURI("edition/" + id)
}

// tagURI makes a permanent id of ours (RFC 4151).
func (p *Publisher) tagURI(specific string) string { return "tag:" + p.authority + ":" + specific }

func (p *Publisher) title() string { return firstOf(oneLine(p.options.Title), "Harmattan") }

func (p *Publisher) generator() string {
	return strings.TrimSpace("Harmattan "+oneLine(p.version)) + " (" + p.base + "/about)"
}
