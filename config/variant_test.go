package config_test

import (
	"strings"
	"testing"

	"harmattan/config"
)

func TestAVariantNarrowsAnEditionAndNothingElse(t *testing.T) {
	const start = "[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n" +
		"[[edition]]\nid = \"sahel\"\ntitle = \"Sahel\"\ncountries = [\"ML\"]\n[[edition]]\nid = \"variant\"\ntitle = \"Variant\"\n"
	for text, want := range map[string]string{
		"of = \"sahel\"\nlanguages = [\"fr\"]\n":                               "",
		"of = \"sahl\"\nlanguages = [\"fr\"]\n":                                `there is no edition "sahl" with articles of its own; did you mean "sahel"?`,
		"of = \"variant\"\n":                                                   `there is no edition "variant" with articles of its own`,
		"of = \"sahel\"\nmin_score = 0.6\n":                                    "min_score",
		"of = \"sahel\"\nkeep = \"3d\"\n":                                      "does not go with of",
		"of = \"sahel\"\ntopics = [\"secutity\"]\n":                            `"secutity" is no topic of the vocabulary; did you mean "security"?`,
		"of = \"sahel\"\ndigest = \"weekly\"\ntime_zone = \"Africa/Bamako\"\n": "",
		"countries = [\"ML\"]\ndigest = \"30 17 * * 1-5\"\n":                   "",
		"of = \"sahel\"\ndigest = \"dayly\"\n":                                 "write \"daily\", \"weekly\" or five fields",
		"of = \"sahel\"\ndigest = \"@every 5m\"\n":                             "counts from when the program starts",
		"of = \"sahel\"\ndigest = \"daily\"\ntime_zone = \"Bamako\"\n":         "\"Bamako\" is no time zone",
	} {
		_, err := config.Parse("config.toml", []byte(start+text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
