package publisher

import (
	"time"

	"harmattan/news"
)

// Render makes one document and checks it, without compressing it: for
// benchmarks and fuzzing.
func Render(p *Publisher, suffix string, e news.Edition, entries []news.Entry, changedAt time.Time, check bool) ([]byte, error) {
	d := p.newDraft(e, "", entries, changedAt, diets()[0])
	for _, f := range formats() {
		if f.suffix != suffix {
			continue
		}
		body, err := f.render(p, d)
		if err == nil && check {
			err = p.check(f, d, body)
		}
		return body, err
	}
	return nil, nil
}
