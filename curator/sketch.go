package curator

import (
	"math"
	"time"

	"harmattan/news"
)

// A text is compared by the least hashes of its shingles (MinHash): the share
// of equal slots estimates the share of equal shingles. Slots are banded for
// looking up: two texts that share a band are worth comparing.
const (
	slots    = 64
	bandRows = 4
	// maxShingled is how many words of a text are compared.
	maxShingled = 300
	// maxShingledBytes is more than they take.
	maxShingledBytes = 4 << 10
	// minShingled is how many words a text needs to be banded.
	minShingled = 12
)

// sketch makes the short form of an article, whose tags are set. What is older
// than the story window has none: it neither joins a story nor is joined.
func (c *Curator) sketch(a news.Article, now time.Time) news.Sketch {
	if now.Sub(a.Published.Time) > c.options.StoryWindow.Duration {
		return news.Sketch{}
	}
	p, signature := c.profile(a)
	s := news.Sketch{ArticleID: a.ID, StoryID: a.StoryID, SourceID: a.SourceID, Publisher: a.Publisher,
		Published: a.Published.Time, Data: p.encode()}
	s.Keys = p.keys()
	if len(foldedWords(a.Title+"\n"+cutBytes(a.Text, 500))) >= minShingled {
		for band := 0; band < keyBands*bandRows; band += bandRows {
			s.Keys = append(s.Keys, bandKey(band, signature[band:band+bandRows]))
		}
	}
	return s
}

// minHash returns the least hash of the shingles of two words for each slot.
func minHash(words []string) [slots]uint64 {
	var least [slots]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for i := 0; i+1 < len(words); i++ {
		h := hash(words[i], words[i+1])
		for slot := range least {
			least[slot] = min(least[slot], mix(h+uint64(slot)*0x9e3779b97f4a7c15)) //nolint:gosec // slot is small
		}
	}
	return least
}

// mix is the finalizer of SplitMix64: every bit of the result depends on every
// bit of the number.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

func bandKey(band int, rows []uint64) uint64 {
	key := uint64(band) + 1 //nolint:gosec // band is small
	for _, row := range rows {
		key = mix(key ^ row)
	}
	return key
}

// hash is FNV-1a of the parts, a zero byte behind each.
func hash(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * fnvPrime
		}
		h *= fnvPrime
	}
	return h
}

const fnvPrime = 1099511628211
