package curator_test

import (
	"strings"
	"testing"
)

func TestEvaluationReadsPairsOfLinksStoriesAndCopies(t *testing.T) {
	c := newCurator(t)
	lines := `{"same_article": true, "why": "tracking", "a": "https://radio.example/a?utm_source=rss", "b": "https://radio.example/a"}
{"same_article": false, "why": "id", "a": "https://radio.example/?p=1", "b": "https://radio.example/?p=2"}
{"same_article": true, "why": "same-title", "a": "https://radio.example/1", "b": "https://tele.example/2"}
`
	e, err := c.Evaluate("links", strings.NewReader(lines), nil)
	if err != nil || e.Figures.Links == nil || e.Figures.Links.Accuracy != 1 || e.Figures.Links.Pairs != 2 || len(e.Mistakes) != 1 {
		t.Errorf("links: %+v, %d mistakes, %v", e.Figures.Links, len(e.Mistakes), err)
	}
	lines = `{"same_story": true, "a": {"title": "Floods in Diffa displace 2,300 people", "desc": "Floods displaced 2,300 people in Diffa, Niger.", "publisher": "One"}, "b": {"title": "Niger : 2.300 déplacés par les inondations à Diffa", "summary": "Les inondations ont fait 2 300 déplacés à Diffa, au Niger.", "publisher": "Two"}}
{"same_story": false, "a": {"title": "Floods in Diffa displace 2,300 people"}, "b": {"title": "Mali: six soldiers freed in Gao"}}
{"title_a": "Thirty cattle stolen in raid near Abéché", "title_b": "Thirty cattle stolen in raid near Abeche", "host_a": "one.example", "host_b": "two.example"}
`
	e, err = c.Evaluate("stories", strings.NewReader(lines), nil)
	if err != nil || e.Figures.Stories == nil || e.Figures.Stories.Right != 2 || e.Figures.Stories.Rejected != 1 {
		t.Fatalf("stories: %+v, %v", e.Figures.Stories, err)
	}
	if len(e.Predictions) != 3 || e.Predictions[0].Same == nil || !*e.Predictions[0].Same || *e.Predictions[1].Same {
		t.Errorf("predictions: %+v", e.Predictions)
	}
	if _, err := c.Evaluate("bad", strings.NewReader(`{"same_article": true, "a": 7, "b": "x"}`), nil); err == nil || !strings.Contains(err.Error(), "bad:1") {
		t.Errorf("a broken pair: %v", err)
	}
}
