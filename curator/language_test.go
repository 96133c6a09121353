package curator

import (
	"testing"

	"harmattan/news"
)

func testLanguages(t testing.TB) *languages {
	t.Helper()
	l, err := newLanguages()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLanguagesAreToldFromAHeadlineAndItsLead(t *testing.T) {
	l := testLanguages(t)
	tests := []struct{ want, text string }{
		{"en", "Three aid workers were freed on Tuesday after a week in the hands of armed men near the border"},
		{"fr", "Trois travailleurs humanitaires ont été libérés mardi après une semaine aux mains d’hommes armés"},
		{"ar", "الإفراج عن ثلاثة من عمال الإغاثة بعد أسبوع من احتجازهم قرب الحدود"},
		{"pt", "Três trabalhadores humanitários foram libertados na terça-feira depois de uma semana nas mãos de homens armados"},
		{"es", "Tres trabajadores humanitarios fueron liberados el martes tras una semana en manos de hombres armados"},
		{"de", "Drei Helfer sind am Dienstag nach einer Woche in der Gewalt bewaffneter Männer freigelassen worden"},
		{"ha", "An sako ma'aikatan agaji uku bayan mako guda a hannun 'yan bindiga kusa da iyakar ƙasar"},
		{"sw", "Wafanyakazi watatu wa misaada wameachiwa huru jumanne baada ya wiki moja mikononi mwa watu wenye silaha"},
		{"it", "Tre operatori umanitari sono stati liberati martedì dopo una settimana nelle mani di uomini armati"},
		{"ru", "Трое сотрудников гуманитарной миссии освобождены во вторник"},
		{"am", "ሦስት የእርዳታ ሠራተኞች ማክሰኞ ተለቀቁ"},
		{"fa", "سه امدادگر پس از یک هفته آزاد شدند، پلیس گفت"},
		{"und", "Kidal 2026"},
		{"und", ""},
	}
	for _, test := range tests {
		if got, measure := l.measure(test.text); got != test.want {
			t.Errorf("%q is %s (%.2f), want %s", test.text, got, measure, test.want)
		}
	}
}

func TestP54_ADeclaredLanguageYieldsOnlyToAClearText(t *testing.T) {
	l := testLanguages(t)
	french := "Trois travailleurs humanitaires ont été libérés mardi après une semaine aux mains d’hommes armés"
	tests := []struct{ text, declared, own, want, from string }{
		{french, "fr-FR", "", "fr-FR", "declared"},
		{french, "en-US", "", "fr", "measured, against en-US as declared"},
		{french, "", "fr", "fr", "source"},
		{french, "", "en", "fr", "measured"},
		{french, "", "", "fr", "measured"},
		{"Kidal", "fr_ML", "en", "fr-ML", "declared"},
		{"Kidal", "", "ar", "ar", "source"},
		{"Kidal", "no such language", "", "und", "not told"},
	}
	for _, test := range tests {
		tag, from := l.of(test.text, test.declared, news.Source{Language: test.own})
		if tag != test.want || from != test.from {
			t.Errorf("%.20q declared %q of %q is %s (%s), want %s (%s)", test.text, test.declared, test.own, tag, from, test.want, test.from)
		}
	}
}
