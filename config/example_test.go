package config_test

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"harmattan/config"
	"harmattan/curator"
	"harmattan/news"
)

func readExample(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestExampleLoadsWithoutMistakes(t *testing.T) {
	c, err := config.Parse("config.example.toml", []byte(readExample(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Sources) < 30 {
		t.Errorf("%d sources, want those of a first set", len(c.Sources))
	}
	have := map[string]bool{}
	for _, e := range c.Editions {
		have[e.ID] = true
	}
	for _, id := range []string{"sahel-security", "sahel-politics", "sahel-humanitarian", "lake-chad"} {
		if !have[id] {
			t.Errorf("edition %s is missing", id)
		}
	}
}

func TestEditionsOfTheExampleTakeWhatTheirExamplesSay(t *testing.T) {
	c, err := config.Parse("config.example.toml", []byte(readExample(t)))
	if err != nil {
		t.Fatal(err)
	}
	judge, err := curator.New(c.Curator, c.Editions)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Editions {
		if len(e.Examples) < 2 {
			t.Errorf("edition %s has %d examples", e.ID, len(e.Examples))
		}
	}
	for _, failure := range judge.CheckExamples() {
		if strings.HasPrefix(failure, "edition ") {
			t.Error(failure)
		}
	}
}

// Whoever takes the # away before a source gets one that loads.
func TestSourcesOfTheExampleThatAreOffAreSoundToo(t *testing.T) {
	off := regexp.MustCompile(`(?m)^# (\[\[source\]\]|(?:id|url|name|homepage|language|countries|time_zone) = [^\n]*)`)
	c, err := config.Parse("config.example.toml", []byte(off.ReplaceAllString(readExample(t), "$1")))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Sources) < 100 {
		t.Errorf("%d sources, want all that are listed", len(c.Sources))
	}
}

var (
	headerOf = regexp.MustCompile(`^(?:# )?\[\[?([a-z_.]+)\]\]?$`)
	keyOf    = regexp.MustCompile(`^(?:# )?([a-z_0-9]+) = `)
)

// documented lists, as "table.key", the keys of the example that have a comment
// above them, whether they are set or shown only.
func documented(text string) map[string]bool {
	found := map[string]bool{}
	table, above := "", ""
	for line := range strings.SplitSeq(text, "\n") {
		if m := headerOf.FindStringSubmatch(line); m != nil {
			table = m[1]
		} else if m := keyOf.FindStringSubmatch(line); m != nil {
			if strings.HasPrefix(above, "# ") && !keyOf.MatchString(above) && !headerOf.MatchString(above) {
				found[table+"."+m[1]] = true
			}
		}
		above = line
	}
	return found
}

func TestExampleDocumentsEveryKey(t *testing.T) {
	found := documented(readExample(t))
	for _, key := range keysOf(reflect.TypeFor[config.Config](), "") {
		if !found[key] {
			t.Errorf("config.example.toml does not describe %s", key)
		}
	}
}

// keysOf lists the keys of the tables that a type has.
func keysOf(typ reflect.Type, table string) []string {
	var keys []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, inner := f.Tag.Get("toml"), f.Type
		if name == "-" {
			continue
		}
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		switch {
		case inner == reflect.TypeFor[news.Rule]() && !f.Anonymous:
			keys = append(keys, table+"."+name) // its keys are those of the edition
		case table != "" && name != "" && inner.Kind() == reflect.Struct && inner != reflect.TypeFor[news.Duration]():
			keys = append(keys, keysOf(inner, table+"."+name)...)
		case f.Anonymous:
			keys = append(keys, keysOf(f.Type, table)...)
		case table == "" && name != "":
			keys = append(keys, keysOf(inner, name)...)
		case name != "":
			keys = append(keys, table+"."+name)
		}
	}
	return keys
}

// Taking away the # before every key of the stages' tables changes nothing.
func TestExampleShowsTheDefaults(t *testing.T) {
	stages, _, ok := strings.Cut(readExample(t), "[[edition]]")
	if !ok {
		t.Fatal("no [[edition]]")
	}
	shown := regexp.MustCompile(`(?m)^# ([a-z_0-9]+ = )`).ReplaceAllString(stages, "$1")
	source := "\n[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n"
	c, err := config.Parse("config.example.toml", []byte(shown+source))
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Sources = c.Sources
	for i, stage := range []string{"Fetcher", "Curator", "Storage", "Publisher", "Archive", "Backup"} {
		got, want := reflect.ValueOf(*c).Field(i), reflect.ValueOf(*want).Field(i)
		for j := range got.NumField() {
			g, w := got.Field(j), want.Field(j)
			if g.Kind() == reflect.Slice && g.Len() == 0 && w.Len() == 0 {
				continue
			}
			if !reflect.DeepEqual(g.Interface(), w.Interface()) {
				t.Errorf("[%s] %s is shown as %v, but its default is %v",
					stage, got.Type().Field(j).Tag.Get("toml"), g, w)
			}
		}
	}
}
