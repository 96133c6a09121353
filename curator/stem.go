package curator

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"harmattan/curator/vocabulary"
)

// commonWords lists stems by how often news in English, French and Arabic uses
// them, a line for each step from "in every other headline" to "now and then".
// What is not listed is rare, and rare words tell events apart.
//
//go:embed common.txt
var commonWords string

// newWeights reads the list: a stem's weight says how much it tells, 1 to 10.
// The small words of every language tell least.
func newWeights(l *languages) map[string]uint8 {
	steps := []uint8{0, 1, 3, 5, 7}
	weights := map[string]uint8{}
	step := 0
	for line := range strings.Lines(commonWords) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for stem := range strings.FieldsSeq(line) {
			weights[stem] = steps[min(step, len(steps)-1)]
		}
		step++
	}
	for word := range l.words.tags {
		root := rootOf(vocabulary.Fold(word))
		if _, listed := weights[root]; !listed {
			weights[root] = 1
		}
	}
	return weights
}

// rare is the weight of a stem that is not listed, in the languages that the
// list speaks; in others an unlisted stem may be an everyday word.
const (
	rare     = 10
	unlisted = 6
)

// rareIn returns what a stem that is not listed weighs in a language.
func rareIn(language string) uint8 {
	switch baseLanguage(language) {
	case "en", "fr", "ar":
		return rare
	}
	return unlisted
}

// maxStem is how many letters of a word are compared: endings and most of
// grammar lie behind them.
const maxStem = 7

// foldedWords cuts a text into folded words, numbers among them.
func foldedWords(text string) []string {
	folded := vocabulary.Fold(text)
	words := make([]string, 0, len(folded)/6+1)
	from := -1
	for i, r := range folded {
		switch inWord := runeIs(r)&(letterRune|digitRune) != 0; {
		case inWord && from < 0:
			from = i
		case !inWord && from >= 0:
			words = append(words, folded[from:i])
			from = -1
		}
	}
	if from >= 0 {
		words = append(words, folded[from:])
	}
	return words
}

// rootOf brings the forms of a folded word near each other. It is no grammar: it
// only has to do the same to the same word.
func rootOf(word string) string {
	if isArabic(word) {
		return arabicStem(word)
	}
	if len(word) > 4 {
		word = strings.TrimRight(word, "esx")
	}
	return cutBytes(word, maxStem)
}

// arabicStem drops the conjunctions, prepositions and the article that are
// written as one with a word, and endings of number and gender.
func arabicStem(word string) string {
	for _, prefix := range []string{"وال", "بال", "فال", "كال", "ولل", "ال", "لل", "و", "ب", "ل"} {
		rest, ok := strings.CutPrefix(word, prefix)
		if ok && utf8.RuneCountInString(rest) >= 3 {
			word = rest
			break
		}
	}
	for _, suffix := range []string{"ات", "ين", "ون", "ان", "يه", "ه", "ا"} {
		rest, ok := strings.CutSuffix(word, suffix)
		if ok && utf8.RuneCountInString(rest) >= 3 {
			return rest
		}
	}
	return word
}

// verbForms are what an Arabic stem may be the verb of: without the letters that
// say who does it and when ("تنسحب", "اختطفت").
func verbForms(stem string) []string {
	var forms []string
	bare := stem
	for _, suffix := range []string{"ت", "وا", "و"} {
		if rest, ok := strings.CutSuffix(stem, suffix); ok && utf8.RuneCountInString(rest) >= 3 {
			bare = rest
			forms = append(forms, rest)
			break
		}
	}
	for _, prefix := range []string{"ت", "ي", "ست", "سي"} {
		if rest, ok := strings.CutPrefix(bare, prefix); ok && utf8.RuneCountInString(rest) >= 3 {
			forms = append(forms, rest)
		}
	}
	return forms
}

// listed finds the entry of a stem in a list of words, of an Arabic verb also
// that of its bare form.
func listed[T any](list map[string]T, stem string) (entry T, ok bool) {
	if entry, ok = list[stem]; ok || !isArabic(stem) {
		return entry, ok
	}
	for _, form := range verbForms(stem) {
		if entry, ok = list[form]; ok {
			return entry, true
		}
	}
	return entry, false
}

func isArabic(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return runeIs(r)&arabicRune != 0 || r >= runesTold && unicode.Is(unicode.Arabic, r)
}

// eventWords gives the words of one event one root, across languages.
//
//go:embed events.txt
var eventWords string

// actRoot begins the roots of lines marked "!": what is done, not to whom.
const actRoot = "act:"

// newRoots maps the stems of events to the first word of their line.
func newRoots(weights map[string]uint8) map[string]string {
	roots := map[string]string{}
	for line := range strings.Lines(eventWords) {
		fields := strings.Fields(line)
		if strings.HasPrefix(line, "#") || len(fields) < 2 {
			continue
		}
		event := "event:" + fields[1]
		weight, isAct := strings.CutPrefix(fields[0], "!")
		if isAct {
			event = actRoot + fields[1]
		}
		weights[event] = uint8(number(weight)) //nolint:gosec // one digit
		for _, word := range fields[1:] {
			roots[rootOf(vocabulary.Fold(word))] = event
		}
	}
	return roots
}
