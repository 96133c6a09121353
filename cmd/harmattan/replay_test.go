package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

// command runs a subcommand with the clock in hand and returns what it printed.
func command(t *testing.T, now time.Time, run func(*session) error) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(&session{ctx: t.Context(), out: &out, errOut: t.Output(), clock: func() time.Time { return now }, log: slog.New(slog.DiscardHandler)})
	return out.String(), err
}

func TestReplayOfAWholeNewsroomFindsNothingToChange(t *testing.T) {
	b, _ := readNewsroom(t)
	before := b.edition()
	r := newReplay(b.store, b.stages.Load().curator, b.stages.Load().cfg)
	if err := r.run(t.Context(), "", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if r.documents < 10 {
		t.Errorf("only %d documents in the archive", r.documents)
	}
	for _, c := range r.changes {
		t.Errorf("%s %s %q: %v", c.SourceID, c.Kind, c.Title, c.What)
	}
	if err := b.start(t.Context()); err != nil || !slices.Equal(b.edition(), before) {
		t.Errorf("the edition changed, %v", err)
	}
}

// misread stores two documents of the outlet as a parser with a mistake would:
// it overlooks the second item, and gives the first without most of its text.
func misread(t *testing.T, b *workbench, o *outlet) {
	t.Helper()
	source := o.source("fleuve")
	state := news.SourceState{SourceID: source.ID, URL: source.URL, Status: news.StatusHealthy, CheckedAt: b.hand.read()}
	document := []byte(o.document())
	parsed, err := fetcher.Parse(source, document, "application/rss+xml", source.URL, fetcher.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(document)
	first := parsed.Items[0]
	first.Summary = "Des hommes armés ont attaqué une position de l’armée malienne près de Ménaka."
	_, err = b.keep(context.Background(), []*fetcher.Result{{
		Source: source, State: state, Items: []news.Item{first}, Outcome: fetcher.OutcomeNew, Code: 200, ReceivedAt: b.hand.read(),
		Raws: []news.Raw{{SourceID: source.ID, Hash: hex.EncodeToString(sum[:]), Body: document, Size: int64(len(document)),
			URL: source.URL, FinalURL: source.URL, Status: 200, ReceivedAt: b.hand.read()}},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// settingsOf writes the workbench's sources into a configuration file.
func settingsOf(t *testing.T, o *outlet, dir string) settings {
	t.Helper()
	name := configure(t, map[string]string{"fleuve": o.URL + "/rss"})
	return settings{Config: name, State: dir}
}

func TestReplayStoresTheBetterReadingUnderTheOldIds(t *testing.T) {
	o, dir := newOutlet(t, battle("douze"), kidnapping()), t.TempDir()
	b := newWorkbench(t, dir, monday.Add(time.Hour), o.source("fleuve"))
	misread(t, b, o)
	ids := b.ids()
	if len(ids) != 1 {
		t.Fatalf("stored %v", ids)
	}
	entered := enteredAt(t, b.store, ids[0])
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	later, shared := monday.Add(50*time.Hour), settingsOf(t, o, dir)

	asked := o.asked()
	told, err := command(t, later, (&replayCommand{settings: shared}).Run)
	if err != nil || !strings.Contains(told, "1 articles would be new, 1 changed, 0 differently tagged. Nothing was changed") ||
		!strings.Contains(told, "text") {
		t.Fatalf("%v\n%s", err, told)
	}
	if again, _ := command(t, later, (&replayCommand{settings: shared}).Run); again != told {
		t.Error("telling changed something:\n" + again)
	}
	told, err = command(t, later, (&replayCommand{settings: shared, Apply: true, JSON: true}).Run)
	var changes []rereadChange
	if err != nil || json.Unmarshal([]byte(told), &changes) != nil || len(changes) != 2 || changes[0].ID != ids[0] || changes[0].Kind != changeText {
		t.Fatalf("%v\n%s", err, told)
	}
	if told, err = command(t, later, (&replayCommand{settings: shared}).Run); err != nil || !strings.Contains(told, "All is stored as it reads today") {
		t.Errorf("%v\n%s", err, told)
	}
	if o.asked() != asked {
		t.Error("replay asked the source")
	}

	store, err := storage.Open(t.Context(), filepath.Join(dir, databaseName))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	a, err := store.Article(t.Context(), ids[0])
	if err != nil || !strings.Contains(a.Text, "douze morts") || a.Revision != 1 || !a.ModifiedAt.Equal(a.FirstSeen) {
		t.Errorf("%v: %+v", err, a)
	}
	if now := enteredAt(t, store, ids[0]); !now.Equal(entered) {
		t.Errorf("entered at %s, before %s", now, entered)
	}
	missed, err := store.Article(t.Context(), changes[1].ID)
	if err != nil || !missed.FirstSeen.Equal(monday.Add(time.Hour)) || missed.BodyHash != a.BodyHash {
		t.Errorf("%v: the article that had been missed: %+v", err, missed)
	}
	if problems, err := store.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
}

func enteredAt(t *testing.T, store *storage.Store, id string) time.Time {
	t.Helper()
	entries, err := store.Entries(t.Context(), "sahel-security", 50, monday.Add(100*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Article.ID == id {
			return e.EnteredAt
		}
	}
	t.Fatalf("%s has no entry", id)
	return time.Time{}
}

func TestReplayLeavesWhatASourceCorrectedSince(t *testing.T) {
	o, dir := newOutlet(t, battle("douze")), t.TempDir()
	b := newWorkbench(t, dir, monday.Add(time.Hour), o.source("fleuve"))
	b.after(time.Minute)
	o.change(func(o *outlet) { o.stories[0] = battle("vingt-sept") })
	b.after(time.Hour)
	r := newReplay(b.store, b.stages.Load().curator, b.stages.Load().cfg)
	if err := r.run(t.Context(), "", time.Time{}); err != nil || r.documents != 2 || len(r.changes) != 0 {
		t.Errorf("%v: %d documents, %+v", err, r.documents, r.changes)
	}
	b.stages.Load().cfg.Archive.MaxBytes = 0
	o.change(func(o *outlet) { o.stories[0] = battle("trente") })
	b.after(time.Hour)
	b.tidy(t.Context())
	r = newReplay(b.store, b.stages.Load().curator, b.stages.Load().cfg)
	if err := r.run(t.Context(), "", time.Time{}); err != nil || r.documents != 0 {
		t.Errorf("%v: an archive that is off holds %d documents", err, r.documents)
	}
}

func TestSinceIsATimeOrASpan(t *testing.T) {
	now := monday.Add(48 * time.Hour)
	for text, want := range map[string]time.Time{
		"": {}, "2026-03-02": monday.Truncate(24 * time.Hour), "2026-03-02T08:00:00Z": monday, "2d": monday, "36h": now.Add(-36 * time.Hour),
	} {
		if got, err := readSince(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "-3h", "2026-13-01"} {
		if _, err := readSince(text, now); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestADocumentIsGivenOutAsItWasReceivedAndCited(t *testing.T) {
	o, dir := newOutlet(t, battle("douze")), t.TempDir()
	b := newWorkbench(t, dir, monday.Add(time.Hour), o.source("fleuve"))
	b.after(time.Minute)
	first := o.document()
	o.change(func(o *outlet) { o.stories[0] = battle("vingt-sept") })
	b.after(time.Hour)
	id := b.ids()[0]
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	shared := settingsOf(t, o, dir)
	sum := sha256.Sum256([]byte(first))
	hash := hex.EncodeToString(sum[:])

	told, err := command(t, monday, (&explainCommand{settings: shared, Ref: id}).Run)
	for _, want := range []string{"document 1", "document 0", hash, "status 200", "from " + o.URL + "/rss", "in the archive: harmattan document " + hash} {
		if err != nil || !strings.Contains(told, want) {
			t.Errorf("%v: explain does not say %q:\n%s", err, want, told)
		}
	}
	if got, err := command(t, monday, (&documentCommand{State: dir, Ref: strings.ToUpper(hash)}).Run); err != nil || got != first {
		t.Errorf("%v: %.100s", err, got)
	}
	if got, err := command(t, monday, (&documentCommand{State: dir, Ref: id}).Run); err != nil || got != o.document() {
		t.Errorf("%v: %.100s", err, got)
	}
	head, err := command(t, monday, (&documentCommand{State: dir, Ref: hash, Head: true}).Run)
	if err != nil || !strings.Contains(head, "Etag: "+tagOf(first)) || strings.Contains(head, "<rss") {
		t.Errorf("%v: %s", err, head)
	}
	if _, err := command(t, monday, (&documentCommand{State: dir, Ref: strings.Repeat("0", 64)}).Run); err == nil || !strings.Contains(err.Error(), "let go") {
		t.Errorf("a document that nobody received: %v", err)
	}
}
