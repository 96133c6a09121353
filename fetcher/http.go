package fetcher

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// What every request says of itself (F-55 to F-60).
const (
	accept = "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, " +
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
	acceptEncoding = "gzip, br, zstd"
	maxHops        = 5
)

// shaped names an address with all that a request asks for and what is made of
// the answer: validators and body hashes of another shape are void (F-07).
func shaped(address string) string {
	return "request 1, normaliser " + strconv.Itoa(normaliser) + ", " + address
}

// newTransport makes what connects where the guard lets it. It makes requests as
// they are given: http.Client would only add redirects and cookies, for which it
// copies every header.
func newTransport(trusted []allowed, http2 bool) *http.Transport {
	guard := dialer{allowed: trusted, timeout: 10 * time.Second}
	return &http.Transport{
		DialContext:            guard.DialContext,
		Protocols:              protocols(http2),
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  15 * time.Second,
		IdleConnTimeout:        10 * time.Second,
		MaxIdleConns:           512, // so that a round over many hosts finds them again
		MaxIdleConnsPerHost:    1,
	}
}

func protocols(http2 bool) *http.Protocols {
	p := &http.Protocols{}
	p.SetHTTP1(true)
	p.SetHTTP2(http2)
	return p
}

// userAgent says who asks and whom to tell.
func userAgent(version, contact string) string {
	product := "Harmattan"
	if v := strings.Map(tokenRune, version); v != "" {
		product += "/" + v
	}
	if contact != "" {
		return product + " (+" + contact + "; feed aggregator)"
	}
	return product + " (feed aggregator)"
}

// tokenRune keeps what a product version may hold.
func tokenRune(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '-' || r == '_' || r == '+' {
		return r
	}
	return -1
}

// answer is a response after all redirects.
type answer struct {
	code        int
	header      http.Header
	body        []byte
	hash        string        // of the body, once it was read
	packed      *bytes.Buffer // holds the body, at first as it was sent; given back after the visit
	sent        *bytes.Buffer // holds the body as it was sent, if that is another; likewise
	gzip        []byte        // the whole body as it was sent, if that was gzip
	broken      error         // why the body is not whole
	url         string        // of the last request
	moved       string        // where permanent redirects led before any other
	inside      bool          // the last request of that chain went to an address that is not public
	conditional bool          // the last request carried validators
	http2       bool          // it came over HTTP/2
	fellBack    bool          // it came over HTTP/1.1 after HTTP/2 had failed
	silence     time.Duration
}

// ask sends the request and follows redirects itself, hop by hop: nothing is
// carried from one request to the next (F-46 to F-52). reload asks caches on
// the way to look again.
func (v *visit) ask(ctx context.Context, reload bool) (*answer, error) {
	a := &answer{url: v.address}
	seen := map[string]bool{a.url: true}
	permanent := true
	for hop := 0; ; hop++ {
		res, cancel, err := v.send(ctx, a, reload)
		if err != nil {
			return nil, err
		}
		a.silence = max(a.silence, retryAfter(res.Header, v.clock()))
		next, err := location(res)
		if next == "" {
			if err == nil {
				err = v.receive(res, a, cancel)
			}
			res.Body.Close()
			cancel(nil)
			return a, err
		}
		res.Body.Close()
		cancel(nil)
		if permanent = permanent && (res.StatusCode == http.StatusMovedPermanently || res.StatusCode == http.StatusPermanentRedirect); permanent {
			a.moved = next
		}
		if hop == maxHops || seen[next] {
			return nil, fmt.Errorf("redirected in a loop or more than %d times, at last to %s", maxHops, shown(next))
		}
		hosts := v.fetcher.hosts
		if m := hosts.manners(next); v.permit == nil && m.key == hosts.manners(a.url).key {
			hosts.count(m, v.clock())
		} else {
			v.exit()
			if err := v.enter(ctx, next); err != nil {
				return nil, err
			}
		}
		seen[next], a.url = true, next
	}
}

// send makes one request. Validators go only to the address that issued them.
func (v *visit) send(ctx context.Context, a *answer, reload bool) (*http.Response, context.CancelCauseFunc, error) {
	ctx, abort := context.WithCancelCause(ctx)
	timeout := time.AfterFunc(v.fetcher.options.Timeout.Duration, func() { abort(context.DeadlineExceeded) })
	cancel := func(cause error) { timeout.Stop(); abort(cause) }
	var conn net.Conn
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			if conn != nil { // net/http asks again where a kept connection broke
				_ = pause(ctx, cutPause) // it looks at ctx itself
			}
		},
		GotConn: func(got httptrace.GotConnInfo) { conn = got.Conn },
	})
	req, err := http.NewRequestWithContext(traced, http.MethodGet, a.url, nil)
	if err != nil {
		cancel(nil)
		return nil, nil, unwrapURL(err)
	}
	req.Header = maps.Clone(v.fetcher.header)
	a.conditional = !reload && v.addValidators(req, a.url)
	if reload {
		req.Header.Set("Cache-Control", "no-cache")
	}
	v.requests++
	res, err := v.transport().RoundTrip(req)
	if err != nil {
		v.cut = conn != nil
		err = v.blame(ctx, err, conn != nil && spokeHTTP2(conn))
		cancel(nil)
		return nil, nil, err
	}
	if a.http2 = res.ProtoMajor == 2; a.url == a.moved {
		a.inside = conn == nil || !publicPeer(conn.RemoteAddr())
	}
	return res, cancel, nil
}

// receive reads the body where there is one to read.
func (v *visit) receive(res *http.Response, a *answer, cancel context.CancelCauseFunc) error {
	a.code, a.header = res.StatusCode, res.Header
	if !holdsDocument(res.StatusCode) {
		return nil
	}
	ctx := res.Request.Context()
	a.packed = v.fetcher.reader.buffer()
	err := v.fetcher.reader.load(a.packed, res, cancel, v.room(ctx, v.fetcher.wire))
	v.cut = err != nil
	if err = a.breaksOff(err); err != nil {
		return v.blame(ctx, err, a.http2 && errors.Is(err, errWire))
	}
	return nil
}

// release gives the answer's buffers back.
func (a *answer) release(to *reader) {
	if a != nil {
		to.release(a.packed)
		to.release(a.sent)
	}
}

func holdsDocument(code int) bool {
	return code == http.StatusOK || code == http.StatusNonAuthoritativeInfo
}

// location is the address that a redirect leads to, empty when the response is
// none.
func location(res *http.Response) (string, error) {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return "", nil
	}
	next, err := res.Location()
	if err != nil {
		return "", fmt.Errorf("a redirect (%d) without a usable address", res.StatusCode)
	}
	next.Fragment = ""
	if err := checkURL(next.String()); err != nil {
		return "", fmt.Errorf("redirected to what is not followed: %w", err)
	}
	return next.String(), nil
}

// reason finds why an exchange failed and leaves out what net/http tells of
// the address, which may hold a token (F-105).
func reason(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, errTooSlow) {
		return cause
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(cause, context.DeadlineExceeded) {
		return errors.New("no complete answer within the timeout")
	}
	return unwrapURL(err)
}

// unwrapURL drops the address that net/url and net/http put into their errors.
func unwrapURL(err error) error {
	var known *url.Error
	if errors.As(err, &known) {
		return known.Err
	}
	return err
}

// shown is an address fit for logs: without credentials and without the values
// of its query.
func shown(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "an address that cannot be read"
	}
	u.User, u.Fragment = nil, ""
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	return u.String()
}
