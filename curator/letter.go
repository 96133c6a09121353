package curator

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What a character is, bit by bit.
const (
	letterRune = 1 << iota
	digitRune
	markRune // written over or under a letter
	spaceRune
	raisedRune // has a lower case
	latinRune
	arabicRune
	aloneRune // composes with nothing before it and has no other form
)

// runesTold covers Latin, Greek, Cyrillic, Hebrew and Arabic letters.
const runesTold = 0x700

// runeTable says what every character below runesTold is.
var runeTable = func() (table [runesTold]uint8) {
	for r := range rune(runesTold) {
		table[r] = tellRune(r)
		if unicode.Is(unicode.Latin, r) {
			table[r] |= latinRune
		}
		if unicode.Is(unicode.Arabic, r) {
			table[r] |= arabicRune
		}
		if s := string(r); norm.NFC.IsNormalString(s) && norm.NFC.PropertiesString(s).BoundaryBefore() {
			table[r] |= aloneRune
		}
	}
	return table
}()

// runeIs says what a character is; above runesTold nothing of its script, and of
// few that they stand alone.
func runeIs(r rune) uint8 {
	if r < runesTold {
		return runeTable[r]
	}
	return tellRune(r)
}

func tellRune(r rune) (is uint8) {
	switch {
	case r >= '‐' && r <= '‧': // dashes, quotation marks and the ellipsis, which every text has
		return aloneRune
	case unicode.IsLetter(r):
		is = letterRune
	case unicode.IsDigit(r):
		is = digitRune
	case unicode.Is(unicode.Mn, r):
		is = markRune
	case unicode.IsSpace(r):
		is = spaceRune
	}
	if unicode.ToLower(r) != r {
		is |= raisedRune
	}
	return is
}
