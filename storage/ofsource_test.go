package storage_test

import (
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestWhatIsStoredOfASource(t *testing.T) {
	s := openStore(t)
	var all []news.Article
	for i, published := range []time.Time{noon.Add(-40 * 24 * time.Hour), noon.Add(-time.Hour), noon.Add(-2 * time.Hour)} {
		a := article("wire", string(rune('a'+i)), noon)
		a.Published.Time = published
		all = append(all, a)
	}
	held := article("wire", "waits", noon)
	held.Hold = news.HoldQuarantined
	save(t, s, append(all, article("local", "x", noon), held)...)
	write(t, s, func(tx *storage.Tx) error {
		return tx.SaveState(t.Context(), news.SourceState{SourceID: "wire", Status: news.StatusHealthy, LastCode: 200})
	})
	of, err := s.OfSource(t.Context(), "wire", noon.Add(-28*24*time.Hour), 2)
	if err != nil || of.Stored != 4 || of.State.LastCode != 200 || listed(of.Newest) != all[1].ID+" "+all[2].ID || len(of.Published) != 2 || !of.Published[0].Equal(all[2].Published.Time) {
		t.Errorf("%v, %+v", err, of)
	}
	if of, err = s.OfSource(t.Context(), "nobody", noon, 2); err != nil || of.Stored+len(of.Newest)+len(of.Published) != 0 || of.State.SourceID != "nobody" {
		t.Errorf("%v, %+v", err, of)
	}
}

func listed(articles []news.Article) (all string) {
	for i := range articles {
		if i > 0 {
			all += " "
		}
		all += articles[i].ID
	}
	return all
}
