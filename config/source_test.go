package config_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"harmattan/config"
	"harmattan/news"
)

func TestF106_ASourceComesBackFromItsTable(t *testing.T) {
	exact := false
	full := news.Source{ID: "l-independant", URL: "https://x.example/feed?a=\"b\"&c='d'\\e", Name: "L'Indépendant \"du\" Mali\\\n[[source]]\nid = \"evil\"",
		Publisher: "صوت\u202eالساحل\x00\x7f\u2028", Homepage: "https://x.example/", Language: "fr", Countries: []string{"ML", "NE"},
		Schedule: "*/20 * * * *", TimeZone: "Africa/Bamako", FullText: "#letter", Tags: []string{"radio", "a, \"b\"\tc"}, Disabled: true,
		Kind: news.SourceNewsSitemap, Tier: 3, Keep: news.Duration{Duration: 90 * 24 * time.Hour}, PublicAs: "https://x.example/feed", Adaptive: &exact, HTTP1: true}
	fields := reflect.ValueOf(full)
	for i := range fields.NumField() {
		if fields.Field(i).IsZero() {
			t.Errorf("the test must set %s: it might be lost unseen", fields.Type().Field(i).Name)
		}
	}
	full.URL = "https://x.example/feed?a=%22b&c='d'"
	plain := news.Source{ID: "b", URL: "https://b.example/"}
	text := config.SourceTable(full) + "\n" + config.SourceTable(plain)
	if strings.ContainsAny(text, "\u202e\x00") {
		t.Errorf("control characters in %q", text)
	}
	c, err := config.Parse("pasted.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c.Sources, []news.Source{full, plain}) {
		t.Errorf("got %+v\nfrom %s", c.Sources, text)
	}
}

func TestIDsAreMadeFromNames(t *testing.T) {
	taken := map[string]bool{"maliweb": true}
	for _, c := range []struct{ name, url, want string }{
		{"Radio Ténéré", "https://tenere.example/feed", "radio-tenere"},
		{"  L’Indépendant — À la une! ", "", "l-independant-a-la-une"},
		{"Jaridar Ɗan Ƙasa", "", "jaridar-dan-kasa"},
		{"الجزيرة نت", "https://www.Aljazeera.example:8080/rss", "aljazeera-example"},
		{"الجزيرة نت 2", "https://www.aljazeera.example/rss2", "aljazeera-example-2"},
		{"Maliweb", "https://maliweb.example/", "maliweb-2"},
		{"Maliweb", "https://maliweb.example/", "maliweb-3"},
		{"", "", "source"},
		{"???", "https://[::1]/", "1"},
		{"Cœur & Æther", "", "coeur-aether"},
		{strings.Repeat("très long ", 20), "", "tres-long-tres-long-tres-long-tres-long-tres-long-tres"},
		{strings.Repeat("é", 500), "", strings.Repeat("e", 56)},
	} {
		if got := config.NewID(c.name, c.url, taken); got != c.want {
			t.Errorf("%q of %q: %q, want %q", c.name, c.url, got, c.want)
		}
	}
	again := map[string]bool{}
	if config.NewID("Radio Ténéré", "", again) != "radio-tenere" || !again["radio-tenere"] {
		t.Error("an id is not stable or not taken")
	}
}
