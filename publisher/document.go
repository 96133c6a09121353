package publisher

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// document is what one address answers: ready-made bytes in every coding, with
// their headers. It never changes once made.
type document struct {
	// variants are in the order in which we prefer them; identity is last.
	variants []variant
	modified time.Time // whole seconds; zero when there is no such date
}

// variant is a document in one content coding.
type variant struct {
	coding string // as in Accept-Encoding
	body   []byte
	etag   string
	// header goes with 200; notModified with 304 (RFC 9110 section 15.4.5).
	header, notModified http.Header
}

// identity is the document as it is, uncompressed.
func (d *document) identity() []byte { return d.variants[len(d.variants)-1].body }

// press makes documents. It keeps its compressors between documents and is not
// safe for concurrent use.
type press struct {
	gzip   *gzip.Writer
	brotli *brotli.Writer
	zstd   *zstd.Encoder
	buffer bytes.Buffer
}

// Levels at which twice the time buys less than a twentieth of the size.
const (
	gzipLevel   = 6
	brotliLevel = 5
	// brotliWindow is 2^18 bytes: a whole edition, and no 4 MB buffer for it.
	brotliWindow = 18
)

func newPress() (*press, error) {
	g, err := gzip.NewWriterLevel(nil, gzipLevel)
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	// One goroutine keeps the bytes the same; the window stays far below the
	// 8 MiB that every reader must support (RFC 9659).
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	return &press{gzip: g, brotli: brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: brotliLevel, LGWin: brotliWindow}), zstd: z}, nil
}

// document compresses the body and completes the headers. A coding that saves
// nothing is left out.
func (p *press) document(body []byte, modified time.Time, header http.Header) (*document, error) {
	d := &document{}
	if sane(modified) {
		d.modified = modified.UTC().Truncate(time.Second)
	}
	coded := []struct {
		name string
		make func([]byte) ([]byte, error)
	}{{"br", p.br}, {"zstd", p.zst}, {"gzip", p.gz}}
	for _, c := range coded {
		b, err := c.make(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if len(b) < len(body) {
			d.add(c.name, b, header)
		}
	}
	d.add("identity", body, header)
	return d, nil
}

// add appends a variant whose strong ETag comes from its own bytes.
func (d *document) add(coding string, body []byte, header http.Header) {
	sum := sha256.Sum256(body)
	v := variant{coding: coding, body: body, etag: `"` + hex.EncodeToString(sum[:16]) + `"`, header: header.Clone()}
	v.header.Set("ETag", v.etag)
	v.header.Set("Vary", "Accept-Encoding")
	v.header.Set("X-Content-Type-Options", "nosniff")
	v.header.Set("Accept-Ranges", "none")
	v.header.Set("Content-Length", fmt.Sprint(len(body)))
	if !d.modified.IsZero() {
		v.header.Set("Last-Modified", d.modified.Format(http.TimeFormat))
	}
	if coding != "identity" {
		v.header.Set("Content-Encoding", coding)
	}
	v.notModified = http.Header{}
	for _, key := range []string{"ETag", "Vary", "Cache-Control", "Last-Modified", "Link", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"} {
		if value := v.header.Values(key); len(value) > 0 {
			v.notModified[http.CanonicalHeaderKey(key)] = value
		}
	}
	d.variants = append(d.variants, v)
}

// quick makes a document for one request: in gzip where that is shorter, for
// other codings cost more to make than they save here. modified may be zero.
func quick(body []byte, modified time.Time, header http.Header) (*document, error) {
	g, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	press := press{gzip: g}
	packed, err := press.gz(body)
	if err != nil {
		return nil, err
	}
	d := &document{}
	if sane(modified) {
		d.modified = modified.UTC().Truncate(time.Second)
	}
	if len(packed) < len(body) {
		d.add("gzip", packed, header)
	}
	d.add("identity", body, header)
	return d, nil
}

func (p *press) gz(body []byte) ([]byte, error) {
	p.buffer.Reset()
	p.gzip.Reset(&p.buffer)
	if _, err := p.gzip.Write(body); err != nil {
		return nil, err
	}
	if err := p.gzip.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(p.buffer.Bytes()), nil
}

func (p *press) br(body []byte) ([]byte, error) {
	p.buffer.Reset()
	p.brotli.Reset(&p.buffer)
	if _, err := p.brotli.Write(body); err != nil {
		return nil, err
	}
	if err := p.brotli.Close(); err != nil {
		return nil, err
	}
	return bytes.Clone(p.buffer.Bytes()), nil
}

func (p *press) zst(body []byte) ([]byte, error) {
	return p.zstd.EncodeAll(body, nil), nil
}
