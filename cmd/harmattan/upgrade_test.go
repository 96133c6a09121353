package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/config"
)

// testdata/upgrade holds what the first version with a database wrote for these
// articles, its configuration, and the edition that it published.
func upgradeOutlet(t *testing.T) *outlet {
	return newOutlet(t, battle("douze"), kidnapping(),
		story{id: "gao-3", published: monday.Add(-3 * time.Hour), title: "Mali: market reopens in Gao after a week of closure",
			text: "Traders in Gao reopened the central market on Monday, a week after shelling near the river port in northern Mali killed two people, the mayor said."},
		story{id: "diffa-4", published: monday.Add(-5 * time.Hour), title: "النيجر: مقتل ثلاثة جنود في هجوم قرب ديفا",
			text: "قُتل ثلاثة جنود في هجوم شنه مسلحون على موقع للجيش قرب ديفا في جنوب شرق النيجر، وفق ما أعلنت وزارة الدفاع في نيامي."})
}

func TestADatabaseOfTheFirstSchemaGoesOnUnderItsIDs(t *testing.T) {
	o, dir := upgradeOutlet(t), t.TempDir()
	unpack(t, "testdata/upgrade/schema-0001.db.gz", filepath.Join(dir, databaseName))
	text, err := os.ReadFile("testdata/upgrade/config.toml")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("config.toml", []byte(strings.ReplaceAll(string(text), "OUTLET", o.URL)))
	if err != nil {
		t.Fatal(err)
	}
	published, err := os.ReadFile("testdata/upgrade/edition.json")
	if err != nil {
		t.Fatal(err)
	}
	want := entryIDs(readBack(t, string(published)))
	b := &workbench{hand: hand{now: time.Date(2026, 11, 28, 6, 0, 0, 0, time.UTC)}}
	b.open(t, cfg, dir)
	shown := func() []string { return entryIDs(readBack(t, b.get("/editions/sahel-security.json").body)) }
	if got := shown(); len(want) < 3 || !slices.Equal(got, want) {
		t.Errorf("the edition has %v, was %v", got, want)
	}
	sound := func() {
		t.Helper()
		if problems, err := b.store.Check(t.Context()); err != nil || len(problems) > 0 {
			t.Errorf("%q, %v", problems, err)
		}
	}
	sound()

	if outcomes := b.after(time.Hour); len(outcomes) != 1 || outcomes[0].New != 0 || !slices.Equal(shown(), want) {
		t.Errorf("the source lists what it listed: %+v", outcomes)
	}
	o.change(func(o *outlet) { o.stories = append(o.stories, raid(1, b.hand.read())) })
	if outcomes := b.after(time.Hour); outcomes[0].New != 1 {
		t.Errorf("one more: %+v", outcomes)
	}
	got := shown()
	for _, id := range want {
		if !slices.Contains(got, id) {
			t.Errorf("entry %s is gone", id)
		}
	}
	if len(got) != len(want)+1 {
		t.Errorf("%d entries, were %d and one came", len(got), len(want))
	}
	sound()
}

func unpack(t *testing.T, packed, to string) {
	t.Helper()
	file, err := os.Open(packed)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
