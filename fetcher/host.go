package fetcher

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// shared are hosting companies that count requests over all their subdomains
// (F-29).
func shared() []string {
	return []string{"blogger.com", "blogspot.com", "feedburner.com", "medium.com", "reddit.com", "substack.com",
		"tumblr.com", "wordpress.com", "youtube.com"}
}

// hostKey names what politeness is owed to: the company for a shared host,
// address and port for a bare address, else the host.
func hostKey(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return net.JoinHostPort(host, u.Port())
	}
	i := slices.IndexFunc(shared(), func(company string) bool {
		return host == company || strings.HasSuffix(host, "."+company)
	})
	if i >= 0 {
		return shared()[i]
	}
	return host
}

// hosts keeps the manners towards each host: one request at a time, the
// spacing between starts, and the silence that it asked for.
type hosts struct {
	spacing time.Duration
	mu      sync.Mutex
	known   map[string]*host
}

type host struct {
	turn    chan struct{} // holds a token while a request is under way
	waiting int           // users of this entry, so that it can be forgotten
	last    time.Time     // start of the last request
	hold    time.Time
}

func newHosts(spacing time.Duration) *hosts {
	return &hosts{spacing: spacing, known: map[string]*host{}}
}

// entry finds or makes a host's entry and forgets those that nobody needs.
func (h *hosts) entry(key string, now time.Time) *host {
	if len(h.known) > 4096 {
		for k, old := range h.known {
			if old.waiting == 0 && old.hold.Before(now) && now.Sub(old.last) > h.spacing {
				delete(h.known, k)
			}
		}
	}
	if h.known[key] == nil {
		h.known[key] = &host{turn: make(chan struct{}, 1)}
	}
	return h.known[key]
}

// enter waits for the host's turn and its spacing. The caller leaves with the
// function that it gets. While the host asked for silence there is no waiting:
// held tells its end.
func (h *hosts) enter(ctx context.Context, key string, clock func() time.Time) (leave func(), held time.Time, err error) {
	h.mu.Lock()
	e := h.entry(key, clock())
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
		return nil, held, ctx.Err()
	}
	leave = func() { <-e.turn; done() }
	if held = h.held(key, clock()); held.IsZero() {
		err = h.space(ctx, e, clock)
	}
	if err != nil || !held.IsZero() {
		leave()
		return nil, held, err
	}
	return leave, held, nil
}

// space waits until the spacing since the last start is over and marks a new
// start.
func (h *hosts) space(ctx context.Context, e *host, clock func() time.Time) error {
	h.mu.Lock()
	now := clock()
	wait := min(h.spacing-now.Sub(e.last), h.spacing) // the clock may have been set back
	if e.last.IsZero() || wait <= 0 {
		e.last = now
		h.mu.Unlock()
		return nil
	}
	e.last = now.Add(wait)
	h.mu.Unlock()
	return pause(ctx, wait)
}

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
func (h *hosts) hold(key string, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e := h.entry(key, until); until.After(e.hold) {
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
