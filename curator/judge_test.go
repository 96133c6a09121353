package curator_test

import (
	"strings"
	"testing"

	"harmattan/curator"
	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// security is an edition of the kind that the example configuration holds.
var security = news.Edition{
	ID:   "sahel-security",
	Rule: news.Rule{Countries: []string{"ML", "BF", "NE", "TD", "MR"}, Topics: []string{"security"}},
	Also: []news.Rule{{Regions: []string{"north-nigeria", "lake-chad", "sahel"}, Topics: []string{"security"}}},
}

func newCurator(t testing.TB, editions ...news.Edition) *curator.Curator {
	t.Helper()
	c, err := curator.New(curator.Default(), editions)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func judged(c *curator.Curator, language, title, text string) news.Article {
	return c.Judge(news.Article{Title: title, Text: text, Language: language}, news.Source{})
}

func tagOf(a news.Article, key string) (news.Tag, bool) {
	for _, t := range a.Tags {
		if string(t.Kind)+"/"+t.ID == key {
			return t, true
		}
	}
	return news.Tag{}, false
}

func TestASummitOfTheAllianceIsInInThreeLanguages(t *testing.T) {
	c := newCurator(t, security)
	for language, text := range map[string][2]string{
		"en": {"Sahel alliance sets up joint battalion at Bamako summit", `The presidents of the Alliance of Sahel States opened
their second summit in Bamako on Monday. Capt. Traoré of Burkina Faso, Gen. Goïta of Mali and Gen. Tchiani of Niger put 5,000 soldiers under one
command against affiliates of al-Qaeda and the Islamic State group. The three left ECOWAS in January; Russian instructors have come, French and American
troops have gone.`},
		"fr": {"Sommet de Bamako : l'Alliance des États du Sahel crée un bataillon conjoint", `Le capitaine Traoré, le général Goïta et
le général Tchiani ont placé 5 000 hommes du Mali, du Burkina Faso et du Niger sous un même commandement, contre les affiliés d'Al-Qaïda et de l'État
islamique. Les trois pays ont quitté la CEDEAO ; la Russie est venue, la France et les États-Unis sont partis.`},
		"ar": {"قمة تحالف دول الساحل في باماكو تنشئ كتيبة مشتركة", `وضع النقيب إبراهيم تراوري والجنرال أسيمي غويتا والجنرال عبد الرحمن
تياني خمسة آلاف جندي من مالي وبوركينا فاسو والنيجر تحت قيادة واحدة لمواجهة تنظيم القاعدة وتنظيم الدولة الإسلامية. وانسحبت الدول الثلاث من إيكواس،
وجاءت روسيا وخرجت القوات الفرنسية والأمريكية.`},
	} {
		a := judged(c, language, text[0], text[1])
		for _, key := range []string{"country/ML", "country/BF", "country/NE", "region/sahel", "institution/aes", "institution/ecowas", "person/traore",
			"person/goita", "person/tchiani", "group/al-qaeda", "group/islamic-state", "place/bamako", "topic/security", "topic/diplomacy"} {
			if _, ok := tagOf(a, key); !ok {
				t.Errorf("%s: lacks %s", language, key)
			}
		}
		for _, key := range []string{"country/FR", "country/NG", "country/SN"} {
			if tag, ok := tagOf(a, key); ok {
				t.Errorf("%s: has %s for %v", language, key, tag.Evidence)
			}
		}
		if len(a.Editions) != 1 {
			t.Errorf("%s: in %v, want sahel-security", language, a.Editions)
		}
	}
}

func TestNamesThatOnlyLookLikeTheSahelStayOut(t *testing.T) {
	c := newCurator(t, security)
	for _, x := range [][3]string{
		{"en", "Governor of Niger State opens a hospital in Minna", ""},
		{"en", "Chad Ellison attacks referee after match", "Ellison, whose brother Chad is a coach, was fined."},
		{"en", "Guinea pigs take over a village show", ""},
		{"fr", "Les Étalons à l'attaque : trois buts contre le Mali", "Le sélectionneur salue l'offensive de ses attaquants au coup de sifflet final."},
		{"pl", "Mali piłkarze z Krakowa jadą na turniej", "Atak rywali był skuteczny."},
		{"pl", "Rajd Dakar: atak na prowadzenie", ""},
		{"en", "Dakar Rally leader attacks on stage five", "The convoy of trucks crossed the desert before an explosion of joy."},
		{"en", "Arm warns of flaw in Mali GPU drivers under attack", ""},
		{"de", "Wagner-Festspiele in Bayreuth eröffnet", ""},
		{"fr", "Coup franc décisif à Bamako", "Le gardien de but malien n'a rien pu faire."},
	} {
		if a := judged(c, x[0], x[1], x[2]); len(a.Editions) > 0 {
			t.Errorf("%q is in for %v", x[1], a.Editions[0].Reason)
		}
	}
}

func TestAnArticleIsAboutWhatItIsAboutAndNotWhatItPassesBy(t *testing.T) {
	c := newCurator(t)
	for _, x := range []struct {
		language, title, text string
		is, isNot             []string
	}{
		{"en", "France raises the retirement age", "Unions called for strikes in Paris, Lyon and Marseille. The debate lasted all night and the vote was close. The law takes effect in September, the minister said, and no amendment was carried. He had returned that morning from Mali.",
			[]string{"FR"}, []string{"ML"}},
		{"en", "Farmers killed in western Niger", "The village lies near the border with Burkina Faso, in the Tillabéri region.", []string{"NE"}, []string{"BF"}},
		{"fr", "Le Bénin et le Togo rouvrent leur frontière", "", []string{"BJ", "TG"}, nil},
		{"fr", "Incendie au marché de Mopti", "BAMAKO, 3 mai (AFP) - Le feu a pris dans la nuit, selon la mairie de Mopti.", []string{"ML"}, nil},
		{"fr", "Ethiopie : un glissement de terrain fait dix morts", "Ouagadougou, 4 août 2026 (AIB) - Dix personnes sont mortes en Ethiopie.", []string{"ET"}, []string{"BF"}},
		{"en", "Malian footballer signs for Leeds", "The midfielder, 23, moves from a club in Austria.", nil, []string{"ML"}},
	} {
		a := judged(c, x.language, x.title, x.text)
		for _, code := range x.is {
			if _, ok := tagOf(a, "country/"+code); !ok {
				t.Errorf("%q is not about %s", x.title, code)
			}
		}
		for _, code := range x.isNot {
			if tag, ok := tagOf(a, "country/"+code); ok {
				t.Errorf("%q is about %s for %v", x.title, code, tag.Evidence)
			}
		}
	}
}

func TestEveryTagQuotesTheArticle(t *testing.T) {
	c := newCurator(t)
	a := c.Judge(news.Article{
		Title:    "Niger\u202f: l’armée repousse une attaque à Téra – Exemple Info",
		Summary:  "L’armée nigérienne…",
		Text:     "Niger\u202f: l’armée repousse une attaque à Téra\nL’armée nigérienne a repoussé une attaque du groupe État islamique au Sahel, à Téra.",
		Language: "fr", Publisher: "Exemple Info",
	}, news.Source{})
	if len(a.Tags) < 4 {
		t.Fatalf("only %d tags", len(a.Tags))
	}
	fields := map[string]string{"title": a.Title, "summary": a.Summary, "text": a.Text}
	for _, tag := range a.Tags {
		if len(tag.Evidence) == 0 || tag.Score < 0.5 || tag.Score >= 1 {
			t.Errorf("%s/%s has %d pieces of evidence and the score %v", tag.Kind, tag.ID, len(tag.Evidence), tag.Score)
		}
		if tag.Implied() {
			continue
		}
		for _, e := range tag.Evidence {
			if got := fields[e.Field]; e.Term == "" || !strings.HasPrefix(got[e.Offset:], e.Term) {
				t.Errorf("%s/%s: %q does not stand at %d of the %s", tag.Kind, tag.ID, e.Term, e.Offset, e.Field)
			}
		}
	}
}

func TestTheSourcesFocusDecidesOnlyWhereNothingElseDoes(t *testing.T) {
	c := newCurator(t)
	source := news.Source{ID: "s", Countries: []string{"GN"}}
	for text, want := range map[string]string{
		"La foudre tue deux élèves et plonge le village dans le deuil": "GN",
		"Le président du Ghana reçoit les chefs de partis":             "GH",
	} {
		a := c.Judge(news.Article{Title: text, Language: "fr"}, source)
		if _, ok := tagOf(a, "country/"+want); !ok || len(countries(a)) != 1 {
			t.Errorf("%q: countries %v, want %s", text, countries(a), want)
		}
	}
}

func countries(a news.Article) (codes []string) {
	for _, t := range a.Tags {
		if t.Kind == news.KindCountry {
			codes = append(codes, t.ID)
		}
	}
	return codes
}

func TestVocabularyExamplesHold(t *testing.T) {
	for _, failure := range newCurator(t).CheckExamples() {
		t.Error(failure)
	}
}

func TestAUsersVocabularyAddsConcepts(t *testing.T) {
	file := vocabulary.File{Name: "mine.toml", Data: []byte(`
place = [{ id = "newtown", label = "Newtown", in = ["ML"], names = ["Newtown-sur-Niger"] }]
[[example]]
title = "Orage à Newtown-sur-Niger"
language = "fr"
expect = ["place/newtown", "country/ML"]
refuse = ["country/NE"]
`)}
	c, err := curator.New(curator.Default(), nil, file)
	if err != nil {
		t.Fatal(err)
	}
	if failures := c.CheckExamples(); len(failures) > 0 {
		t.Error(failures)
	}
}

func TestFingerprintChangesWithTheRulesAndNotWithTheTitle(t *testing.T) {
	wider, renamed := security, security
	wider.Topics = []string{"security", "politics"}
	renamed.Title = "Another title"
	before := newCurator(t, security).Fingerprint()
	if newCurator(t, wider).Fingerprint() == before {
		t.Error("another rule has the same fingerprint")
	}
	if newCurator(t, renamed).Fingerprint() != before {
		t.Error("another title has another fingerprint")
	}
}

// Judging such texts in time that grows with their square would not end here.
func TestHugeTextsAreJudged(t *testing.T) {
	c := newCurator(t, security)
	for unit, key := range map[string]string{
		"Mali soldiers killed attack (AFP) ":   "country/ML",
		"Burkina Faso (x/AFP) Wagner Gao ":     "country/BF",
		"مالي والنيجر جنود قتل هجوم ":          "country/NE",
		"((((Niger\u0301\u0301 ":               "country/NE",
		"\"Chad\" L Chad Chadian N'Djamena « ": "country/TD",
	} {
		a := judged(c, "und", "", strings.Repeat(unit, 4<<20/len(unit)))
		if _, ok := tagOf(a, key); !ok {
			t.Errorf("%q: lacks %s", unit, key)
		}
	}
}

func TestWhatALongReadMentionsNearItsEndIsNotItsSubject(t *testing.T) {
	c := newCurator(t, security)
	harvest := strings.Repeat("The harvest was good in every district and the millers paid more than last year, growers said. ", 12)
	a := judged(c, "en", "Mali's cotton growers look back on a good year",
		harvest+"Years of attacks by jihadists, ambushes, kidnappings, air strikes, massacres and a coup had kept them from their fields in Burkina Faso, Niger and Chad.")
	if tag, ok := tagOf(a, "topic/security"); ok {
		t.Errorf("it is about security for %v", tag.Evidence)
	}
	if got := countries(a); len(got) != 1 || got[0] != "ML" {
		t.Errorf("it is about %v, want ML", got)
	}
}

func TestRegionsThatAreOnlyImpliedAreMarked(t *testing.T) {
	c := newCurator(t)
	for title, named := range map[string]bool{"Mali : le prix du coton augmente": false, "Mali et Sahel : le prix du coton augmente au Sahel": true} {
		tag, ok := tagOf(judged(c, "fr", title, ""), "region/sahel")
		if !ok || tag.Implied() == named {
			t.Errorf("%s: Sahel is there: %v, implied: %v", title, ok, tag.Implied())
		}
		if tag, ok = tagOf(judged(c, "fr", title, ""), "country/ML"); !ok || tag.Implied() {
			t.Errorf("%s: Mali is there: %v, implied: %v", title, ok, tag.Implied())
		}
	}
}
