// Package newsroom is the press of `harmattan demo`: fictional outlets, each
// with its own server on loopback, whose articles arrive while one watches.
// What they write lies in outlets/: facts and articles in TOML, and beside it
// the template with which the outlet's own CMS writes its feed.
package newsroom

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"harmattan/news"
)

// Newsroom is a running press. It is safe for concurrent use.
type Newsroom struct {
	desks   []*desk
	running sync.WaitGroup
}

// desk is one outlet at work: its data, its clock and its server.
type desk struct {
	*outlet
	clock    func() time.Time
	start    time.Time
	listener net.Listener
	server   *http.Server
	// read is set once the outlet has handed out a document.
	read atomic.Bool
}

// Start opens one listener per outlet, each on a free port of 127.0.0.1, and
// serves their documents until Close. The newsroom's day begins at the clock's
// present: every date and every arrival counts from there.
func Start(clock func() time.Time) (*Newsroom, error) {
	outlets, err := load()
	if err != nil {
		return nil, err
	}
	n := &Newsroom{}
	start := clock()
	for _, o := range outlets {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(fmt.Errorf("newsroom: listen for %s: %w", o.ID, err), n.Close())
		}
		d := &desk{outlet: o, clock: clock, start: start, listener: listener}
		d.server = &http.Server{Handler: d, ReadHeaderTimeout: 10 * time.Second}
		n.desks = append(n.desks, d)
		n.running.Go(func() { _ = d.server.Serve(listener) })
	}
	return n, nil
}

// Close stops every outlet at once, also in the middle of an answer.
func (n *Newsroom) Close() error {
	var errs []error
	for _, d := range n.desks {
		errs = append(errs, d.server.Close())
	}
	n.running.Wait()
	return errors.Join(errs...)
}

// Sources returns the outlets as a configuration would list them, in the order
// of their ids.
func (n *Newsroom) Sources() []news.Source {
	sources := make([]news.Source, 0, len(n.desks))
	for _, d := range n.desks {
		sources = append(sources, news.Source{
			ID:        d.ID,
			URL:       d.address(),
			Name:      d.Name,
			Publisher: d.Publisher,
			Homepage:  d.Homepage,
			Language:  d.Language,
			Countries: slices.Clone(d.Countries),
			TimeZone:  d.TimeZone,
		})
	}
	return sources
}

// address is where the outlet's document is found.
func (d *desk) address() string { return "http://" + d.listener.Addr().String() + d.Address }

// Article is an article of the newsroom with the truth about it, against which
// tests hold what the curator decided.
type Article struct {
	SourceID string
	Outlet   string
	// Link is the article's address without the tracking parameters that
	// some outlets add to it.
	Link     string
	Title    string // as first published
	Language string
	// Arrives is when the outlet publishes it, counted from Start; what is
	// there from the beginning has zero.
	Arrives time.Duration
	// Story is shared by the articles that tell the same event; empty when
	// nobody else tells it.
	Story string
	// CopyOf is the path of the wire report whose text it repeats, or empty.
	CopyOf string
	// Expect are the editions that it must be in, Permit those it may be in.
	Expect, Permit []string
	// Countries (ISO 3166-1 alpha-2) and Topics are what it is about.
	Countries, Topics []string
	// Trap says what would lead a careless curator astray, or is empty.
	Trap string
}

// Articles returns all articles, those to come included, by outlet.
func (n *Newsroom) Articles() []Article {
	var all []Article
	for _, d := range n.desks {
		for _, a := range d.Articles {
			all = append(all, Article{
				SourceID: d.ID, Outlet: d.outletName(), Link: d.Homepage + a.Path,
				Title: a.Title, Language: d.Language, Arrives: a.After.Duration,
				Story: a.Story, CopyOf: a.CopyOf,
				Expect: slices.Clone(a.Expect), Permit: slices.Clone(a.Permit),
				Countries: slices.Clone(a.Countries), Topics: slices.Clone(a.Topics),
				Trap: a.Trap,
			})
		}
	}
	return all
}

// EventKind is a kind of happening in the newsroom.
type EventKind string

// The kinds of events.
const (
	EventNew     EventKind = "new"     // an article is published
	EventEdit    EventKind = "edit"    // a published article changes
	EventTrouble EventKind = "trouble" // the outlet's server starts to misbehave
)

// Event is something that happens in the newsroom after Start.
type Event struct {
	At       time.Duration // counted from Start
	SourceID string
	Outlet   string
	Kind     EventKind
	// What is the title of the article, or what is wrong with the server.
	What string
}

// Script returns what will happen, in order.
func (n *Newsroom) Script() []Event {
	var script []Event
	for _, d := range n.desks {
		script = append(script, d.script()...)
	}
	slices.SortStableFunc(script, func(a, b Event) int {
		if a.At != b.At {
			return int(a.At - b.At)
		}
		return strings.Compare(a.SourceID, b.SourceID)
	})
	return script
}
