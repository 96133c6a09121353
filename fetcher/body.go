package fetcher

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	errTooLarge = errors.New("the document is larger than max_body_bytes of [fetcher]; raise it if this source is right")
	errTooSlow  = errors.New("the server sends too slowly")
	errBroken   = errors.New("the transfer broke off")
	errWire     = errors.New("the connection failed")
)

// A server has to send this much per window, or it holds a connection for
// nothing (F-104).
const (
	slowWindow = 10 * time.Second
	slowBytes  = 2 << 10
)

// A document larger than these waits for one of few places: what is under way
// takes a bounded amount of memory however many servers are asked at once.
const (
	smallBody    = 256 << 10
	middleBody   = 2 << 20
	middlePlaces = 8
	largePlaces  = 2
	// readPlaces is how many documents may be parsed and not yet taken by who stores them.
	readPlaces = 16
)

// reader reads bodies; it keeps what they are read with for the next ones.
type reader struct {
	limit   int64     // of bytes, as received and as decompressed
	buffers sync.Pool // of *bytes.Buffer
	gzips   sync.Pool // of *gzip.Reader
}

// buffer is an empty buffer for a body; release gives it back.
func (r *reader) buffer() *bytes.Buffer {
	if b, ok := r.buffers.Get().(*bytes.Buffer); ok {
		b.Reset()
		return b
	}
	return &bytes.Buffer{}
}

// release takes an answer's buffer back when nothing refers to its bytes any
// more. Large ones are rare and left to the collector.
func (r *reader) release(a *answer) {
	if a != nil && a.buffer != nil && a.buffer.Cap() <= smallBody+bytes.MinRead {
		r.buffers.Put(a.buffer)
	}
}

// read reads a response's document into a buffer. A transfer that broke off
// yields what came and errBroken. Room is asked for before a document takes more
// than the usual.
func (r *reader) read(body *bytes.Buffer, res *http.Response, cancel context.CancelCauseFunc, room func(size int) error) error {
	wire := &meter{from: res.Body, left: r.limit}
	defer wire.watch(cancel).Stop()
	plain, done, err := r.decompress(res.Header, wire)
	if err != nil {
		return err
	}
	defer done()
	for _, size := range []int{smallBody, middleBody, int(r.limit)} {
		size = min(size, int(r.limit))
		if err := room(size); err != nil {
			return err
		}
		want := min(size, 8*middleBody)
		if n := int(res.ContentLength); size <= smallBody {
			want = min(max(n, 0), size)
		}
		body.Grow(max(want+1-body.Len(), 0) + bytes.MinRead)
		n, err := io.Copy(body, io.LimitReader(plain, int64(size+1-body.Len())))
		switch {
		case errors.Is(err, errTooLarge), body.Len() > int(r.limit):
			return errTooLarge
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("%w: %w", errBroken, err)
		case err != nil || n == 0 || body.Len() <= size:
			return err
		}
	}
	return nil
}

// room waits until a document may take so much memory. When none becomes free
// in time it is not the server's failure.
func (v *visit) room(ctx context.Context, size int) error {
	places := v.fetcher.middle
	switch {
	case size <= smallBody:
		return nil
	case size > middleBody:
		places = v.fetcher.large
	}
	if !v.reserve(ctx, places) {
		return &heldError{v.clock().Add(time.Minute), "too many large documents came at once"}
	}
	return nil
}

// reserve waits for one of few places and keeps it until the visit exits.
func (v *visit) reserve(ctx context.Context, places chan struct{}) bool {
	if v.leave == nil { // a twin has what the one that asked took
		return true
	}
	select {
	case places <- struct{}{}:
		leave := v.leave
		v.leave = func() { <-places; leave() }
		return true
	case <-ctx.Done():
		return false
	}
}

// meter counts the bytes that come over the wire.
type meter struct {
	from io.Reader
	left int64
	read atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left < 0 {
		return 0, errTooLarge
	}
	n, err := m.from.Read(p)
	m.left -= int64(n)
	m.read.Add(int64(n))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: %w", errWire, err)
	}
	return n, err
}

// watch ends the exchange when a window passes with too few bytes.
func (m *meter) watch(cancel context.CancelCauseFunc) *time.Timer {
	var timer *time.Timer
	var seen int64
	ready := make(chan struct{})
	timer = time.AfterFunc(slowWindow, func() {
		<-ready
		read := m.read.Load()
		if read-seen < slowBytes {
			cancel(errTooSlow)
			return
		}
		seen = read
		timer.Reset(slowWindow)
	})
	close(ready)
	return timer
}

// decompress undoes the one coding that a response may have (F-59, F-104).
// Servers that label wrongly are believed less than the bytes.
func (r *reader) decompress(h http.Header, wire io.Reader) (plain io.Reader, done func(), err error) {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ",")))
	buffered := bufio.NewReader(wire)
	nothing := func() {}
	switch coding {
	case "", "identity", "gzip", "x-gzip":
		if magic, _ := buffered.Peek(2); !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
			return buffered, nothing, nil
		}
		z, ok := r.gzips.Get().(*gzip.Reader)
		if !ok {
			z = &gzip.Reader{}
		}
		if err := z.Reset(buffered); err != nil {
			return nil, nil, fmt.Errorf("the gzip header is broken: %w", err)
		}
		return z, func() { r.gzips.Put(z) }, nil
	case "br":
		return brotli.NewReader(buffered), nothing, nil
	case "zstd":
		z, err := zstd.NewReader(buffered, zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}
	return nil, nil, fmt.Errorf("the server used the coding %q, which was not asked for", coding)
}
