package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

func TestF93_ATombstoneKeepsAnOldArticleFromComingBackAsNew(t *testing.T) {
	s := openStore(t)
	old := article("sahel", "old", noon.Add(-400*24*time.Hour), "mali")
	old.Text, old.HTML = strings.Repeat("Long text. ", 5000), ""
	save(t, s, old)
	changed := old
	changed.Title, changed.ContentHash = "Corrected", "corrected"
	save(t, s, changed)
	for i := range 3 {
		save(t, s, article("sahel", fmt.Sprint("new-", i), noon, "mali"))
	}
	done, err := s.Prune(context.Background(), storage.Retention{Texts: noon.Add(-365 * 24 * time.Hour), Shown: 3})
	if err != nil || done.Texts != 1 {
		t.Errorf("pruned %+v, %v", done, err)
	}
	checkSound(t, s)
	got, err := s.Article(context.Background(), old.ID)
	if err != nil || got.Text != "" || got.Title != "Corrected" || got.Key != "old" {
		t.Errorf("after retention %+v, %v", got, err)
	}
	revisions, err := s.Revisions(context.Background(), old.ID)
	if err != nil || len(revisions) != 1 || revisions[0].Text != "" || revisions[0].ContentHash != old.ContentHash {
		t.Errorf("revisions %+v, %v", revisions, err)
	}
	write(t, s, func(tx *storage.Tx) error {
		known, err := tx.Known(context.Background(), "sahel", []string{"old"}, nil)
		if len(known) != 1 || known[0].ContentHash != "corrected" {
			t.Errorf("its source lists it still: known %+v", known)
		}
		return err
	})
	if all, err := s.Articles(context.Background(), time.Time{}, "", 10); err != nil || len(all) != 3 {
		t.Errorf("without text it cannot be judged again: %d, %v", len(all), err)
	}
	save(t, s, changed) // its source gave it once more with its text
	if got, err := s.Article(context.Background(), old.ID); err != nil || got.Text != old.Text {
		t.Errorf("the text did not come back: %v", err)
	}
	checkSound(t, s)
}

func TestRetentionSparesWhatAnEditionShows(t *testing.T) {
	s := openStore(t)
	var all []news.Article
	for i := range 5 {
		all = append(all, article("sahel", fmt.Sprint(i), noon.Add(time.Duration(i)*time.Hour), "mali"))
	}
	all = append(all, article("sahel", "unseen", noon))
	save(t, s, all...)
	done, err := s.Prune(context.Background(), storage.Retention{Texts: noon.Add(48 * time.Hour), Shown: 2})
	if err != nil || done.Texts != 4 {
		t.Errorf("pruned %+v, %v", done, err)
	}
	for i, e := range entries(t, s, "mali", noon.Add(48*time.Hour)) {
		if shown := i < 2; shown != (e.Article.Text != "") {
			t.Errorf("entry %d has text: %v", i, !shown)
		}
	}
	if again, err := s.Prune(context.Background(), storage.Retention{Texts: noon.Add(48 * time.Hour), Shown: 2}); err != nil || again.Texts != 0 {
		t.Errorf("a second time %+v, %v", again, err)
	}
}

func TestRetentionOfSketchesAndRoomOnDisk(t *testing.T) {
	s := openStore(t)
	var all []news.Article
	for i := range 600 {
		a := article("sahel", fmt.Sprint(i), noon.Add(time.Duration(i)*time.Second))
		a.Sketch = news.Sketch{Keys: []uint64{uint64(i), 7}, Data: make([]byte, 2000)}
		all = append(all, a)
	}
	save(t, s, all...)
	before := pages(t, s)
	done, err := s.Prune(context.Background(), storage.Retention{Sketches: noon.Add(590 * time.Second)})
	if err != nil || done != (storage.Pruned{Sketches: 590}) {
		t.Errorf("pruned %+v, %v", done, err)
	}
	if after := pages(t, s); after > before/2 {
		t.Errorf("%d pages of %d are left", after, before)
	}
	write(t, s, func(tx *storage.Tx) error {
		near, err := tx.Neighbours(context.Background(), [][]uint64{{7}}, time.Time{})
		if len(near) != 10 {
			t.Errorf("%d sketches left", len(near))
		}
		return err
	})
	checkSound(t, s)
}

func pages(t *testing.T, s *storage.Store) (n int) {
	t.Helper()
	if err := raw(t, s.Path()).QueryRow("PRAGMA page_count").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestABackupIsWholeAndNeverOverwrites(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, filepath.Join(folder, "harmattan.db"))
	rounds(t, s)
	target := filepath.Join(folder, "backup.db")
	if err := s.Backup(context.Background(), target); err != nil {
		t.Fatal(err)
	}
	err := s.Backup(context.Background(), target)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), target) {
		t.Errorf("onto a file that exists: %v", err)
	}
	if err := s.Backup(context.Background(), filepath.Join(folder, "missing", "b.db")); err == nil {
		t.Error("into a folder that does not exist")
	}
	left, err := filepath.Glob(filepath.Join(folder, "*.partial"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	now := noon.Add(4 * time.Hour)
	want := ids(entries(t, s, "niger", now))
	restored := openAt(t, target)
	if got := ids(entries(t, restored, "niger", now)); got != want {
		t.Errorf("the backup has %s, want %s", got, want)
	}
	save(t, restored, article("sahel", "after", noon, "mali"))
	checkSound(t, restored)
}

func TestCheckTellsWhatIsWrong(t *testing.T) {
	for statement, want := range map[string]string{
		"DELETE FROM entry":                 "has no entry there",
		"UPDATE membership SET left_at = 1": "no member of their edition",
		"UPDATE article SET emptied = 1":    "still have a text",
		"UPDATE article SET story = 99":     "point to nothing in table story",
		"UPDATE body SET content = CAST(substr(content, 1, 40) || x'00' || substr(content, 42) AS BLOB)": "cannot be unpacked",
		"DELETE FROM sketch":                                     "point to nothing in table sketch",
		"DELETE FROM body":                                       "",
		"DELETE FROM search WHERE rowid = 1":                     "not in the search index",
		"INSERT INTO search (rowid, folded) VALUES (77, 'mali')": "rows of no article",
		"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'article_link'": "",
	} {
		path := filepath.Join(t.TempDir(), "harmattan.db")
		s, err := storage.Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		a := full()
		a.Sketch = news.Sketch{Keys: []uint64{1}}
		save(t, s, a)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		execute(t, path, statement)
		if s, err = storage.Open(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		problems, err := s.Check(context.Background())
		damaged := strings.HasPrefix(statement, "PRAGMA")
		if !damaged && (err != nil || !strings.Contains(strings.Join(problems, "\n"), want) || want == "" && len(problems) > 0) {
			t.Errorf("%s: %q, %v", statement, problems, err)
		}
		if damaged && err == nil && len(problems) == 0 {
			t.Errorf("%s: nothing found", statement)
		}
		if err := s.Close(); err != nil && !damaged {
			t.Error(err)
		}
	}
}

// The search index is damaged in its parts, and made anew from what is stored.
func TestASearchIndexIsMadeAnew(t *testing.T) {
	for statement, told := range map[string]bool{
		"UPDATE search_data SET block = substr(block, 1, 6) WHERE id = 10":                       true,
		"UPDATE search_data SET block = CAST(x'ffff' || substr(block, 3) AS BLOB) WHERE id > 10": true,
		"DELETE FROM search_data WHERE id > 10":                                                  true,
		"DELETE FROM search_data":                                                                true,
		"DELETE FROM search_docsize WHERE id = 1":                                                true,
		"INSERT INTO search (rowid, folded) VALUES (77, 'mali')":                                 true,
		"DELETE FROM search_idx":                                                                 false, // to FTS5 this is an empty index
		"":                                                                                       false,
	} {
		path := filepath.Join(t.TempDir(), "harmattan.db")
		s, err := storage.Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		save(t, s, article("sahel", "gao", noon, "mali"), article("sahel", "kidal", noon, "mali"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		execute(t, path, statement)
		s = openAt(t, path)
		if problems, err := s.Check(context.Background()); err != nil || told != strings.Contains(fmt.Sprint(problems), "search index") {
			t.Errorf("%s: told %q, %v", statement, problems, err)
		}
		if n, err := s.RebuildSearch(context.Background(), strings.ToLower); err != nil || n != 2 {
			t.Errorf("%s: %d articles, %v", statement, n, err)
		}
		checkSound(t, s)
		save(t, s, article("sahel", "menaka", noon, "mali"))
		for query, want := range map[string]string{"gao": "[gao]", "title kidal": "[kidal]", "title": "[gao kidal menaka]", "mali": "[]"} {
			if got := foundBy(t, s, wordsOf(query)); got != want {
				t.Errorf("%s: %q finds %s, want %s", statement, query, got, want)
			}
		}
	}
}

func TestADamagedFileIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "harmattan.db")
	s, err := storage.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	rounds(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 8192; i < len(file); i++ {
		file[i] ^= 0x5a
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = storage.Open(context.Background(), path); err == nil {
		_, err = s.Entries(context.Background(), "mali", 50, noon)
		defer s.Close()
	}
	if !errors.Is(err, storage.ErrDamaged) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if s == nil {
		return
	}
	if err := s.Backup(context.Background(), path+".backup"); err == nil {
		t.Error("a damaged file was taken for a backup")
	}
}
