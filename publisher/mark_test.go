package publisher

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"harmattan/news"
)

func place(evidence ...news.Evidence) []news.Tag {
	return []news.Tag{{Kind: news.KindPlace, ID: "gao", Evidence: evidence}}
}

func TestMarkedTextIsCutAtItsEvidence(t *testing.T) {
	text := "Attaque à Gao : Gao pleure\nses morts"
	first := strings.Index(text, "Gao")
	for name, c := range map[string]struct {
		tags []news.Tag
		want []segment
	}{
		"none":        {nil, []segment{{Text: "Attaque à Gao : Gao pleure ses morts"}}},
		"one":         {place(news.Evidence{Term: "Gao", Field: "title", Offset: first, Weight: 1}), []segment{{Text: "Attaque à "}, {"Gao", "place"}, {Text: " : Gao pleure ses morts"}}},
		"other field": {place(news.Evidence{Term: "Gao", Field: "text", Offset: first, Weight: 1}), []segment{{Text: "Attaque à Gao : Gao pleure ses morts"}}},
		"uncounted":   {place(news.Evidence{Term: "Gao", Field: "title", Offset: first}), []segment{{Text: "Attaque à Gao : Gao pleure ses morts"}}},
		"overlapping": {place(news.Evidence{Term: "Gao : Gao", Field: "title", Offset: first, Weight: 1}, news.Evidence{Term: "Gao pleure", Field: "title", Offset: first + 6, Weight: 1}),
			[]segment{{Text: "Attaque à "}, {"Gao : Gao pleure", "place"}, {Text: " ses morts"}}},
		"astray": {place(news.Evidence{Term: "Gao", Field: "title", Offset: -1, Weight: 1}, news.Evidence{Term: "Gao", Field: "title", Offset: 3, Weight: 1},
			news.Evidence{Term: "Gao", Field: "title", Offset: 9999, Weight: 1}, news.Evidence{Field: "title", Weight: 1}), []segment{{Text: "Attaque à Gao : Gao pleure ses morts"}}},
	} {
		if got := marked(text, "title", c.tags); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestQuotesShowAFewWordsAround(t *testing.T) {
	text := "one two three four five six Gao seven eight nine ten eleven"
	got := quotes(text, "text", place(news.Evidence{Term: "Gao", Field: "text", Offset: strings.Index(text, "Gao"), Weight: 1}))
	if want := []quote{{"… three four five six ", "Gao", " seven eight nine ten …"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	unbroken := strings.Repeat("ق", 5000)
	got = quotes(unbroken+"Gao"+unbroken, "text", place(news.Evidence{Term: "Gao", Field: "text", Offset: len(unbroken), Weight: 1}))
	if len(got) != 1 || len(got[0].Before)+len(got[0].After) > 2*wordBytes+20 {
		t.Errorf("%d bytes around", len(got[0].Before)+len(got[0].After))
	}
	var many []news.Evidence
	var long strings.Builder
	for i := range 100 {
		word := fmt.Sprintf("Gao%02d", i/2) // each stands there twice
		many = append(many, news.Evidence{Term: word, Field: "text", Offset: long.Len(), Weight: 1})
		long.WriteString(word + " ")
	}
	got = quotes(long.String(), "text", place(many...))
	if len(got) != quoteLimit || got[1].Term != "Gao01" {
		t.Errorf("%q", got)
	}
}
