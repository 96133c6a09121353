package publisher_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"harmattan/publisher"
)

func from(peer string, forwarded ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/editions/sahel-security.rss", nil)
	r.RemoteAddr = peer
	for _, f := range forwarded {
		r.Header.Add("X-Forwarded-For", f)
	}
	return r
}

// allowance is how many requests in a row pass, up to 1000.
func allowance(l *publisher.Limiter, now time.Time, next func(i int) *http.Request) int {
	for i := range 1000 {
		if l.Wait(next(i), now) > 0 {
			return i
		}
	}
	return 1000
}

func TestP71_AClientThatAsksTooOftenWaits(t *testing.T) {
	o := publisher.Default()
	o.RequestsPerMinute, o.Proxies = 60, []string{"10.0.0.8", "fd00::/8"}
	l := publisher.NewLimiter(o)
	for _, c := range []struct {
		name string
		next func(i int) *http.Request
		want int
	}{
		{"one client", func(int) *http.Request { return from("192.0.2.1:4000") }, 60},
		{"by other ports", func(i int) *http.Request { return from(fmt.Sprintf("192.0.2.2:%d", 4000+i)) }, 60},
		{"one network of IPv6", func(i int) *http.Request { return from(fmt.Sprintf("[2001:db8::%x]:4000", i+1)) }, 60},
		{"many clients", func(i int) *http.Request { return from(fmt.Sprintf("198.51.%d.%d:4000", i/200, i%200)) }, 1000},
		{"on this machine", func(int) *http.Request { return from("127.0.0.1:4000") }, 1000},
		{"who claims to be others", func(i int) *http.Request { return from("192.0.2.3:4000", fmt.Sprintf("203.0.113.%d", i%250)) }, 60},
		{"one behind the proxy", func(int) *http.Request { return from("10.0.0.8:4000", "203.0.113.1") }, 60},
		{"one behind the proxy who claims to be others", func(i int) *http.Request {
			return from("10.0.0.8:4000", fmt.Sprintf("198.18.0.%d, 203.0.113.2", i%250))
		}, 60},
		{"many behind the proxy", func(i int) *http.Request { return from("[fd00::1]:4000", fmt.Sprintf("198.18.%d.%d", i/200, i%200)) }, 1000},
		{"a proxy that says nothing", func(int) *http.Request { return from("10.0.0.8:4000") }, 1000},
		{"a socket without addresses", func(int) *http.Request { return from("@") }, 1000},
	} {
		if got := allowance(l, changed, c.next); got != c.want {
			t.Errorf("%s: %d requests pass, want %d", c.name, got, c.want)
		}
	}
	if wait := l.Wait(from("192.0.2.1:1"), changed); wait <= 0 || wait > time.Second {
		t.Errorf("waits %s", wait)
	}
	if l.Wait(from("192.0.2.1:1"), changed.Add(time.Second)) != 0 || l.Wait(from("192.0.2.1:1"), changed.Add(time.Second)) == 0 {
		t.Error("after a second one request is free, and only one")
	}
	w := httptest.NewRecorder()
	publisher.TooMany(w, 300*time.Millisecond)
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	o.RequestsPerMinute = 0
	if got := allowance(publisher.NewLimiter(o), changed, func(int) *http.Request { return from("192.0.2.1:4000") }); got != 1000 {
		t.Errorf("no limit: %d", got)
	}
}

func TestP71_TheMemoryOfClientsIsBounded(t *testing.T) {
	o := publisher.Default()
	l := publisher.NewLimiter(o)
	client := func(i int) *http.Request { return from(fmt.Sprintf("[2001:db8:%x:%x::1]:4000", i>>16, i&0xffff)) }
	for i := range 25_000 {
		if l.Wait(client(i), changed) != 0 {
			t.Fatalf("client %d waits at its first request", i)
		}
	}
	for range o.RequestsPerMinute + 1 {
		l.Wait(client(24_999), changed)
	}
	if l.Wait(client(24_999), changed) != 0 {
		t.Error("one that is not remembered is not let through")
	}
	later := changed.Add(2 * time.Minute)
	if got := allowance(l, later, func(int) *http.Request { return client(24_999) }); got != o.RequestsPerMinute {
		t.Errorf("once there is room again %d requests pass", got)
	}
}

func TestP71_MistakesInTheLimitAreNamed(t *testing.T) {
	o := publisher.Default()
	o.RequestsPerMinute, o.Proxies = 5, []string{"127.0.0.1", "proxy.example"}
	if problems := o.Validate(); len(problems) != 2 || problems[0].Path[0] != "requests_per_minute" || problems[1].Path[0] != "proxies" {
		t.Errorf("problems %v", problems)
	}
}
