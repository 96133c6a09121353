package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"harmattan/config"
	"harmattan/news"
)

const readersList = `<opml version="1.0"><head><title>Sahel</title></head><body>
<outline text="Mali">
<outline text="Le Fleuve" xmlUrl="https://lefleuve.example/rss" htmlUrl="https://lefleuve.example/"/>
<outline text="Le Fleuve" xmlUrl="https://lefleuve.example/sport/rss"/>
<outline text="صوت الصحراء" xmlUrl="https://www.sahra.example/rss" language="ar"/>
</outline>
<outline text="Presse"><outline text="Fleuve (copie)" xmlUrl="https://LeFleuve.example/rss"/></outline>
<outline text="Known" xmlUrl="https://known.example/rss"/>
</body></opml>`

func TestImportPrintsSourcesReadyToPaste(t *testing.T) {
	list := writeFile(t, "list.opml", readersList)
	configured := writeFile(t, "config.toml", "[[source]]\nid = \"le-fleuve\"\nurl = \"https://known.example/rss\"\n")
	code, out, messages := invoke(t, "import", list, "--config", configured)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, messages)
	}
	for _, part := range []string{"list.opml:7: \"Fleuve (copie)\" stands in line 3 already", "list.opml:8: \"Known\" is already in", "3 of 5 sources"} {
		if !strings.Contains(messages, part) {
			t.Errorf("no %q in %s", part, messages)
		}
	}
	c, err := config.Parse("pasted.toml", []byte(out))
	if err != nil {
		t.Fatal(err)
	}
	want := []news.Source{
		{ID: "le-fleuve-2", URL: "https://lefleuve.example/rss", Name: "Le Fleuve", Homepage: "https://lefleuve.example/", Tags: []string{"Mali", "Presse"}},
		{ID: "le-fleuve-3", URL: "https://lefleuve.example/sport/rss", Name: "Le Fleuve", Tags: []string{"Mali"}},
		{ID: "sahra-example", URL: "https://www.sahra.example/rss", Name: "صوت الصحراء", Language: "ar", Tags: []string{"Mali"}},
	}
	if !reflect.DeepEqual(c.Sources, want) {
		t.Errorf("got  %+v\nwant %+v", c.Sources, want)
	}
}

func TestImportExitCodes(t *testing.T) {
	list := writeFile(t, "list.opml", readersList)
	there := writeFile(t, "there.toml", "mine")
	for _, c := range []struct {
		name string
		args []string
		want int
		says string
	}{
		{"no such file", []string{list + "x"}, exitFailed, "no such file"},
		{"no OPML", []string{there}, exitFailed, "not an OPML document"},
		{"nothing in it", []string{writeFile(t, "empty.opml", "<opml/>")}, exitPartial, "0 of 0"},
		{"a password", []string{writeFile(t, "secret.opml", `<opml><outline text="a" xmlUrl="https://me:hush@a.example/"/></opml>`)}, exitPartial, "secret.opml:1: "},
		{"a wrong configuration", []string{list, "--config", there}, exitFailed, "there.toml"},
		{"a file that is there", []string{list, "--output", there}, exitFailed, "--force"},
		{"a folder that is not", []string{list, "--output", filepath.Join(there, "x", "new.toml")}, exitFailed, "new.toml"},
		{"too large", []string{writeFile(t, "large.opml", "<opml>"+strings.Repeat(" ", 17<<20))}, exitFailed, "larger"},
	} {
		code, out, messages := invoke(t, append([]string{"import"}, c.args...)...)
		if code != c.want || !strings.Contains(messages, c.says) || strings.Contains(messages+out, "hush") {
			t.Errorf("%s: exit code %d, want %d: %s", c.name, code, c.want, messages)
		}
	}
	if text, err := os.ReadFile(there); err != nil || string(text) != "mine" {
		t.Errorf("a file was overwritten: %q, %v", text, err)
	}
}

func TestImportWritesAFileForItsOwnerAlone(t *testing.T) {
	list := writeFile(t, "list.opml", readersList)
	name := filepath.Join(t.TempDir(), "sources.toml")
	for _, args := range [][]string{{"--output", name}, {"--output", name, "--force"}} {
		if code, out, messages := invoke(t, append([]string{"import", list}, args...)...); code != exitOK || out != "" {
			t.Fatalf("exit code %d: %s%s", code, out, messages)
		}
		c, err := config.Load(name)
		if err != nil || len(c.Sources) != 4 {
			t.Fatalf("%v", err)
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
	}
	left, err := fs.Glob(os.DirFS(filepath.Dir(name)), "*")
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestP84_OPMLRoundTripGivesTheSameSources(t *testing.T) {
	text := `[publisher]
title = "Bureau Sahel"

[[source]]
id = "fleuve"
url = "https://lefleuve.example/rss?page=1&all=yes"
name = "L'Indépendant & \"Le Fleuve\" <1>"
publisher = "Groupe Fleuve"
homepage = "https://lefleuve.example/"
language = "fr"
countries = ["ML", "NE"]
schedule = "*/20 * * * *"
time_zone = "Africa/Bamako"
tags = ["mali", "presse"]

[[source]]
id = "plain"
url = "https://plain.example/rss"

[[source]]
id = "fleuve-mali"
url = "https://lefleuve.example/rss?page=1&all=yes"
tags = ["presse"]

[[source]]
id = "sahra"
url = "https://sahra.example/news.xml"
kind = "news-sitemap"
name = "صوت الصحراء"
language = "ar"
tags = ["mali"]

[[source]]
id = "off"
url = "https://off.example/rss"
disabled = true

[[source]]
id = "secret"
url = "https://secret.example/rss?api_key=hush-hush"
`
	configured := writeFile(t, "config.toml", text)
	before, err := config.Load(configured)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want map[string]bool
	}{
		{nil, map[string]bool{"fleuve": true, "fleuve-mali": true, "plain": true, "sahra": true}},
		{[]string{"--all"}, map[string]bool{"fleuve": true, "fleuve-mali": true, "plain": true, "sahra": true, "off": true}},
	} {
		code, opml, messages := invoke(t, append([]string{"export-opml", "--config", configured}, c.args...)...)
		if code != exitOK || strings.Contains(opml, "hush") || !strings.Contains(messages, "secret is left out") || !strings.Contains(opml, "Bureau Sahel") {
			t.Fatalf("exit code %d: %s\n%s", code, messages, opml)
		}
		code, tables, messages := invoke(t, "import", writeFile(t, "list.opml", opml))
		if code != exitOK {
			t.Fatalf("exit code %d: %s\n%s", code, messages, opml)
		}
		after, err := config.Parse("imported.toml", []byte(tables))
		if err != nil || len(after.Sources) != len(c.want) {
			t.Fatalf("%v in\n%s", err, tables)
		}
		got := sourcesByID(after)
		for _, s := range before.Sources {
			if c.want[s.ID] && !reflect.DeepEqual(got[s.ID], s) {
				t.Errorf("%s came back as %+v", s.ID, got[s.ID])
			}
		}
		code, tables, _ = invoke(t, "import", writeFile(t, "list.opml", opml), "--config", configured)
		if code != exitOK || tables != "" {
			t.Errorf("into the same configuration: exit code %d\n%s", code, tables)
		}
	}
}
