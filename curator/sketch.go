package curator

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"strings"
	"unicode"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// A text is compared by the least hashes of its shingles (MinHash): the share
// of equal slots estimates the share of equal shingles. Slots are banded for
// looking up: two texts that share a band are worth comparing.
const (
	slots    = 64
	bandRows = 4
	// maxShingled is how many words of a text are compared.
	maxShingled = 400
)

// sketch makes the short form of an article.
func sketch(a news.Article) news.Sketch {
	text := foldedWords(a.Title + "\n" + a.Text)
	s := news.Sketch{ArticleID: a.ID, StoryID: a.StoryID, SourceID: a.SourceID, Publisher: a.Publisher, Published: a.Published.Time}
	title := foldedWords(a.Title)
	if len(title) >= 4 {
		s.Keys = append(s.Keys, hash("title", strings.Join(title, " ")))
	}
	signature := minHash(text[:min(len(text), maxShingled)])
	for band := 0; band < slots; band += bandRows {
		if len(text) >= 8 {
			s.Keys = append(s.Keys, bandKey(band, signature[band:band+bandRows]))
		}
	}
	for _, slot := range signature {
		s.Data = binary.LittleEndian.AppendUint16(s.Data, uint16(slot)) //nolint:gosec // the low bits are wanted
	}
	s.Data = binary.LittleEndian.AppendUint64(s.Data, hash("title", strings.Join(title, " ")))
	return s
}

func foldedWords(text string) []string {
	return strings.FieldsFunc(vocabulary.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// minHash returns the least hash of the shingles of two words for each slot.
func minHash(text []string) [slots]uint64 {
	var least [slots]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for i := 0; i+1 < len(text); i++ {
		h := hash(text[i], text[i+1])
		for slot := range least {
			h = h*6364136223846793005 + 1442695040888963407
			if mixed := h ^ h>>29; mixed < least[slot] {
				least[slot] = mixed
			}
		}
	}
	return least
}

func bandKey(band int, rows []uint64) uint64 {
	h := fnv.New64a()
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(band)) //nolint:gosec // band is small
	h.Write(b[:])
	for _, row := range rows {
		binary.LittleEndian.PutUint64(b[:], row)
		h.Write(b[:])
	}
	return h.Sum64()
}

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, part := range parts {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum64()
}
