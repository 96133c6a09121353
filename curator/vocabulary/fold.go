package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which text and vocabulary are compared: lower case,
// without diacritics and invisible marks, compatibility forms and Arabic
// letter variants made one, every apostrophe "'", every dash "-", every space
// " ". Folding what was folded changes nothing.
func Fold(s string) string {
	var folded strings.Builder
	folded.Grow(len(s))
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			folded.WriteByte(lowerASCII(c))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		folded.WriteString(foldRune(r))
		i += size
	}
	return folded.String()
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// tableSize covers Latin, Greek, Cyrillic, Hebrew and Arabic letters.
const tableSize = 0x700

// From firstSign on stand the dashes, quotation marks and dots of every text.
const (
	firstSign = 0x2000
	signs     = 0x70
)

// foldTable holds the folded form of every rune below tableSize, and signTable
// that of the signs.
var foldTable, signTable = foldFrom(0, tableSize), foldFrom(firstSign, signs)

func foldFrom(first rune, count int) []string {
	table := make([]string, count)
	for i := range table {
		table[i] = foldSlowly(first + rune(i))
	}
	return table
}

func foldRune(r rune) string {
	switch {
	case r < tableSize:
		return foldTable[r]
	case r >= firstSign && r < firstSign+signs:
		return signTable[r-firstSign]
	}
	return foldSlowly(r)
}

func foldSlowly(r rune) string {
	if s, ok := special[r]; ok {
		return s
	}
	switch {
	case r == utf8.RuneError:
		return " "
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return ""
	case unicode.IsSpace(r):
		return " "
	case unicode.Is(unicode.Pd, r):
		return "-"
	}
	r = unicode.ToLower(r)
	decomposed := norm.NFKD.String(string(r))
	if decomposed == string(r) {
		return decomposed
	}
	var out []byte
	for _, d := range decomposed {
		out = append(out, foldSlowly(d)...)
	}
	return string(out)
}

// special holds the letters that Unicode does not decompose and the spellings
// that writers do not tell apart.
var special = map[rune]string{
	'’': "'", '‘': "'", 'ʼ': "'", 'ʻ': "'", '`': "'", '´': "'", '′': "'", '‛': "'",
	'−': "-",
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o",
	'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'ł': "l", 'Ł': "l", 'ı': "i",
	// Hausa, Fulfulde, Bambara.
	'ɓ': "b", 'Ɓ': "b", 'ɗ': "d", 'Ɗ': "d", 'ƙ': "k", 'Ƙ': "k", 'ƴ': "y", 'Ƴ': "y",
	'ɛ': "e", 'Ɛ': "e", 'ɔ': "o", 'Ɔ': "o", 'ŋ': "ng", 'Ŋ': "ng", 'ɲ': "ny", 'Ɲ': "ny",
	// Arabic: forms of alef, yaa, taa marbuta and kaf; the stretching stroke.
	'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ة': "ه", 'ک': "ك", 'ـ': "",
}
