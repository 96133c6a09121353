package publisher

import (
	"strings"
	"testing"
)

// setDiff writes changes as people mark them by hand.
func setDiff(all []change) string {
	var parts []string
	for _, c := range all {
		switch c.Op {
		case "ins":
			parts = append(parts, "+"+c.Text+"+")
		case "del":
			parts = append(parts, "-"+c.Text+"-")
		default:
			parts = append(parts, c.Text)
		}
	}
	return strings.Join(parts, " ")
}

func TestDiffMarksTheWordsThatChanged(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"", "", ""},
		{"same words", "same  words", "same words"},
		{"", "new", "+new+"},
		{"old", "", "-old-"},
		{"At least 12 soldiers were killed", "At least 27 soldiers were killed", "At least -12- +27+ soldiers were killed"},
		{"a b c d e", "a x c y e", "a -b- +x+ c -d- +y+ e"},
		{"مقتل أربعة جنود", "مقتل ستة جنود", "مقتل -أربعة- +ستة+ جنود"},
		{"a a a", "a a", "a a -a-"},
		{"bad \xff bytes", "bad bytes", "bad -\uFFFD- bytes"},
	} {
		if got := setDiff(diff(c.before, c.after)); got != c.want {
			t.Errorf("%q to %q: %q, want %q", c.before, c.after, got, c.want)
		}
	}
}

func TestDiffOfLongTextsIsBounded(t *testing.T) {
	before, after := strings.Repeat("a b ", 50_000), strings.Repeat("c d ", 50_000)
	got := diff("x "+before, "x "+after)
	if len(got) != 3 || got[0].Op != "" || got[1].Op != "del" || got[2].Op != "ins" || len(strings.Fields(got[2].Text)) >= diffWords {
		t.Errorf("%d changes", len(got))
	}
}

func TestShortDiffRepublishesNoText(t *testing.T) {
	long := strings.Repeat("word ", 200)
	got := setDiff(shorten(diff(long+"12 dead "+long, long+"27 dead "+long)))
	if want := "… word word word word word -12- +27+ dead word word word word …"; got != want {
		t.Errorf("%q", got)
	}
	if got := shorten(diff(long, long)); got != nil {
		t.Errorf("nothing changed: %q", setDiff(got))
	}
	got = setDiff(shorten(diff("", strings.Repeat("n ", 500))))
	if n := len(strings.Fields(got)); n > changedWords+2 {
		t.Errorf("%d words", n)
	}
	var a, b strings.Builder
	for range 100 {
		a.WriteString("x same ")
		b.WriteString("y same ")
	}
	got = setDiff(shorten(diff(a.String(), b.String())))
	if n := len(strings.Fields(got)); n > shownWords+5 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d words: %q", n, got)
	}
}
