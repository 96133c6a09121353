package publisher

import (
	"time"

	"harmattan/news"
)

// Render makes one document and throws it away: for benchmarks.
func Render(p *Publisher, suffix string, e news.Edition, entries []news.Entry, changedAt time.Time) error {
	d := p.newDraft(e, entries, changedAt, true)
	for _, f := range formats() {
		if f.suffix == suffix {
			_, err := f.render(p, d)
			return err
		}
	}
	return nil
}
