package storage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// words are enough to make text compress about as news does.
var words = strings.Fields(`attack armed soldiers village Gao Ménaka Tillabéri market road convoy fuel
	displaced families governor region authorities wounded killed Saturday minister talks border police
	drought prices harvest school hospital cholera river flood rain bridge radio statement coalition
	junta election army patrol ambush mine escort truck driver aid agency camp refugees water well
	la route les habitants une attaque hier matin selon des sources locales dans le cercle de`)

func prose(r *rand.Rand, size int) string {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(words[r.IntN(len(words))])
		if r.IntN(6) == 0 {
			fmt.Fprintf(&b, " %d", r.IntN(1e6))
		}
		b.WriteByte(" .\n"[min(2, r.IntN(40)/13%3)])
	}
	return b.String()
}

// busy is an article as a full configuration makes it: 3 KB of text with as
// much HTML, tags with evidence, a sketch, now and then an edition or a story.
func busy(r *rand.Rand, n int) news.Article {
	source, at := fmt.Sprintf("source-%03d", n/35%1000), noon.Add(time.Duration(n)*time.Second)
	a := article(source, fmt.Sprintf("https://%s.example/news/2026/03/%d/a-title-of-usual-length", source, n), at)
	a.ID, a.StoryID = fmt.Sprintf("tag:example.org,2026:e/%016x%016x", r.Uint64(), n), fmt.Sprintf("story-%016x", r.Uint64())
	a.Link, a.RawLink = a.Key, a.Key+"?utm_source=rss"
	a.Title, a.Summary, a.Text = prose(r, 70), prose(r, 300), prose(r, 3000)
	a.HTML = "<p>" + strings.ReplaceAll(a.Text, "\n", "</p>\n<p>") + "</p>"
	a.Folded = strings.ToLower(a.Title + " " + a.Summary[:220])
	a.ContentHash, a.BodyHash = fmt.Sprintf("%064x", r.Uint64()), fmt.Sprintf("%064x", n/35)
	for i := range 5 {
		a.Tags = append(a.Tags, news.Tag{Kind: news.KindPlace, ID: fmt.Sprintf("place-%d", i*50+r.IntN(50)), Label: "A place", Score: r.Float64(),
			Point:    &news.Point{Lat: 14, Lon: 0.5},
			Evidence: []news.Evidence{{Term: "Ménaka", Field: "text", Offset: r.IntN(3000), Weight: 1}, {Term: "Gao", Field: "title", Weight: 2}}})
	}
	for range 8 {
		a.Sketch.Keys = append(a.Sketch.Keys, r.Uint64())
	}
	a.Sketch.Data = []byte(prose(r, 250))
	if n%4 == 0 {
		a.Editions = []news.Membership{{EditionID: fmt.Sprintf("edition-%d", n%10), Score: 2, Reason: "country/ML, topic/security"}}
	}
	if n%10 > 6 {
		a = telling(a, fmt.Sprintf("shared-%d", n/30), n%2 == 0)
	}
	return a
}

func busyBatch(r *rand.Rand, from, size int) []news.Article {
	all := make([]news.Article, size)
	for i := range all {
		all[i] = busy(r, from+i)
	}
	return all
}

func BenchmarkSave500(b *testing.B) {
	s := openStore(b)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r := rand.New(rand.NewPCG(1, 2))
	stored := 0
	for b.Loop() {
		b.StopTimer()
		batch := busyBatch(r, stored, 500)
		stored += len(batch)
		b.StartTimer()
		if err := s.Write(ctx, func(tx *storage.Tx) error {
			_, err := tx.SaveArticles(ctx, batch)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(stored), "µs/article")
}

func BenchmarkEntries50Of100000(b *testing.B) {
	path := filepath.Join(b.TempDir(), "harmattan.db")
	s := openAt(b, path)
	r := rand.New(rand.NewPCG(1, 2))
	for from := 0; from < 100_000; from += 500 {
		save(b, s, busyBatch(r, from, 500)...)
	}
	for b.Loop() {
		if got, err := s.Entries(context.Background(), "edition-4", 50, noon.Add(1000*time.Hour)); err != nil || len(got) != 50 {
			b.Fatal(len(got), err)
		}
	}
}
