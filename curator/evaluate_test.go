package curator_test

import (
	"strings"
	"testing"

	"harmattan/curator"
	"harmattan/news"
)

// labels are five invented articles and two short texts.
const labels = `
{"id": "a", "language": "fr", "title": "Mali : embuscade près de Gao, douze soldats tués", "summary": "", "expect": {"countries": ["ML"], "editions": {"sahel-security": true}}}
{"id": "b", "language": "fr", "title": "Le Mali et la France signent un accord sur le coton", "summary": "", "expect": {"countries": ["ML"], "complete": true, "editions": {"sahel-security": false}}}
{"id": "c", "language": "en", "title": "Harvest festival opens", "summary": "", "expect": {"countries": ["NE"], "editions": {"sahel-security": true}}}
{"id": "d", "language": "en", "title": "Kenya and Uganda agree on a railway", "summary": "", "expect": {"countries": ["KE"], "complete": false}}

{"id": "e", "language": "fr", "title": "La récolte de mil est bonne", "summary": "", "publisher": "La Voix", "expect": {"countries": ["BF"]}}
{"lang": "fr", "source": "invented", "text": "Le gouvernement a annoncé que les écoles de la région resteront fermées cette semaine."}
{"lang": "ar", "source": "invented", "text": "قالت الحكومة إن المدارس ستبقى مغلقة هذا الأسبوع بسبب الأمطار الغزيرة في البلاد."}
`

func evaluate(t *testing.T, c *curator.Curator, text string) curator.Evaluation {
	t.Helper()
	e, err := c.Evaluate("labels.jsonl", strings.NewReader(text), []news.Source{{ID: "v", Publisher: "La Voix", Countries: []string{"BF"}}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEvaluateCountsWhatTheLabelsSpeakOf(t *testing.T) {
	e := evaluate(t, newCurator(t, security), labels)
	if e.Articles != 7 || len(e.Predictions) != 7 {
		t.Fatalf("%d articles and %d predictions, want 7", e.Articles, len(e.Predictions))
	}
	// ML twice and KE and BF are right; FR is no label's country; NE is missed;
	// UG may be right too.
	all := e.Figures.CountriesAll
	if c := e.Figures.Countries; c.Right != 4 || c.Wrong != 0 || c.Missed != 1 || c.Precision != 1 || c.Recall != 0.8 {
		t.Errorf("countries %+v", *c)
	}
	if all.Wrong != 1 {
		t.Errorf("countries_all %+v, want France to be wrong", *all)
	}
	if s := e.Figures.Editions["sahel-security"]; s.Right != 1 || s.Missed != 1 || s.Rejected != 1 || s.FalseAlarms != 0 {
		t.Errorf("sahel-security %+v", *s)
	}
	if l := e.Figures.Languages; l.Texts != 2 || l.Accuracy != 1 {
		t.Errorf("languages %+v", *l)
	}
}

func TestEvaluateShowsMistakesWithEvidence(t *testing.T) {
	e := evaluate(t, newCurator(t, security), labels)
	var wrong, missed bool
	for _, m := range e.Mistakes {
		wrong = wrong || m.ID == "b" && m.Key == "country/FR" && m.Wrong && len(m.Evidence) > 0
		missed = missed || m.ID == "c" && m.Key == "edition/sahel-security" && !m.Wrong && len(m.Reasons) > 0
	}
	if !wrong || !missed {
		t.Errorf("mistakes %+v", e.Mistakes)
	}
}

func TestEvaluateNamesABrokenLine(t *testing.T) {
	for text, want := range map[string]string{
		"{\"id\": \"a\", \"title\": \"x\"}\n{oops}\n": "labels.jsonl:2: is no labelled article",
		"{\"id\": \"a\"}\n":                           "labels.jsonl:1: has neither",
	} {
		_, err := newCurator(t).Evaluate("labels.jsonl", strings.NewReader(text), nil)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestCompareListsWhatChangesSides(t *testing.T) {
	wide := news.Edition{ID: "sahel-security", Rule: news.Rule{Countries: []string{"ML"}}}
	changes := curator.Compare(evaluate(t, newCurator(t, security), labels), evaluate(t, newCurator(t, wide), labels))
	if len(changes) != 1 || changes[0].ID != "b" || changes[0].Key != "edition/sahel-security" || !changes[0].Enters {
		t.Errorf("changes %+v, want b to enter", changes)
	}
}

func TestPlanTellsWhatWouldEnterAndLeave(t *testing.T) {
	a := judged(newCurator(t, security), "fr", "Mali : embuscade près de Gao", "")
	a.ID = "x"
	changes := newCurator(t, news.Edition{ID: "mali", Rule: news.Rule{Countries: []string{"ML"}}}).Plan(a, news.Source{})
	if len(changes) != 2 || changes[0].Key != "edition/mali" || !changes[0].Enters || changes[1].Key != "edition/sahel-security" || changes[1].Enters {
		t.Errorf("changes %+v", changes)
	}
}

func TestEditionExamplesThatComeOutDifferentlyAreTold(t *testing.T) {
	e := security
	e.Examples = []news.Example{
		{Title: "Mali : embuscade près de Gao", Language: "fr", In: true},
		{Title: "Mali : la récolte de coton est bonne", Language: "fr", In: true},
	}
	failures := newCurator(t, e).CheckExamples()
	if len(failures) != 1 || !strings.Contains(failures[0], "coton") || !strings.Contains(failures[0], "is not in") {
		t.Errorf("failures %q", failures)
	}
}
