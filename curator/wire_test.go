package curator

import (
	"testing"

	"harmattan/news"
)

func TestWireCreditsAreReadFromTextBylineAndOrigin(t *testing.T) {
	tests := []struct {
		want string
		a    news.Article
	}{
		{"AFP", news.Article{Text: "Bamako (AFP) – Trois soldats ont été tués."}},
		{"AP", news.Article{Text: "BAMAKO, Mali (AP) — Three soldiers were killed."}},
		{"Reuters", news.Article{Text: "NIAMEY, Aug 12 (Reuters) - Three soldiers were killed."}},
		{"APA", news.Article{Text: "APA – Dakar (Sénégal) Trois soldats ont été tués."}},
		{"AIB", news.Article{Text: "Ouagadougou, 12 août 2026 (AIB) – Trois soldats ont été tués."}},
		{"Xinhua", news.Article{Text: "Three soldiers were killed.\nSource: Xinhua"}},
		{"AFP", news.Article{Text: "Trois soldats ont été tués mardi.\nAvec AFP"}},
		{"AFP", news.Article{Authors: []string{"Le Monde avec AFP"}, Text: "Trois soldats ont été tués."}},
		{"AP", news.Article{Authors: []string{"The Associated Press"}}},
		{"TASS", news.Article{Origin: &news.Origin{Title: "TASS"}}},
		{"Reuters", news.Article{Text: "باماكو (رويترز) - قتل ثلاثة جنود"}},
		{"Anadolu", news.Article{Text: "أنقرة/ الأناضول\nقتل ثلاثة جنود"}},
		{"AFP", news.Article{Text: "قتل ثلاثة جنود.\nالمصدر: وكالات + أ ف ب"}},
		{"AFP", news.Article{Text: "Trois soldats ont été tués.\n© 2026 AFP"}},
		{"AP", news.Article{Authors: []string{"By AMINATA DIALLO Associated Press"}}},
		{"AFP", news.Article{Authors: []string{"AFP - Agence France-Presse"}}},
		{"APA", news.Article{Origin: &news.Origin{Title: "APAnews - Agence de Presse Africaine"}}},
		{"Anadolu", news.Article{Origin: &news.Origin{Title: "Agence Anadolu"}}},
		{"", news.Article{Text: "Les soldats sont partis/restés à AFP"}},
		{"", news.Article{Text: "Trois soldats ont été tués, a déclaré à l’AFP un élu local."}},
		{"", news.Article{Text: "An official told AFP that three soldiers were killed."}},
		{"", news.Article{Text: "A map of the APA hotel"}},
		{"", news.Article{Authors: []string{"Aminata Traoré"}, Text: "Trois soldats ont été tués."}},
	}
	for _, test := range tests {
		if got := wire(test.a); got != test.want {
			t.Errorf("%q by %v credits %q, want %q", test.a.Text, test.a.Authors, got, test.want)
		}
	}
}
