package storage_test

import (
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestP90_ARenamedDigestKeepsItsIssues(t *testing.T) {
	s := openStore(t)
	renamed := []news.Edition{{ID: "monday", Of: "sahel", Digest: "weekly", Formerly: []string{"weekly"}}}
	err := s.Write(t.Context(), func(tx *storage.Tx) error {
		issue := news.Digest{ID: "tag:x,2026:digest/1", Since: noon.Add(-7 * 24 * time.Hour), Until: noon, IssuedAt: noon, Title: "The week"}
		if err := tx.SaveDigest(t.Context(), "weekly", issue); err != nil {
			return err
		}
		return tx.RenameEditions(t.Context(), renamed)
	})
	if err != nil {
		t.Fatal(err)
	}
	issues, err := s.Digests(t.Context(), "monday", 10)
	until, _ := s.DigestedUntil(t.Context(), "monday")
	if err != nil || len(issues) != 1 || !until.Equal(noon) {
		t.Errorf("%d issues until %s, %v", len(issues), until, err)
	}
}
