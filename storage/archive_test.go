package storage_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// response is what a source sent at a moment.
func response(source, body string, at time.Time) news.Raw {
	sum := sha256.Sum256([]byte(body))
	return news.Raw{SourceID: source, Hash: hex.EncodeToString(sum[:]), Body: []byte(body), Size: int64(len(body)),
		URL: "https://" + source + ".example/rss", FinalURL: "https://www." + source + ".example/rss", Status: 200,
		Header: map[string][]string{"Content-Type": {"application/rss+xml"}, "Etag": {`"é"`}}, ReceivedAt: at}
}

// noise is a document that does not compress.
func noise(seed uint64, size int) string {
	r := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

func keep(t testing.TB, s *storage.Store, cited bool, all ...news.Raw) {
	t.Helper()
	write(t, s, func(tx *storage.Tx) error {
		for _, raw := range all {
			if err := tx.SaveRaw(context.Background(), raw, cited); err != nil {
				return err
			}
		}
		return nil
	})
}

// kept names the documents of the archive in the order of receipt.
func kept(t testing.TB, s *storage.Store, source string, since time.Time) string {
	t.Helper()
	var names []string
	err := s.EachRaw(context.Background(), source, since, func(raw news.Raw) error {
		names = append(names, raw.SourceID+" "+raw.ReceivedAt.Format("15:04"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, ", ")
}

func trim(t testing.TB, s *storage.Store, o storage.ArchiveOptions, now time.Time) int {
	t.Helper()
	gone, err := s.TrimArchive(context.Background(), o, now)
	if err != nil {
		t.Fatal(err)
	}
	return gone
}

func TestAResponseComesBackAsItWasReceived(t *testing.T) {
	s := openStore(t)
	for _, body := range []string{"<rss>" + strings.Repeat("Téra نيامي ", 5000) + "</rss>", noise(1, 100_000), "\x00\xff\xfe"} {
		want := response("fleuve", body, noon)
		keep(t, s, false, want)
		got, err := s.Raw(context.Background(), "fleuve", want.Hash)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: got %.200v", err, got)
		}
	}
	if _, err := s.Raw(context.Background(), "", strings.Repeat("ab", 32)); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a hash that nothing has: %v", err)
	}
	if _, err := s.Raw(context.Background(), "", "not a hash"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("what is no hash: %v", err)
	}
	checkSound(t, s)
}

func TestWhatAServerPackedIsKeptAsItWasSent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "harmattan.db")
	s := openAt(t, path)
	want := response("fleuve", "<rss>"+strings.Repeat("Téra نيامي ", 5000)+"</rss>", noon)
	var sent bytes.Buffer
	z := gzip.NewWriter(&sent)
	_, _ = z.Write(want.Body)
	_ = z.Close()
	given := want
	given.Body, given.Gzip = nil, sent.Bytes()
	keep(t, s, false, given)
	if got, err := s.Raw(context.Background(), "fleuve", want.Hash); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: got %.200v", err, got)
	}
	if got := texts(t, raw(t, path), "SELECT (content = x'"+hex.EncodeToString(sent.Bytes())+"') + 2 * (packed = length(content)) FROM raw"); got[0] != "3" {
		t.Errorf("the bytes of the row are others than those that were sent (%s)", got[0])
	}
	checkSound(t, s)
	for _, damage := range []string{"substr(content, 1, length(content) - 9)", "x'1f8b08' || substr(content, 4, 40)", "x'00' || content"} {
		execute(t, path, "UPDATE raw SET content = CAST("+damage+" AS BLOB)")
		if _, err := s.Raw(context.Background(), "fleuve", want.Hash); !errors.Is(err, storage.ErrDamaged) {
			t.Errorf("%s: %v", damage, err)
		}
	}
}

func TestTheSameBytesAreKeptOnceForEachSource(t *testing.T) {
	s := openStore(t)
	keep(t, s, false, response("a", "one", noon), response("a", "one", noon.Add(time.Hour)), response("b", "one", noon.Add(2*time.Hour)))
	if got := kept(t, s, "", time.Time{}); got != "a 12:00, b 14:00" {
		t.Error(got)
	}
	raw, err := s.Raw(context.Background(), "b", response("b", "one", noon).Hash)
	if err != nil || raw.SourceID != "b" {
		t.Errorf("asked for b: %v, %v", raw.SourceID, err)
	}
	if got := kept(t, s, "b", noon.Add(time.Hour)); got != "b 14:00" {
		t.Error(got)
	}
	if got := kept(t, s, "", noon.Add(3*time.Hour)); got != "" {
		t.Error(got)
	}
}

func TestWhatArticlesCiteOutlivesTheRest(t *testing.T) {
	s := openStore(t)
	keep(t, s, true, response("cited", "old", noon))
	keep(t, s, false, response("plain", "stale", noon), response("plain", "young", noon.Add(48*time.Hour)))
	o := storage.DefaultArchive()
	o.Keep.Duration, o.KeepCited.Duration = 24*time.Hour, 72*time.Hour

	if gone := trim(t, s, o, noon.Add(24*time.Hour)); gone != 0 {
		t.Errorf("%d went on the day, none was too old", gone)
	}
	if gone := trim(t, s, o, noon.Add(49*time.Hour)); gone != 1 || kept(t, s, "", time.Time{}) != "cited 12:00, plain 12:00" {
		t.Errorf("%d went: %s", gone, kept(t, s, "", time.Time{}))
	}
	if _, err := s.Raw(context.Background(), "", response("plain", "stale", noon).Hash); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("what nothing cites leaves no trace, got %v", err)
	}
	trim(t, s, o, noon.Add(100*time.Hour))
	raw, err := s.Raw(context.Background(), "", response("cited", "old", noon).Hash)
	if err != nil || raw.Body != nil || raw.Size != 3 || raw.Status != 200 || !raw.ReceivedAt.Equal(noon) || raw.FinalURL != "https://www.cited.example/rss" {
		t.Errorf("a cited document leaves its record: %+v, %v", raw, err)
	}
	checkSound(t, s)
}

func TestAFullArchiveLetsTheOldestUncitedGoFirst(t *testing.T) {
	s := openStore(t)
	o := storage.DefaultArchive()
	o.MaxBytes = 1 << 20
	for i := range 8 {
		at := noon.Add(time.Duration(i) * time.Minute)
		keep(t, s, i%2 == 0, response(fmt.Sprintf("n%d", i), noise(uint64(i), 200_000), at))
	}
	trim(t, s, o, noon.Add(time.Hour))
	if got := kept(t, s, "", time.Time{}); got != "n0 12:00, n2 12:02, n4 12:04, n6 12:06, n7 12:07" {
		t.Error(got)
	}
	// A document that nothing cited becomes cited when an article comes with it.
	keep(t, s, true, response("n7", noise(7, 200_000), noon.Add(time.Hour)))
	keep(t, s, true, response("n8", noise(8, 200_000), noon.Add(time.Hour)))
	trim(t, s, o, noon.Add(time.Hour))
	if got := kept(t, s, "", time.Time{}); got != "n2 12:02, n4 12:04, n6 12:06, n7 12:07, n8 13:00" {
		t.Error(got)
	}
	checkSound(t, s)

	o.MaxBytes = 0
	trim(t, s, o, noon.Add(time.Hour))
	if got := kept(t, s, "", time.Time{}); got != "" {
		t.Errorf("an archive that is off keeps %s", got)
	}
	checkSound(t, s)
}

func TestADocumentThatWasLetGoCanComeBack(t *testing.T) {
	s := openStore(t)
	raw := response("fleuve", "text", noon)
	keep(t, s, true, raw)
	trim(t, s, storage.ArchiveOptions{}, noon)
	raw.ReceivedAt = noon.Add(time.Hour)
	keep(t, s, false, raw)
	got, err := s.Raw(context.Background(), "", raw.Hash)
	if err != nil || !bytes.Equal(got.Body, raw.Body) || !got.ReceivedAt.Equal(noon) {
		t.Errorf("%+v, %v", got, err)
	}
	checkSound(t, s)
}

func TestTrimmingInsideATransactionIsBounded(t *testing.T) {
	s := openStore(t)
	var all []news.Raw
	for i := range 200 {
		all = append(all, response("a", fmt.Sprint("document ", i), noon.Add(time.Duration(i)*time.Second)))
	}
	keep(t, s, false, all...)
	write(t, s, func(tx *storage.Tx) error {
		gone, err := tx.TrimArchive(context.Background(), storage.ArchiveOptions{}, noon.Add(time.Hour))
		if gone < 1 || gone > 64 {
			t.Errorf("%d went at once", gone)
		}
		return err
	})
	if gone := trim(t, s, storage.ArchiveOptions{}, noon.Add(time.Hour)); gone < 100 {
		t.Errorf("only %d more went", gone)
	}
	if got := kept(t, s, "", time.Time{}); got != "" {
		t.Error(got)
	}
}

func TestADamagedDocumentIsNotGivenOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "harmattan.db")
	s := openAt(t, path)
	one, two := response("a", "one", noon), response("a", "two", noon.Add(time.Minute))
	keep(t, s, true, one, two)
	execute(t, path, "UPDATE raw SET content = (SELECT content FROM raw WHERE num = 2) WHERE num = 1")
	if _, err := s.Raw(context.Background(), "", one.Hash); !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("other bytes under a hash: %v", err)
	}
	problems, err := s.Check(context.Background())
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0], "1 archived document") {
		t.Errorf("check says %q, %v", problems, err)
	}
}

func TestAResponseWithoutBytesOrHashIsRefused(t *testing.T) {
	s := openStore(t)
	for _, raw := range []news.Raw{{SourceID: "a", Hash: "zz", Body: []byte("x")}, {SourceID: "a", Hash: "ab"}} {
		if err := s.Write(context.Background(), func(tx *storage.Tx) error { return tx.SaveRaw(context.Background(), raw, false) }); err == nil {
			t.Errorf("%+v was stored", raw)
		}
	}
}

func TestBoundsOfTheArchiveAreValidated(t *testing.T) {
	if problems := storage.DefaultArchive().Validate(); len(problems) != 0 {
		t.Errorf("the defaults: %v", problems)
	}
	for key, change := range map[string]func(*storage.ArchiveOptions){
		"max_bytes":  func(o *storage.ArchiveOptions) { o.MaxBytes = 100 },
		"keep":       func(o *storage.ArchiveOptions) { o.Keep.Duration = 0 },
		"keep_cited": func(o *storage.ArchiveOptions) { o.KeepCited.Duration = time.Hour },
	} {
		o := storage.DefaultArchive()
		change(&o)
		if problems := o.Validate(); len(problems) != 1 || problems[0].Path[0] != key {
			t.Errorf("%s: %v", key, problems)
		}
	}
	off := storage.DefaultArchive()
	off.MaxBytes = 0
	if problems := off.Validate(); len(problems) != 0 {
		t.Errorf("off: %v", problems)
	}
}

func TestWhatIsReadAgainNeitherComesAsNewNorTakesAPlaceAway(t *testing.T) {
	s := openStore(t)
	holder, other := article("a", "one", noon.Add(time.Hour), "mali"), article("b", "two", noon)
	other.StoryID = holder.StoryID
	other.StoryWhy = &news.StoryLink{ArticleID: holder.ID, Score: 1}
	save(t, s, holder, other)
	other.Editions = []news.Membership{{EditionID: "mali", Score: 1, Reason: "country/ML"}}
	other.Title, other.ContentHash = "Read better", "better"
	write(t, s, func(tx *storage.Tx) error {
		_, err := tx.SaveReread(context.Background(), []news.Article{other}, noon.Add(9*time.Hour))
		return err
	})
	all := entries(t, s, "mali", noon.Add(9*time.Hour))
	if len(all) != 1 || all[0].Article.ID != holder.ID || len(all[0].Others) != 1 {
		t.Fatalf("entries %+v", all)
	}
	known, err := s.Known(context.Background(), "b", []string{"two"}, nil)
	if err != nil || len(known) != 1 || known[0].Title != "Read better" || known[0].Text != other.Text || len(known[0].Editions) != 1 {
		t.Errorf("known %+v, %v", known, err)
	}
	revisions, err := s.Revisions(context.Background(), other.ID)
	if err != nil || len(revisions) != 1 || revisions[0].Title != "Title two" {
		t.Errorf("revisions %+v, %v", revisions, err)
	}
	checkSound(t, s)
}

func TestRhythmIsWhenTheArticlesOfEachSourceWerePublished(t *testing.T) {
	s := openStore(t)
	save(t, s, article("a", "one", noon), article("a", "two", noon.Add(time.Hour)), article("a", "old", noon.Add(-900*time.Hour)), article("b", "one", noon))
	rhythm, err := s.Rhythm(context.Background(), noon.Add(-time.Hour))
	if err != nil || len(rhythm) != 2 || len(rhythm["a"]) != 2 || len(rhythm["b"]) != 1 || !rhythm["b"][0].Equal(noon) {
		t.Errorf("%v, %v", rhythm, err)
	}
}
