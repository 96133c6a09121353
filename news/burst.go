package news

import (
	"slices"
	"time"
)

// Rate is how many stories are told of a topic in a country.
type Rate struct {
	Country, Topic string  // ids of tags
	Today          int     // stories of the last 24 hours
	Usual          float64 // stories a day in the four weeks before
}

// Burst is a topic in a country of which far more stories are told than usual.
type Burst struct {
	Country, Topic string
	Since          time.Time // when it was noticed
	// Stories and Usual are the rate as it was then.
	Stories int
	Usual   float64
}

// BurstOf is the burst that an article is part of, nil for none: of several the
// first that was noticed.
func BurstOf(a Article, bursts []Burst) *Burst {
	has := func(kind Kind, id string) bool {
		return slices.ContainsFunc(a.Tags, func(t Tag) bool { return t.Kind == kind && t.ID == id })
	}
	var best *Burst
	for i := range bursts {
		b := &bursts[i]
		if a.Published.Time.After(b.Since.Add(-24*time.Hour)) && has(KindCountry, b.Country) && has(KindTopic, b.Topic) &&
			(best == nil || b.Since.Before(best.Since) || b.Since.Equal(best.Since) && b.Stories > best.Stories) {
			best = b
		}
	}
	return best
}
