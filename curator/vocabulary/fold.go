package vocabulary

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form in which text and vocabulary are compared: lower case,
// without diacritics and invisible marks, compatibility forms and Arabic
// letter variants made one, every apostrophe "'", every dash "-", every space
// " ". Folding what was folded changes nothing.
func Fold(s string) string {
	folded := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			folded = append(folded, lowerASCII(c))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		folded = append(folded, foldRune(r)...)
		i += size
	}
	return string(folded)
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// tableSize covers Latin, Greek, Cyrillic, Hebrew and Arabic letters.
const tableSize = 0x700

// foldTable holds the folded form of every rune below tableSize.
var foldTable = func() (table [tableSize]string) {
	for r := range rune(tableSize) {
		table[r] = foldSlowly(r)
	}
	return table
}()

func foldRune(r rune) string {
	if r < tableSize {
		return foldTable[r]
	}
	return foldSlowly(r)
}

func foldSlowly(r rune) string {
	if s, ok := foldSpecial(r); ok {
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

// foldSpecial holds the letters that Unicode does not decompose and the
// spellings that writers do not tell apart.
func foldSpecial(r rune) (string, bool) {
	switch r {
	case '’', '‘', 'ʼ', 'ʻ', '`', '´', '′', '‛':
		return "'", true
	case '−':
		return "-", true
	case 'ß', 'ẞ':
		return "ss", true
	case 'æ', 'Æ':
		return "ae", true
	case 'œ', 'Œ':
		return "oe", true
	case 'ø', 'Ø':
		return "o", true
	case 'đ', 'Đ', 'ð', 'Ð', 'ɗ', 'Ɗ':
		return "d", true
	case 'ł', 'Ł':
		return "l", true
	case 'ı':
		return "i", true
	case 'ɓ', 'Ɓ':
		return "b", true
	case 'ƙ', 'Ƙ':
		return "k", true
	case 'ƴ', 'Ƴ':
		return "y", true
	case 'ɛ', 'Ɛ':
		return "e", true
	case 'ɔ', 'Ɔ':
		return "o", true
	case 'ŋ', 'Ŋ':
		return "ng", true
	case 'ɲ', 'Ɲ':
		return "ny", true
	case 'ٱ':
		return "ا", true
	case 'ى', 'ی':
		return "ي", true
	case 'ة':
		return "ه", true
	case 'ک':
		return "ك", true
	case 'ـ':
		return "", true
	}
	return "", false
}
