package config

import "strings"

// nearest returns the candidate that word was most likely meant to be, or
// nothing when none is near: one letter in four may be wrong, or the end cut.
func nearest(word string, candidates []string) string {
	word = fold(word)
	best, least := "", (len(word)+3)/4+1
	for _, candidate := range candidates {
		c := fold(candidate)
		n := distance(word, c)
		if len(word) >= 3 && len(c) >= 3 && (strings.HasPrefix(c, word) || strings.HasPrefix(word, c)) {
			n = min(n, 1)
		}
		if n < least {
			best, least = candidate, n
		}
	}
	return best
}

// fold takes away what people get wrong without noticing.
func fold(s string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
