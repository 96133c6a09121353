package main

import (
	"encoding/json"
	"strings"
	"testing"

	"harmattan/curator"
)

// What docs/guide/horn-of-africa.md says of its region.
func TestTheSecondRegionOfTheGuideJudgesAsItSays(t *testing.T) {
	const folder = "../../docs/guide/horn/"
	if out := output(t, "check", "--config", folder+"config.toml"); !strings.Contains(out, "sound") {
		t.Errorf("check said %q", out)
	}
	var e curator.Evaluation
	if err := json.Unmarshal([]byte(output(t, "eval", "--json", "--config", folder+"config.toml", folder+"articles.jsonl")), &e); err != nil {
		t.Fatal(err)
	}
	if e.Articles < 50 {
		t.Errorf("only %d articles", e.Articles)
	}
	figures := map[string]*curator.Counts{"countries": e.Figures.Countries, "horn-security": e.Figures.Editions["horn-security"],
		"horn-humanitarian": e.Figures.Editions["horn-humanitarian"]}
	for name, c := range figures {
		if c == nil || c.Precision < 0.95 || c.Recall < 0.9 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
