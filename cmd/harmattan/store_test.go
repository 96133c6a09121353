package main

import (
	"strings"
	"testing"
	"time"
)

func TestADatabaseThatCannotBeWrittenDoesNotMakeSourcesBeAskedWithoutPause(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	before := b.edition()
	if err := b.store.Close(); err != nil {
		t.Fatal(err)
	}
	b.hand.move(time.Minute)
	var outcomes []outcome
	due := b.stages.Load().fetcher.Due(b.jobs(), b.hand.read())
	if err := b.round(t.Context(), due, func(stored []outcome) { outcomes = append(outcomes, stored...) }); err != nil {
		t.Fatal(err)
	}
	if len(outcomes) != 1 || outcomes[0].Err == nil || !strings.Contains(outcomes[0].Err.Error(), "closed") {
		t.Fatalf("outcomes: %+v", outcomes)
	}
	b.hand.move(time.Second)
	if due := b.stages.Load().fetcher.Due(b.jobs(), b.hand.read()); len(due) != 0 {
		t.Error("the source is due again at once")
	}
	if state := b.states["fleuve"]; state.ETag != "" {
		t.Errorf("validators %q were kept for a document that was not stored", state.ETag)
	}
	for i, document := range b.edition() {
		if document != before[i] {
			t.Error("the edition changed")
		}
	}
}
