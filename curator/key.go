package curator

import (
	"cmp"
	"slices"
)

const (
	// keyWords is how many of the rarest words are paired into keys.
	keyWords = 7
	// keyBands is how many bands of the text are keys.
	keyBands = 10
	// rareEnough is the weight from which a word and a country are a key.
	rareEnough = 7
	// maxKeys bounds the keys beside the bands; round-ups name everything.
	maxKeys = 64
)

// keys are the values under which a profile's twins are looked up: its title,
// and pairs of the marks that tell most. A pair is shared by few articles in a
// few days; a single name or place is shared by too many.
func (p profile) keys() []uint64 {
	var keys []uint64
	add := func(marks ...mark) { keys = append(keys, jointKey(marks...)) }
	if p.title != 0 {
		keys = append(keys, p.title)
	}
	words := p.rarest()
	for i, a := range words {
		for _, b := range words[:i] {
			add(a, b)
		}
	}
	acts := p.of(markAct, 3)
	anchors := append(p.of(markPlace, 3), p.of(markActor, 3)...)
	numbers := p.of(markNumber, 4)
	countries, topics := p.of(markCountry, 4), p.of(markTopic, 2)
	for _, anchor := range anchors {
		for _, other := range slices.Concat(acts, numbers, topics) {
			add(anchor, other)
		}
	}
	keys = append(keys, countryKeys(countries, acts, numbers, words[:min(len(words), 3)])...)
	keys = keys[:min(len(keys), maxKeys)]
	slices.Sort(keys)
	return slices.Compact(keys)
}

// countryKeys pair countries with what tells one of their events from others.
func countryKeys(countries, acts, numbers, words []mark) []uint64 {
	var keys []uint64
	add := func(marks ...mark) { keys = append(keys, jointKey(marks...)) }
	for i, country := range countries {
		for j, act := range acts {
			if act.weight >= rareAct {
				add(country, act)
			}
			for _, other := range slices.Concat(acts[:j], numbers, countries[:i]) {
				add(country, act, other)
			}
		}
		for _, number := range numbers {
			if number.weight >= roundNumber {
				add(country, number)
			}
		}
		for _, word := range words {
			if word.weight >= rareEnough {
				add(country, word)
			}
		}
		for j, other := range countries[:i] {
			for _, third := range countries[:j] {
				add(country, other, third)
			}
			for _, word := range words {
				add(country, other, word)
			}
		}
	}
	return keys
}

// rarest are the words that tell most, those of the title first.
func (p profile) rarest() []mark {
	var words []mark
	head := map[uint32]bool{}
	for _, m := range p.marks {
		switch {
		case m.kind == markHead:
			head[m.hash] = true
		case m.kind == markWord && m.weight >= 3:
			words = append(words, m)
		}
	}
	rank := func(m mark) int {
		if head[m.hash] {
			return int(m.weight) + 4
		}
		return int(m.weight)
	}
	slices.SortFunc(words, func(a, b mark) int { return cmp.Or(cmp.Compare(rank(b), rank(a)), cmp.Compare(a.hash, b.hash)) })
	return words[:min(len(words), keyWords)]
}

// of returns the first marks of a kind, those that tell most first.
func (p profile) of(kind markKind, limit int) []mark {
	var marks []mark
	for _, m := range p.marks {
		if m.kind == kind {
			marks = append(marks, m)
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(b.weight, a.weight) })
	return marks[:min(len(marks), limit)]
}

// jointKey is one value for marks in any order. Words of title and lead are
// the same words.
func jointKey(marks ...mark) uint64 {
	key := uint64(len(marks))
	for _, m := range marks {
		key += mix(uint64(m.hash) | uint64(m.kind)<<40)
	}
	return mix(key)
}
