package fetcher_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

const hubOf, selfOf = "https://hub.example/", "https://tenere.example/feed"

var offered = news.Pace{Hub: hubOf, Topic: selfOf}

func TestF69_AHubIsFoundInHeaderAndDocument(t *testing.T) {
	atom := func(links string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://tenere.example/"><title>T</title>` + links +
			`<entry><id>1</id><title>a</title></entry></feed>`
	}
	rss := strings.Replace(twoItems, "<description>", `<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>`+
		`<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://tenere.example/feed"/><description>`, 1)
	both := `<link rel="hub" href="https://hub.example/"/><link rel="self" href="/feed"/>`
	for name, c := range map[string]struct {
		document   string
		links      []string
		hub, topic string
	}{
		"atom":              {atom(both), nil, hubOf, selfOf},
		"rss":               {rss, nil, hubOf, selfOf},
		"json":              {`{"version":"https://jsonfeed.org/version/1.1","title":"T","feed_url":"https://tenere.example/feed","hubs":[{"type":"rssCloud","url":"https://cloud.example/"},{"type":"WebSub","url":"https://hub.example/"}],"items":[{"id":"1"}]}`, nil, hubOf, selfOf},
		"broken json hubs":  {`{"version":"https://jsonfeed.org/version/1.1","title":"T","feed_url":"https://tenere.example/feed","hubs":"x","items":[{"id":"1"}]}`, nil, "", ""},
		"header first":      {atom(both), []string{`<https://other.example/>; rel="hub", <https://tenere.example/other>; rel=self`}, "https://other.example/", "https://tenere.example/other"},
		"https is better":   {atom(`<link rel="hub" href="http://plain.example/"/>` + both), nil, hubOf, selfOf},
		"only http":         {atom(`<link rel="hub" href="http://plain.example/"/><link rel="self" href="/feed"/>`), nil, "", ""},
		"no self":           {atom(`<link rel="hub" href="https://hub.example/"/>`), nil, "", ""},
		"not a web address": {atom(`<link rel="hub" href="file:///etc/passwd"/><link rel="self" href="/feed"/>`), nil, "", ""},
		"none":              {twoItems, nil, "", ""},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Link"] = c.links
			write(w, c.document)
		})
		r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
		if r.Err != nil || r.State.Pace.Hub != c.hub || r.State.Pace.Topic != c.topic {
			t.Errorf("%s: hub %q, topic %q: %v", name, r.State.Pace.Hub, r.State.Pace.Topic, r.Err)
		}
	}
}

func TestF70_EachSubscriptionHasItsOwnCallbackAndSecret(t *testing.T) {
	one, ask := fetcher.Subscribe(offered, news.Subscription{SourceID: "a"}, noon)
	two, _ := fetcher.Subscribe(offered, news.Subscription{SourceID: "b"}, noon)
	if !ask || one.Topic != selfOf || one.Hub != hubOf || one.Status != news.SubscriptionPending || one.SourceID != "a" {
		t.Errorf("got %+v", one)
	}
	if one.Callback == two.Callback || one.Secret == two.Secret || len(one.Callback) < 26 || len(one.Secret) < 26 || len(one.Secret) >= 200 {
		t.Errorf("callbacks %q, %q; secrets of %d bytes", one.Callback, two.Callback, len(one.Secret))
	}
	if _, ask := fetcher.Subscribe(news.Pace{}, news.Subscription{}, noon); ask {
		t.Error("asked without a hub")
	}
	if moved, ask := fetcher.Subscribe(news.Pace{Hub: "https://new.example/", Topic: selfOf}, one, noon); !ask || moved.Callback == one.Callback {
		t.Error("another hub is asked anew, with another address")
	}
}

// confirmed is a subscription with a lease of nine days.
func confirmed(t *testing.T) news.Subscription {
	t.Helper()
	sub, _ := fetcher.Subscribe(offered, news.Subscription{SourceID: "tenere"}, noon)
	sub, _, ok := fetcher.Confirm(sub, call("subscribe", "777600"), noon)
	if !ok {
		t.Fatal("not confirmed")
	}
	return sub
}

func call(mode, lease string) url.Values {
	return url.Values{"hub.mode": {mode}, "hub.topic": {selfOf}, "hub.challenge": {"ch&<all>enge"}, "hub.lease_seconds": {lease}}
}

func TestF71_OnlyWhatWasAskedForIsConfirmed(t *testing.T) {
	pending, _ := fetcher.Subscribe(offered, news.Subscription{}, noon)
	sub, challenge, ok := fetcher.Confirm(pending, call("subscribe", "777600"), noon)
	if !ok || challenge != "ch&<all>enge" || sub.Status != news.SubscriptionActive || !sub.LeaseUntil.Equal(noon.AddDate(0, 0, 9)) {
		t.Fatalf("challenge %q, %+v", challenge, sub)
	}
	other := call("subscribe", "60")
	other.Set("hub.topic", "https://tenere.example/other")
	silent := call("subscribe", "60")
	silent.Del("hub.challenge")
	for name, c := range map[string]struct {
		sub  news.Subscription
		call url.Values
	}{
		"another topic": {pending, other}, "no challenge": {pending, silent}, "unsubscribe": {pending, call("unsubscribe", "")},
		"no mode": {pending, call("", "")}, "twice": {sub, call("subscribe", "60")}, "never asked": {news.Subscription{}, url.Values{"hub.mode": {"denied"}}},
	} {
		if after, _, ok := fetcher.Confirm(c.sub, c.call, noon); ok || after != c.sub {
			t.Errorf("%s: confirmed", name)
		}
	}
	for lease, want := range map[string]time.Duration{"": 24 * time.Hour, "x": 24 * time.Hour, "0": 24 * time.Hour, "-5": 24 * time.Hour, "99999999999999": 30 * 24 * time.Hour} {
		if sub, _, _ := fetcher.Confirm(pending, call("subscribe", lease), noon); sub.LeaseUntil.Sub(noon) != want {
			t.Errorf("lease %q: until %s", lease, sub.LeaseUntil)
		}
	}
}

func TestF72_OnlyAValidSignatureCounts(t *testing.T) {
	sub, body := confirmed(t), []byte(twoItems)
	sign := func(method string, of func() hash.Hash, secret string) string {
		mac := hmac.New(of, []byte(secret))
		mac.Write(body)
		return method + "=" + hex.EncodeToString(mac.Sum(nil))
	}
	good := sign("sha256", sha256.New, sub.Secret)
	for signature, want := range map[string]bool{
		good: true, strings.ToUpper(good[7:]): false, "sha256=" + strings.ToUpper(good[7:]): true,
		sign("sha1", sha1.New, sub.Secret): true, sign("sha1", sha256.New, sub.Secret): false,
		sign("sha256", sha256.New, "guess"): false, sign("md5", sha256.New, sub.Secret): false,
		good[:len(good)-2]: false, "": false, "sha256=": false, "sha256=zz": false,
	} {
		if _, ok := fetcher.Signed(sub, signature, body); ok != want {
			t.Errorf("%q: %v", signature, ok)
		}
	}
	if _, ok := fetcher.Signed(sub, good, []byte(twoItems+" ")); ok {
		t.Error("another body was accepted")
	}
	mac := hmac.New(sha256.New, nil)
	mac.Write(body)
	if _, ok := fetcher.Signed(news.Subscription{}, "sha256="+hex.EncodeToString(mac.Sum(nil)), body); ok {
		t.Error("a subscription without a secret accepts nothing")
	}
}

func TestF73_APushAddsAndForgetsNothing(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"1"`)
		write(w, twoItems)
	})
	f := newFetcher(t)
	before := poll(f, s.source(), news.SourceState{}, noon)
	before.State.Pace.Topic = selfOf
	job := fetcher.Job{Source: s.source(), State: before.State}
	header := http.Header{"Content-Type": {"application/rss+xml"}}
	later := noon.Add(time.Minute)
	r := f.Pushed(job, header, []byte(channel(story(3, "Un convoi attaqué"))), later)
	if r.Err != nil || r.Outcome != fetcher.OutcomeNew || len(r.Items) != 1 || r.Items[0].GUID != "tenere-3" || len(r.Raws) != 1 {
		t.Fatalf("outcome %s, %d items: %v", r.Outcome, len(r.Items), r.Err)
	}
	if len(r.State.ItemHashes) != 3 || r.State.ETag != `"1"` || !r.State.DueAt.Equal(before.State.DueAt) || !r.State.ChangedAt.Equal(later) {
		t.Errorf("state %+v", r.State)
	}
	job.State = r.State
	if again := f.Pushed(job, header, []byte(channel(story(3, "Un convoi attaqué"))), later); len(again.Items) != 0 || again.Outcome != fetcher.OutcomeUnchanged {
		t.Errorf("the same push again: %s, %d items", again.Outcome, len(again.Items))
	}
	for _, body := range []string{"", "<html><p>no</p></html>", strings.Repeat("<rss>", 5000)} {
		if r := f.Pushed(job, header, []byte(body), later); r.Err == nil || len(r.Items) != 0 || r.State.Failures != 0 {
			t.Errorf("%.20q: %v, %d items", body, r.Err, len(r.Items))
		}
	}
}

func TestF74_ALeaseIsRenewedInTimeAndAHubThatFailsIsLeftAlone(t *testing.T) {
	sub := confirmed(t)
	if _, ask := fetcher.Subscribe(offered, sub, noon.AddDate(0, 0, 5)); ask {
		t.Error("asked again after five of nine days")
	}
	renewing, ask := fetcher.Subscribe(offered, sub, noon.AddDate(0, 0, 6))
	if !ask || renewing.Callback != sub.Callback || renewing.Secret != sub.Secret || !renewing.LeaseUntil.Equal(sub.LeaseUntil) {
		t.Fatalf("renewing: %v, %+v", ask, renewing)
	}
	now, requests := noon.AddDate(0, 0, 6), 1
	var gap time.Duration
	for sub = renewing; now.Before(noon.AddDate(0, 0, 6).Add(3 * 24 * time.Hour)); now = now.Add(time.Minute) {
		if sub.Status == news.SubscriptionPending && requests%2 == 1 {
			sub = fetcher.Refused(sub, errors.New("the hub answered 500"), now)
		}
		var ask bool
		before := sub.AskedAt
		if sub, ask = fetcher.Subscribe(offered, sub, now); ask {
			requests++
			gap = max(gap, now.Sub(before))
			if now.Sub(before) < 10*time.Minute {
				t.Errorf("asked again after %s", now.Sub(before))
			}
		}
	}
	if requests < 4 || requests > 8 {
		t.Errorf("a dead hub was asked %d times in three days, the longest pause %s", requests, gap)
	}
	if sub.Secret != renewing.Secret {
		t.Error("the secret changed")
	}
}

func TestF75_WithALiveHubASourceIsAskedOnlyToMakeSure(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t)
	state := poll(f, s.source(), news.SourceState{}, noon).State
	state.Pace.Topic = selfOf
	sub := confirmed(t)
	if until := fetcher.PushedUntil(sub, state, noon); !until.IsZero() {
		t.Error("a hub is trusted before its first push")
	}
	sub.PushedAt = noon.Add(time.Second)
	job := fetcher.Job{Source: s.source(), State: state, PushedUntil: fetcher.PushedUntil(sub, state, noon)}
	now := noon.Add(time.Hour)
	r := f.Fetch(t.Context(), job, at(now))
	if !about(wait(r, now), 6*time.Hour) || !strings.Contains(r.State.DueReason, "hub") {
		t.Errorf("due in %s (%s)", wait(r, now), r.State.DueReason)
	}
	job.State = r.State
	if next := f.NextDue([]fetcher.Job{job}, now); next.Sub(now) < 6*time.Hour {
		t.Errorf("next due %s", next)
	}
	job.PushedUntil = time.Time{}
	if next := f.NextDue([]fetcher.Job{job}, now); next.Sub(now) > 15*time.Minute {
		t.Errorf("without its hub, next due %s", next)
	}
	if until := fetcher.PushedUntil(sub, state, sub.LeaseUntil); !until.IsZero() {
		t.Error("trusted after its lease")
	}
	state.ChangedAt = sub.PushedAt.Add(time.Second)
	if until := fetcher.PushedUntil(sub, state, noon); !until.IsZero() {
		t.Error("a hub that missed news is still trusted")
	}
	denied, _, ok := fetcher.Confirm(sub, call("denied", ""), noon)
	if !ok || !fetcher.PushedUntil(denied, r.State, noon).IsZero() || denied.Status != news.SubscriptionDenied {
		t.Errorf("denied: %+v", denied)
	}
	if _, ask := fetcher.Subscribe(offered, denied, noon.AddDate(1, 0, 0)); ask {
		t.Error("asked again after it was denied")
	}
}

func TestF76_TheDocumentsOwnAddressIsNotAsked(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", `<https://hub.example/>; rel=hub, <https://elsewhere.example/feed>; rel=self`)
		write(w, twoItems)
	})
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	if r = poll(f, s.source(), r.State, noon.Add(time.Hour)); r.Err != nil || len(s.asked()) != 2 || r.State.MovedTo != "" {
		t.Errorf("moved to %q: %v", r.State.MovedTo, r.Err)
	}
}

func TestF103_HubsAreAskedThroughTheGuard(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) {})
	f := newFetcher(t, func(o *fetcher.Options) { o.Allow = nil })
	sub := news.Subscription{Hub: s.URL, Topic: selfOf, Secret: "s"}
	if err := f.AskHub(t.Context(), sub, "https://desk.example/push/x", at(noon)); err == nil || len(s.asked()) != 0 {
		t.Errorf("a private hub was asked: %v", err)
	}
}
