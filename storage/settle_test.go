package storage_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// arrange gives the store editions and sources and returns what it changed.
func arrange(t *testing.T, s *storage.Store, now time.Time, sources []news.Source, editions ...news.Edition) string {
	t.Helper()
	changed, err := s.Arrange(context.Background(), storage.Default(), editions, sources, now)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(changed)
}

// keys are the ids of entries with the titles that stand there.
func keys(all []news.Entry) string {
	var names []string
	for _, e := range all {
		names = append(names, e.ID[strings.LastIndex(e.ID, "/")+1:]+"="+e.Article.Key)
	}
	return strings.Join(names, " ")
}

// judged takes an article out of its editions or puts it back.
func judged(t *testing.T, s *storage.Store, a news.Article, now time.Time, editions ...string) {
	t.Helper()
	a.Editions = nil
	for _, id := range editions {
		a.Editions = append(a.Editions, news.Membership{EditionID: id, Score: 1})
	}
	write(t, s, func(tx *storage.Tx) error {
		_, err := tx.SaveJudged(context.Background(), []news.Article{a}, now)
		return err
	})
}

func TestP01_AnotherArticleTakesThePlaceUnderTheSameEntryID(t *testing.T) {
	s := openStore(t)
	a := telling(article("a", "1", noon, "mali", "sahel"), "attack", false)
	b := telling(article("b", "2", noon.Add(time.Hour), "mali", "sahel"), "attack", false)
	later := article("c", "3", noon.Add(30*time.Minute), "mali")
	save(t, s, a, later)
	save(t, s, b)
	now := noon.Add(3 * time.Hour)
	judged(t, s, a, now, "sahel")
	got := entries(t, s, "mali", now)
	if keys(got) != "c-3=3 a-1=2" || !got[1].Published.Equal(noon) || !got[1].UpdatedAt.Equal(now) || len(got[1].Others) != 1 {
		t.Fatalf("mali: %s %+v", keys(got), got[1])
	}
	if got := entries(t, s, "sahel", now); keys(got) != "a-1=1" || !got[0].UpdatedAt.IsZero() {
		t.Errorf("sahel: %s", keys(got))
	}
	judged(t, s, a, now.Add(time.Hour), "mali", "sahel")
	if got := entries(t, s, "mali", now.Add(time.Hour)); keys(got) != "c-3=3 a-1=2" {
		t.Errorf("after it came back: %s", keys(got))
	}
	judged(t, s, a, now, "sahel")
	judged(t, s, b, now, "sahel")
	if got := entries(t, s, "mali", now); keys(got) != "c-3=3" {
		t.Errorf("after both left: %s", keys(got))
	}
	judged(t, s, b, now.Add(2*time.Hour), "mali", "sahel")
	if got := entries(t, s, "mali", now.Add(2*time.Hour)); keys(got) != "c-3=3 a-1=2" || !got[1].Published.Equal(noon) {
		t.Errorf("after one came back: %s", keys(got))
	}
	checkSound(t, s)
}

func TestP13_AnotherVoiceChangesNeitherIDNorOrderNorDates(t *testing.T) {
	s := openStore(t)
	a := telling(article("a", "1", noon, "mali"), "attack", false)
	save(t, s, a, article("c", "3", noon.Add(time.Minute), "mali"))
	b := telling(article("b", "2", noon.Add(time.Hour), "mali"), "attack", false)
	save(t, s, b)
	b.Title, b.ContentHash, b.ModifiedAt = "Edited", "edited", noon.Add(2*time.Hour)
	save(t, s, b)
	got := entries(t, s, "mali", noon.Add(3*time.Hour))
	if keys(got) != "c-3=3 a-1=1" || !got[1].Published.Equal(noon) || !got[1].UpdatedAt.IsZero() || len(got[1].Others) != 1 || got[1].Publishers() != 2 {
		t.Errorf("%s %+v", keys(got), got)
	}
}

func TestP13_AnEntryUpdatesAtMostOnceAnHour(t *testing.T) {
	s := openStore(t)
	a := article("a", "1", noon, "mali")
	save(t, s, a)
	edit := func(minutes int) {
		a.ModifiedAt = noon.Add(time.Duration(minutes) * time.Minute)
		a.ContentHash = fmt.Sprint("edit ", minutes)
		save(t, s, a)
	}
	updated := func(minutes int) string {
		e := entries(t, s, "mali", noon.Add(time.Duration(minutes)*time.Minute))[0]
		text := e.UpdatedAt.Format("15:04")
		if !e.ChangesAt.IsZero() {
			text += " then " + e.ChangesAt.Format("15:04")
		}
		return text
	}
	edit(10)
	first := updated(10)
	edit(20)
	edit(50)
	early, before, at := updated(50), updated(69), updated(70)
	edit(75)
	again := updated(75)
	edit(300)
	if got, want := fmt.Sprint(first, early, before, at, again, updated(300)),
		fmt.Sprint("12:10", "12:10 then 13:10", "12:10 then 13:10", "13:10", "13:10 then 14:10", "17:00"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnEditionChoosesAsItPrefers(t *testing.T) {
	plain := telling(article("plain", "1", noon, "mali"), "x", false)
	copied := telling(article("copy", "2", noon.Add(-time.Hour), "mali"), "x", true)
	french := telling(article("french", "3", noon.Add(time.Hour), "mali"), "x", false)
	french.Language = "fr-ML"
	whole := telling(article("whole", "4", noon.Add(2*time.Hour), "mali"), "x", true)
	whole.FullText, whole.Language = true, "ar"
	best := telling(article("best", "5", noon.Add(3*time.Hour), "mali"), "x", false)
	sources := []news.Source{{ID: "best", Tier: 1}, {ID: "plain", Tier: 3}}
	for prefer, want := range map[string]string{
		"":                            "best",
		"earliest":                    "copy",
		"original,earliest":           "plain",
		"language,earliest":           "copy",
		"language:fr;ar":              "french",
		"language:ar;fr,original":     "whole",
		"full-text":                   "whole",
		"original,full-text,language": "best", // by id, of two in English
		"tier":                        "best",
	} {
		s := openStore(t)
		e := news.Edition{ID: "mali", Language: "en"}
		for p := range strings.SplitSeq(prefer, ",") {
			if p != "" {
				e.Prefer = append(e.Prefer, strings.ReplaceAll(p, ";", ","))
			}
		}
		arrange(t, s, noon, sources, e)
		save(t, s, plain, copied, french, whole, best)
		got := entries(t, s, "mali", noon.Add(5*time.Hour))
		if len(got) != 1 || got[0].Article.SourceID != want || len(got[0].Others) != 4 {
			t.Errorf("%q: %s, want %s", prefer, keys(got), want)
		}
		checkSound(t, s)
	}
}

// Each article wins by one step of the policy and loses by all that follow.
func TestTheStepsOfThePolicyCountInTheirOrder(t *testing.T) {
	steps := []string{"original", "full-text", "language", "tier", "earliest"}
	var all []news.Article
	var sources []news.Source
	for i, step := range append(steps, "none") {
		published := noon.Add(time.Hour)
		if step == "earliest" {
			published = noon
		}
		a := telling(article(step, "1", published, "mali"), "x", i != 0)
		a.FirstSeen, a.ModifiedAt = noon.Add(time.Hour), noon.Add(time.Hour)
		a.FullText, a.Language = step == "full-text", map[bool]string{true: "fr", false: "en"}[step == "language"]
		tier := 3
		if step == "tier" {
			tier = 1
		}
		all, sources = append(all, a), append(sources, news.Source{ID: step, Tier: tier})
	}
	for i, want := range steps {
		s := openStore(t)
		arrange(t, s, noon, sources, news.Edition{ID: "mali", Language: "fr"})
		save(t, s, all[i:]...)
		if got := entries(t, s, "mali", noon.Add(5*time.Hour)); len(got) != 1 || got[0].Article.SourceID != want {
			t.Errorf("%s of %v: %s", want, append(steps, "none")[i:], keys(got))
		}
	}
}

func TestAnEditionOfListsHasAnEntryForEachArticle(t *testing.T) {
	s := openStore(t)
	list := news.Edition{ID: "all", Stories: news.StoriesList}
	merge := news.Edition{ID: "mali"}
	arrange(t, s, noon, nil, list, merge)
	a := telling(article("a", "1", noon, "all", "mali"), "attack", false)
	b := telling(article("b", "2", noon.Add(time.Hour), "all", "mali"), "attack", true)
	save(t, s, a)
	save(t, s, b)
	now := noon.Add(2 * time.Hour)
	got := entries(t, s, "all", now)
	if keys(got) != "b-2=2 a-1=1" || len(got[0].Others) != 1 || got[0].Others[0].ID != a.ID || got[1].Others[0].ID != b.ID {
		t.Fatalf("listed: %s", keys(got))
	}
	if got := entries(t, s, "mali", now); keys(got) != "a-1=1" {
		t.Errorf("merged: %s", keys(got))
	}
	judged(t, s, a, now, "mali")
	if got := entries(t, s, "all", now); keys(got) != "b-2=2" {
		t.Errorf("after one left: %s", keys(got))
	}
	checkSound(t, s)

	list.Stories, merge.Stories = news.StoriesMerge, news.StoriesList
	if changed := arrange(t, s, now, nil, list, merge); changed != "[all mali]" {
		t.Errorf("rearranged %s", changed)
	}
	if all, mali := keys(entries(t, s, "all", now)), keys(entries(t, s, "mali", now)); all != "b-2=2" || mali != "b-2=2 a-1=1" {
		t.Errorf("turned round: all %s, mali %s", all, mali)
	}
	merge.Stories = news.StoriesMerge
	arrange(t, s, now, nil, list, merge)
	if got := keys(entries(t, s, "mali", now)); got != "a-1=1" {
		t.Errorf("and back: %s", got)
	}
	if changed := arrange(t, s, now, nil, list, merge); changed != "[]" {
		t.Errorf("nothing changed, yet rearranged %s", changed)
	}
	checkSound(t, s)
}

func TestAnEditionHoldsBackWhatOnePublisherSays(t *testing.T) {
	s := openStore(t)
	editions := []news.Edition{{ID: "confirmed", MinPublishers: 2}, {ID: "unconfirmed", MaxPublishers: 1}}
	arrange(t, s, noon, nil, editions...)
	shown := func() string {
		return keys(entries(t, s, "confirmed", noon.Add(9*time.Hour))) + " | " + keys(entries(t, s, "unconfirmed", noon.Add(9*time.Hour)))
	}
	tell := func(source string, hours int, change func(a *news.Article), editions ...string) {
		a := telling(article(source, "1", noon.Add(time.Duration(hours)*time.Hour), editions...), "attack", false)
		change(&a)
		save(t, s, a)
	}
	both := []string{"confirmed", "unconfirmed"}
	for hour, source := range []string{"a", "a-sport", "b", "c", "d"} {
		tell(source, hour, func(a *news.Article) {
			switch source {
			case "a-sport":
				a.Publisher = "Outlet a"
			case "b":
				a.StoryWhy.ArticleID, a.StoryWhy.Copy = "tag:example.org,2026:e/a-1", true
			}
			a.Wire = map[string]string{"c": "Outlet A"}[source] // an agency credited by name
		}, both...)
		want := " | a-1=1"
		if source == "d" {
			want = "a-1=1 | "
		}
		if got := shown(); got != want {
			t.Errorf("told by %s: %q, want %q", source, got, want)
		}
	}
	tell("e", 6, func(*news.Article) {})
	if got := shown(); got != "a-1=1 | " {
		t.Errorf("told elsewhere: %q", got)
	}
	checkSound(t, s)
	editions[0].MinPublishers, editions[1].MaxPublishers = 0, 0
	arrange(t, s, noon.Add(6*time.Hour), nil, editions...)
	if got := shown(); got != "a-1=1 | a-1=1" {
		t.Errorf("without bounds: %q", got)
	}
	checkSound(t, s)
}

func TestAVoiceOutsideTheEditionConfirmsAStory(t *testing.T) {
	s := openStore(t)
	arrange(t, s, noon, nil, news.Edition{ID: "confirmed", MinPublishers: 2})
	save(t, s, telling(article("a", "1", noon, "confirmed"), "attack", false))
	if changed := save(t, s, telling(article("b", "2", noon.Add(time.Hour)), "attack", false)); fmt.Sprint(changed) != "[confirmed]" {
		t.Errorf("changed %v", changed)
	}
	if got := keys(entries(t, s, "confirmed", noon.Add(2*time.Hour))); got != "a-1=1" {
		t.Errorf("confirmed: %q", got)
	}
}

func TestEntriesOfAnEditionAreKeptAsLongAsItSaysAndNeverComeBack(t *testing.T) {
	s := openStore(t)
	arrange(t, s, noon, nil, news.Edition{ID: "week", Keep: news.Duration{Duration: 7 * 24 * time.Hour}}, news.Edition{ID: "ever"})
	a := article("a", "1", noon, "week", "ever")
	save(t, s, a)
	old := noon.Add(7 * 24 * time.Hour)
	if got := keys(entries(t, s, "week", old.Add(-time.Minute))); got != "a-1=1" {
		t.Errorf("before its time: %q", got)
	}
	if _, err := s.Prune(context.Background(), storage.Retention{Texts: old, Sketches: old}); err != nil {
		t.Fatal(err)
	}
	again := a
	again.FirstSeen, again.ModifiedAt, again.ContentHash = old, old, "still listed, and edited"
	save(t, s, again)
	if week, ever := keys(entries(t, s, "week", old)), keys(entries(t, s, "ever", old)); week != "" || ever != "a-1=1" {
		t.Errorf("after it: week %q, ever %q", week, ever)
	}
}

func TestTheFirstAndTheNewestRevisionsAreKept(t *testing.T) {
	s := openStore(t)
	o := storage.Default()
	o.KeepRevisions = 4
	if _, err := s.Arrange(context.Background(), o, nil, nil, noon); err != nil {
		t.Fatal(err)
	}
	a := article("a", "1", noon, "mali")
	for i := range 10 {
		a.ContentHash, a.ModifiedAt = fmt.Sprint("state ", i), noon.Add(time.Duration(i)*time.Hour)
		save(t, s, a)
	}
	kept, err := s.Revisions(context.Background(), a.ID)
	var numbers []int
	for _, r := range kept {
		numbers = append(numbers, r.Number)
	}
	if got, err2 := s.Article(context.Background(), a.ID); err != nil || err2 != nil || fmt.Sprint(numbers) != "[0 6 7 8]" || got.Revision != 9 {
		t.Errorf("kept %v of an article at revision %d: %v %v", numbers, got.Revision, err, err2)
	}
	checkSound(t, s)
}

func TestP09_AnArticleThatLeavesItsStoryTakesNoIDTwice(t *testing.T) {
	s := openStore(t)
	a := telling(article("a", "1", noon, "mali"), "one", false)
	b := telling(article("b", "2", noon.Add(time.Hour), "mali"), "one", false)
	save(t, s, a, b)
	a.StoryID, a.ContentHash, a.ModifiedAt = "two", "moved", noon.Add(2*time.Hour)
	save(t, s, a)
	if got := keys(entries(t, s, "mali", noon.Add(3*time.Hour))); got != "b-2=2 a-1=1" {
		t.Errorf("after it moved: %s", got)
	}
	checkSound(t, s)
}

func TestMistakesInWhatAnEditionSaysOfStoriesAreTold(t *testing.T) {
	wrong := news.Edition{Stories: "both", Prefer: []string{"tier", "newest", "language:"}, MinPublishers: -1, MaxPublishers: -2,
		Keep: news.Duration{Duration: time.Minute}}
	var got []string
	for _, p := range storage.ValidateEdition(wrong) {
		got = append(got, strings.Join(p.Path, "."))
	}
	if want := "[stories prefer.1 prefer.2 min_publishers max_publishers keep]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	if len(storage.ValidateSource(news.Source{Tier: 4})) != 1 || len(storage.ValidateSource(news.Source{Tier: 3})) != 0 {
		t.Error("tiers are 1 to 3")
	}
	if len(storage.Options{KeepRevisions: 1}.Validate()) != 1 {
		t.Error("one revision is too few")
	}
}
