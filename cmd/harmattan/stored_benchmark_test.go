package main

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
	"harmattan/storage"
)

// BenchmarkAgainstStored judges one article against a store: what is known of
// it, whose words it shares, which story it tells. Every stored article is young
// enough to be compared, which no real store comes to.
func BenchmarkAgainstStored(b *testing.B) {
	for _, stored := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(stored), func(b *testing.B) { judgeAgainst(b, stored) })
	}
}

// BenchmarkAgainstAMillionStored takes two or three minutes to fill its store.
func BenchmarkAgainstAMillionStored(b *testing.B) { judgeAgainst(b, 1_000_000) }

func judgeAgainst(b *testing.B, stored int) {
	c, err := curator.New(curator.Default(), nil)
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "harmattan.db")
	store, err := storage.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	fillStore(b, path, models(b, c), stored)
	random := rand.New(rand.NewPCG(7, uint64(stored))) //nolint:gosec // the articles must repeat
	var items []news.Item
	for n := range 1000 {
		items = append(items, invented(random, stored+n))
	}
	debug.FreeOSMemory()
	joined, judged := 0, 0
	spent := processorTime(b)
	err = store.Write(b.Context(), func(tx *storage.Tx) error {
		for b.Loop() {
			articles, err := judgeOne(b.Context(), c, tx, items[judged%len(items)])
			if err != nil {
				return err
			}
			judged++
			if articles[0].StoryWhy != nil {
				joined++
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64((processorTime(b)-spent).Microseconds())/float64(judged), "cpu-µs/op")
	b.ReportMetric(float64(joined)/float64(judged), "joined/op")
	b.ReportMetric(resident(b), "MB-resident")
}

// judgeOne is what a round does with one new article before it is saved.
func judgeOne(ctx context.Context, c *curator.Curator, tx *storage.Tx, item news.Item) ([]news.Article, error) {
	source := news.Source{ID: "bench", Publisher: "The Courier"}
	keys, links := c.Identify(source, []news.Item{item})
	known, err := tx.Known(ctx, source.ID, keys, links)
	if err != nil {
		return nil, err
	}
	articles := c.Curate(source, []news.Item{item}, known, monday)
	near, err := tx.Neighbours(ctx, sketchKeys(articles), monday.Add(-curator.Default().StoryWindow.Duration))
	return c.Group(articles, near), err
}

// modelCount is how many articles the stored ones are made after.
const modelCount = 4000

// models are sketches of invented articles.
func models(b *testing.B, c *curator.Curator) []news.Sketch {
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // as above
	var items []news.Item
	for n := range modelCount {
		items = append(items, invented(random, n))
	}
	var sketches []news.Sketch
	for _, a := range c.Curate(news.Source{ID: "model", Publisher: "Model"}, items, nil, monday) {
		sketches = append(sketches, a.Sketch)
	}
	if len(sketches) < modelCount*9/10 {
		b.Fatalf("%d models, want nearly %d", len(sketches), modelCount)
	}
	return sketches
}

// invented is an article as agencies write them: what happens again and again in
// the same places, and names that stand in no other article.
func invented(random *rand.Rand, n int) news.Item {
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	who, town, deed := pick(crowds), pick(places), pick(deeds)
	dead, day := 2+random.IntN(60), pick([]string{"Sunday", "Monday", "Saturday"})
	title := fmt.Sprintf("%d %s %s near %s as %s speaks of %s", dead, who, deed, town, name(random), pick(themes))
	lead := fmt.Sprintf("At least %d %s were %s on %s near %s, said %s %s, who leads the council of %s. The governor, %s, met %s in %s over %s and %s.",
		dead, who, deed, day, town, name(random), name(random), name(random), name(random), name(random), pick(places), pick(themes), pick(themes))
	at := monday.Add(-time.Duration(random.IntN(60*60)) * time.Second)
	link := fmt.Sprintf("https://courier.example/%d/%s", n, strings.ReplaceAll(strings.ToLower(town), " ", "-"))
	return news.Item{GUID: link, Link: link, Title: title, Summary: lead, Published: news.Stamp{Raw: at.Format(time.RFC3339), Field: "pubDate"}}
}

var (
	crowds = strings.Fields("soldiers civilians farmers traders gendarmes pupils miners refugees herders drivers")
	deeds  = strings.Fields("killed wounded abducted freed displaced arrested")
	themes = []string{"the harvest", "a ceasefire", "fuel prices", "the election", "cholera", "the border", "a new road", "gold", "the drought", "sanctions"}
	places = []string{"Gao", "Kidal", "Ménaka", "Mopti", "Ségou", "Bamako", "Djibo", "Dori", "Kaya", "Fada N'Gourma", "Ouahigouya",
		"Ouagadougou", "Niamey", "Tillabéri", "Téra", "Diffa", "Agadez", "Tahoua", "Maradi", "Zinder", "N'Djamena", "Faya", "Abéché",
		"Nouakchott", "Néma", "Maiduguri", "Sokoto", "Kaduna", "Dakar", "Kayes"}
)

// name is a name that hardly any other article has.
func name(random *rand.Rand) string {
	syllables := strings.Fields("ba bou da di fa go ka ki la ma mou na ni sa si ta to wa ya zo")
	word := ""
	for range 3 + random.IntN(2) {
		word += syllables[random.IntN(len(syllables))]
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// fillStore stores as many articles as asked, each with the sketch of a model. What
// many models share all of them share; the other keys are each article's own.
func fillStore(b *testing.B, path string, models []news.Sketch, stored int) {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_pragma=cache_size(-65536)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	seen := map[uint64]int{}
	for _, m := range models {
		for _, key := range m.Keys {
			seen[key]++
		}
	}
	common := make([][]bool, len(models))
	for i, m := range models {
		for _, key := range m.Keys {
			common[i] = append(common[i], seen[key] > 3)
		}
	}
	keyOf := func(n, i int) uint64 {
		model := n % len(models)
		if key := models[model].Keys[i]; common[model][i] {
			return key
		} else {
			return key ^ uint64(n)*0x9e3779b97f4a7c15 //nolint:gosec // n is small
		}
	}
	execute(b, tx, "INSERT INTO story (num, id)", 2, stored, func(n int) []any { return []any{n + 1, fmt.Sprintf("s-%09d", n)} })
	execute(b, tx, `INSERT INTO article (num, id, source_id, key, publisher, link, title, summary, language, language_from, full_text, published,
		published_raw, published_from, updated, updated_raw, updated_from, first_seen, modified_at, revision, content_hash, body_hash, story, copy, emptied)`,
		25, stored, func(n int) []any {
			at := models[n%len(models)].Published.UnixMilli()
			return []any{n + 1, fmt.Sprintf("tag:example.org,2026:%09d", n), "bench", fmt.Sprintf("%09d", n), "Publisher", "", "A title", "", "en", "", 0, at,
				"", "", 0, "", "", at, at, 0, fmt.Sprint(n), "", n + 1, 0, 0}
		})
	execute(b, tx, "INSERT INTO sketch (article, published, keys, data)", 4, stored, func(n int) []any {
		m := models[n%len(models)]
		var packed []byte
		for i := range m.Keys {
			packed = binary.LittleEndian.AppendUint64(packed, keyOf(n, i))
		}
		return []any{n + 1, m.Published.UnixMilli(), packed, m.Data}
	})
	// The index is filled in its order, a part of all keys at a time.
	const parts = 16
	for part := range parts {
		var rows []uint64 // a key, then the article
		for n := range stored {
			for i := range models[n%len(models)].Keys {
				key := uint32(keyOf(n, i)) ^ 1<<31 //nolint:gosec // signed order
				if int(key>>28) == part {
					rows = append(rows, uint64(key)<<32|uint64(n+1)) //nolint:gosec // as above
				}
			}
		}
		slices.Sort(rows)
		rows = slices.Compact(rows)
		execute(b, tx, "INSERT INTO sketch_key (key, article)", 2, len(rows), func(n int) []any {
			return []any{int64(int32(uint32(rows[n]>>32) ^ 1<<31)), int64(uint32(rows[n]))} //nolint:gosec // as above
		})
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		b.Fatal(err)
	}
}

// execute inserts rows, many in one statement.
func execute(b *testing.B, tx *sql.Tx, into string, width, rows int, row func(n int) []any) {
	b.Helper()
	const most = 200
	one := "(?" + strings.Repeat(", ?", width-1) + ")"
	var stmt *sql.Stmt
	size := 0
	for from := 0; from < rows; from += most {
		n := min(most, rows-from)
		if n != size {
			var err error
			if stmt, err = tx.Prepare(into + " VALUES " + one + strings.Repeat(", "+one, n-1)); err != nil {
				b.Fatal(err)
			}
			size = n
		}
		values := make([]any, 0, n*width)
		for i := range n {
			values = append(values, row(from+i)...)
		}
		if _, err := stmt.Exec(values...); err != nil {
			b.Fatal(err)
		}
	}
}

// processorTime is what the process has used so far, in hundredths of a second: on
// a busy machine it tells more than the clock.
func processorTime(b *testing.B) time.Duration {
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0 // only Linux tells
	}
	_, fields, _ := strings.Cut(string(stat), ") ") // behind the name of the process
	user, system := strings.Fields(fields)[11], strings.Fields(fields)[12]
	ticks := 0
	for _, field := range []string{user, system} {
		n, err := strconv.Atoi(field)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// resident is the memory of the process, in megabytes of 10^6 bytes.
func resident(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // only Linux tells
	}
	var kib float64
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kib); err == nil {
			return kib * 1024 / 1e6
		}
	}
	b.Fatal("no VmRSS in /proc/self/status")
	return 0
}
