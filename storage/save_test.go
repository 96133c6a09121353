package storage_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// full has every field of an article set.
func full() news.Article {
	a := article("studio-kalangou", "5021", noon, "sahel-security", "niger")
	a.Title, a.Summary = "نيامي: إعادة فتح الطريق", "Réouverture de la route à Téra — « enfin » \u2028"
	a.Text, a.HTML = strings.Repeat("Les habitants de Téra attendaient. ", 90), strings.Repeat("<p>Les habitants de Téra attendaient.</p>", 90)
	a.Authors, a.Categories, a.Rights, a.Wire = []string{"Aïssa Maïga", "Rédaction"}, []string{"Société"}, "CC BY 4.0", "AFP"
	a.Image = &news.Image{URL: "https://k.example/a.jpg", Type: "image/jpeg", Width: 800, Height: 600, Credit: "A. M.", Caption: "Le marché de Gao"}
	a.Origin = &news.Origin{ID: "urn:x", Title: "Agence", URL: "https://agence.example/feed"}
	a.FullText = true
	a.Updated = news.Date{Time: noon.Add(3 * time.Second), Raw: "x", From: "updated"}
	a.DocumentUpdated = noon.Add(-time.Minute)
	a.Tags = []news.Tag{
		{Kind: news.KindPlace, ID: "tera", Label: "Téra", Score: 2.25, Point: &news.Point{Lat: 14.0078, Lon: 0.7531},
			Evidence: []news.Evidence{{Term: "Téra", Field: "text", Offset: 18, Weight: 1.5}, {Term: "Téra", Field: "summary", Offset: 27, Weight: 0.75, Note: "near a country"}}},
		{Kind: news.KindCountry, ID: "NE", Label: "Niger", Score: 0.1 + 0.2},
	}
	a.Tolls = []news.Toll{{Kind: news.TollKilled, Number: 14}}
	a.TollChanges = []news.TollChange{{Kind: news.TollKilled, From: 9, To: 14, At: noon.Add(time.Minute)}}
	a.StoryWhy = &news.StoryLink{ArticleID: "tag:example.org,2026:e/other", Copy: true, Score: 0.83, Evidence: []string{"Téra", "14 morts"}}
	return a
}

func TestAnArticleComesBackAsItWasSaved(t *testing.T) {
	s := openStore(t)
	want := full()
	want.Hold = news.HoldQuarantined
	fields := reflect.ValueOf(want)
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name
		if fields.Field(i).IsZero() && !slices.Contains([]string{"AltID", "Sketch", "Revision"}, name) {
			t.Errorf("full() must set %s: it might be lost unseen", name)
		}
	}
	save(t, s, want)
	for _, ref := range []string{want.ID, want.Link} {
		got, err := s.Article(context.Background(), ref)
		if err != nil {
			t.Fatal(err)
		}
		expected := want
		expected.Folded = ""
		if !reflect.DeepEqual(got, expected) {
			t.Errorf("by %s:\n got %+v\nwant %+v", ref, got, expected)
		}
	}
	if _, err := s.Article(context.Background(), "https://nowhere.example/"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("an unknown link: %v", err)
	}
}

func TestKnownFindsArticlesOfOneSourceByKeyOrLink(t *testing.T) {
	s := openStore(t)
	one, two, foreign := full(), article("studio-kalangou", "two", noon), article("other", "5021", noon)
	foreign.Link = two.Link
	save(t, s, one, two, foreign)
	write(t, s, func(tx *storage.Tx) error {
		known, err := tx.Known(context.Background(), "studio-kalangou", []string{"5021", "unseen"}, []string{two.Link, "https://unseen.example/"})
		if err != nil {
			return err
		}
		if len(known) != 2 || known[0].ID != one.ID || known[1].ID != two.ID {
			t.Fatalf("known %+v", known)
		}
		got := known[0]
		if got.ContentHash != one.ContentHash || got.StoryID != one.StoryID || !got.FirstSeen.Equal(one.FirstSeen) ||
			!reflect.DeepEqual(got.Published, one.Published) || !reflect.DeepEqual(got.StoryWhy, one.StoryWhy) {
			t.Errorf("identity lost: %+v", got)
		}
		for source, want := range map[string]bool{"studio-kalangou": true, "other": true, "studio": false, "": false} {
			if knows, err := tx.Knows(context.Background(), source); err != nil || knows != want {
				t.Errorf("%q is known: %v, %v", source, knows, err)
			}
		}
		none, err := tx.Known(context.Background(), "studio-kalangou", nil, nil)
		if len(none) != 0 {
			t.Errorf("asked for nothing, got %v", none)
		}
		return err
	})
}

func TestAChangedArticleLeavesARevision(t *testing.T) {
	s := openStore(t)
	a := article("sahel", "one", noon, "mali")
	save(t, s, a)
	for round := 1; round <= 2; round++ {
		b := a
		b.Title, b.Text, b.HTML = fmt.Sprintf("Title %d", round), fmt.Sprintf("Text %d", round), ""
		b.ContentHash, b.BodyHash = fmt.Sprintf("hash %d", round), fmt.Sprintf("body %d", round)
		b.ModifiedAt = noon.Add(time.Duration(round) * time.Hour)
		b.FirstSeen, b.Publisher = b.ModifiedAt, "Somebody else" // storage keeps what was first seen
		if changed := save(t, s, b); fmt.Sprint(changed) != "[mali]" {
			t.Errorf("round %d changed %v", round, changed)
		}
	}
	got, err := s.Article(context.Background(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Revision != 2 || got.Title != "Title 2" || got.Text != "Text 2" || !got.FirstSeen.Equal(a.FirstSeen) || got.Publisher != a.Publisher {
		t.Errorf("present state %+v", got)
	}
	revisions, err := s.Revisions(context.Background(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []news.Revision{
		{ArticleID: a.ID, Number: 0, Title: a.Title, Summary: a.Summary, Text: a.Text, ContentHash: a.ContentHash, BodyHash: a.BodyHash, SeenAt: a.ModifiedAt},
		{ArticleID: a.ID, Number: 1, Title: "Title 1", Summary: a.Summary, Text: "Text 1", ContentHash: "hash 1", BodyHash: "body 1", SeenAt: noon.Add(time.Hour)},
	}
	if !reflect.DeepEqual(revisions, want) {
		t.Errorf("revisions\n got %+v\nwant %+v", revisions, want)
	}
	checkSound(t, s)
}

func TestSavingTheSameStateAgainMakesNoRevision(t *testing.T) {
	s := openStore(t)
	a := full()
	save(t, s, a)
	bare := a
	bare.Text, bare.HTML, bare.Folded = "", "", ""
	save(t, s, a, bare)
	got, err := s.Article(context.Background(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Revision != 0 || got.Text != a.Text || got.HTML != a.HTML {
		t.Errorf("revision %d, %d bytes of text", got.Revision, len(got.Text))
	}
	if found, err := s.Search(context.Background(), wordsOf("title"), 5); err != nil || len(found) != 1 {
		t.Errorf("search found %d, %v", len(found), err)
	}
}

func TestATextThatItsSourceTookAwayIsInTheRevisionAlone(t *testing.T) {
	s := openStore(t)
	a := full()
	save(t, s, a)
	a.Text, a.HTML, a.ContentHash = "", "", "title alone"
	save(t, s, a)
	got, err := s.Article(context.Background(), a.ID)
	if err != nil || got.Text != "" || got.HTML != "" {
		t.Errorf("still %d bytes of text, %v", len(got.Text), err)
	}
	if revisions, err := s.Revisions(context.Background(), a.ID); err != nil || len(revisions) != 1 || revisions[0].Text != full().Text {
		t.Errorf("revisions %+v, %v", revisions, err)
	}
}

func TestP04_AnIdOfAnotherSourceIsNotTakenOver(t *testing.T) {
	s := openStore(t)
	owner := article("honest", "urn:agency:7", noon, "mali")
	owner.ID = "urn:agency:7"
	thief := article("thief", "urn:agency:7", noon.Add(time.Hour), "mali")
	thief.ID, thief.AltID, thief.StoryID = owner.ID, "tag:example.org,2026:e/thief", owner.StoryID
	save(t, s, owner)
	for range 2 { // a second round must find what the first one stored
		save(t, s, thief)
		if got := ids(entries(t, s, "mali", noon.Add(2*time.Hour))); got != "[tag:example.org,2026:e/thief urn:agency:7]" {
			t.Errorf("entries %s", got)
		}
	}
	got, err := s.Article(context.Background(), owner.ID)
	if err != nil || got.SourceID != "honest" || got.Title != owner.Title {
		t.Errorf("the owner's article became %+v, %v", got, err)
	}
	thief.Key, thief.AltID = "another", ""
	err = s.Write(context.Background(), func(tx *storage.Tx) error {
		_, err := tx.SaveArticles(context.Background(), []news.Article{thief})
		return err
	})
	var taken *storage.TakenError
	if !errors.As(err, &taken) || taken.Owner != "honest" {
		t.Errorf("without AltID: %v", err)
	}
}

func TestF92_AKeyOfTheSourceIsNeverANewArticle(t *testing.T) {
	s := openStore(t)
	a := article("sahel", "guid-1", noon, "mali")
	save(t, s, a)
	again := a
	again.ID, again.ContentHash = "tag:example.org,2026:e/minted-anew", "other"
	save(t, s, again)
	moved := a
	moved.Key, moved.ContentHash = "guid-2", "third"
	save(t, s, moved)
	if got := ids(entries(t, s, "mali", noon)); got != "["+a.ID+"]" {
		t.Errorf("entries %s", got)
	}
	if counts, err := s.SourceCounts(context.Background()); err != nil || counts["sahel"] != 1 {
		t.Errorf("counts %v, %v", counts, err)
	}
	write(t, s, func(tx *storage.Tx) error {
		known, err := tx.Known(context.Background(), "sahel", []string{"guid-2"}, nil)
		if len(known) != 1 {
			t.Errorf("the new key is not known")
		}
		return err
	})
}

func TestArticlesSavedTogetherAreSavedAsOneByOne(t *testing.T) {
	first := article("sahel", "guid-1", noon, "mali")
	moved := first
	moved.Key, moved.ContentHash = "guid-2", "moved"
	heir := article("sahel", "guid-1", noon, "mali") // a source gave the key of one article to another
	heir.ID, heir.StoryID = "tag:example.org,2026:e/heir", ""
	renamed := article("sahel", "guid-3", noon, "mali")
	again := renamed
	again.ID, again.ContentHash = "tag:example.org,2026:e/again", "again"
	thief := article("thief", "guid-1", noon, "mali")
	thief.ID, thief.AltID, thief.StoryID = renamed.ID, "tag:example.org,2026:e/thief", renamed.StoryID
	all := []news.Article{first, moved, heir, renamed, again, thief, first}
	var want string
	for _, size := range []int{1, 2, len(all)} {
		s := openStore(t)
		for batch := range slices.Chunk(all, size) {
			save(t, s, batch...)
		}
		var got []string
		for _, a := range all {
			stored, err := s.Article(context.Background(), a.ID)
			got = append(got, fmt.Sprintln(stored.ID, stored.SourceID, stored.Key, stored.StoryID, stored.ContentHash, stored.Revision, err))
		}
		for _, e := range entries(t, s, "mali", noon) {
			got = append(got, e.ID)
		}
		checkSound(t, s)
		if want == "" {
			want = fmt.Sprint(got)
		} else if fmt.Sprint(got) != want {
			t.Errorf("%d at a time:\n got %v\nwant %v", size, got, want)
		}
	}
	if !strings.Contains(want, "heir sahel guid-1") || !strings.Contains(want, "again: not found") {
		t.Errorf("one by one: %s", want)
	}
}

func TestAnArticleWithoutIdentityIsRefused(t *testing.T) {
	s := openStore(t)
	err := s.Write(context.Background(), func(tx *storage.Tx) error {
		_, err := tx.SaveArticles(context.Background(), []news.Article{article("sahel", "fine", noon), {ID: "x", SourceID: "sahel"}})
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "source sahel: article x") {
		t.Errorf("error %v", err)
	}
	if counts, _ := s.SourceCounts(context.Background()); len(counts) != 0 {
		t.Errorf("a failed transaction kept %v", counts)
	}
}

func TestJudgingAgainChangesTagsAndMembershipsAlone(t *testing.T) {
	s := openStore(t)
	a := full()
	save(t, s, a)
	judge := func(a news.Article, now time.Time) string {
		var changed []string
		write(t, s, func(tx *storage.Tx) (err error) {
			changed, err = tx.SaveJudged(context.Background(), []news.Article{a}, now)
			return err
		})
		return fmt.Sprint(changed)
	}
	stored, err := s.Article(context.Background(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := judge(stored, noon.Add(time.Hour)); got != "[]" {
		t.Errorf("judged as before, changed %s", got)
	}
	stored.Tags = stored.Tags[1:]
	if got := judge(stored, noon.Add(time.Hour)); got != "[niger sahel-security]" {
		t.Errorf("another tag, changed %s", got)
	}
	stored.Editions = []news.Membership{{EditionID: "mali", Score: 2, Reason: "country/ML"}, stored.Editions[1]}
	if got := judge(stored, noon.Add(2*time.Hour)); got != "[mali niger sahel-security]" {
		t.Errorf("other editions, changed %s", got)
	}
	got, err := s.Article(context.Background(), a.ID)
	if err != nil || !reflect.DeepEqual(got, stored) {
		t.Errorf("stored\n got %+v\nwant %+v (%v)", got, stored, err)
	}
	if e := entries(t, s, "mali", noon.Add(time.Hour)); len(e) != 1 || !e[0].EnteredAt.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("entered mali: %+v", e)
	}
	checkSound(t, s)
}

func TestArticlesPagesOverAllInTheOrderTheyCame(t *testing.T) {
	s := openStore(t)
	var want []string
	for i := range 7 {
		a := article("sahel", fmt.Sprint(i), noon.Add(time.Duration(i/3)*time.Hour)) // several at one time
		save(t, s, a)
		want = append(want, a.ID)
	}
	var got []string
	after := ""
	for {
		page, err := s.Articles(context.Background(), noon.Add(time.Minute), after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			got = append(got, a.ID)
			if a.Text == "" {
				t.Errorf("%s has no text", a.ID)
			}
		}
		after = got[len(got)-1]
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if _, err := s.Articles(context.Background(), noon, "unknown", 10); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("after an article that is not known: %v", err)
	}
	late, err := s.Articles(context.Background(), noon.Add(2*time.Hour), "", 10)
	if err != nil || len(late) != 1 {
		t.Errorf("since the last hour: %d, %v", len(late), err)
	}
}

// checkSound fails the test when the database is not in order.
func checkSound(t testing.TB, s *storage.Store) {
	t.Helper()
	problems, err := s.Check(context.Background())
	if err != nil || len(problems) > 0 {
		t.Errorf("check: %v, %v", problems, err)
	}
}
