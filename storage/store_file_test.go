package storage_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

var update = flag.Bool("update", false, "write schema.sql anew")

func TestMain(m *testing.M) {
	if err := storage.Prepare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if path := os.Getenv("HARMATTAN_TEST_WRITER"); path != "" {
		writeForEver(path)
	}
	os.Exit(m.Run())
}

// raw opens a database file past the package, as another program would.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func execute(t testing.TB, path, statement string) {
	t.Helper()
	db := raw(t, path)
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSchemaFileShowsWhatTheMigrationsMake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "harmattan.db")
	openAt(t, path)
	rows, err := raw(t, path).Query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'search_%' ORDER BY rowid")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got bytes.Buffer
	got.WriteString("-- Made from migrations/ by \"go test ./storage -update\"; not read by the program.\n")
	for rows.Next() {
		var statement string
		if err := rows.Scan(&statement); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "\n%s;\n", statement)
	}
	if *update {
		if err := os.WriteFile("schema.sql", got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil || !bytes.Equal(want, got.Bytes()) {
		t.Errorf("schema.sql is not what the migrations make (%v): go test ./storage -update", err)
	}
}

func TestAFileOfAnotherProgramIsRefusedAndLeftAlone(t *testing.T) {
	folder := t.TempDir()
	foreign, newer, text := filepath.Join(folder, "foreign.db"), filepath.Join(folder, "newer.db"), filepath.Join(folder, "notes.txt")
	execute(t, foreign, "CREATE TABLE feeds (id INTEGER)")
	openAndClose(t, newer)
	execute(t, newer, "PRAGMA user_version = 9999")
	if err := os.WriteFile(text, []byte(strings.Repeat("Not a database at all.\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{foreign: storage.ErrForeign, newer: storage.ErrNewer, text: storage.ErrForeign} {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for name, open := range map[string]func(context.Context, string) (*storage.Store, error){"Open": storage.Open, "OpenReadOnly": storage.OpenReadOnly} {
			_, err := open(context.Background(), path)
			if !errors.Is(err, want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s of %s: %v", name, path, err)
			}
		}
		after, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was changed (%v)", path, err)
		}
	}
}

func openAndClose(t *testing.T, path string) {
	t.Helper()
	s, err := storage.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAPathMayHoldAnyCharacter(t *testing.T) {
	for _, name := range []string{"a b.db", "q?mode=memory.db", "50%41#é نيجر.db", "empty.db"} {
		path := filepath.Join(t.TempDir(), name)
		if name == "empty.db" {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		openAndClose(t, path)
		files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
		if err != nil || len(files) != 1 || files[0] != path {
			t.Errorf("%q left %q, %v", path, files, err)
		}
	}
	for _, path := range []string{"", t.TempDir(), filepath.Join(t.TempDir(), "missing", "x.db")} {
		if _, err := storage.Open(context.Background(), path); err == nil {
			t.Errorf("%q was opened", path)
		}
	}
}

func TestReadingAloneChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "harmattan.db")
	if _, err := storage.OpenReadOnly(context.Background(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	s := openAt(t, path)
	save(t, s, article("sahel", "one", noon, "mali"))
	reader, err := storage.OpenReadOnly(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	save(t, s, article("sahel", "two", noon, "mali"))
	if got := entries(t, reader, "mali", noon); len(got) != 2 {
		t.Errorf("the reader sees %s", ids(got))
	}
	err = reader.Write(context.Background(), func(*storage.Tx) error { return nil })
	if !errors.Is(err, storage.ErrReadOnly) {
		t.Errorf("writing: %v", err)
	}
}

func TestAnErrorInsideWriteKeepsNothing(t *testing.T) {
	s := openStore(t)
	stop := errors.New("stop")
	err := s.Write(context.Background(), func(tx *storage.Tx) error {
		if _, err := tx.SaveArticles(context.Background(), []news.Article{full()}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.Write(context.Background(), func(tx *storage.Tx) error {
			if err := tx.SetMeta(context.Background(), "k", "v"); err != nil {
				return err
			}
			panic("in the middle")
		})
	}()
	if _, err := s.Article(context.Background(), full().ID); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("after an error: %v", err)
	}
	save(t, s, full()) // the concept numbers of the lost transaction are not used again
	checkSound(t, s)
}

func TestACancelledWriteKeepsNothingAndTheNextOneWorks(t *testing.T) {
	s := openStore(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := s.Write(ctx, func(tx *storage.Tx) error {
		if _, err := tx.SaveArticles(ctx, []news.Article{full()}); err != nil {
			return err
		}
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	save(t, s, article("sahel", "one", noon, "mali"))
	if got := entries(t, s, "mali", noon); len(got) != 1 {
		t.Errorf("entries %s", ids(got))
	}
	checkSound(t, s)
}

func TestALockedFileIsToldWithItsName(t *testing.T) {
	t.Parallel() // it waits five seconds
	path := filepath.Join(t.TempDir(), "harmattan.db")
	s := openAt(t, path)
	other := raw(t, path)
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := s.Write(ctx, func(*storage.Tx) error { return nil })
	if err == nil {
		t.Error("wrote into a locked file")
	}
	if testing.Short() {
		return
	}
	err = s.Write(context.Background(), func(*storage.Tx) error { return nil })
	if !errors.Is(err, storage.ErrBusy) || !strings.Contains(err.Error(), path) {
		t.Errorf("after the waiting time: %v", err)
	}
}

func TestReadersSeeWholeTransactionsWhileAWriterWrites(t *testing.T) {
	s := openStore(t)
	var wait sync.WaitGroup
	done := make(chan struct{})
	for range 6 {
		wait.Go(func() {
			for last := 0; ; {
				select {
				case <-done:
					return
				default:
				}
				got, err := s.Entries(context.Background(), "mali", 1000, noon.Add(time.Hour))
				if err != nil || len(got)%7 != 0 || len(got) < last {
					t.Errorf("%d entries after %d: %v", len(got), last, err)
					return
				}
				last = len(got)
			}
		})
	}
	for round := range 12 {
		var all []news.Article
		for i := range 7 {
			all = append(all, article("sahel", fmt.Sprintf("%d-%d", round, i), noon, "mali"))
		}
		save(t, s, all...)
	}
	close(done)
	wait.Wait()
	checkSound(t, s)
}

// writeForEver is the helper process that the next test kills: it prints the
// number of each round that was stored for certain.
func writeForEver(path string) {
	s, err := storage.Open(context.Background(), path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for round := 0; ; round++ {
		err := s.Write(context.Background(), func(tx *storage.Tx) error {
			var all []news.Article
			for i := range 10 {
				a := full()
				a.ID, a.Key, a.StoryID = fmt.Sprintf("urn:%d:%d", round, i), fmt.Sprintf("%d:%d", round, i), ""
				a.Link = "https://k.example/" + a.Key
				a.Sketch = news.Sketch{Keys: []uint64{uint64(round), uint64(i)}}
				all = append(all, a)
			}
			if _, err := tx.SaveArticles(context.Background(), all); err != nil {
				return err
			}
			return tx.SaveState(context.Background(), news.SourceState{SourceID: "studio-kalangou", ETag: fmt.Sprint(round)})
		})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(round)
	}
}

func TestAKilledWriterLosesNothingThatWasStored(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "harmattan.db")
	for kill := range 3 {
		stored := killWriter(t, path, 10+17*kill)
		s, err := storage.Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		states, err := s.States(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		counts, err := s.SourceCounts(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var round int
		if _, err := fmt.Sscan(states["studio-kalangou"].ETag, &round); err != nil || round < stored {
			t.Errorf("told that round %d was stored, found %d (%v)", stored, round, err)
		}
		if n := counts["studio-kalangou"]; n%10 != 0 || n < 10*(round+1) {
			t.Errorf("state says round %d, %d articles", round, n)
		}
		checkSound(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACopyOfTheFilesInTheMiddleOfATransactionIsWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "harmattan.db")
	s := openAt(t, path)
	save(t, s, article("sahel", "one", noon, "mali"))
	copied := filepath.Join(folder, "copy.db")
	random := rand.NewChaCha8([32]byte{})
	write(t, s, func(tx *storage.Tx) error {
		var all []news.Article
		noise := make([]byte, 60_000) // more in all than the page cache holds: some of it is in the log
		for i := range 300 {
			a := article("sahel", fmt.Sprint("more-", i), noon, "mali")
			_, _ = random.Read(noise)
			a.Text = base64.StdEncoding.EncodeToString(noise)
			all = append(all, a)
		}
		if _, err := tx.SaveArticles(context.Background(), all); err != nil {
			return err
		}
		for _, suffix := range []string{"", "-wal"} { // not the -shm: it is made anew
			content, err := os.ReadFile(path + suffix)
			if err != nil {
				return err
			}
			if suffix == "-wal" && len(content) < 1<<20 {
				t.Error("nothing of the transaction is on disk")
			}
			if err := os.WriteFile(copied+suffix, content, 0o600); err != nil {
				return err
			}
		}
		return nil
	})
	restored := openAt(t, copied)
	if got := entries(t, restored, "mali", noon); len(got) != 1 {
		t.Errorf("the copy has %d entries", len(got))
	}
	checkSound(t, restored)
	if counts, err := s.SourceCounts(context.Background()); err != nil || counts["sahel"] != 301 {
		t.Errorf("reading the files broke the transaction: %v, %v", counts, err)
	}
}

// killWriter returns the last round that the helper said was stored.
func killWriter(t *testing.T, path string, afterRound int) (stored int) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "HARMATTAN_TEST_WRITER="+path)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &stored); err != nil {
			t.Fatalf("the writer says %q", lines.Text())
		}
		if stored == afterRound {
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = command.Wait()
	return stored
}
