package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestF93_WhatWasPurgedNeverComesBack(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	shown := telling(article("fleuve", "shown", noon, "mali"), "event", false)
	other := telling(article("dune", "other", noon), "event", false) // told beside it
	plainOne, kept := article("fleuve", "plain", noon), article("dune", "kept", noon)
	young := article("fleuve", "young", noon.Add(20*24*time.Hour))
	var crowd []news.Article
	for i := range 700 { // more than one batch
		crowd = append(crowd, article("fleuve", fmt.Sprint("crowd-", i), noon))
	}
	save(t, s, append(crowd, shown, other, plainOne, kept, young)...)
	pruned, err := s.Prune(ctx, storage.Retention{Articles: map[string]time.Time{"fleuve": noon.Add(10 * 24 * time.Hour)}})
	if err != nil || pruned.Articles != 701 {
		t.Fatalf("%+v, %v", pruned, err)
	}
	if again, err := s.Prune(ctx, storage.Retention{Articles: map[string]time.Time{"fleuve": noon.Add(10 * 24 * time.Hour)}}); err != nil || again.Articles != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if got := entries(t, s, "mali", noon.Add(time.Hour)); len(got) != 1 || len(got[0].Others) != 1 {
		t.Errorf("what was in an edition lost its place: %+v", got)
	}
	if found, err := s.Search(ctx, wordsOf("title plain"), 10); err != nil || len(found) != 0 {
		t.Errorf("still found: %v, %v", found, err)
	}

	back := plainOne
	back.Key, back.ContentHash, back.ModifiedAt = "another key", "another text", noon.Add(30*24*time.Hour)
	back.Editions = shown.Editions
	if changed := save(t, s, back); len(changed) != 0 {
		t.Errorf("it came back in %v", changed)
	}
	write(t, s, func(tx *storage.Tx) error {
		known, err := tx.Known(ctx, "fleuve", []string{"another key"}, nil)
		if err != nil || len(known) != 1 || known[0].Hold != news.HoldPurged || known[0].ID != plainOne.ID || known[0].Title != "" {
			t.Errorf("known as %+v, %v", known, err)
		}
		return nil
	})
	checkSound(t, s)
}
