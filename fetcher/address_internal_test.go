package fetcher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// names resolves every name to addresses of the test's own, which may be others
// each time.
func names(t *testing.T, lookup func() []netip.Addr) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(packet)
			if err != nil {
				return
			}
			if reply, err := answerName(packet[:n], lookup); err == nil {
				_, _ = server.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func answerName(packet []byte, lookup func() []netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(packet); err != nil || len(m.Questions) == 0 {
		return nil, errors.Join(err, io.ErrUnexpectedEOF)
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	for _, addr := range lookup() {
		head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}
		switch {
		case q.Type == dnsmessage.TypeA && addr.Is4():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: addr.As4()}})
		case q.Type == dnsmessage.TypeAAAA && addr.Is6():
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: addr.As16()}})
		}
	}
	return m.Pack()
}

// dialing lets loopback addresses pass.
func dialing(t *testing.T, resolver *net.Resolver, allow ...string) dialer {
	t.Helper()
	trusted, err := parseAllow(allow)
	if err != nil {
		t.Fatal(err)
	}
	return dialer{allowed: trusted, timeout: 10 * time.Second, resolver: resolver}
}

func TestF62_ANameIsReachedByWhicheverFamilyWorks(t *testing.T) {
	both := names(t, func() []netip.Addr { return []netip.Addr{netip.IPv6Loopback(), netip.MustParseAddr("127.0.0.1")} })
	d := dialing(t, both, "127.0.0.1", "::1")
	for _, listening := range []string{"[::1]:0", "127.0.0.1:0"} {
		listener, err := net.Listen("tcp", listening)
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		_, port, _ := net.SplitHostPort(listener.Addr().String())
		conn, err := d.DialContext(t.Context(), "tcp", net.JoinHostPort("tenere.example", port))
		if err != nil {
			t.Errorf("a server on %s alone: %v", listening, err)
			continue
		}
		if got := conn.RemoteAddr().String(); got != listener.Addr().String() {
			t.Errorf("a server on %s alone was reached at %s", listening, got)
		}
		conn.Close()
	}
}

func TestF103_ANameThatChangesItsAddressGetsNobodyIn(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var mu sync.Mutex
	now := netip.MustParseAddr("127.0.0.1")
	d := dialing(t, names(t, func() []netip.Addr {
		mu.Lock()
		defer mu.Unlock()
		return []netip.Addr{now}
	}), "127.0.0.1")
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for address, permitted := range map[string]bool{"127.0.0.1": true, "127.0.0.2": false, "10.0.0.1": false, "::1": false} {
		mu.Lock()
		now = netip.MustParseAddr(address)
		mu.Unlock()
		conn, err := d.DialContext(t.Context(), "tcp", net.JoinHostPort("tenere.example", port))
		if conn != nil {
			conn.Close()
		}
		if permitted != (err == nil) || !permitted && !errors.Is(err, errAddress) {
			t.Errorf("the name now means %s: %v", address, err)
		}
	}
}

// A connection is kept for ten seconds, one for each host.
func TestF63_ConnectionsAreUsedAgainButNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		dialed := 0
		conns := make(chan net.Conn)
		served := make(chan error, 1)
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(time.Second)
			_, _ = io.WriteString(w, oneItem)
		})}
		go func() { served <- server.Serve(piped(conns)) }()
		transport := newTransport(nil, true)
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			mu.Lock()
			dialed++
			mu.Unlock()
			here, there := net.Pipe()
			conns <- there
			return here, nil
		}
		client := &http.Client{Transport: transport}
		get := func(address string) {
			res, err := client.Get(address)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			_, _ = io.Copy(io.Discard, res.Body)
		}
		ask := func() { get("http://tenere.example/feed") }
		for _, step := range []struct {
			pause time.Duration
			want  int
		}{{0, 1}, {8 * time.Second, 1}, {12 * time.Second, 2}} {
			time.Sleep(step.pause)
			if ask(); dialed != step.want {
				t.Errorf("after a pause of %s: %d connections, want %d", step.pause, dialed, step.want)
			}
		}
		var both sync.WaitGroup
		both.Go(ask)
		both.Go(ask)
		both.Wait()
		synctest.Wait()
		both.Go(ask)
		both.Go(ask)
		both.Wait()
		if dialed != 4 {
			t.Errorf("two by two: %d connections, want 4: one is kept, the other is not", dialed)
		}
		dialed = 0
		for range 2 { // in a round a host has to wait until others were asked
			var all sync.WaitGroup
			for host := range 300 {
				all.Go(func() { get(fmt.Sprintf("http://host-%d.example/feed", host)) })
			}
			all.Wait()
			synctest.Wait()
		}
		if dialed != 300 {
			t.Errorf("300 hosts, twice: %d connections", dialed)
		}
		client.CloseIdleConnections()
		server.Close()
		<-served
	})
}

// piped is a listener whose connections are handed to it.
type piped chan net.Conn

func (p piped) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (p piped) Close() error   { close(p); return nil }
func (p piped) Addr() net.Addr { return &net.TCPAddr{} }
