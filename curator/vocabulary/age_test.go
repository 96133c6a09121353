package vocabulary_test

import (
	"testing"
	"time"

	"harmattan/curator/vocabulary"
)

func TestWhatIsOverSpeaksLessOfThePresent(t *testing.T) {
	v, err := vocabulary.New(vocabulary.File{Name: "own.toml", Data: []byte(`[[institution]]
id = "example-mission"
label = "Example Mission"
in = ["ML"]
until = "2023-12-31"
names = ["Exmis"]
`)})
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]float64{"2022-05-01": 1, "2024-02-01": 1, "2026-05-01": 0.5} {
		at, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		text := "Exmis quitte Gao"
		r := v.Read([]vocabulary.Field{{Name: "title", Text: text, To: len(text)}}, "fr", at, nil)
		if got := r.Mentions[0].Weight; got != want {
			t.Errorf("on %s it counts %v, want %v", date, got, want)
		}
	}
}
