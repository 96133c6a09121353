package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

// crashes names how often TestCrash kills the program; without it a few times.
const crashes = "HARMATTAN_CRASHES"

// TestCrash kills the real program at random moments while its sources change,
// its configuration changes and a reader polls. After each kill the database is
// sound; at the end everything that the sources list is there once, and the
// reader never saw anything twice.
func TestCrash(t *testing.T) {
	kills, err := strconv.Atoi(cmp.Or(os.Getenv(crashes), "6"))
	if err != nil {
		t.Fatalf("%s: %v", crashes, err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	w := newWire(t, 6, rand.New(rand.NewPCG(seed, 1)))
	dir, reader := t.TempDir(), newSubscriber(freePort(t))
	other := w.configuration(t, true)
	live := filepath.Join(t.TempDir(), "live.toml")
	copyFile(t, w.config, live)
	ctx, stop := context.WithCancel(t.Context())
	var beside sync.WaitGroup
	beside.Go(func() { w.keepWriting(ctx) })
	beside.Go(func() { reader.keepPolling(ctx) })
	reloads, early := 0, 0
	for n := range kills {
		p := start(t, "serve", "--config", live, "--state", dir, "--listen", reader.address)
		if n%3 == 0 { // while it opens the database and publishes
			early++
			time.Sleep(time.Duration(w.rng.IntN(400)) * time.Millisecond)
		} else {
			p.address(t)
			for range 1 + w.rng.IntN(3) {
				time.Sleep(time.Duration(w.rng.IntN(900)) * time.Millisecond)
				copyFile(t, []string{w.config, other}[w.rng.IntN(2)], live)
				reloads++
				_ = p.Process.Signal(syscall.SIGHUP)
			}
			time.Sleep(time.Duration(w.rng.IntN(300)) * time.Millisecond)
		}
		p.kill(t)
		checkFile(t, dir)
		if t.Failed() {
			t.Fatalf("after kill %d", n+1)
		}
	}
	copyFile(t, w.config, live)
	p := start(t, "serve", "--config", live, "--state", dir, "--listen", reader.address)
	p.address(t)
	eventually(t, "many articles", func() bool { return w.count() > 40 })
	stop()
	beside.Wait()
	w.everythingComes(t, reader)
	before := reader.settled(t)
	p.kill(t)
	p = start(t, "serve", "--config", live, "--state", dir, "--listen", reader.address)
	p.address(t)
	if after := fetchBody(t, reader.url("atom")); after != before {
		t.Error("killed and started again with nothing new: the edition changed")
	}
	p.stop(t)
	stored := w.checkStored(t, dir)
	reader.check(t)
	t.Logf("%d kills, %d of them while starting; %d reloads; %d articles written, %d stored; %s", kills, early, reloads, w.count(), stored, reader)
}

// kill ends the program without a chance to do anything.
func (p *program) kill(t *testing.T) {
	t.Helper()
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for range p.lines {
		continue
	}
	<-p.ended
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// checkFile reads the whole database of a program that does not run.
func checkFile(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, databaseName)
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		return // killed before there was any
	}
	s := openStored(t, path)
	defer s.Close()
	if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("the database is not sound: %q, %v", problems, err)
	}
}

func openStored(t *testing.T, path string) *storage.Store {
	t.Helper()
	if err := storage.Prepare(); err != nil {
		t.Fatal(err)
	}
	s, err := storage.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wire is a set of outlets that go on writing.
type wire struct {
	rng     *rand.Rand // of the test, not of the writing
	outlets []*outlet
	config  string
	mu      sync.Mutex
	told    int
}

func newWire(t *testing.T, outlets int, rng *rand.Rand) *wire {
	t.Helper()
	w := &wire{rng: rng}
	for range outlets {
		w.outlets = append(w.outlets, newOutlet(t))
	}
	for n := range 3 * outlets {
		w.write(w.outlets[n%outlets])
	}
	w.config = w.configuration(t, false)
	return w
}

// configuration has one edition in which every article stands by itself; the
// other one has a second edition and other words.
func (w *wire) configuration(t *testing.T, other bool) string {
	t.Helper()
	urls := map[string]string{}
	for n, o := range w.outlets {
		urls[fmt.Sprint("outlet-", n)] = o.URL + "/rss"
	}
	text, err := os.ReadFile(configure(t, urls))
	if err != nil {
		t.Fatal(err)
	}
	more := "\n[[edition]]\nid = \"all\"\ntitle = \"All\"\nlanguage = \"fr\"\nlimit = 100\nstories = \"list\"\nwhere = \"true\"\n"
	if other {
		more += "\n[[edition]]\nid = \"niger\"\ntitle = \"Niger\"\nlanguage = \"fr\"\ncountries = [\"NE\"]\n"
	}
	return writeFile(t, "wire.toml", string(text)+more)
}

func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told
}

func (w *wire) write(o *outlet) {
	w.mu.Lock()
	w.told++
	n := w.told
	w.mu.Unlock()
	o.change(func(o *outlet) { o.stories = append(o.stories, raid(n, time.Now().Truncate(time.Second))) })
}

// keepWriting adds articles, corrects them and takes old ones from the list.
func (w *wire) keepWriting(ctx context.Context) {
	rng := rand.New(rand.NewPCG(uint64(w.count()), 2))
	for ctx.Err() == nil {
		o := w.outlets[rng.IntN(len(w.outlets))]
		switch rng.IntN(4) {
		case 0, 1:
			w.write(o)
		case 2:
			o.change(func(o *outlet) { o.stories[rng.IntN(len(o.stories))].text += " Précision de la rédaction." })
		case 3:
			o.change(func(o *outlet) { o.stories = o.stories[max(0, len(o.stories)-20):] })
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(50+rng.IntN(200)) * time.Millisecond):
		}
	}
}

// everythingComes waits until the newest article of every outlet was seen.
func (w *wire) everythingComes(t *testing.T, reader *subscriber) {
	t.Helper()
	for n, o := range w.outlets {
		eventually(t, fmt.Sprint("outlet ", n, " to be read to its end"), o.caughtUp)
		eventually(t, fmt.Sprint("the newest article of outlet ", n), func() bool {
			reader.poll(t.Context())
			o.mu.Lock()
			defer o.mu.Unlock()
			return reader.saw(o.stories[len(o.stories)-1])
		})
	}
}

// checkStored holds what is stored against what the outlets list.
func (w *wire) checkStored(t *testing.T, dir string) int {
	t.Helper()
	checkFile(t, dir)
	s := openStored(t, filepath.Join(dir, databaseName))
	defer s.Close()
	stored, total := map[string]int{}, 0
	if err := eachArticle(t.Context(), s, func(page []news.Article) error {
		for _, a := range page {
			stored[a.Link]++
			total++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for link, n := range stored {
		if n > 1 {
			t.Errorf("%s is stored %d times", link, n)
		}
	}
	for _, o := range w.outlets {
		for _, s := range o.stories {
			if link, _, _ := strings.Cut(s.address(), "?"); stored[link] == 0 {
				t.Errorf("%s is listed and was lost", link)
			}
		}
	}
	if total > w.count() {
		t.Errorf("%d articles are stored, %d were written", total, w.count())
	}
	return total
}

// subscriber polls the edition "all" as a reader does that keeps what it has seen.
type subscriber struct {
	address string
	mu      sync.Mutex
	byLink  map[string]string // entry id
	byID    map[string]string // link
	dates   map[string]string // by entry id
	wrong   []string
	polls   int
	answers int
}

func newSubscriber(address string) *subscriber {
	return &subscriber{address: address, byLink: map[string]string{}, byID: map[string]string{}, dates: map[string]string{}}
}

func (s *subscriber) String() string {
	return fmt.Sprintf("%d polls, %d answered, %d entries seen, %d wrong", s.polls, s.answers, len(s.byID), len(s.wrong))
}

func (s *subscriber) url(format string) string {
	return "http://" + s.address + "/editions/all." + format
}

func (s *subscriber) keepPolling(ctx context.Context) {
	for ctx.Err() == nil {
		s.poll(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// poll looks at the edition once; that nobody answers is no news.
func (s *subscriber) poll(ctx context.Context) {
	var document struct {
		Items []struct {
			ID        string `json:"id"`
			URL       string `json:"url"`
			Published string `json:"date_published"`
		} `json:"items"`
	}
	err := func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url("json"), nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		return json.NewDecoder(response.Body).Decode(&document)
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.polls++; err != nil {
		return
	}
	s.answers++
	here := map[string]bool{}
	for _, item := range document.Items {
		switch id, link := s.byLink[item.URL], s.byID[item.ID]; {
		case here[item.ID]:
			s.wrong = append(s.wrong, item.ID+" stands twice in one document")
		case id != "" && id != item.ID:
			s.wrong = append(s.wrong, fmt.Sprintf("%s came again under %s, was %s", item.URL, item.ID, id))
		case link != "" && link != item.URL:
			s.wrong = append(s.wrong, fmt.Sprintf("%s shows %s, was %s", item.ID, item.URL, link))
		case s.dates[item.ID] != "" && s.dates[item.ID] != item.Published:
			s.wrong = append(s.wrong, fmt.Sprintf("%s is dated %s, was %s", item.ID, item.Published, s.dates[item.ID]))
		}
		here[item.ID] = true
		s.byLink[item.URL], s.byID[item.ID], s.dates[item.ID] = item.ID, item.URL, item.Published
	}
}

// settled is the edition once it stays as it is over several rounds: after its
// newest entry, corrections of others and pages of its archive may still come.
func (s *subscriber) settled(t *testing.T) (document string) {
	t.Helper()
	same := 0
	eventually(t, "the edition to stay as it is", func() bool {
		now := fetchBody(t, s.url("atom"))
		if same++; now != document {
			document, same = now, 0
		}
		return same == 25
	})
	return document
}

func (s *subscriber) saw(st story) bool {
	link, _, _ := strings.Cut(st.address(), "?")
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byLink[link] != ""
}

func (s *subscriber) check(t *testing.T) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) == 0 {
		t.Error("the reader saw nothing")
	}
	for _, wrong := range s.wrong[:min(len(s.wrong), 10)] {
		t.Error("a reader saw: " + wrong)
	}
}
