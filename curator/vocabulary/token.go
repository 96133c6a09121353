package vocabulary

import (
	"encoding/binary"
	"unicode"
	"unicode/utf8"
)

// tokenize cuts a field into folded words and looks each up.
func (v *Vocabulary) tokenize(b *buffer, f Field) {
	t := token{gap: gapHard}
	open := false
	between := gapHard
	for i := f.From; i < f.To; {
		c := f.Text[i]
		if open && asciiWord(c) {
			b.word = append(b.word, lowerASCII(c))
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(f.Text[i:f.To])
		}
		switch {
		case wordRune(r):
			if !open {
				open = true
				t = token{from: int32(i), gap: between, upper: unicode.IsUpper(r)}
				b.word = b.word[:0]
			}
			b.word = appendFolded(b.word, r)
		case open && foldRune(r) == "":
			// A combining or invisible mark is part of the word.
		default:
			if open {
				open, between = false, gapSoft
				v.close(b, t, i)
			}
			if g := gapOf(r, f.Text[i+size:f.To]); g > between && !(r == '.' && v.grammar.abbreviation[string(b.word)]) {
				between = g
			}
		}
		i += size
	}
	if open {
		v.close(b, t, f.To)
	}
}

// wordTable tells of every rune below tableSize whether it is part of a word.
var wordTable = func() (table [tableSize]bool) {
	for r := range rune(tableSize) {
		table[r] = isWord(r) && foldRune(r) != "" && r != 'ʼ' && r != 'ʻ'
	}
	return table
}()

func wordRune(r rune) bool {
	if r < tableSize {
		return wordTable[r]
	}
	return isWord(r) && foldRune(r) != ""
}

func asciiWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func appendFolded(word []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(word, lowerASCII(byte(r)))
	}
	return append(word, foldRune(r)...)
}

// gapOf says how much a rune between two words parts them. A full stop ends a
// sentence only before a space.
func gapOf(r rune, rest string) gap {
	switch r {
	case ' ', '-', '\'', '’', '‘', '\u00a0', '\u202f', '/', '‐', '‑', 'ʼ', 'ʻ', '`', '´', '&':
		return gapSoft
	case ',', '(', ')', '،':
		return gapLoose
	case '.':
		if rest != "" && rest[0] != ' ' && rest[0] != '\n' {
			return gapSoft
		}
		return gapHard
	}
	if r == '\n' {
		return lineGap(rest)
	}
	if unicode.IsSpace(r) {
		return gapSoft
	}
	return gapHard
}

// lineGap is soft where a sentence goes on in the next line.
func lineGap(rest string) gap {
	next, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsLetter(next) && !unicode.IsUpper(next) {
		return gapSoft
	}
	return gapHard
}

// close ends a token before byte to.
func (v *Vocabulary) close(b *buffer, t token, to int) {
	t.to = int32(to)
	t.id = v.lookUp(b.word)
	if len(b.word) > 4 && b.word[0] >= 0xd8 && b.word[0] <= 0xdb {
		v.proclitics(b.word, &t)
	}
	b.tokens = append(b.tokens, t)
}

// lookUp returns the number of a folded word, 0 when it is in no form.
func (v *Vocabulary) lookUp(word []byte) uint32 {
	if !v.heads.mayHold(word) {
		return 0
	}
	return v.tokens[string(word)]
}

// heads tells of most words that are in no form by their first bytes alone. It is
// small enough to stay near the processor, which the table of all words is not.
type heads [1 << 10]uint64

func (h *heads) place(word []byte) (at int, bit uint64) {
	var first [8]byte
	copy(first[:], word)
	n := binary.LittleEndian.Uint64(first[:]) * 0x9e3779b97f4a7c15 >> 48
	return int(n >> 6), 1 << (n & 63)
}

func (h *heads) add(word []byte) {
	at, bit := h.place(word)
	h[at] |= bit
}

func (h *heads) mayHold(word []byte) bool {
	at, bit := h.place(word)
	return h[at]&bit != 0
}

// proclitics looks an Arabic word up without the conjunction and the
// preposition that are written together with it; "ll" stands for "l" and the
// article.
func (v *Vocabulary) proclitics(word []byte, t *token) {
	n := 0
	try := func(w []byte) {
		if id := v.lookUp(w); id != 0 && n < len(t.alt) {
			t.alt[n] = id
			n++
		}
	}
	rest := word
	if first := string(rest[:2]); first == "و" || first == "ف" {
		rest = rest[2:]
		try(rest)
	}
	if len(rest) < 6 {
		return
	}
	switch string(rest[:2]) {
	case "ب", "ك":
		try(rest[2:])
	case "ل":
		try(rest[2:])
		if string(rest[2:4]) == "ل" {
			try(append([]byte(article), rest[4:]...))
		}
	}
}
