package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/publisher"
)

// hubDesk is a desk with a hub of its own, as the world sees it.
type hubDesk struct {
	*workbench
	outlet  *outlet
	base    string
	rounds  sync.WaitGroup
	calls   sync.WaitGroup
	mu      sync.Mutex
	called  []*http.Request
	bodies  []string
	answers func(*http.Request) (code int, body string)
}

func newHubDesk(t *testing.T, hub string) *hubDesk {
	t.Helper()
	h := &hubDesk{outlet: newOutlet(t, battle("douze"))}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.serveHub(context.Background(), &h.calls, w, r) {
			h.stages.Load().publisher.Handler().ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	h.base = server.URL
	cfg := roundsConfig(t, h.outlet.source("fleuve"))
	cfg.Publisher.BaseURL, cfg.Publisher.Hub = server.URL, hub
	h.workbench = &workbench{hand: hand{now: monday}}
	h.open(t, cfg, t.TempDir())
	h.after(time.Minute)
	h.answers = func(r *http.Request) (int, string) { return http.StatusOK, r.URL.Query().Get("hub.challenge") }
	h.hub.call = func(_ context.Context, req *http.Request, limit int64) (int, []byte, error) {
		var body []byte
		if req.Body != nil {
			body, _ = io.ReadAll(req.Body)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.called, h.bodies = append(h.called, req), append(h.bodies, string(body))
		code, text := h.answers(req)
		return code, []byte(text)[:min(len(text), int(limit))], nil
	}
	return h
}

// ask sends a form to the hub and waits until it has called back.
func (h *hubDesk) ask(form url.Values) (int, string) {
	h.t.Helper()
	res, err := http.PostForm(h.base+"/hub", form)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	h.calls.Wait()
	return res.StatusCode, string(text)
}

// tell lets the hub send what changed, and returns the requests that it made.
func (h *hubDesk) tell() ([]*http.Request, []string) {
	h.t.Helper()
	h.mu.Lock()
	h.called, h.bodies = nil, nil
	h.mu.Unlock()
	h.distribute(h.t.Context(), &h.rounds)
	h.rounds.Wait()
	return h.called, h.bodies
}

// tellAll is tell until nothing more is sent: so many requests are made at a time.
func (h *hubDesk) tellAll() (sent []*http.Request, bodies []string) {
	h.t.Helper()
	for {
		some, texts := h.tell()
		if len(some) == 0 {
			return sent, bodies
		}
		sent, bodies = append(sent, some...), append(bodies, texts...)
	}
}

func (h *hubDesk) topic() string { return h.base + "/editions/sahel-security.atom" }

func (h *hubDesk) form(mode string) url.Values {
	return url.Values{"hub.mode": {mode}, "hub.topic": {h.topic()}, "hub.callback": {"https://reader.example/back?key=1"}, "hub.secret": {"s3cret"}}
}

// signed is a signature as subscribers check it.
func signed(secret, document string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(document))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// change lets the edition change.
func (h *hubDesk) change(killed string) {
	h.outlet.mu.Lock()
	h.outlet.stories[0] = battle(killed)
	h.outlet.mu.Unlock()
	h.after(2 * time.Hour)
}

func TestP75_P76_EditionsNameTheirHubOnceInHeaderAndBody(t *testing.T) {
	h := newHubDesk(t, publisher.OwnHub)
	for _, suffix := range []string{".rss", ".atom", ".json"} {
		res, err := http.Get(h.base + "/editions/sahel-security" + suffix)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		links := strings.Join(res.Header.Values("Link"), "\n")
		if !strings.Contains(links, "<"+h.base+`/hub>; rel="hub"`) || strings.Count(links, `rel="self"`) != 1 {
			t.Errorf("%s: %s", suffix, links)
		}
		head, _, _ := strings.Cut(string(text), "<entry")
		head, _, _ = strings.Cut(head, "<item>")
		head, _, _ = strings.Cut(head, `"items":`)
		self, hub := `rel="self"`, `href="`+h.base+`/hub" rel="hub"`
		if suffix == ".json" {
			self, hub = `"feed_url"`, `"hubs":[{"type":"WebSub","url":"`+h.base+`/hub"}]`
		}
		if strings.Count(head, self) != 1 || strings.Count(head, hub) != 1 {
			t.Errorf("%s: %s", suffix, head)
		}
	}
	if code, _ := h.ask(nil); code != http.StatusBadRequest {
		t.Errorf("an empty form: %d", code)
	}
	if none := newHubDesk(t, ""); strings.Contains(none.get("/editions/sahel-security.atom").body, `rel="hub"`) {
		t.Error("a hub without configuration")
	}
}

func TestP78_TheHubRefusesWhatItMust(t *testing.T) {
	h := newHubDesk(t, publisher.OwnHub)
	for name, change := range map[string]func(url.Values){
		"no mode":         func(f url.Values) { f.Del("hub.mode") },
		"publish":         func(f url.Values) { f.Set("hub.mode", "publish") },
		"no topic":        func(f url.Values) { f.Del("hub.topic") },
		"foreign topic":   func(f url.Values) { f.Set("hub.topic", "https://other.example/editions/sahel-security.atom") },
		"no such edition": func(f url.Values) { f.Set("hub.topic", h.base+"/editions/none.atom") },
		"a page":          func(f url.Values) { f.Set("hub.topic", h.base+"/editions/sahel-security") },
		"an archive":      func(f url.Values) { f.Set("hub.topic", h.base+"/editions/sahel-security/archive/1.atom") },
		"no callback":     func(f url.Values) { f.Del("hub.callback") },
		"file callback":   func(f url.Values) { f.Set("hub.callback", "file:///etc/passwd") },
		"with a password": func(f url.Values) { f.Set("hub.callback", "https://u:p@reader.example/") },
		"long secret":     func(f url.Values) { f.Set("hub.secret", strings.Repeat("x", 200)) },
		"bad lease":       func(f url.Values) { f.Set("hub.lease_seconds", "-1") },
		"long form":       func(f url.Values) { f.Set("x", strings.Repeat("x", formBytes)) },
	} {
		form := h.form("subscribe")
		change(form)
		if code, text := h.ask(form); code != http.StatusBadRequest || strings.TrimSpace(text) == "" {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	if len(h.called) != 0 {
		t.Errorf("a refused subscriber was called: %v", h.called)
	}
	res, err := http.Get(h.base + "/hub")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") != "POST" {
		t.Errorf("GET: %d", res.StatusCode)
	}
}

func TestP78_OnlyWhoSendsTheChallengeBackIsSubscribed(t *testing.T) {
	h := newHubDesk(t, publisher.OwnHub)
	var challenges []string
	for _, answer := range []func(string) (int, string){
		func(string) (int, string) { return http.StatusOK, "" },
		func(c string) (int, string) { return http.StatusOK, c + "x" },
		func(c string) (int, string) { return http.StatusNotFound, c },
		func(c string) (int, string) { return http.StatusFound, c },
	} {
		h.answers = func(r *http.Request) (int, string) {
			challenges = append(challenges, r.URL.Query().Get("hub.challenge"))
			return answer(challenges[len(challenges)-1])
		}
		if code, _ := h.ask(h.form("subscribe")); code != http.StatusAccepted {
			t.Errorf("status %d", code)
		}
	}
	if len(h.hub.subscribers) != 0 {
		t.Fatal("subscribed without the challenge")
	}
	slices.Sort(challenges)
	if len(slices.Compact(challenges)) != 4 || len(challenges[0]) < 26 {
		t.Errorf("challenges %v", challenges)
	}
	h.answers = func(r *http.Request) (int, string) {
		q := r.URL.Query()
		if q.Get("key") != "1" || q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != h.topic() || q.Get("hub.lease_seconds") != "864000" {
			t.Errorf("called with %v", q)
		}
		return http.StatusOK, q.Get("hub.challenge")
	}
	if h.ask(h.form("subscribe")); len(h.hub.subscribers) != 1 {
		t.Fatal("not subscribed")
	}
	h.answers = func(*http.Request) (int, string) { return http.StatusOK, "no" }
	if h.ask(h.form("unsubscribe")); len(h.hub.subscribers) != 1 {
		t.Error("unsubscribed by a stranger")
	}
	h.answers = func(r *http.Request) (int, string) { return http.StatusOK, r.URL.Query().Get("hub.challenge") }
	if h.ask(h.form("unsubscribe")); len(h.hub.subscribers) != 0 {
		t.Error("not unsubscribed")
	}
	if stored, err := h.store.Subscribers(t.Context()); err != nil || len(stored) != 0 {
		t.Errorf("stored %v, %v", stored, err)
	}
}

func TestP78_AChangeIsSentOnceSignedAndTriedAgainWithinLimits(t *testing.T) {
	h := newHubDesk(t, publisher.OwnHub)
	h.ask(h.form("subscribe"))
	if sent, _ := h.tell(); len(sent) != 0 {
		t.Errorf("nothing changed, but it sent %d", len(sent))
	}
	h.change("treize")
	sent, bodies := h.tell()
	if len(sent) != 1 || bodies[0] != h.get("/editions/sahel-security.atom").body || sent[0].Method != http.MethodPost ||
		sent[0].Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" || !strings.Contains(strings.Join(sent[0].Header.Values("Link"), ","), `rel="hub"`) {
		t.Fatalf("sent %d: %v", len(sent), sent)
	}
	if got := sent[0].Header.Get("X-Hub-Signature"); got != signed("s3cret", bodies[0]) {
		t.Errorf("signature %q", got)
	}
	if sent, _ = h.tell(); len(sent) != 0 {
		t.Error("sent twice")
	}
	h.answers = func(*http.Request) (int, string) { return http.StatusInternalServerError, "" }
	h.change("quatorze")
	tries := 0
	for range 40 {
		sent, _ = h.tell()
		tries += len(sent)
		h.hand.move(time.Hour)
	}
	if tries != sendTries {
		t.Errorf("tried %d times, want %d", tries, sendTries)
	}
	h.answers = func(*http.Request) (int, string) { return http.StatusGone, "" }
	h.change("quinze")
	h.tell()
	if len(h.hub.subscribers) != 0 {
		t.Error("who is gone is still subscribed")
	}
}

func TestP78_ALeaseEnds(t *testing.T) {
	h := newHubDesk(t, publisher.OwnHub)
	h.ask(h.form("subscribe"))
	h.hand.move(10*24*time.Hour + time.Second)
	h.change("treize")
	if sent, _ := h.tell(); len(sent) != 0 || len(h.hub.subscribers) != 0 {
		t.Errorf("sent %d after the lease", len(sent))
	}
}

func TestP78_CallbacksIntoPrivateNetworksAreNotReached(t *testing.T) {
	reached := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer inside.Close()
	cfg := roundsConfig(t, newOutlet(t).source("fleuve"))
	cfg.Fetcher.Allow, cfg.Publisher.Hub = nil, publisher.OwnHub
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	var calls sync.WaitGroup
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {"http://127.0.0.1:8025/editions/sahel-security.rss"}, "hub.callback": {inside.URL}}
	r := httptest.NewRequest(http.MethodPost, "/hub", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	if !b.serveHub(t.Context(), &calls, w, r) || w.Code != http.StatusAccepted {
		t.Fatalf("status %d %s", w.Code, w.Body)
	}
	if calls.Wait(); reached || len(b.hub.subscribers) != 0 {
		t.Error("a host of the private network was called")
	}
}

func TestP77_AnotherHubIsToldOfEveryChangeAndAgainWhenItFails(t *testing.T) {
	h := newHubDesk(t, "https://hub.example/")
	if code, _ := h.ask(h.form("subscribe")); code == http.StatusAccepted {
		t.Error("there is a hub of our own as well")
	}
	h.tellAll() // of what is there
	h.hand.move(time.Minute)
	h.answers = func(*http.Request) (int, string) { return http.StatusInternalServerError, "" }
	h.change("treize")
	sent, bodies := h.tellAll()
	if len(sent) == 0 || sent[0].URL.String() != "https://hub.example/" || !strings.Contains(strings.Join(bodies, "\n"), "hub.mode=publish") ||
		!strings.Contains(strings.Join(bodies, "\n"), "hub.url="+url.QueryEscape(h.topic())) {
		t.Fatalf("sent %v", bodies)
	}
	failed := len(sent)
	h.answers = func(*http.Request) (int, string) { return http.StatusNoContent, "" }
	if sent, _ = h.tellAll(); len(sent) != 0 {
		t.Error("tried again at once")
	}
	h.hand.move(time.Hour)
	if sent, _ = h.tellAll(); len(sent) != failed {
		t.Errorf("told %d of %d", len(sent), failed)
	}
	h.hand.move(time.Hour)
	if sent, _ = h.tellAll(); len(sent) != 0 {
		t.Error("told twice")
	}
}

// Two Harmattans: the second subscribes to an edition of the first, and has what
// is new there without asking for it.
func TestP78_AnotherHarmattanSubscribesAndIsTold(t *testing.T) {
	first := newHubDesk(t, publisher.OwnHub)
	pinned := false
	source := news.Source{ID: "sahel-desk", URL: first.topic(), Name: "Sahel desk", Language: "en", Adaptive: &pinned}
	cfg := roundsConfig(t, source)
	cfg.Publisher.BaseURL, cfg.Curator.IDAuthority = "https://desk.example", "desk.example,2026"
	second := &workbench{hand: hand{now: monday.Add(time.Minute)}}
	second.open(t, cfg, t.TempDir())
	var rounds, calls sync.WaitGroup
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !second.servePush(context.Background(), &calls, w, r) {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	defer server.Close()
	first.hub.call = func(ctx context.Context, req *http.Request, limit int64) (int, []byte, error) {
		at, err := url.Parse(server.URL)
		if err != nil || req.URL.Host != "desk.example" {
			return 0, nil, fmt.Errorf("called %s: %w", req.URL, err)
		}
		req.URL.Scheme, req.URL.Host = at.Scheme, at.Host
		res, err := http.DefaultClient.Do(req.WithContext(ctx))
		if err != nil {
			return 0, nil, err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(io.LimitReader(res.Body, limit))
		return res.StatusCode, body, err
	}
	second.after(time.Minute)
	second.subscribe(t.Context(), &rounds)
	rounds.Wait()
	first.calls.Wait()
	sub, _ := second.push("sahel-desk")
	if sub.Status != news.SubscriptionActive || sub.Topic != first.topic() || len(first.hub.subscribers) != 1 {
		t.Fatalf("subscription %+v, subscribers %v", sub, first.hub.subscribers)
	}
	first.outlet.mu.Lock()
	first.outlet.stories = append(first.outlet.stories, earlier(kidnapping()))
	first.outlet.mu.Unlock()
	first.after(time.Hour)
	second.hand.move(time.Hour)
	first.distribute(t.Context(), &first.rounds)
	first.rounds.Wait()
	calls.Wait()
	if !bytes.Contains([]byte(second.get("/editions/sahel-security.rss").body), []byte("deux humanitaires enlevés")) {
		t.Error("the second does not have what the first published")
	}
	want := first.ids()
	if got := second.ids(); !slices.Equal(got, want) {
		t.Errorf("entries %v, want the ids of the first: %v", got, want)
	}
}
