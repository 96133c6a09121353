package curator_test

import (
	"slices"
	"strings"
	"testing"

	"harmattan/curator"
	"harmattan/news"
)

func TestRulesOfAnEdition(t *testing.T) {
	attack := [2]string{"Mali : douze soldats tués dans une embuscade près de Gao", "Le JNIM a revendiqué l'attaque."}
	for name, x := range map[string]struct {
		rule news.Rule
		in   bool
	}{
		"one of a list":            {news.Rule{Countries: []string{"BF", "ML"}}, true},
		"none of a list":           {news.Rule{Countries: []string{"BF"}}, false},
		"every list":               {news.Rule{Countries: []string{"ML"}, Topics: []string{"football"}}, false},
		"place, group and topic":   {news.Rule{Places: []string{"gao"}, Groups: []string{"jnim"}, Topics: []string{"ambush"}}, true},
		"a region of the country":  {news.Rule{Regions: []string{"sahel"}}, true},
		"all":                      {news.Rule{All: []string{"country/ML", "group/jnim"}}, true},
		"all but one":              {news.Rule{All: []string{"country/ML", "group/iswap"}}, false},
		"none":                     {news.Rule{Countries: []string{"ML"}, None: []string{"group/jnim"}}, false},
		"a language":               {news.Rule{Languages: []string{"fr"}}, true},
		"another language":         {news.Rule{Languages: []string{"ar"}}, false},
		"a publisher":              {news.Rule{Publishers: []string{"Exemple"}}, true},
		"another source":           {news.Rule{Sources: []string{"elsewhere"}}, false},
		"a score that is reached":  {news.Rule{Countries: []string{"ML"}, MinScore: 0.6}, true},
		"a score that is not":      {news.Rule{Countries: []string{"ML"}, MinScore: 0.99}, false},
		"an expression":            {news.Rule{Where: `"ML" in countries and score("topic/security") > 0.5`}, true},
		"an expression that fails": {news.Rule{Where: `title contains "Niger"`}, false},
	} {
		c := newCurator(t, news.Edition{ID: "e", Rule: x.rule})
		a := c.Judge(news.Article{Title: attack[0], Text: attack[1], Language: "fr-ML", SourceID: "here", Publisher: "Exemple"}, news.Source{})
		if in := len(a.Editions) == 1; in != x.in {
			t.Errorf("%s: in is %v; tags %v", name, in, a.Tags)
		}
	}
}

func TestFurtherRulesLetInWhatTheFirstDoesNot(t *testing.T) {
	e := news.Edition{ID: "e", Also: []news.Rule{{Countries: []string{"TG"}}, {Countries: []string{"GH"}}}}
	c := newCurator(t, e)
	if a := judged(c, "en", "Ghana votes", ""); len(a.Editions) != 1 {
		t.Error("the second of the further rules does not let Ghana in")
	}
	if a := judged(c, "en", "Kenya votes", ""); len(a.Editions) != 0 {
		t.Error("an empty first rule lets everything in beside further rules")
	}
}

func validated(e news.Edition) []news.Problem { return curator.ValidateEditions([]news.Edition{e})[0] }

func TestMistakesInRulesAreToldWithWhatWasMeant(t *testing.T) {
	problems := validated(news.Edition{ID: "e", Rule: news.Rule{
		Countries: []string{"ML", "Nigeria"}, Topics: []string{"kidnaping"}, Groups: []string{"jinm"}, None: []string{"topic/footbal"},
		MinScore: 2, Where: `topic contains "x"`,
	}, Also: []news.Rule{{Places: []string{"gaoo"}}}})
	for path, message := range map[string]string{
		"countries.1":     `"NG"`,
		"topics.0":        `"kidnapping"`,
		"groups.0":        `"jnim"`,
		"none.0":          `"football"`,
		"min_score":       "out of range",
		"where":           "unknown name topic (1:1)",
		"also.0.places.0": `"gao"`,
	} {
		if !slices.ContainsFunc(problems, func(p news.Problem) bool {
			return strings.Join(p.Path, ".") == path && strings.Contains(p.Message, message)
		}) {
			t.Errorf("no problem at %s with %s in %v", path, message, problems)
		}
	}
	if len(problems) != 7 {
		t.Errorf("%d problems, want 7: %v", len(problems), problems)
	}
}

func TestAnExpressionMustBeACondition(t *testing.T) {
	for _, where := range []string{`title + "x"`, `title matches "("`, `score("a") >`, `now()`} {
		if problems := validated(news.Edition{Rule: news.Rule{Where: where}}); len(problems) != 1 {
			t.Errorf("%s: %v, want one problem", where, problems)
		}
	}
}

func TestAnEditionWithoutConditionsIsRefused(t *testing.T) {
	for name, e := range map[string]news.Edition{
		"":       {ID: "e"},
		"also.0": {ID: "e", Rule: news.Rule{Countries: []string{"ML"}}, Also: []news.Rule{{MinScore: 0.6}}},
	} {
		problems := validated(e)
		if len(problems) != 1 || strings.Join(problems[0].Path, ".") != name || !strings.Contains(problems[0].Message, "takes every article") {
			t.Errorf("%q: %v, want one problem", name, problems)
		}
	}
	if problems := validated(news.Edition{ID: "e", Rule: news.Rule{Where: "true"}}); len(problems) > 0 {
		t.Errorf("an edition of everything cannot be had: %v", problems)
	}
}

func TestExplainShowsTheRuleThatComesNearest(t *testing.T) {
	e := news.Edition{ID: "e", Rule: news.Rule{Countries: []string{"ML"}, Topics: []string{"security"}},
		Also: []news.Rule{{Groups: []string{"jnim"}}, {Countries: []string{"TG"}, Topics: []string{"security"}}}}
	c := newCurator(t, e)
	for title, want := range map[string]string{
		"Kenya : la récolte de thé est bonne":  "the edition's own rule comes nearest",
		"Togo : la récolte de coton est bonne": "rule 2 of 2 under also comes nearest",
		"Mali : la récolte de coton est bonne": "the edition's own rule comes nearest",
	} {
		v := c.Explain(news.Article{Title: title, Language: "fr"}, news.Source{})[0]
		if v.In || v.Score != 0 || !strings.Contains(v.Reasons[0], want) {
			t.Errorf("%s: score %v, %q\nwant %q", title, v.Score, v.Reasons, want)
		}
	}
}

func TestExplainTellsBothWays(t *testing.T) {
	c := newCurator(t, security)
	in := c.Explain(news.Article{Title: "Mali : une embuscade fait douze morts", Language: "fr"}, news.Source{})
	if len(in) != 1 || !in[0].In || !strings.Contains(strings.Join(in[0].Reasons, "\n"), `"embuscade" in the title`) {
		t.Errorf("why it is in: %+v", in)
	}
	out := c.Explain(news.Article{Title: "Mali : la récolte de coton est bonne", Language: "fr"}, news.Source{})
	if len(out) != 1 || out[0].In || !strings.Contains(strings.Join(out[0].Reasons, "\n"), "not met: topics") {
		t.Errorf("why it is not: %+v", out)
	}
	for title, want := range map[string]string{
		"Mali : l'armée plante mille arbres":           "security has 0.62 of the 1.00 that it needs",
		"Mali : l'attaque des Aigles en demi-finale":   "football spoke against it",
		"Chad Ellison and two fighters killed in raid": `"Chad" in the title is a person's name`,
	} {
		language := "fr"
		if strings.HasPrefix(title, "Chad") {
			language = "en"
		}
		verdicts := c.Explain(news.Article{Title: title, Language: language}, news.Source{})
		if got := strings.Join(verdicts[0].Reasons, "\n"); verdicts[0].In || !strings.Contains(got, want) {
			t.Errorf("%s: %s\nwant %s", title, got, want)
		}
	}
}
