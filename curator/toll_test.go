package curator_test

import (
	"fmt"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

func tollOf(title, text string) string {
	var all []string
	for _, toll := range curator.Tolls(news.Article{Title: title, Text: text}) {
		all = append(all, fmt.Sprintf("%s %d", toll.Kind, toll.Number))
	}
	return fmt.Sprint(all)
}

func TestTollsAreReadInThreeLanguages(t *testing.T) {
	for text, want := range map[string]string{
		"Gunmen kill at least 12 villagers near Djibo":                         "[killed 12]",
		"Twelve soldiers killed, 27 wounded in ambush":                         "[killed 12 injured 27]",
		"12 dead and 5 injured as bus hits mine":                               "[killed 12 injured 5]",
		"Attack on Ménaka killed 12 and wounded 5":                             "[killed 12 injured 5]",
		"Death toll rises to 27 in Dosso floods":                               "[killed 27]",
		"Gunmen abduct 30 pupils from a school in Kuriga":                      "[abducted 30]",
		"More than 4,000 people displaced by fighting in Diffa":                "[displaced 4000]",
		"Forty-two people were killed in Koumbri":                              "[killed 42]",
		"Two hundred and five killed":                                          "[killed 205]",
		"One soldier killed near Gao":                                          "[killed 1]",
		"12 soldiers and 3 civilians killed near Gao":                          "[killed 15]",
		"Wave of bloodshed kills ten civilians and three soldiers":             "[killed 13]",
		"Gunmen kill ten civilians and three soldiers are wounded":             "[killed 10 injured 3]",
		"At least 22 UN peacekeepers injured in Kidal":                         "[injured 22]",
		"Un soldat tué et une femme blessée à Gao":                             "[killed 1 injured 1]",
		"8 found dead off Saint-Louis":                                         "[killed 8]",
		"Mali : une attaque jihadiste fait vingt-sept morts près de Ménaka":    "[killed 27]",
		"Douze soldats maliens ont été tués et huit autres blessés":            "[killed 12 injured 8]",
		"Niger : deux humanitaires enlevés par des hommes armés près de Diffa": "[abducted 2]",
		"L’attaque a tué au moins 14 civils":                                   "[killed 14]",
		"Quatre-vingt-dix personnes tuées, 1 200 déplacés":                     "[killed 90 displaced 1200]",
		"Le nombre de déplacés passe à 4 000 dans la Tapoa":                    "[displaced 4000]",
		"Soixante-douze morts, un bilan provisoire":                            "[killed 72]",
		"مقتل 12 جنديا في هجوم قرب بحيرة تشاد":                                 "[killed 12]",
		"مقتل أربعة جنود وإصابة ستة آخرين في هجوم":                             "[killed 4 injured 6]",
		"مقتل ما لا يقل عن ٢٧ شخصا وإصابة ١٥":                                  "[killed 27 injured 15]",
		"ارتفاع عدد القتلى إلى 33":                                             "[killed 33]",
		"مقتل سبعة وعشرين مدنيا":                                               "[killed 27]",
		"مسلحون يختطفون 40 طالبا":                                              "[abducted 40]",
		"سقوط قتيلين وثلاثة جرحى":                                              "[killed 2 injured 3]",
	} {
		if got := tollOf(text, ""); got != want {
			t.Errorf("%s\n  got %s, want %s", text, got, want)
		}
	}
}

func TestNumbersThatCountNoVictimsAreNoToll(t *testing.T) {
	for _, text := range []string{
		"Two attacks killed dozens in Tillabéri",
		"12-year-old girl killed in Mopti",
		"Three days after the attack, the killed are buried",
		"Soldiers killed on 14 March in Gao",
		"General killed in 2024 is honoured",
		"Deux attaques font des dizaines de morts",
		"Un an après, les morts de Solhan",
		"Le 5 mars, des civils tués",
		"Mort d’un officier à 45 ans",
		"Mali: 3 villages attacked, several killed",
		"Chad: army says 60 vehicles destroyed, hostages freed",
		"UN peacekeepers killed in Kidal",
		"Un convoi attaqué, des soldats tués",
		"مقتل قيادي بارز في 2023",
		"بعد ثلاثة أيام من مقتل الجنود",
	} {
		if got := tollOf(text, ""); got != "[]" {
			t.Errorf("%s\n  got %s", text, got)
		}
	}
}

func TestTheTitleGivesTheTollBeforeTheText(t *testing.T) {
	if got := tollOf("Ambush near Gao: 14 killed", "The army first said 9 soldiers were killed and 20 wounded."); got != "[killed 14 injured 20]" {
		t.Error(got)
	}
	far := "The road stays closed. "
	for len(far) < 700 {
		far += "Nobody passes. "
	}
	if got := tollOf("Road closed", far+"Last year 40 people were killed here."); got != "[]" {
		t.Errorf("a toll of another day: %s", got)
	}
}

func TestAnEditedTollIsMarkedAgainstWhatWasKnown(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	known := []news.Article{{ID: "a", Title: "12 killed near Gao"}, {ID: "b", Title: "5 killed", Tolls: []news.Toll{{Kind: news.TollKilled, Number: 5}}}}
	next := []news.Article{{ID: "a", Title: "27 killed near Gao", ModifiedAt: at}, {ID: "b", Title: "Five killed", ModifiedAt: at}, {ID: "c", Title: "3 killed"}}
	curator.MarkTolls(next, known)
	if got := fmt.Sprint(next[0].TollChanges); got != fmt.Sprint([]news.TollChange{{Kind: news.TollKilled, From: 12, To: 27, At: at}}) {
		t.Errorf("a: %s", got)
	}
	for title, want := range map[string]news.TollChange{
		"%d blessés dans une attaque à Gao":              {Kind: news.TollInjured, From: 4, To: 9, At: at},
		"Mali: gunmen abduct %d villagers near Gao":      {Kind: news.TollAbducted, From: 4, To: 9, At: at},
		"Burkina : %d personnes déplacées par l’attaque": {Kind: news.TollDisplaced, From: 4, To: 9, At: at},
		"مقتل %d جنود في هجوم شمال مالي":                 {Kind: news.TollKilled, From: 4, To: 9, At: at},
	} {
		known := []news.Article{{ID: "d", Title: fmt.Sprintf(title, 4)}}
		next := []news.Article{{ID: "d", Title: fmt.Sprintf(title, 9), ModifiedAt: at}}
		curator.MarkTolls(next, known)
		if got := fmt.Sprint(next[0].TollChanges); got != fmt.Sprint([]news.TollChange{want}) {
			t.Errorf("%s: %s", title, got)
		}
	}
	if len(next[1].TollChanges) != 0 || len(next[2].TollChanges) != 0 || len(next[2].Tolls) != 1 {
		t.Errorf("b, c: %+v", next[1:])
	}
}
