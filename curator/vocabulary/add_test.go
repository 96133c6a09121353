package vocabulary_test

import (
	"slices"
	"testing"

	"harmattan/curator/vocabulary"
)

// more says of concepts of the built-in files what they lack.
const more = `
[[region]]
id = "cattle-corridor"
label = "Cattle corridor"

[[country]]
id = "UG"
add = true
in = ["cattle-corridor"]
ar = ["الأوغندي"]
point = [0.316, 32.582]

[[topic]]
id = "football"
add = true
[topic.strong]
en = ["keepie-uppie"]
`

func TestAFileAddsToWhatTheBuiltInFilesHold(t *testing.T) {
	v, err := vocabulary.New(vocabulary.File{Name: "more.toml", Data: []byte(more)})
	if err != nil {
		t.Fatal(err)
	}
	builtin, err := vocabulary.New()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(v.Concepts()), len(builtin.Concepts())+1; got != want {
		t.Errorf("%d concepts, want the region alone to be new: %d", got, want)
	}
	if got, want := len(v.Topics()), len(builtin.Topics()); got != want {
		t.Errorf("%d topics, want %d", got, want)
	}
	for text, language := range map[string]string{"قال الجيش الأوغندي": "ar", "The army of Uganda": "en"} {
		if got := found(v, read(v, text, language)); !slices.Contains(got, "country/UG") {
			t.Errorf("%q: found %v", text, got)
		}
	}
	number, _ := v.Lookup("country/UG")
	uganda := v.Concepts()[number]
	region, _ := v.Lookup("region/cattle-corridor")
	if uganda.Label != "Uganda" || uganda.Point == nil || !slices.Contains(uganda.Parents, region) {
		t.Errorf("got %+v", uganda)
	}
	football, _ := v.Lookup("topic/football")
	for text, want := range map[string]bool{"a keepie-uppie contest": true, "a yard": false} {
		hits := read(v, text, "en").Hits
		if got := slices.ContainsFunc(hits, func(h vocabulary.TopicHit) bool { return v.Topics()[h.Topic].Concept == football }); got != want {
			t.Errorf("%q speaks of football: %v", text, got)
		}
	}
}
