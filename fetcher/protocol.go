package fetcher

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"harmattan/news"
)

// errHTTP2 is an exchange that may have failed for the protocol alone (F-61).
var errHTTP2 = errors.New("HTTP/2 failed")

// http1For is how long a source is asked over HTTP/1.1 alone once that worked
// where HTTP/2 failed.
const http1For = week

// keptToHTTP1 tells whether HTTP/2 failed so recently that it is not tried.
func keptToHTTP1(p news.Pace, now time.Time) bool {
	return !p.HTTP2FailedAt.IsZero() && now.Sub(p.HTTP2FailedAt) < http1For
}

// noteProtocol remembers that only HTTP/1.1 worked, until HTTP/2 does.
func (v *visit) noteProtocol(a *answer) {
	switch {
	case a.fellBack:
		v.state.Pace.HTTP2FailedAt = v.clock()
	case a.http2:
		v.state.Pace.HTTP2FailedAt = time.Time{}
	}
}

// protocolEvidence tells people of it.
func protocolEvidence(p news.Pace) string {
	if p.HTTP2FailedAt.IsZero() {
		return ""
	}
	return "; asked over HTTP/1.1, for HTTP/2 failed on " + day(p.HTTP2FailedAt)
}

// blame marks an error that HTTP/1.1 may help against: one of HTTP/2 itself.
// Whoever only kept us waiting would do so over any protocol.
func (v *visit) blame(ctx context.Context, err error, http2 bool) error {
	if !http2 || late(ctx, err) {
		return reason(ctx, err)
	}
	return fmt.Errorf("%w: %w", errHTTP2, reason(ctx, err))
}

// late tells whether we gave up waiting.
func late(ctx context.Context, err error) bool {
	var wait net.Error
	return ctx.Err() != nil || errors.As(err, &wait) && wait.Timeout()
}

// spokeHTTP2 tells what a connection agreed on.
func spokeHTTP2(conn net.Conn) bool {
	secure, ok := conn.(*tls.Conn)
	return ok && secure.ConnectionState().NegotiatedProtocol == "h2"
}

// transport is the one that the source wants.
func (v *visit) transport() *http.Transport {
	if v.http1 {
		return v.fetcher.http1
	}
	return v.fetcher.transport
}
