package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// errAddress is a connection that the guard refused (F-103).
var errAddress = errors.New("address refused")

// dialer connects to public addresses on web ports, and to what the operator
// allowed. The check sees the address that is really connected to, after DNS
// and on every hop, so neither a redirect nor rebinding gets past it.
type dialer struct {
	allowed  []allowed
	timeout  time.Duration
	resolver *net.Resolver // nil is the system's
}

// DialContext tries the IPv6 and IPv4 addresses of a name together, as RFC 8305
// has it (F-62).
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	plain := net.Dialer{Timeout: d.timeout, Resolver: d.resolver}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	byName := slices.ContainsFunc(d.allowed, func(a allowed) bool { return a.permitsName(host, port) })
	if !byName {
		plain.Control = d.check
	}
	return plain.DialContext(ctx, network, address)
}

// check is called with the resolved address, before the connection is made.
func (d dialer) check(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q", errAddress, address)
	}
	addr := target.Addr().Unmap()
	port := strconv.Itoa(int(target.Port()))
	if slices.ContainsFunc(d.allowed, func(a allowed) bool { return a.permitsAddress(addr, port) }) {
		return nil
	}
	if target.Port() != 80 && target.Port() != 443 {
		return fmt.Errorf("%w: port %s is neither 80 nor 443; add HOST:%s to [fetcher] allow if you trust it", errAddress, port, port)
	}
	if !public(target.Addr()) {
		return fmt.Errorf("%w: %s is not public; add it to [fetcher] allow if you trust it", errAddress, addr)
	}
	return nil
}

// allowed is one entry of Options.Allow.
type allowed struct {
	network netip.Prefix // valid for an address or a network
	host    string       // for a name
	port    string       // empty for every port
}

func (a allowed) permitsName(host, port string) bool {
	return a.host != "" && strings.EqualFold(a.host, host) && (a.port == "" || a.port == port)
}

func (a allowed) permitsAddress(addr netip.Addr, port string) bool {
	return a.network.IsValid() && a.network.Contains(addr) && (a.port == "" || a.port == port)
}

// names tells whether an address in a configuration or document is meant.
func (a allowed) names(u *url.URL) bool {
	host, port := u.Hostname(), first(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	if addr, err := netip.ParseAddr(host); err == nil {
		return a.permitsAddress(addr.Unmap(), port)
	}
	return a.permitsName(host, port)
}

// private tells whether an address is at a host that the operator let pass by
// its name: a generator of feeds, which speaks for many sites, so that one's
// wish for silence is not the others', unless a host group says so (F-30).
func (f *Fetcher) private(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && f.hosts.group(raw) == nil && slices.ContainsFunc(f.trusted, func(a allowed) bool { return a.host != "" && a.names(u) })
}

func parseAllow(entries []string) ([]allowed, error) {
	var all []allowed
	for _, entry := range entries {
		a, err := parseAllowed(entry)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

func parseAllowed(entry string) (allowed, error) {
	if network, err := netip.ParsePrefix(entry); err == nil {
		return allowed{network: network.Masked()}, nil
	}
	if addr, err := netip.ParseAddr(entry); err == nil {
		return allowed{network: netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())}, nil
	}
	host, port := entry, ""
	if h, p, err := net.SplitHostPort(entry); err == nil {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 {
			return allowed{}, fmt.Errorf("%q has no port number after its colon", entry)
		}
		host, port = h, p
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return allowed{network: netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), port: port}, nil
	}
	if host == "" || strings.ContainsAny(host, " /:@?#*[]") || numeric(host) {
		return allowed{}, fmt.Errorf("%q is not an address (127.0.0.1), a network (10.0.0.0/8) or a host (rsshub.local:1200)", entry)
	}
	return allowed{host: host, port: port}, nil
}

// numeric tells whether a host can only be meant as an address: no domain at the
// top is a number.
func numeric(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// public tells whether an address belongs to the open internet.
func public(addr netip.Addr) bool {
	addr = addr.Unmap()
	if !addr.IsGlobalUnicast() || addr.IsPrivate() || addr.Zone() != "" {
		return false
	}
	return !slices.ContainsFunc(reserved(), func(p netip.Prefix) bool { return p.Contains(addr) })
}

// publicPeer tells the same of the other end of a connection.
func publicPeer(peer net.Addr) bool {
	tcp, ok := peer.(*net.TCPAddr)
	return ok && public(tcp.AddrPort().Addr())
}

// reserved lists what RFC 6890 and its heirs keep from the open internet and
// netip has no word for: shared, test and benchmark networks, and every form
// that embeds an IPv4 address.
func reserved() []netip.Prefix {
	return []netip.Prefix{
		netip.PrefixFrom(netip.AddrFrom4([4]byte{0}), 8),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{192}), 24),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2}), 24),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 88, 99}), 24),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 18}), 15),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{198, 51, 100}), 24),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{203, 0, 113}), 24),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{240}), 4),
		netip.PrefixFrom(netip.IPv6Unspecified(), 96),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0, 0x64, 0xff, 0x9b}), 96),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0, 0x64, 0xff, 0x9b, 0, 1}), 48),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x01}), 64),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01}), 23),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8}), 32),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x20, 0x02}), 16),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x3f, 0xff}), 20),
		netip.PrefixFrom(netip.AddrFrom16([16]byte{0x5f}), 16),
	}
}
