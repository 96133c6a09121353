package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/news"
)

// hub is a WebSub hub of the test: it takes subscriptions, calls back and signs
// what it pushes.
type hub struct {
	*httptest.Server
	daemon   string // where callbacks are reached
	mu       sync.Mutex
	mode     string // subscribe, denied or down
	lease    string
	callback *url.URL
	secret   string
	asked    int
	echoed   bool
	calls    sync.WaitGroup
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{mode: "subscribe", lease: "864000"}
	h.Server = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(h.Close)
	return h
}

func (h *hub) serve(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked++
	callback, err := url.Parse(r.PostFormValue("hub.callback"))
	if h.mode == "down" || err != nil || callback.Scheme != "https" || r.PostFormValue("hub.mode") != "subscribe" {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h.callback, h.secret = callback, r.PostFormValue("hub.secret")
	query := url.Values{"hub.mode": {h.mode}, "hub.topic": {r.PostFormValue("hub.topic")},
		"hub.challenge": {"a challenge"}, "hub.lease_seconds": {h.lease}}
	w.WriteHeader(http.StatusAccepted)
	h.calls.Go(func() { h.verify(query) })
}

// verify calls the subscriber back, as a hub does after its answer.
func (h *hub) verify(query url.Values) {
	res, err := http.Get(h.daemon + h.callback.Path + "?" + query.Encode())
	if err != nil {
		return
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.echoed = res.StatusCode == http.StatusOK && string(text) == "a challenge" &&
		strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain")
}

// push sends a document, signed with a secret, and tells the answer.
func (h *hub) push(t *testing.T, path, secret, document string) int {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(document))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.daemon+path, strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// pushed is a desk with one source whose hub is the test's.
type pushed struct {
	*workbench
	hub    *hub
	outlet *outlet
	rounds sync.WaitGroup
	calls  sync.WaitGroup
}

func newPushed(t *testing.T) *pushed {
	t.Helper()
	p := &pushed{hub: newHub(t), outlet: newOutlet(t, battle("douze"))}
	handler := p.outlet.Config.Handler
	p.outlet.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="hub", <http://%s/self>; rel="self"`, p.hub.URL, r.Host))
		handler.ServeHTTP(w, r)
	})
	source, pinned := p.outlet.source("fleuve"), false
	source.Adaptive = &pinned
	p.workbench = newWorkbench(t, t.TempDir(), monday, source)
	p.stages.Load().cfg.Publisher.BaseURL = "https://desk.example/news"
	daemon := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.servePush(context.Background(), &p.calls, w, r) {
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	t.Cleanup(daemon.Close)
	p.hub.daemon = daemon.URL
	p.after(time.Minute)
	return p
}

// ask lets the desk ask its hubs and waits for their calls.
func (p *pushed) ask() news.Subscription {
	p.subscribe(p.t.Context(), &p.rounds)
	p.rounds.Wait()
	p.hub.calls.Wait()
	sub, _ := p.push("fleuve")
	return sub
}

// item is a document with one story that the outlet's own does not hold yet.
func item(title string) string {
	return `<rss version="2.0"><channel><title>Le Fleuve</title><link>https://fleuve.example/</link><description>d</description>` +
		`<item><guid isPermaLink="false">pushed-1</guid><link>https://fleuve.example/pushed-1</link><title>` + title + `</title>` +
		`<description>Des hommes armés ont attaqué un convoi militaire près de Ménaka au Mali, tuant six soldats.</description></item></channel></rss>`
}

func TestF72_APushIsStoredAndPublishedWithoutAnyRequest(t *testing.T) {
	p := newPushed(t)
	sub := p.ask()
	if sub.Status != news.SubscriptionActive || !p.hub.echoed || p.hub.callback.Path != "/news/push/"+sub.Callback {
		t.Fatalf("subscription %+v, echoed %v", sub, p.hub.echoed)
	}
	requests := len(p.outlet.requests)
	for _, bad := range []struct {
		path, secret string
		want         int
	}{
		{p.hub.callback.Path, "a guess", http.StatusAccepted},
		{"/news/push/" + strings.Repeat("A", len(sub.Callback)), p.hub.secret, http.StatusNotFound},
		{"/news/push/", p.hub.secret, http.StatusNotFound},
	} {
		if code := p.hub.push(t, bad.path, bad.secret, item("Attaque terroriste à Gao : dix morts")); code != bad.want {
			t.Errorf("%s with %q: %d", bad.path, bad.secret, code)
		}
	}
	p.calls.Wait()
	if found, _ := p.store.Search(t.Context(), news.Search{Terms: []string{"Gao"}}, 5); len(found) != 0 {
		t.Error("a push that nobody signed was stored")
	}
	p.hand.move(time.Minute)
	if code := p.hub.push(t, p.hub.callback.Path, p.hub.secret, item("Attaque djihadiste à Ménaka : six soldats tués")); code != http.StatusAccepted {
		t.Fatalf("status %d", code)
	}
	p.calls.Wait()
	if !strings.Contains(p.get("/editions/sahel-security.rss").body, "six soldats tués") {
		t.Error("what was pushed is not in the edition")
	}
	if len(p.outlet.requests) != requests {
		t.Error("the source was asked for what was pushed")
	}
	if found, _ := p.store.Search(t.Context(), news.Search{Terms: []string{"douze"}}, 5); len(found) == 0 {
		t.Error("an article that the push did not hold is gone")
	}
	if sub, _ := p.push("fleuve"); !sub.PushedAt.Equal(p.hand.read()) {
		t.Errorf("pushed at %s", sub.PushedAt)
	}
	p.after(20 * time.Minute)
	before := len(p.outlet.requests)
	if p.after(5 * time.Hour); len(p.outlet.requests) != before {
		t.Error("polled although its hub pushes")
	}
	if p.after(90 * time.Minute); len(p.outlet.requests) != before+1 {
		t.Error("the safety poll did not come")
	}
}

func TestF74_PollingGoesOnWhenTheHubDies(t *testing.T) {
	p := newPushed(t)
	p.ask()
	p.hub.push(t, p.hub.callback.Path, p.hub.secret, item("Attaque djihadiste à Ménaka : six soldats tués"))
	p.calls.Wait()
	p.hub.mode = "down"
	p.hand.move(8 * 24 * time.Hour)
	renewing := p.ask()
	if p.hub.asked != 2 || renewing.Failures != 1 || !renewing.LeaseUntil.After(p.hand.read()) {
		t.Fatalf("asked %d times, %+v", p.hub.asked, renewing)
	}
	p.after(0)
	p.hand.move(3 * 24 * time.Hour)
	before := len(p.outlet.requests)
	for range 8 {
		p.after(16 * time.Minute)
	}
	if polls := len(p.outlet.requests) - before; polls < 5 {
		t.Errorf("polled %d times in two hours without a hub", polls)
	}
	if code := p.hub.push(t, p.hub.callback.Path, p.hub.secret, item("Une attaque trop tard à Gao")); code != http.StatusAccepted {
		t.Errorf("status %d", code)
	}
	p.calls.Wait()
	if found, _ := p.store.Search(t.Context(), news.Search{Terms: []string{"tard"}}, 5); len(found) != 0 {
		t.Error("a push after its lease was taken")
	}
}

func TestF75_ADeniedSubscriptionEndsPush(t *testing.T) {
	p := newPushed(t)
	p.hub.mode = "denied"
	if sub := p.ask(); sub.Status != news.SubscriptionDenied || sub.LastError == "" {
		t.Fatalf("got %+v", sub)
	}
	p.hand.move(30 * 24 * time.Hour)
	if p.ask(); p.hub.asked != 1 {
		t.Errorf("asked %d times", p.hub.asked)
	}
}

func TestF71_ACallThatNobodyAskedForIsNotFound(t *testing.T) {
	p := newPushed(t)
	sub := p.ask()
	for _, query := range []string{"", "?hub.mode=subscribe&hub.challenge=x", "?hub.mode=unsubscribe&hub.challenge=x&hub.topic=" + url.QueryEscape(sub.Topic),
		"?hub.mode=subscribe&hub.challenge=x&hub.topic=" + url.QueryEscape(sub.Topic)} {
		res, err := http.Get(p.hub.daemon + "/push/" + sub.Callback + query)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%q: %d", query, res.StatusCode)
		}
	}
}

func TestF69_WithoutAPublicAddressNoHubIsAsked(t *testing.T) {
	p := newPushed(t)
	for _, base := range []string{"", "http://desk.example", "https://localhost:8025", "https://127.0.0.1", "https://10.0.0.8/x"} {
		p.stages.Load().cfg.Publisher.BaseURL = base
		if p.ask(); p.hub.asked != 0 {
			t.Errorf("%q: the hub was asked", base)
		}
	}
	p.stages.Load().cfg.Publisher.BaseURL, p.stages.Load().cfg.Fetcher.WebSub = "https://desk.example", false
	if p.ask(); p.hub.asked != 0 {
		t.Error("websub = false: the hub was asked")
	}
}

func TestASubscriptionSurvivesARestart(t *testing.T) {
	p := newPushed(t)
	before := p.ask()
	stored, err := p.store.Subscriptions(t.Context())
	if got := stored["fleuve"]; err != nil || got.Secret != before.Secret || got.Callback != before.Callback || !got.LeaseUntil.Equal(before.LeaseUntil) {
		t.Errorf("stored %+v, %v", got, err)
	}
}

func TestF71_AReloadNeitherDropsALeaseNorAsksForAnother(t *testing.T) {
	p := newPushed(t)
	before, asked := p.ask(), p.hub.asked
	for _, title := range []string{"Sahel, one", "Sahel, two"} {
		next := *p.stages.Load().cfg
		next.Editions = slices.Clone(next.Editions)
		next.Editions[0].Title = title
		if err := p.reload(t.Context(), &next); err != nil {
			t.Fatal(err)
		}
		if after := p.ask(); !reflect.DeepEqual(after, before) || p.hub.asked != asked {
			t.Errorf("%s: the hub was asked %d times more, the subscription is %+v, was %+v", title, p.hub.asked-asked, after, before)
		}
	}
	p.hand.move(time.Minute)
	if code := p.hub.push(t, p.hub.callback.Path, before.Secret, item("Attaque djihadiste à Ménaka : six soldats tués")); code != http.StatusAccepted {
		t.Errorf("a push under the lease: %d", code)
	}
	p.calls.Wait()
	if body := p.get("/editions/sahel-security.rss").body; !strings.Contains(body, "six soldats tués") || !strings.Contains(body, "Sahel, two") {
		t.Errorf("what was pushed after the reload is not in the edition: %s", body)
	}
	p.hand.move(before.RenewAt.Sub(p.hand.read()))
	if after := p.ask(); p.hub.asked != asked+1 || !after.LeaseUntil.After(before.LeaseUntil) || after.Callback != before.Callback {
		t.Errorf("when it is time, the lease is not renewed: %+v", after)
	}
}
