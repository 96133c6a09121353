package publisher_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"harmattan/publisher"
)

func BenchmarkRenderFiftyEntries(b *testing.B) {
	list := many(50)
	p := newPublisher(options(), edition())
	for _, suffix := range []string{".rss", ".atom", ".json", ""} {
		b.Run("format"+suffix, func(b *testing.B) {
			for b.Loop() {
				if _, err := publisher.Render(p, suffix, edition(), list, changed, false); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPublish(b *testing.B) {
	list := many(50)
	p := newPublisher(options(), edition())
	b.Run("changed", func(b *testing.B) {
		n := 0
		for b.Loop() {
			n++
			if err := p.Publish(edition(), list, changed.Add(time.Duration(n)*time.Second)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			if err := p.Publish(edition(), list, changed); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkServe(b *testing.B) {
	p := newPublisher(options(), edition())
	if err := p.Publish(edition(), many(50), changed); err != nil {
		b.Fatal(err)
	}
	tag := get(p, atomPath, "Accept-Encoding", "gzip").Header.Get("ETag")
	for name, header := range map[string]http.Header{
		"whole":        {"Accept-Encoding": {"gzip, br"}},
		"not modified": {"Accept-Encoding": {"gzip"}, "If-None-Match": {tag}},
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, atomPath, nil)
			r.Header = header
			handler := p.Handler()
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(&discard{header: http.Header{}}, r)
			}
		})
	}
}

// discard is a client that reads nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}
