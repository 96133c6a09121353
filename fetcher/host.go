package fetcher

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// shared are hosting companies that count requests over all their subdomains
// (F-29).
func shared() [9]string {
	return [...]string{"blogger.com", "blogspot.com", "feedburner.com", "medium.com", "reddit.com", "substack.com",
		"tumblr.com", "wordpress.com", "youtube.com"}
}

// bareHost is the host of an address, without its port.
func bareHost(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}

// ownKey names a host: address and port for a bare address, else its name.
func ownKey(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return net.JoinHostPort(host, u.Port())
	}
	return host
}

// hostKey names what politeness is owed to where no group says otherwise: the
// company for a shared host, else the host itself.
func hostKey(rawURL string) string {
	host := ownKey(rawURL)
	for _, company := range shared() {
		if rest, ok := strings.CutSuffix(host, company); ok && (rest == "" || strings.HasSuffix(rest, ".")) {
			return company
		}
	}
	return host
}

// hosts keeps the manners towards each host or group of hosts: how many requests
// at a time and an hour, the spacing between starts, and the silence that it
// asked for.
type hosts struct {
	spacing    time.Duration
	groups     []HostGroup
	mu         sync.Mutex
	known      map[string]*host
	remembered bool
}

type host struct {
	manners
	turn     chan struct{} // holds a token for each request that is under way
	waiting  int           // users of this entry, so that it can be forgotten
	last     time.Time     // start of the last request
	hold     time.Time
	starts   []time.Time // of the last hour, where they are counted
	promised time.Time   // end of the queue of those that came in vain
}

func newHosts(spacing time.Duration, groups []HostGroup) *hosts {
	return &hosts{spacing: spacing, groups: groups, known: map[string]*host{}}
}

// entry finds or makes a host's entry and forgets those that nobody needs.
func (h *hosts) entry(m manners, now time.Time) *host {
	if len(h.known) > 4096 {
		for k, old := range h.known {
			if old.waiting == 0 && old.perHour == 0 && old.hold.Before(now) && now.Sub(old.last) > old.spacing {
				delete(h.known, k)
			}
		}
	}
	if h.known[m.key] == nil {
		h.known[m.key] = &host{manners: m, turn: make(chan struct{}, m.concurrency)}
	}
	return h.known[m.key]
}

// enter waits for the turn at an address's host and for its spacing. The caller
// leaves with the function that it gets. While there may be no request for
// long there is no waiting: the error is a *heldError then.
func (h *hosts) enter(ctx context.Context, rawURL string, clock func() time.Time) (leave func(), err error) {
	m := h.manners(rawURL)
	h.mu.Lock()
	e := h.entry(m, clock())
	e.waiting++
	h.mu.Unlock()
	done := func() {
		h.mu.Lock()
		e.waiting--
		h.mu.Unlock()
	}
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		done()
		return nil, ctx.Err()
	}
	leave = func() { <-e.turn; done() }
	if held := h.silent(rawURL, m, clock()); !held.IsZero() {
		err = &heldError{held, m.key + " asked for silence"}
	} else {
		err = h.start(ctx, e, clock)
	}
	if err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// start waits until the spacing since the last start is over and marks a new
// one, as long as the budget has something left.
func (h *hosts) start(ctx context.Context, e *host, clock func() time.Time) error {
	h.mu.Lock()
	now := clock()
	if until := e.wait(now); !until.IsZero() {
		h.mu.Unlock()
		return &heldError{until, fmt.Sprintf("%s has spent its requests_per_hour (%d)", e.key, e.perHour)}
	}
	longest := time.Duration(e.concurrency) * e.spacing // the clock may have been set back
	wait := min(e.spacing-now.Sub(e.last), longest)
	if e.last.IsZero() || wait <= 0 {
		wait = 0
	}
	e.last = now.Add(wait)
	e.spend(e.last)
	h.mu.Unlock()
	if wait == 0 {
		return nil
	}
	return pause(ctx, wait)
}

// heldError is a host that may not be asked for a while.
type heldError struct {
	until time.Time
	why   string
}

func (e *heldError) Error() string { return e.why }

// pause waits out of politeness.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hold keeps a host from being asked before a time.
func (h *hosts) hold(m manners, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.entry(m, until); until.After(e.hold) {
		e.hold = until
	}
}

// held is the end of a host's silence, zero when there is none.
func (h *hosts) held(key string, now time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.known[key]; e != nil && e.hold.After(now) {
		return e.hold
	}
	return time.Time{}
}

// cutPause is how long a host keeps its turn after a request that broke off or
// that we gave up: its server may go on with that for a while.
const cutPause = time.Second

// enter waits until the host of an address may be asked, then for a free slot:
// waiting for a host keeps nobody else from asking.
func (v *visit) enter(ctx context.Context, address string) error {
	if v.permit != nil {
		if err := v.permit(ctx, address); err != nil {
			return err
		}
	}
	leave, err := v.fetcher.hosts.enter(ctx, address, v.clock)
	if err != nil {
		return err
	}
	select {
	case v.fetcher.slots <- struct{}{}:
		v.leave = func() {
			<-v.fetcher.slots
			if v.cut {
				time.AfterFunc(cutPause, leave)
				return
			}
			leave()
		}
		return nil
	case <-ctx.Done():
		leave()
		return ctx.Err()
	}
}

// exit gives back what enter took.
func (v *visit) exit() {
	if v.leave != nil {
		v.leave()
		v.leave, v.cut = nil, false
	}
}
