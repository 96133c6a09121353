package curator

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestWhatStandsAloneIsComposedBesideEverything(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if !utf8.ValidRune(r) || runeIs(r)&aloneRune == 0 {
			continue
		}
		if s := string(r); !norm.NFC.IsNormalString(s) || !norm.NFC.PropertiesString(s).BoundaryBefore() {
			t.Errorf("%U composes with what stands before it, or has another form", r)
		}
		for mark := rune(0x600); mark < 0x700; mark++ {
			if s := string([]rune{r, mark}); vowelMark(mark) && !norm.NFC.IsNormalString(s) {
				t.Errorf("%U composes with %U", r, mark)
			}
		}
	}
}

func TestRunesAreToldAsUnicodeTellsThem(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		is := runeIs(r)
		for _, test := range []struct {
			bit  uint8
			want bool
		}{
			{letterRune, unicode.IsLetter(r)}, {digitRune, unicode.IsDigit(r)}, {markRune, unicode.Is(unicode.Mn, r)},
			{spaceRune, unicode.IsSpace(r)}, {raisedRune, unicode.ToLower(r) != r},
			{latinRune, r < runesTold && unicode.Is(unicode.Latin, r)}, {arabicRune, r < runesTold && unicode.Is(unicode.Arabic, r)},
		} {
			if is&test.bit != 0 != test.want {
				t.Fatalf("%U: bit %b", r, test.bit)
			}
		}
	}
}
