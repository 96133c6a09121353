package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/config"
	"harmattan/news"
	"harmattan/storage"
)

// What was published after the backup was made comes again from its source,
// under the ids that it had.
func TestARestoredBackupGoesOnUnderTheSameIDs(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	conf, dir := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	p := start(t, "serve", "--config", conf, "--state", dir, "--listen", "127.0.0.1:0")
	edition := p.address(t) + "/editions/sahel-security.json"
	eventually(t, "the first article", func() bool { return len(readBack(t, fetchBody(t, edition)).Items) == 1 })

	backup := filepath.Join(t.TempDir(), "backup.db")
	if out := output(t, "backup", backup, "--state", dir); !strings.Contains(out, "checked") {
		t.Errorf("backup beside the daemon said %q", out)
	}
	if code, _, errOut := invoke(t, "backup", backup, "--state", dir); code != exitFailed || !strings.Contains(errOut, "give another name") {
		t.Errorf("onto the same file: %d, %s", code, errOut)
	}
	if code, _, errOut := invoke(t, "restore", backup, "--state", dir); code != exitFailed || !strings.Contains(errOut, "another harmattan works here") {
		t.Errorf("restore beside the daemon: %d, %s", code, errOut)
	}
	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	eventually(t, "the second article", func() bool { return len(readBack(t, fetchBody(t, edition)).Items) == 2 })
	ids := entryIDs(readBack(t, fetchBody(t, edition)))
	p.stop(t)

	if out := output(t, "restore", backup, "--state", dir); !strings.Contains(out, "is now "+filepath.Join(dir, databaseName)+".replaced-") {
		t.Errorf("restore said %q", out)
	}
	p = start(t, "serve", "--config", conf, "--state", dir, "--listen", "127.0.0.1:0")
	edition = p.address(t) + "/editions/sahel-security.json"
	eventually(t, "both articles", func() bool { return len(readBack(t, fetchBody(t, edition)).Items) == 2 })
	again := entryIDs(readBack(t, fetchBody(t, edition)))
	slices.Sort(ids)
	slices.Sort(again)
	if !slices.Equal(ids, again) {
		t.Errorf("ids %v, were %v", again, ids)
	}
	p.stop(t)
}

func TestOnlyASoundBackupIsRestored(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	dir := t.TempDir()
	b := newWorkbench(t, dir, monday.Add(time.Hour), fleuve.source("fleuve"))
	b.after(time.Minute)
	sound := filepath.Join(t.TempDir(), "sound.db")
	if err := b.store.Backup(t.Context(), sound); err != nil {
		t.Fatal(err)
	}
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(sound)
	if err != nil {
		t.Fatal(err)
	}
	half := writeFile(t, "half.db", string(data[:len(data)/2]))
	for file, want := range map[string]string{
		half: "damaged",
		writeFile(t, "notes.txt", strings.Repeat("Not a database at all.\n", 100)): "not a database of Harmattan",
		filepath.Join(t.TempDir(), "missing.db"):                                   "there is no backup",
	} {
		code, _, errOut := invoke(t, "restore", file, "--state", dir)
		if code != exitFailed || !strings.Contains(errOut, want) || !strings.Contains(errOut, file) {
			t.Errorf("%s: %d, %s", file, code, errOut)
		}
	}
	after, err := os.ReadFile(filepath.Join(dir, databaseName))
	if err != nil || string(before) != string(after) {
		t.Errorf("the database was touched (%v)", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.partial"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestBackupAndRestoreTakeNamesInTheFolderOneIsIn(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	conf := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"})
	t.Chdir(t.TempDir())
	output(t, "fetch", "--config", conf, "--state", "state")
	output(t, "backup", "copy.db", "--state", "state")
	output(t, "backup", "state/copy.db", "--state", "state")
	output(t, "restore", "copy.db", "--state", "state")
	if out := output(t, "check", "--database", "--config", conf, "--state", "state"); !strings.Contains(out, "The database is sound.") {
		t.Errorf("after the restore: %q", out)
	}
}

func overwrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCheckReadsTheDatabaseToo(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	conf, dir := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	if code, _, errOut := invoke(t, "check", "--database", "--config", conf, "--state", dir); code != exitFailed || !strings.Contains(errOut, "no database yet") {
		t.Errorf("without one: %d, %s", code, errOut)
	}
	output(t, "fetch", "--config", conf, "--state", dir)
	if out := output(t, "check", "--database", "--config", conf, "--state", dir); !strings.Contains(out, "The database is sound.") {
		t.Errorf("a sound one: %q", out)
	}
	path := filepath.Join(dir, databaseName)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(data) / 2; i < len(data); i++ {
		data[i] ^= 0x5a
	}
	overwrite(t, path, string(data))
	code, out, errOut := invoke(t, "check", "--database", "--config", conf, "--state", dir)
	if code == exitOK || !strings.Contains(out+errOut, "restore") {
		t.Errorf("a damaged one: %d, %s%s", code, out, errOut)
	}
}

func TestCheckMakesTheSearchIndexAnew(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	conf, dir := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	check := []string{"check", "--database", "--config", conf, "--state", dir}
	if code, _, errOut := invoke(t, append(check, "--repair")...); code != exitFailed || !strings.Contains(errOut, "nothing to repair") {
		t.Errorf("without a database: %d, %s", code, errOut)
	}
	output(t, "fetch", "--config", conf, "--state", dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("DELETE FROM search_data WHERE id > 10"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := invoke(t, check...); code != exitPartial || !strings.Contains(out, "check --database --repair") {
		t.Errorf("a damaged index: %d, %s", code, out)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := invoke(t, append(check, "--repair")...); code != exitFailed || !strings.Contains(errOut, "stop it") {
		t.Errorf("beside a daemon: %d, %s", code, errOut)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if out := output(t, append(check, "--repair")...); !strings.Contains(out, "anew of 2 articles") || !strings.Contains(out, "The database is sound.") {
		t.Errorf("repaired: %s", out)
	}
	s := openStored(t, filepath.Join(dir, databaseName))
	defer s.Close()
	if found, err := s.Search(t.Context(), news.Search{Terms: []string{"soldats"}}, 10); err != nil || len(found) != 1 {
		t.Errorf("found %d, %v", len(found), err)
	}
}

func TestTheDaemonMakesBackupsAndKeepsTheNewest(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	dir := t.TempDir()
	b := newWorkbench(t, dir, monday.Add(time.Hour), fleuve.source("fleuve"))
	b.after(time.Minute)
	next := *b.stages.Load().cfg
	next.Backup = storage.BackupOptions{Directory: "backups", Schedule: "0 3 * * *", Keep: 2}
	if err := b.reload(t.Context(), &next); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "backups", "harmattan-notes.db")
	made := func() (names []string) {
		for _, m := range madeBackups(filepath.Join(dir, "backups")) {
			names = append(names, filepath.Base(m.path))
		}
		return names
	}
	look := func(pause time.Duration) {
		var rounds sync.WaitGroup
		b.hand.move(pause)
		b.backUp(t.Context(), &rounds)
		rounds.Wait()
	}
	look(time.Minute)
	if got := made(); len(got) != 0 {
		t.Errorf("before the time came: %v", got)
	}
	var want []string
	for day := range 3 {
		look(24 * time.Hour)
		look(time.Second) // not twice
		want = append(want, b.hand.read().Add(-time.Second).UTC().Format(backupName))
		if day == 0 {
			overwrite(t, foreign, "the operator's own")
		}
	}
	if got := made(); !slices.Equal(got, want[1:]) {
		t.Errorf("copies %v, want %v", got, want[1:])
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Errorf("a file of another name: %v", err)
	}

	// A time that was missed is made up for under the next process.
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	again := &workbench{hand: hand{now: b.hand.read().Add(40 * time.Hour)}}
	again.open(t, &next, dir)
	var rounds sync.WaitGroup
	again.backUp(t.Context(), &rounds)
	rounds.Wait()
	if got := made(); len(got) != 2 || got[1] != again.hand.read().UTC().Format(backupName) {
		t.Errorf("after a time that was missed: %v", got)
	}
	restored, err := storage.OpenReadOnly(t.Context(), filepath.Join(dir, "backups", made()[1]))
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	if problems, err := restored.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("the copy: %v, %v", problems, err)
	}
}

func TestABackupThatCannotBeMadeStopsNothing(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	dir := t.TempDir()
	b := newWorkbench(t, dir, monday.Add(time.Hour), fleuve.source("fleuve"))
	overwrite(t, filepath.Join(dir, "backups"), "in the way")
	next := *b.stages.Load().cfg
	next.Backup = storage.BackupOptions{Directory: "backups", Schedule: "@hourly", Keep: 2}
	if err := b.reload(t.Context(), &next); err != nil {
		t.Fatal(err)
	}
	var rounds sync.WaitGroup
	b.backUp(t.Context(), &rounds)
	b.hand.move(2 * time.Hour)
	b.backUp(t.Context(), &rounds)
	rounds.Wait()
	if outcomes := b.after(time.Hour); len(outcomes) != 1 || outcomes[0].Err != nil {
		t.Errorf("the next round: %+v", outcomes)
	}
}

func TestMistakesInTheBackupTableAreTold(t *testing.T) {
	text := "[backup]\ndirectory = \"backups\"\nschedule = \"every night\"\nkeep = 0\n\n[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n"
	_, err := config.Parse("config.toml", []byte(text))
	for _, want := range []string{`config.toml:3:`, `"every night" is not a cron expression`, `config.toml:4:`, "0 is too few"} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v: no %q", err, want)
		}
	}
}
