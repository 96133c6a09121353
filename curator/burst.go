package curator

import (
	"time"

	"harmattan/news"
)

const (
	// leastBurst is how many stories a day are a burst at least, burstFactor how
	// many times the usual number: what is always told much is none.
	leastBurst  = 5
	burstFactor = 3
	// A burst is over when there are fewer stories than these.
	leastLasting  = 3
	lastingFactor = 1.5
)

// Bursts returns the bursts at now: those that go on, as they were noticed, and
// those that begin.
func Bursts(rates []news.Rate, before []news.Burst, now time.Time) []news.Burst {
	type subject struct{ country, topic string }
	known := map[subject]news.Burst{}
	for _, b := range before {
		known[subject{b.Country, b.Topic}] = b
	}
	var bursts []news.Burst
	for _, r := range rates {
		b, goesOn := known[subject{r.Country, r.Topic}]
		switch today := float64(r.Today); {
		case goesOn && r.Today >= leastLasting && today >= lastingFactor*r.Usual:
			bursts = append(bursts, b)
		case !goesOn && r.Today >= leastBurst && today >= burstFactor*r.Usual:
			bursts = append(bursts, news.Burst{Country: r.Country, Topic: r.Topic, Since: now, Stories: r.Today, Usual: r.Usual})
		}
	}
	return bursts
}
