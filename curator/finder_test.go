package curator

import (
	"strings"
	"testing"
)

func TestFinderFindsWhatContainsFinds(t *testing.T) {
	groups := [][]string{{"AFP", "Agence France-Presse"}, {"AP"}, {"الأناضول", "AA"}, {" appeared first on "}, {"…"}}
	f := newFinder(groups...)
	for _, text := range []string{"", "A", "AP", "AAP", "AAFP", "(AFP) — Agence France-Press", "Agence France-Presse", "أنقرة/ الأناضول",
		"الأناضو", "The post appeared first on X", " appeared first o", "a…", "\xff\xe2\x80", "AFAPAA"} {
		for number, words := range groups {
			wanted := false
			for _, word := range words {
				wanted = wanted || strings.Contains(text, word)
			}
			if got := f.in(text)>>number&1 != 0; got != wanted {
				t.Errorf("%q in %q: %v", words, text, got)
			}
		}
	}
}
