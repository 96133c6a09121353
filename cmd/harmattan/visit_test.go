package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"harmattan/fetcher"
)

// frozen makes every later write to a table fail, but for those to visit.
func frozen(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var script string
	err = db.QueryRow(`SELECT group_concat(format('CREATE TRIGGER freeze_%w_%s BEFORE %s ON "%w" BEGIN SELECT raise(ABORT, ''%s of %w''); END;',
		name, doing, doing, name, doing, name), char(10))
		FROM sqlite_schema, (SELECT 'INSERT' doing UNION SELECT 'UPDATE' UNION SELECT 'DELETE')
		WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%' AND name <> 'visit'`).Scan(&script)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(script); err != nil {
		t.Fatalf("%v\n%s", err, script)
	}
}

func TestARoundWithoutNewsWritesVisitsAlone(t *testing.T) {
	dir := t.TempDir()
	fleuve, desert := newOutlet(t, battle("douze")), newOutlet(t, kidnapping())
	b := newWorkbench(t, dir, monday, fleuve.source("fleuve"), desert.source("desert"))
	b.after(time.Minute)
	frozen(t, dir)
	for range 2 {
		for _, o := range b.after(time.Hour) {
			if o.Outcome != fetcher.OutcomeUnchanged {
				t.Errorf("%s: %s, %v", o.Source.ID, o.Outcome, o.Err)
			}
		}
	}
	states, err := b.store.States(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, state := range states {
		if now := b.hand.read(); !state.CheckedAt.Equal(now) || !state.DueAt.After(now) || state.DueReason != b.states[id].DueReason {
			t.Errorf("%s: stored as asked at %v and due at %v (%s), it is %v", id, state.CheckedAt, state.DueAt, state.DueReason, now)
		}
	}
	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	if o := b.after(time.Hour); fmt.Sprint(o[0].Err, o[1].Err) == "<nil> <nil>" {
		t.Error("news was stored although nothing could be written")
	}
}
