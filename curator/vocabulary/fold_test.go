package vocabulary_test

import (
	"testing"

	"harmattan/curator/vocabulary"
)

func TestFoldMakesSpellingsOne(t *testing.T) {
	for _, c := range [][2]string{
		{"Ménaka", "menaka"},
		{"CÔTE D’IVOIRE", "cote d'ivoire"},
		{"Œuvre", "oeuvre"},
		{"Liptako‑Gourma", "liptako-gourma"},
		{"Ƙasar Haɗin", "kasar hadin"},
		{"𝗕𝗨𝗥𝗞𝗜𝗡𝗔", "burkina"},
		{"أزواد", "ازواد"},
		{"الأمريكيّة", "الامريكيه"},
		{"مالـــي", "مالي"},
		{"a\u00a0b\u200bc", "a bc"},
		{"Straße", "strasse"},
		{"\xff", " "},
	} {
		if got := vocabulary.Fold(c[0]); got != c[1] {
			t.Errorf("Fold(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func FuzzFoldTwiceIsFoldOnce(f *testing.F) {
	for _, s := range []string{"N'Djaména", "ﬁn", "النيجر", "İstanbul", "ẞ", "①"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := vocabulary.Fold(s)
		if twice := vocabulary.Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
	})
}
