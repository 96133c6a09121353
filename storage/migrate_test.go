package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// upgraded are the articles that an older database holds: a story told by two
// sources and corrected since, and one with every field set.
func upgraded() []news.Article {
	first := telling(article("relais", "gao-12", noon, "mali", "sahel-security"), "attack-gao", false)
	first.Title, first.Summary, first.Folded = "Mali: twelve killed near Gao", "Gunmen attacked a convoy.", "mali twelve killed near gao gunmen attacked a convoy"
	first.Sketch = news.Sketch{Keys: []uint64{7, 11}, Data: []byte("gao")}
	second := telling(article("courrier", "gao-douze", noon.Add(time.Hour), "mali", "sahel-security"), "attack-gao", false)
	second.Language, second.Title, second.Folded = "fr", "Mali : douze morts près de Gao", "mali douze morts pres de gao"
	second.Sketch = news.Sketch{Keys: []uint64{7, 13}, Data: []byte("gao, en français")}
	third := full()
	third.Folded = "نيامي اعادة فتح الطريق reouverture de la route a tera"
	return []news.Article{first, second, third}
}

// writeUpgraded fills a database of the present schema.
func writeUpgraded(t *testing.T, path string) {
	t.Helper()
	s := openAt(t, path)
	all, ctx := upgraded(), context.Background()
	save(t, s, all...)
	corrected := all[0]
	corrected.Title, corrected.Text, corrected.ContentHash = "Mali: fourteen killed near Gao", "Fourteen died.", "corrected"
	corrected.ModifiedAt = noon.Add(3 * time.Hour)
	save(t, s, corrected)
	write(t, s, func(tx *storage.Tx) error {
		_, err := tx.Published(ctx, "mali", "hash of the documents", noon.Add(3*time.Hour))
		for _, err := range []error{
			err,
			tx.SaveState(ctx, news.SourceState{SourceID: "relais", Status: news.StatusHealthy, ETag: `"12"`, BodyHash: "body", CheckedAt: noon, DueAt: noon.Add(time.Hour)}),
			tx.SaveRaw(ctx, response("relais", "<rss/>", noon), true),
			tx.SaveSubscription(ctx, news.Subscription{SourceID: "relais", Hub: "https://hub.example/", Topic: "https://relais.example/", LeaseUntil: noon.Add(24 * time.Hour)}),
			tx.SavePage(ctx, "mali", storage.Page{Number: 1, Atom: []byte("<feed/>"), JSON: []byte("{}"), ChangedAt: noon}, nil),
			tx.SaveQuarantine(ctx, news.Quarantine{SourceID: "courrier", Since: noon, ReleasedAt: noon.Add(time.Hour)}),
			tx.SaveBursts(ctx, []news.Burst{{Country: "ML", Topic: "conflict", Since: noon, Stories: 9, Usual: 1.5}}),
			tx.SaveDigest(ctx, "mali", news.Digest{ID: "tag:example.org,2026:d/1", Since: noon.Add(-24 * time.Hour), Until: noon, IssuedAt: noon, Title: "Mali, a day"}),
			tx.SaveNotice(ctx, news.Notice{ID: "tag:example.org,2026:n/1", Subject: "relais", Condition: "failing", At: noon, Title: "relais fails"}),
			tx.NoteEditions(ctx, []news.Edition{{ID: "mali", Title: "Mali", Language: "en"}}, noon),
			tx.SaveSubscriber(ctx, storage.Subscriber{Topic: "https://h.example/editions/mali.atom", Callback: "https://s.example/", LeaseUntil: noon.Add(24 * time.Hour)}),
			tx.SaveManifest(ctx, "2026-03-13", []byte("signed")),
			tx.SetMeta(ctx, "judged_by", "rules"),
		} {
			if err != nil {
				return err
			}
		}
		_, err = tx.SaveToken(ctx, "secret", storage.Token{EditionID: "mali", Label: "desk", CreatedAt: noon})
		return err
	})
	checkSound(t, s)
}

// scripts are the migrations in their order.
func scripts(t *testing.T) (all []string) {
	t.Helper()
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(script))
	}
	return all
}

// downgrade writes what is in the database at present into a new one as a
// program of an older version would have stored it, and returns the rows of each
// table that it knew.
func downgrade(t *testing.T, present, path string, version int) map[string]int {
	t.Helper()
	db := raw(t, path)
	db.SetMaxOpenConns(1) // what is attached belongs to a connection
	run := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("schema %d: %s: %v", version, statement, err)
		}
	}
	run("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; BEGIN")
	for _, script := range scripts(t)[:version] {
		run(script)
	}
	run(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", 0x4861726d, version))
	run("ATTACH '" + present + "' AS present")
	known := map[string]int{}
	for _, table := range texts(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'") {
		run("DELETE FROM " + table) // a row that a migration put there is in the present database too
		from := "present." + table
		if table == "source" { // what every visit changes stood in its rows
			from += " JOIN present.visit USING (id)"
		}
		run("DROP VIEW IF EXISTS stored; CREATE TEMP VIEW stored AS SELECT * FROM " + from)
		columns := strings.Join(texts(t, db, fmt.Sprintf(`SELECT name FROM pragma_table_info('%s')
			WHERE name IN (SELECT name FROM pragma_table_info('stored'))`, table)), ", ")
		run(fmt.Sprintf("INSERT INTO %s (%s) SELECT %[2]s FROM stored", table, columns))
		var n int
		if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		known[table] = n
	}
	for _, a := range upgraded() {
		if _, err := db.Exec("INSERT INTO search (rowid, folded) SELECT num, ? FROM article WHERE id = ?", a.Folded, a.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return known
}

func texts(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}

func TestADatabaseOfEverySchemaGoesOn(t *testing.T) {
	present := filepath.Join(t.TempDir(), "present.db")
	writeUpgraded(t, present)
	before := openAt(t, present)
	for version := range len(scripts(t)) {
		t.Run(fmt.Sprint("schema ", version+1), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "harmattan.db")
			known := downgrade(t, present, path, version+1)
			after := openAt(t, path)
			checkSound(t, after)
			for table, n := range known {
				if got := texts(t, raw(t, path), "SELECT count(*) FROM "+table); n == 0 && table != "touched" || got[0] != fmt.Sprint(n) {
					t.Errorf("table %s has %s rows, had %d", table, got, n)
				}
			}
			sameStored(t, before, after)
			goesOn(t, after)
		})
	}
}

// sameStored wants the articles, entries, stories and what is known of sources
// to be as they were, and to be found.
func sameStored(t *testing.T, before, after *storage.Store) {
	t.Helper()
	ctx := context.Background()
	for _, a := range upgraded() {
		same(t, "article "+a.ID, before, after, func(s *storage.Store) (any, error) { return s.Article(ctx, a.ID) })
		same(t, "revisions of "+a.ID, before, after, func(s *storage.Store) (any, error) { return s.Revisions(ctx, a.ID) })
		same(t, "story "+a.StoryID, before, after, func(s *storage.Store) (any, error) { return s.Story(ctx, a.StoryID) })
	}
	for _, edition := range []string{"mali", "sahel-security", "niger"} {
		same(t, "edition "+edition, before, after, func(s *storage.Store) (any, error) { return s.Entries(ctx, edition, 50, noon.Add(24*time.Hour)) })
	}
	same(t, "the states", before, after, func(s *storage.Store) (any, error) { return s.States(ctx) })
	for query, want := range map[string]string{"gunmen convoy": "[gao-12]", "douze morts": "[gao-douze]", "الطريق": "[5021]", "gao": "[gao-12 gao-douze]"} {
		if got := foundBy(t, after, wordsOf(query)); got != want {
			t.Errorf("%q finds %s, want %s", query, got, want)
		}
	}
}

func same(t *testing.T, what string, before, after *storage.Store, of func(*storage.Store) (any, error)) {
	t.Helper()
	want, err := of(before)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := of(after); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v, %v\nwant %+v", what, got, err, want)
	}
}

// goesOn reads once more what is known, and news.
func goesOn(t *testing.T, s *storage.Store) {
	t.Helper()
	all := upgraded()
	save(t, s, all[1], all[2])
	next := article("relais", "gao-13", noon.Add(5*time.Hour), "mali")
	if changed := save(t, s, next); fmt.Sprint(changed) != "[mali]" {
		t.Errorf("news changed %v", changed)
	}
	if got := keys(entries(t, s, "mali", noon.Add(24*time.Hour))); got != "relais-gao-13=gao-13 relais-gao-12=gao-12" {
		t.Errorf("the edition has %s", got)
	}
	write(t, s, func(tx *storage.Tx) error {
		near, err := tx.Neighbours(context.Background(), [][]uint64{{7}}, time.Time{})
		if len(near) != 2 {
			t.Errorf("%d short forms of articles are found, want 2", len(near))
		}
		return err
	})
	checkSound(t, s)
}
