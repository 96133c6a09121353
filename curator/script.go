package curator

import (
	"strings"
	"unicode"
)

// scripts lead to a language by themselves; the first is the usual one.
var scripts = []struct {
	table *unicode.RangeTable
	tag   string
}{
	{unicode.Arabic, "ar"}, {unicode.Cyrillic, "ru"}, {unicode.Ethiopic, "am"}, {unicode.Hebrew, "he"}, {unicode.Greek, "el"},
	{unicode.Hiragana, "ja"}, {unicode.Katakana, "ja"}, {unicode.Hangul, "ko"}, {unicode.Han, "zh"}, {unicode.Devanagari, "hi"},
	{unicode.Bengali, "bn"}, {unicode.Thai, "th"}, {unicode.Nko, "nqo"}, {unicode.Tifinagh, "zgh"}, {unicode.Adlam, "ff"},
	{unicode.Armenian, "hy"}, {unicode.Georgian, "ka"}, {unicode.Tamil, "ta"},
}

// byScript tells the language of a text that is not written in Latin letters.
func byScript(text string) (tag string, ok bool) {
	counts := make([]int, len(scripts))
	latin := 0
	for _, r := range text {
		switch is := runeIs(r); {
		case is&letterRune == 0:
			continue
		case is&latinRune != 0, r >= runesTold && unicode.Is(unicode.Latin, r):
			latin++
			continue
		case is&arabicRune != 0:
			counts[0]++
			continue
		}
		for i := range scripts {
			if unicode.Is(scripts[i].table, r) {
				counts[i]++
				break
			}
		}
	}
	best := 0
	for i := range counts {
		if counts[i] > counts[best] {
			best = i
		}
	}
	if counts[best] == 0 || counts[best] < latin {
		return "", false
	}
	return neighbour(scripts[best].tag, text, counts), true
}

// neighbour tells languages apart that share a script.
func neighbour(tag, text string, counts []int) string {
	switch tag {
	case "ar":
		urdu, farsi, eastern := false, false, false
		for _, r := range text {
			switch r {
			case 'ٹ', 'ڈ', 'ڑ', 'ے', 'ں', 'ہ':
				urdu = true
			case 'پ', 'چ', 'ژ', 'گ':
				farsi = true
			case 'ی', 'ک':
				eastern = true
			}
		}
		switch {
		case urdu:
			return "ur"
		case farsi && eastern:
			return "fa"
		}
	case "ru":
		if strings.ContainsAny(strings.ToLower(text), "іїєґ") {
			return "uk"
		}
	case "zh":
		if counts[5]+counts[6] > 0 {
			return "ja"
		}
	}
	return tag
}
