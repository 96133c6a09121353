package storage_test

import (
	"slices"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestP92_WhatStandsInPrivateEditionsAloneIsNoVoiceAndNotFound(t *testing.T) {
	s := openStore(t)
	told := article("a", "told", noon, "sahel")
	both := article("a", "both", noon.Add(time.Minute), "sahel", "desk")
	secret := article("a", "secret", noon.Add(2*time.Minute), "desk")
	for _, a := range []*news.Article{&told, &both, &secret} {
		a.Folded, a.StoryID = "convoy "+a.ID, told.StoryID
	}
	save(t, s, told, both, secret)
	editions := []news.Edition{{ID: "sahel"}, {ID: "desk", Private: true}, {ID: "board", Private: true}}
	if _, err := s.Arrange(t.Context(), storage.Default(), editions, nil, noon); err != nil {
		t.Fatal(err)
	}
	if got := foundBy(t, s, wordsOf("convoy")); got != "[both told]" {
		t.Errorf("the search finds %s", got)
	}
	of, err := s.OfSource(t.Context(), "a", noon, 10)
	if err != nil || len(of.Newest) != 2 || slices.ContainsFunc(of.Newest, func(a news.Article) bool { return a.ID == secret.ID }) {
		t.Errorf("the source shows %d articles, the secret one perhaps: %v", len(of.Newest), err)
	}
	for edition, want := range map[string]int{"sahel": 1, "desk": 2} {
		entries, err := s.Entries(t.Context(), edition, 10, noon.Add(time.Hour))
		if err != nil || len(entries) != 1 || len(entries[0].Others) != want {
			t.Errorf("%s: want one entry with %d more voices: %v, %+v", edition, want, err, entries)
		}
	}
}
