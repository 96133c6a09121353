package publisher_test

import (
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
