package vocabulary_test

import (
	"errors"
	"strings"
	"testing"

	"harmattan/curator/vocabulary"
)

func TestBuiltinVocabularyCompiles(t *testing.T) {
	v, err := vocabulary.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"country/ML", "country/US", "place/gao", "group/jnim", "institution/ecowas", "person/goita", "topic/security", "region/lake-chad"} {
		if _, ok := v.Lookup(key); !ok {
			t.Errorf("the vocabulary lacks %s", key)
		}
	}
}

func TestMistakesInAFileNameTheirLine(t *testing.T) {
	for name, c := range map[string]struct{ text, line, message string }{
		"syntax":        {"about = \"x\"\n[[place]\n", "mine.toml:2", ""},
		"unknown key":   {"[[place]]\nid = \"a\"\nlabel = \"A\"\ncolour = \"red\"\n", "mine.toml:4", `unknown key "place.colour"`},
		"parent":        {"[[place]]\nid = \"a\"\nlabel = \"A\"\nin = [\"QQ\"]\n", "mine.toml:4", `lies in "QQ"`},
		"twice":         {"\n[[country]]\nid = \"ML\"\nlabel = \"Mali\"\n", "mine.toml:3", "stands twice"},
		"add":           {"\n[[place]]\nid = \"nowhere\"\nadd = true\n", "mine.toml:3", "no file before this one holds it"},
		"flag":          {"[[place]]\nid = \"a\"\nlabel = \"A\"\nnames = [\"Aa | loud\"]\n", "mine.toml:4", `unknown flag "loud"`},
		"topic":         {"[[topic]]\nid = \"t\"\nlabel = \"T\"\nin = [\"nowhere\"]\n", "mine.toml:4", `names "nowhere"`},
		"ambiguity":     {"[[ambiguity]]\nforms = [\"X\"]\nmeans = \"place/nowhere\"\n", "mine.toml:3", "place/nowhere"},
		"need":          {"[[ambiguity]]\nforms = [\"Niger\"]\nmeans = \"country/NE\"\nneeds = [\"country/QQ\"]\n", "mine.toml:4", "country/QQ"},
		"no label":      {"[[topic]]\nid = \"t\"\n", "mine.toml:2", "needs an id and a label"},
		"example":       {"[[example]]\ntext = \"x\"\nexpect = [\"topic/nothing\"]\n", "mine.toml:3", "topic/nothing"},
		"strength":      {"[[group]]\nid = \"g\"\nlabel = \"G\"\nstrength = \"huge\"\n", "mine.toml:4", `"huge"`},
		"outlet's home": {"outlet = [{ names = [\"X\"], host = \"x.example\", home = \"QQ\" }]\n", "mine.toml:1", "QQ"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := vocabulary.New(vocabulary.File{Name: "mine.toml", Data: []byte(c.text)})
			var problems vocabulary.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want problems", err)
			}
			if got := problems.Error(); !strings.HasPrefix(got, c.line) || !strings.Contains(got, c.message) {
				t.Errorf("got %q, want %q with %q", got, c.line, c.message)
			}
		})
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	_, err := vocabulary.New(vocabulary.File{Name: "mine.toml", Data: []byte(
		"place = [\n{ id = \"a\", label = \"A\", in = [\"QQ\"] },\n{ id = \"b\", label = \"B\", in = [\"RR\"] },\n]\n")})
	var problems vocabulary.Problems
	if !errors.As(err, &problems) || len(problems) != 2 {
		t.Errorf("got %v, want two problems", err)
	}
}

func TestFingerprintChangesWithTheFiles(t *testing.T) {
	a, err := vocabulary.New()
	if err != nil {
		t.Fatal(err)
	}
	b, err := vocabulary.New(vocabulary.File{Name: "mine.toml", Data: []byte("about = \"mine\"\n")})
	if err != nil {
		t.Fatal(err)
	}
	if a.Fingerprint() == b.Fingerprint() {
		t.Error("a further file leaves the fingerprint as it was")
	}
}
