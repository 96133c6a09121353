package fetcher

import (
	"bytes"
	"context"
	"encoding/binary"
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

// reader reads bodies; it keeps what they are read with for the next ones.
type reader struct {
	limit   int       // of bytes, as received and as decompressed
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

// release takes a buffer back when nothing refers to its bytes any more. Large
// ones are rare and left to the collector.
func (r *reader) release(b *bytes.Buffer) {
	if b != nil && b.Cap() <= smallBody+bytes.MinRead {
		r.buffers.Put(b)
	}
}

// load reads a body as it is sent. A transfer that broke off yields what came
// and errBroken.
func (r *reader) load(packed *bytes.Buffer, res *http.Response, cancel context.CancelCauseFunc, room roomFunc) error {
	wire := &meter{from: res.Body}
	defer wire.watch(cancel).Stop()
	return r.fill(packed, wire, int(res.ContentLength), room)
}

// unpack undoes the one coding that a body may have (F-59, F-104): the buffer
// that is returned holds the document, and may be the one that was given; the
// bytes of that one stay as they were.
// Servers that label wrongly are believed less than the bytes.
func (r *reader) unpack(packed *bytes.Buffer, h http.Header, room roomFunc) (*bytes.Buffer, error) {
	var plain io.Reader
	expected := 0
	switch coding := strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ","))); coding {
	case "", "identity", "gzip", "x-gzip":
		if !isGzip(packed.Bytes()) {
			return packed, nil
		}
		z, ok := r.gzips.Get().(*gzip.Reader)
		if !ok {
			z = &gzip.Reader{}
		}
		defer r.gzips.Put(z)
		expected = gzipSize(packed.Bytes())
		if err := z.Reset(packed); err != nil {
			return packed, fmt.Errorf("the gzip header is broken: %w", err)
		}
		plain = z
	case "br":
		plain = brotli.NewReader(packed)
	case "zstd":
		// Left to itself it unpacks a small buffer at once, whatever comes of it.
		z, err := zstd.NewReader(packed, zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderConcurrency(1), zstd.WithDecodeBuffersBelow(0))
		if err != nil {
			return packed, err
		}
		defer z.Close()
		plain = z
	default:
		return packed, fmt.Errorf("the server used the coding %q, which was not asked for", coding)
	}
	document := r.buffer()
	return document, r.fill(document, plain, expected, room)
}

func isGzip(sent []byte) bool { return bytes.HasPrefix(sent, []byte{0x1f, 0x8b}) }

// gzipSize is how many bytes the end of a gzip file (RFC 1952, ISIZE) says that
// it holds: a buffer of that size need not grow.
func gzipSize(packed []byte) int {
	if len(packed) < 18 { // header and trailer
		return 0
	}
	return int(binary.LittleEndian.Uint32(packed[len(packed)-4:]))
}

// fill reads all there is, within the limit. Room is asked for before it takes
// more memory than is usual; expected is how much is said to come.
func (r *reader) fill(body *bytes.Buffer, from io.Reader, expected int, room roomFunc) error {
	for _, size := range []int{smallBody, middleBody, r.limit} {
		size = min(size, r.limit)
		if err := room(size); err != nil {
			return err
		}
		want := min(size, 8*middleBody)
		if size <= smallBody {
			want = min(max(expected, 0), size)
		}
		body.Grow(max(want+1-body.Len(), 0) + bytes.MinRead)
		n, err := io.Copy(body, io.LimitReader(from, int64(size+1-body.Len())))
		switch {
		case body.Len() > r.limit:
			return errTooLarge
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("%w: %w", errBroken, err)
		case err != nil || n == 0 || body.Len() <= size:
			return err
		}
	}
	return nil
}

// meter counts the bytes that come over the wire.
type meter struct {
	from io.Reader
	read atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
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
