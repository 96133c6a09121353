package publisher

import (
	"math"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// clientsMost is how many clients a Limiter remembers. When there are more, those
// that it does not remember are let through.
const clientsMost = 20_000

// Limiter counts the requests of each client. It is safe for concurrent use.
type Limiter struct {
	perMinute float64
	proxies   []netip.Prefix
	mu        sync.Mutex
	clients   map[netip.Prefix]allowance
}

// allowance is what a client had left at a moment.
type allowance struct {
	left float64
	at   time.Time
}

// NewLimiter makes a limiter from options that passed Validate.
func NewLimiter(o Options) *Limiter {
	l := &Limiter{perMinute: float64(o.RequestsPerMinute), clients: map[netip.Prefix]allowance{}}
	for _, proxy := range o.Proxies {
		if p, ok := readProxy(proxy); ok {
			l.proxies = append(l.proxies, p)
		}
	}
	return l
}

// Wait is how long the client must wait before its request is answered, zero for
// not at all.
func (l *Limiter) Wait(r *http.Request, now time.Time) time.Duration {
	client, ok := l.client(r)
	if !ok || l.perMinute <= 0 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	a, known := l.clients[client]
	if !known {
		if len(l.clients) >= clientsMost && !l.forget(now) {
			return 0
		}
		a = allowance{l.perMinute, now}
	}
	a.left = min(l.perMinute, a.left+max(0, now.Sub(a.at).Minutes())*l.perMinute)
	a.at = now
	if a.left < 1 {
		l.clients[client] = a
		return time.Duration((1 - a.left) / l.perMinute * float64(time.Minute))
	}
	a.left--
	l.clients[client] = a
	return 0
}

// forget drops the clients that have all of their allowance again.
func (l *Limiter) forget(now time.Time) (room bool) {
	for client, a := range l.clients {
		if now.Sub(a.at) >= time.Minute {
			delete(l.clients, client)
		}
	}
	return len(l.clients) < clientsMost
}

// client is whom the request counts for: an address, or the network of 64 bits of
// one of IPv6. Behind a configured proxy it is the last address that this wrote
// into X-Forwarded-For. A client on this machine, which may be a proxy that was
// not configured, is never counted.
func (l *Limiter) client(r *http.Request) (netip.Prefix, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}, false
	}
	addr := peer.Addr().Unmap()
	if slices.ContainsFunc(l.proxies, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		told, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1]))
		if err != nil {
			return netip.Prefix{}, false
		}
		addr = told.Unmap()
	} else if addr.IsLoopback() {
		return netip.Prefix{}, false
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	prefix, err := addr.WithZone("").Prefix(bits)
	return prefix, err == nil
}

// TooMany answers a client that asks too often (RFC 6585 section 4).
func TooMany(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	w.Header().Set("Cache-Control", "no-store")
	message(w, http.StatusTooManyRequests, "Too many requests. An edition is fresh for minutes: ask again later.")
}

// readProxy reads an address or a network.
func readProxy(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(ip, ip.BitLen()), true
}

// limitProblems reports mistakes in what a Limiter uses.
func limitProblems(o Options, add func(key, message string, args ...any)) {
	if o.RequestsPerMinute != 0 && o.RequestsPerMinute < 10 {
		add("requests_per_minute", "%d is too few; readers ask for several documents at once: give 10 or more, or 0 for no limit", o.RequestsPerMinute)
	}
	for _, proxy := range o.Proxies {
		if _, ok := readProxy(proxy); !ok {
			add("proxies", "%q is neither an address such as \"127.0.0.1\" nor a network such as \"10.0.0.0/8\"", proxy)
		}
	}
}
