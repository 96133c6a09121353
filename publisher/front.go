package publisher

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"harmattan/news"
)

// Status is what the pages around the editions tell of the running daemon.
type Status struct {
	// At is when this was true; the zero time when unknown.
	At time.Time
	// Sources are all configured sources in configuration order.
	Sources []SourceStatus
	// Schedule (a cron expression) and UserAgent tell publishers on /about how
	// we fetch.
	Schedule, UserAgent string
	// Trouble makes /healthz answer 503 with this text. Empty: all is well.
	Trouble string
}

// SourceStatus is one source with its state and how many of its articles are
// stored.
type SourceStatus struct {
	Source   news.Source
	State    news.SourceState
	Articles int
}

// SetStatus replaces what the index page, /about, /sources.opml and /healthz
// tell. The publisher keeps the slice; the caller must not change it.
func (p *Publisher) SetStatus(status Status) {
	status.Schedule, status.UserAgent, status.Trouble = oneLine(status.Schedule), oneLine(status.UserAgent), oneLine(status.Trouble)
	p.status.Store(&status)
	p.changes.Add(1)
}

// front are the pages that speak of all editions. They are made at the first
// request after a change, for they change with every poll and few look at them.
type front struct {
	change    uint64
	documents map[string]*document
}

// frontPages are the addresses of the front with their media types.
var frontPages = map[string]struct {
	mediaType string
	render    func(*Publisher, *overview) ([]byte, error)
}{
	"/":             {htmlType, (*Publisher).index},
	"/about":        {htmlType, (*Publisher).about},
	"/opml.xml":     {"text/x-opml; charset=utf-8", (*Publisher).opmlEditions},
	"/sources.opml": {"text/x-opml; charset=utf-8", (*Publisher).opmlSources},
}

// isFront tells whether a language has a page of the front; what programs read is
// there once.
func isFront(w *words, path string) bool {
	page, ok := frontPages[path]
	return ok && (w == english || page.mediaType == htmlType)
}

// frontOf is the path of the front in a language, ending in a slash.
func (p *Publisher) frontOf(w *words) string {
	if w == english || p.fronts[w] == nil {
		return "/"
	}
	return "/" + w.Lang + "/"
}

// cutLanguage parts the language from the path of a page; English has no name there.
func (p *Publisher) cutLanguage(path string) (w *words, rest string) {
	for _, w := range p.spoken[1:] {
		if page, ok := strings.CutPrefix(path, p.frontOf(w)); ok {
			return w, "/" + page
		}
	}
	return english, path
}

func (p *Publisher) currentFront(w *words) (*front, error) {
	slot := p.fronts[w]
	if f := slot.Load(); f != nil && f.change == p.changes.Load() {
		return f, nil
	}
	p.fronting.Lock()
	defer p.fronting.Unlock()
	change := p.changes.Load() // before anything is read: a later change makes it anew
	if f := slot.Load(); f != nil && f.change == change {
		return f, nil
	}
	f, err := p.newFront(w, change)
	if err != nil {
		return nil, err
	}
	slot.Store(f)
	return f, nil
}

func (p *Publisher) newFront(w *words, change uint64) (*front, error) {
	press, err := newPress()
	if err != nil {
		return nil, err
	}
	o := p.newOverview(w)
	f := &front{change: change, documents: make(map[string]*document, len(frontPages))}
	for path, page := range frontPages {
		if !isFront(w, path) {
			continue
		}
		body, err := page.render(p, o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		h := http.Header{}
		h.Set("Content-Type", page.mediaType)
		h.Set("Cache-Control", p.freshness())
		if page.mediaType == htmlType {
			pageHeader(h)
		} else {
			feedHeader(h)
		}
		if f.documents[path], err = press.document(body, o.Changed, h); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return f, nil
}

// overview is all editions and sources as the front shows them.
type overview struct {
	Words    *words
	Editions []editionView
	Sources  []sourceView
	Status   *Status
	Changed  time.Time // newest of what it shows
}

// headline is an entry as the index shows it.
type headline struct {
	Title, Link, Publisher, Language, Dir string
	Published                             time.Time
}

// headlineCount is how many headlines the index shows of an edition.
const headlineCount = 4

func headlines(d *draft) []headline {
	heads := make([]headline, 0, headlineCount)
	for i := range d.Pieces[:min(len(d.Pieces), headlineCount)] {
		c := &d.Pieces[i]
		heads = append(heads, headline{c.Title, c.Link, c.Publisher, c.Language, c.Dir(), c.Published})
	}
	return heads
}

type editionView struct {
	ID, Title, Description, Language, Dir string
	Ready                                 bool
	Entries                               int
	Changed                               time.Time
	Heads                                 []headline
	Addresses                             []address
}

// address is one way to subscribe.
type address struct{ Name, URL, Type string }

type sourceView struct {
	ID, Name, Publisher, Home, URL, Language string
	Folder                                   string
	Status, Note                             string
	Checked, Changed, Due                    time.Time
	Articles                                 int
}

func (p *Publisher) newOverview(w *words) *overview {
	o := &overview{Words: w, Status: p.status.Load()}
	if sane(o.Status.At) {
		o.Changed = o.Status.At
	}
	for _, e := range p.editions {
		if e.Health {
			continue
		}
		v := editionView{
			ID: e.ID, Title: firstText(e.Title, e.ID), Description: oneLine(e.Description),
			Language: firstOf(languageTag(e.Language), "en"), Addresses: p.addresses(&draft{Path: "/editions/" + e.ID}),
		}
		v.Dir = wordsFor(v.Language).Dir
		if now := p.issues[e.ID].Load(); now != nil {
			v.Ready, v.Entries, v.Changed, v.Heads = true, now.entries, now.changedAt, now.heads
			if now.changedAt.After(o.Changed) {
				o.Changed = now.changedAt
			}
		}
		o.Editions = append(o.Editions, v)
	}
	for i := range o.Status.Sources {
		o.Sources = append(o.Sources, newSourceView(w, &o.Status.Sources[i]))
	}
	return o
}

func newSourceView(w *words, s *SourceStatus) sourceView {
	source, state := s.Source.Public(s.State)
	v := sourceView{
		ID: s.Source.ID, Name: oneLine(s.Source.Title()), Publisher: oneLine(s.Source.Outlet()), Home: firstLink(source.Homepage, state.FeedLink),
		URL: link(source.URL), Language: languageTag(s.Source.Language), Articles: s.Articles, Status: string(news.StatusNew),
		Checked: s.State.CheckedAt, Changed: s.State.ChangedAt, Due: s.State.DueAt,
	}
	if len(s.Source.Tags) > 0 {
		v.Folder = oneLine(s.Source.Tags[0])
	}
	switch status := s.State.Status; status {
	case news.StatusHealthy, news.StatusFailing, news.StatusBlocked, news.StatusGone:
		v.Status = string(status)
	}
	if s.Source.Disabled {
		v.Status = "disabled"
	}
	// The error itself may hold addresses that are nobody's business.
	switch code := s.State.LastCode; {
	case v.Status != string(news.StatusFailing) && v.Status != string(news.StatusBlocked):
	case code == 0:
		v.Note = w.Text["noAnswer"]
	case code == http.StatusOK:
		v.Note = w.Text["notUnderstood"]
	default:
		v.Note = fmt.Sprintf("HTTP %d", code)
	}
	return v
}

func (p *Publisher) addresses(d *draft) []address {
	var all []address
	for _, f := range formats() {
		if f.isFeed {
			all = append(all, address{f.name, p.at(d, f.suffix), mediaType(f.mediaType)})
		}
	}
	return all
}
