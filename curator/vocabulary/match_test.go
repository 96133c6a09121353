package vocabulary_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/curator/vocabulary"
)

// small is a user's file with everything that matching knows.
const small = `
[[place]]
id = "testville"
label = "Testville"
in = ["ML"]
names = ["Testville", "Test-sur-Mer", "L'Oued Test"]
ar = ["تستفيل"]

[[place]]
id = "po-test"
label = "Pö"
in = ["BF"]
names = ["Pö | exact"]

[[group]]
id = "xyz"
label = "XYZ"
in = ["ML"]
names = ["XYZ"]

[[topic]]
id = "kites"
label = "Kites"
[topic.strong]
en = ["kite", "kite festival"]
fr = ["cerf-volant | inflect"]
ar = ["طائرة ورقية"]
[topic.not]
en = ["kite mark"]
[[topic.all]]
language = "en"
groups = [["string", "strings"], ["wind"]]
window = 4
not = ["orchestra"]
`

func newSmall(t *testing.T) *vocabulary.Vocabulary {
	t.Helper()
	v, err := vocabulary.New(vocabulary.File{Name: "small.toml", Data: []byte(small)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func read(v *vocabulary.Vocabulary, text, language string) *vocabulary.Reading {
	return v.Read([]vocabulary.Field{{Name: "text", Text: text, To: len(text)}}, language, time.Time{}, nil)
}

// found lists the keys of the concepts that count.
func found(v *vocabulary.Vocabulary, r *vocabulary.Reading) []string {
	var keys []string
	for _, m := range r.Mentions {
		if m.Weight > 0 {
			keys = append(keys, v.Concepts()[m.Concept].Key())
		}
	}
	return keys
}

func TestNamesAreFoundAsWordsWhateverTheirMarks(t *testing.T) {
	v := newSmall(t)
	for _, c := range []struct {
		text string
		want bool
	}{
		{"A fire in Testville today", true},
		{"TESTVILLE: a fire", true},
		{"a fire in testville", false},     // no capital
		{"the Testvillers came", false},    // another word
		{"Test sur Mer is quiet", true},    // space for hyphen
		{"Test‑sur‑Mer is quiet", true},    // another hyphen
		{"near L’Oued Test", true},         // another apostrophe
		{"a test. Sur mer it went", false}, // a sentence ends between
	} {
		if got := slices.ContainsFunc(found(v, read(v, c.text, "en")), func(k string) bool { return k == "place/testville" }); got != c.want {
			t.Errorf("%q: found %v, want %v", c.text, got, c.want)
		}
	}
}

func TestArabicNamesAreFoundBehindWhatIsWrittenTogetherWithThem(t *testing.T) {
	v := newSmall(t)
	for _, text := range []string{"في تستفيل", "وتستفيل", "بتستفيل", "فتستفيل", "ولتستفيل"} {
		if got := found(v, read(v, text, "ar")); !slices.Contains(got, "place/testville") {
			t.Errorf("%q: found %v", text, got)
		}
	}
	if got := found(v, read(v, "والنيجر", "ar")); !slices.Contains(got, "country/NE") {
		t.Errorf("والنيجر: found %v", got)
	}
	if got := found(v, read(v, "للنيجر", "ar")); !slices.Contains(got, "country/NE") {
		t.Errorf("للنيجر: found %v", got)
	}
}

func TestExactFormsAndAcronymsAreComparedAsWritten(t *testing.T) {
	v := newSmall(t)
	for text, want := range map[string]int{"in Pö": 1, "in Po": 0, "in PÖ": 0, "the XYZ said": 1, "the Xyz said": 0} {
		if got := len(found(v, read(v, text, "en"))); got != want {
			t.Errorf("%q: %d concepts, want %d", text, got, want)
		}
	}
}

func TestTheLongestNameWins(t *testing.T) {
	v := newSmall(t)
	got := found(v, read(v, "Papua New Guinea and Equatorial Guinea met Guinea-Bissau", "en"))
	if want := []string{"country/PG", "country/GQ", "country/GW"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestEvidenceStandsAtItsOffset(t *testing.T) {
	v := newSmall(t)
	text := "Ça va ? — À Bamako, l’armée malienne et le JNIM ; وفي النيجر أيضا. Côte d’Ivoire."
	r := read(v, text, "fr")
	if len(r.Mentions) < 5 {
		t.Fatalf("only %d mentions", len(r.Mentions))
	}
	for _, m := range r.Mentions {
		if term := text[m.From:m.To]; term == "" || strings.ContainsAny(term[:1], " ,;") {
			t.Errorf("a mention reads %q", term)
		}
	}
}

func TestWhatCameLaterIsNotInOlderArticles(t *testing.T) {
	v, err := vocabulary.New(vocabulary.File{Name: "mine.toml", Data: []byte(
		"[[group]]\nid = \"young\"\nlabel = \"Young\"\nsince = \"2024-11-30\"\nnames = [\"Younglings\"]\n")})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]int{"2019-05-01": 0, "2025-05-01": 1} {
		at, _ := time.Parse(time.DateOnly, day)
		text := "The Younglings met"
		if got := len(found(v, v.Read([]vocabulary.Field{{Name: "text", Text: text, To: len(text)}}, "en", at, nil))); got != want {
			t.Errorf("%s: %d concepts, want %d", day, got, want)
		}
	}
}

func TestTopicsBelongToTheirLanguages(t *testing.T) {
	v := newSmall(t)
	kites := func(text, language string) (hits int) {
		for _, h := range read(v, text, language).Hits {
			c := v.Concepts()[v.Topics()[h.Topic].Concept]
			if c.ID == "kites" && h.Weight > 0 {
				hits++
			}
		}
		return hits
	}
	for _, c := range []struct {
		text, language string
		want           int
	}{
		{"a kite festival", "en", 1}, // the longest term only
		{"a kite mark", "en", 0},     // an expression with another meaning
		{"a kite", "fr", 0},
		{"a kite", "und", 1},
		{"a kite", "sv", 0},
		{"des cerfs-volants et un cerf-volant", "fr", 1},
		{"الطائرة الورقية", "ar", 1}, // with the article on both words
		{"a string held in the wind", "en", 1},
		{"a string held by nobody at all in the wind", "en", 0}, // too far apart
		{"wind and strings of the orchestra", "en", 0},
	} {
		if got := kites(c.text, c.language); got != c.want {
			t.Errorf("%q (%s): %d hits, want %d", c.text, c.language, got, c.want)
		}
	}
}

func FuzzReadKeepsWithinTheText(f *testing.F) {
	v, err := vocabulary.New()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"Mali (AFP) - Bamako", "الجيش المالي", "N’Djaména\xff", "Chad \"Ochocinco\" Johnson", "near the border with Niger"} {
		f.Add(s, "en")
	}
	f.Fuzz(func(t *testing.T, text, language string) {
		for _, m := range read(v, text, language).Mentions {
			if m.From < 0 || m.To > len(text) || m.From >= m.To {
				t.Errorf("a mention from %d to %d in %d bytes", m.From, m.To, len(text))
			}
		}
	})
}
