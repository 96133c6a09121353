package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func withdrawn(t *testing.T, s *storage.Store, edition string, since time.Time) []news.Entry {
	t.Helper()
	all, err := s.Withdrawn(context.Background(), edition, since, 50)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestP89_AnEntryThatLeftIsRememberedUntilItComesBack(t *testing.T) {
	s := openStore(t)
	a := article("sahel", "one", noon, "mali", "niger")
	save(t, s, a, article("sahel", "two", noon, "mali"))
	later := noon.Add(2 * time.Hour)
	out := a
	out.Editions, out.ContentHash, out.ModifiedAt = nil, "corrected", later
	save(t, s, out)
	for _, edition := range []string{"mali", "niger"} {
		left := withdrawn(t, s, edition, noon)
		if len(left) != 1 || left[0].ID != a.ID || !left[0].WithdrawnAt.Equal(later) || left[0].Source.ID != "sahel" || left[0].Article.Link != a.Link {
			t.Errorf("%s: %+v", edition, left)
		}
		if late := withdrawn(t, s, edition, later.Add(time.Second)); len(late) != 0 {
			t.Errorf("%s: told too long: %+v", edition, late)
		}
	}
	back := a
	back.ContentHash, back.ModifiedAt = "again", later.Add(time.Hour)
	save(t, s, back)
	if left := withdrawn(t, s, "mali", noon); len(left) != 0 || len(entries(t, s, "mali", later)) != 2 {
		t.Errorf("it came back: %+v", left)
	}
}

func TestP89_WhatWasNeverShownIsNotWithdrawn(t *testing.T) {
	s := openStore(t)
	a := article("sahel", "one", noon.Add(5*time.Hour), "mali") // of the future
	a.FirstSeen, a.ModifiedAt = noon, noon
	save(t, s, a)
	a.Editions, a.ContentHash, a.ModifiedAt = nil, "other", noon.Add(time.Hour)
	save(t, s, a)
	if left := withdrawn(t, s, "mali", noon.Add(-time.Hour)); len(left) != 0 {
		t.Errorf("withdrawn before anybody saw it: %+v", left)
	}
}

func TestP45_ArticlesOfARemovedSourceLeaveEveryEdition(t *testing.T) {
	s := openStore(t)
	ctx, now := context.Background(), noon.Add(time.Hour)
	write(t, s, func(tx *storage.Tx) error {
		for _, id := range []string{"stays", "goes"} {
			if err := tx.SaveState(ctx, news.SourceState{SourceID: id}); err != nil {
				return err
			}
		}
		return nil
	})
	var all []news.Article
	for i := range 700 { // more than one batch
		all = append(all, article("goes", fmt.Sprint(i), noon, "mali"))
	}
	shared := telling(article("goes", "shared", noon, "mali"), "event", false)
	other := telling(article("stays", "own", noon, "mali", "niger"), "event", true)
	save(t, s, append(all, shared, other)...)

	changed, back, err := s.LeaveSources(ctx, []string{"stays"}, now)
	if err != nil || back || fmt.Sprint(changed) != "[mali niger]" {
		t.Fatalf("changed %v, back %v, %v", changed, back, err)
	}
	if got := entries(t, s, "mali", now); len(got) != 1 || got[0].Article.SourceID != "stays" || got[0].ID != shared.ID {
		t.Errorf("mali shows %s", ids(got))
	}
	if left := withdrawn(t, s, "mali", now); len(left) != 50 {
		t.Errorf("%d of 700 are told, want the limit of 50", len(left))
	}
	if changed, back, err = s.LeaveSources(ctx, []string{"stays"}, now); err != nil || back || len(changed) != 0 {
		t.Errorf("again: %v, %v, %v", changed, back, err)
	}
	if changed, back, err = s.LeaveSources(ctx, []string{"stays", "goes"}, now); err != nil || !back || len(changed) != 0 {
		t.Errorf("given again: %v, %v, %v", changed, back, err)
	}
	checkSound(t, s)
}
