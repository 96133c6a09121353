package storage_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestAStateComesBackAsItWasSaved(t *testing.T) {
	s := openStore(t)
	want := news.SourceState{
		SourceID: "sahel", Status: news.StatusFailing, URL: "https://sahel.example/rss",
		ETag: `W/"a\"b"`, LastModified: "Sat, 14 Mar 2026 12:00:00 GMT", ValidatorsFor: "https://sahel.example/rss gzip", ValidatorsAt: noon,
		BodyHash: "ab", ItemHashes: []uint64{1, 1<<63 + 5, 0},
		CheckedAt: noon.Add(1), ChangedAt: noon.Add(2 * time.Second), DueAt: noon.Add(time.Hour), DueReason: "Retry-After", HoldUntil: noon.Add(2 * time.Hour),
		Failures: 3, FailingSince: noon.Add(-time.Hour), LastError: "status 503", LastCode: 503,
		MovedTo: "https://new.example/", MovedCount: 2, MovedSince: noon.Add(-2 * time.Hour),
		FeedID: "urn:f", FeedTitle: "Sahel", FeedLink: "https://sahel.example/", FeedUpdated: noon, FeedRights: "©", FeedLanguage: "fr",
		FeedHint: 30 * time.Minute, BadIDs: true, Recoveries: map[string]int{"entity": 2},
		Parts: []news.Part{
			{URL: "https://sahel.example/news-1.xml", ModifiedAt: "2026-03-14", ETag: `"p"`, LastModified: "Sat, 14 Mar 2026 11:00:00 GMT",
				ValidatorsFor: "https://sahel.example/news-1.xml gzip", ValidatorsAt: noon, BodyHash: "cd"},
			{URL: "https://sahel.example/news-2.xml", Idle: true}},
		Pace: news.Pace{MaxAge: time.Hour, SkipHours: 1 << 23, SkipDays: 1, Expired: true, Items: 2.5, CountedAt: noon, Since: noon.Add(-time.Hour),
			Hub: "https://hub.example/", Topic: "https://sahel.example/rss", RobotsAt: noon, Barred: "User-agent: Harmattan"},
	}
	fields := reflect.ValueOf(want)
	for i := range fields.NumField() {
		if fields.Field(i).IsZero() {
			t.Errorf("the test must set %s: it might be lost unseen", fields.Type().Field(i).Name)
		}
	}
	for range 2 {
		write(t, s, func(tx *storage.Tx) error { return tx.SaveState(context.Background(), want) })
	}
	write(t, s, func(tx *storage.Tx) error {
		return tx.SaveState(context.Background(), news.SourceState{SourceID: "empty"})
	})
	states, err := s.States(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want.CheckedAt = noon // kept to the millisecond
	expected := map[string]news.SourceState{"sahel": want, "empty": {SourceID: "empty"}}
	if !reflect.DeepEqual(states, expected) {
		t.Errorf("got  %+v\nwant %+v", states, expected)
	}
}

func TestAVisitChangesWhatEveryAnswerChangesAndNothingElse(t *testing.T) {
	s, ctx := openStore(t), context.Background()
	var visited []news.SourceState
	var again []*news.SourceState
	for i := range 130 {
		state := news.SourceState{SourceID: fmt.Sprintf("source-%03d", i), ETag: `"1"`, ItemHashes: []uint64{7}, CheckedAt: noon, DueAt: noon, LastCode: 200}
		write(t, s, func(tx *storage.Tx) error { return tx.SaveState(ctx, state) })
		state.CheckedAt, state.DueAt, state.DueReason, state.LastCode = noon.Add(time.Hour), noon.Add(2*time.Hour), "schedule @hourly", 304
		visited = append(visited, state)
		state.ETag, state.ItemHashes = `"2"`, nil // not what a visit is
		again = append(again, &state)
	}
	write(t, s, func(tx *storage.Tx) error { return tx.SaveVisits(ctx, again) })
	states, err := s.States(ctx)
	if err != nil || len(states) != len(visited) {
		t.Fatal(len(states), err)
	}
	for _, want := range visited {
		if got := states[want.SourceID]; !reflect.DeepEqual(got, want) || !want.Idle(got) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	}
}

func TestP12_AnEditionChangesOnlyWhenItsContentDoes(t *testing.T) {
	s := openStore(t)
	published := func(hash string, now time.Time) (at time.Time) {
		write(t, s, func(tx *storage.Tx) (err error) {
			at, err = tx.Published(context.Background(), "mali", hash, now)
			return err
		})
		return at
	}
	for _, step := range []struct {
		hash      string
		now, want time.Time
	}{
		{"a", noon, noon},
		{"a", noon.Add(time.Hour), noon},
		{"b", noon.Add(2 * time.Hour), noon.Add(2 * time.Hour)},
		{"b", noon.Add(3 * time.Hour), noon.Add(2 * time.Hour)},
		{"c", noon.Add(time.Hour), noon.Add(2 * time.Hour)}, // the clock was put back
	} {
		if got := published(step.hash, step.now); !got.Equal(step.want) {
			t.Errorf("hash %s at %v: changed at %v, want %v", step.hash, step.now, got, step.want)
		}
	}
	save(t, s, article("sahel", "one", noon, "mali", "niger"), article("sahel", "two", noon.Add(time.Hour), "niger"))
	stats, err := s.EditionStats(context.Background())
	want := map[string]storage.EditionStat{
		"mali":  {Entries: 1, Newest: noon, ChangedAt: noon.Add(2 * time.Hour)},
		"niger": {Entries: 2, Newest: noon.Add(time.Hour)},
	}
	if err != nil || !reflect.DeepEqual(stats, want) {
		t.Errorf("stats %+v, %v", stats, err)
	}
}

func TestMetaIsEmptyUntilItIsSet(t *testing.T) {
	s := openStore(t)
	for _, want := range []string{"", "one", "two"} {
		write(t, s, func(tx *storage.Tx) error {
			if want != "" {
				if err := tx.SetMeta(context.Background(), "fingerprint", want); err != nil {
					return err
				}
			}
			got, err := tx.Meta(context.Background(), "fingerprint")
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			return err
		})
	}
}

func TestNeighboursShareAKeyAndAreRecent(t *testing.T) {
	s := openStore(t)
	sketched := func(source, key string, at time.Time, keys ...uint64) news.Article {
		a := article(source, key, at)
		a.Sketch = news.Sketch{Keys: keys, Data: []byte(key)}
		return a
	}
	const big = 1<<63 + 9
	old, near, far := sketched("a", "old", noon.Add(-72*time.Hour), big), sketched("b", "near", noon, 4, big, 4), sketched("c", "far", noon, 5)
	save(t, s, old, near, far)
	neighbours := func(keys ...uint64) (found []news.Sketch) {
		write(t, s, func(tx *storage.Tx) (err error) {
			found, err = tx.Neighbours(context.Background(), [][]uint64{keys}, noon.Add(-48*time.Hour))
			return err
		})
		return found
	}
	want := []news.Sketch{{ArticleID: near.ID, StoryID: near.StoryID, SourceID: "b", Publisher: near.Publisher,
		Published: noon, Keys: []uint64{4, big, 4}, Data: []byte("near")}}
	if got := neighbours(big, 4, 77); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if got := neighbours(); len(got) != 0 {
		t.Errorf("no keys, got %+v", got)
	}
	changed := sketched("b", "near", noon, 6)
	changed.ContentHash = "other"
	save(t, s, changed)
	if got := neighbours(4, big); len(got) != 0 {
		t.Errorf("found under its old keys: %+v", got)
	}
	changed.Sketch, changed.ContentHash = news.Sketch{}, "third"
	save(t, s, changed)
	if got := neighbours(6); len(got) != 1 {
		t.Errorf("a state without a sketch took the old one away")
	}
	checkSound(t, s)
}

func TestSearchTakesEveryQueryAsWords(t *testing.T) {
	s := openStore(t)
	one, two := article("sahel", "one", noon), article("sahel", "two", noon)
	one.Folded, two.Folded = "ansongo route piegee near the co-operative", "النيجر نيامي gao ansongo"
	save(t, s, one, two)
	for query, want := range map[string][]string{
		"ansongo":          {two.ID, one.ID},
		"ansongo pieg":     {one.ID},
		"pieg ansongo":     nil, // only the last word may be a beginning
		"نيامي":            {two.ID},
		"co-operative":     {one.ID},
		`"ansongo`:         {two.ID, one.ID},
		"route OR gao":     nil,
		"folded:ansongo":   nil,
		"NEAR(route)":      nil,
		"ansongo*":         {two.ID, one.ID},
		"":                 nil,
		" \x00 ":           nil,
		`" ' ; -- ) ( ^ *`: nil,
	} {
		found, err := s.Search(context.Background(), wordsOf(query), 10)
		if err != nil {
			t.Errorf("%q: %v", query, err)
		}
		var got []string
		for _, a := range found {
			got = append(got, a.ID)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q found %v, want %v", query, got, want)
		}
	}
	one.Folded, one.ContentHash = "mopti", "other"
	save(t, s, one)
	if found, err := s.Search(context.Background(), wordsOf("route"), 10); err != nil || len(found) != 0 {
		t.Errorf("the old words still find it: %d, %v", len(found), err)
	}
	if found, err := s.Search(context.Background(), wordsOf("mopti"), 10); err != nil || len(found) != 1 {
		t.Errorf("the new words do not find it: %d, %v", len(found), err)
	}
}

func FuzzSearch(f *testing.F) {
	s := openStore(f)
	save(f, s, article("sahel", "one", noon))
	for _, query := range []string{`"`, "a OR", "NOT b", "col:x", "^a", "a*b", "(", "NEAR(a b, 3)", "\x00", "\xff", "نيامي"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if _, err := s.Search(context.Background(), wordsOf(query), 3); err != nil {
			t.Error(err)
		}
	})
}
