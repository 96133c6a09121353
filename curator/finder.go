package curator

import (
	"math/bits"
	"slices"
	"strings"
)

// finder tells in one pass which of several groups of words stand in a text.
type finder struct {
	groups [][]string // at most 64, of words of two bytes and more
	// first and second tell by byte which groups have a word with it there.
	first, second [256]uint64
}

func newFinder(groups ...[]string) *finder {
	f := &finder{groups: groups}
	for number, words := range groups {
		for _, word := range words {
			f.first[word[0]] |= 1 << number
			f.second[word[1]] |= 1 << number
		}
	}
	return f
}

// in returns a bit for every group of which a word stands in the text.
func (f *finder) in(text string) (found uint64) {
	before := uint64(0)
	for i := range len(text) {
		near := before & f.second[text[i]] &^ found
		before = f.first[text[i]]
		for ; near != 0; near &= near - 1 {
			number := bits.TrailingZeros64(near)
			if slices.ContainsFunc(f.groups[number], func(word string) bool { return strings.HasPrefix(text[i-1:], word) }) {
				found |= 1 << number
			}
		}
	}
	return found
}
