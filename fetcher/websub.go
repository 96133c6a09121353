package fetcher

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // many hubs sign with nothing better
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"strings"
	"time"

	"harmattan/news"
)

// How we deal with hubs (WebSub, F-70 to F-75).
const (
	leaseWanted  = 10 * 24 * time.Hour
	leaseLongest = 30 * 24 * time.Hour
	// verifyWithin is how long a hub may take to call back.
	verifyWithin = time.Hour
	// hubPatience is the least time between two requests for one subscription.
	hubPatience = 10 * time.Minute
	// hubTries is how often in a row a hub may fail before it is left for a week.
	hubTries = 5
	// safety is how long a source is left alone whose news a hub brings.
	safety = 6 * time.Hour
)

const reasonPush = "its hub brings the news: this is to make sure"

// Subscribe tells whether the hub of a source is to be asked now. The
// subscription is to be saved if it changed, before the hub is asked: it may call
// back before it answers. Callback and secret stay the same while a subscription
// is renewed.
func Subscribe(pace news.Pace, sub news.Subscription, now time.Time) (news.Subscription, bool) {
	if pace.Hub == "" || pace.Topic == "" {
		return sub, false
	}
	if sub.Hub != pace.Hub || sub.Topic != pace.Topic {
		sub = news.Subscription{SourceID: sub.SourceID, Hub: pace.Hub, Topic: pace.Topic,
			Callback: rand.Text(), Secret: rand.Text() + rand.Text(), RenewAt: now}
	}
	if sub.RenewAt.IsZero() || sub.RenewAt.After(now) {
		return sub, false
	}
	if sub.Status == news.SubscriptionPending {
		sub = Refused(sub, errors.New("the hub did not call back"), now)
		if sub.RenewAt.After(now) {
			return sub, false
		}
	}
	sub.Status, sub.AskedAt, sub.RenewAt = news.SubscriptionPending, now, now.Add(verifyWithin)
	return sub, true
}

// Refused is what becomes of a subscription whose hub did not take the request:
// it is asked again later. A lease that still runs goes on.
func Refused(sub news.Subscription, err error, now time.Time) news.Subscription {
	sub.Status = news.SubscriptionActive // no call is expected
	sub.Failures++
	sub.LastError = oneLine(err.Error())
	wait := week
	if sub.Failures < hubTries {
		wait = hubPatience << (2 * (sub.Failures - 1))
	} else {
		sub.Failures = 0
	}
	sub.RenewAt = now.Add(wait)
	return sub
}

// Confirm takes a hub's call to our address. The challenge is to be echoed; ok
// is false for a call about what was not asked for, which is answered 404.
func Confirm(sub news.Subscription, call url.Values, now time.Time) (confirmed news.Subscription, challenge string, ok bool) {
	if sub.Callback == "" || call.Get("hub.topic") != sub.Topic {
		return sub, "", false
	}
	switch call.Get("hub.mode") {
	case "denied":
		sub.Status, sub.LeaseUntil, sub.RenewAt = news.SubscriptionDenied, time.Time{}, time.Time{}
		sub.LastError = oneLine("the hub refused: " + first(call.Get("hub.reason"), "no reason given"))
		return sub, "", true
	case "subscribe":
	default:
		return sub, "", false
	}
	challenge = call.Get("hub.challenge")
	if sub.Status != news.SubscriptionPending || challenge == "" || len(challenge) > 4096 {
		return sub, "", false
	}
	lease := seconds(call.Get("hub.lease_seconds"), leaseLongest)
	if lease == 0 {
		lease = 24 * time.Hour
	}
	sub.Status, sub.Failures, sub.LastError = news.SubscriptionActive, 0, ""
	sub.LeaseUntil, sub.RenewAt = now.Add(lease), now.Add(max(lease*2/3, hubPatience))
	return sub, challenge, true
}

// Signed tells whether a push was signed with the subscription's secret, and
// with which method; one without a valid signature is nobody's (F-72).
func Signed(sub news.Subscription, signature string, body []byte) (method string, ok bool) {
	method, given, _ := strings.Cut(strings.TrimSpace(signature), "=")
	methods := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
	sum, err := hex.DecodeString(given)
	if methods[method] == nil || err != nil || sub.Secret == "" {
		return method, false
	}
	mac := hmac.New(methods[method], []byte(sub.Secret))
	mac.Write(body)
	return method, hmac.Equal(mac.Sum(nil), sum)
}

// PushedUntil is how long a source's hub can be relied on, zero when it cannot:
// while the lease runs, and as long as the source's last news came by push.
func PushedUntil(sub news.Subscription, state news.SourceState, now time.Time) time.Time {
	if !sub.LeaseUntil.After(now) || sub.PushedAt.IsZero() || state.ChangedAt.After(sub.PushedAt) || sub.Topic != state.Pace.Topic {
		return time.Time{}
	}
	return sub.LeaseUntil
}

// Pushed reads a document that a hub sent for a source, as Fetch reads one that
// it asked for. It may hold only what is new: nothing that was known is
// forgotten, and when to look next stays as it was (F-73).
func (f *Fetcher) Pushed(job Job, header http.Header, body []byte, now time.Time) Result {
	state := current(job, now)
	r := Result{Source: job.Source, State: state, Outcome: OutcomeUnchanged, Bytes: int64(len(body)), ReceivedAt: now}
	limits := Limits{Items: f.options.MaxItems, Known: state.ItemHashes}
	var doc Document
	var err error
	f.limited(func() { doc, err = parsePushed(job.Source, body, header.Get("Content-Type"), state.Pace.Topic, limits) })
	if r.Items = doc.Items; err != nil {
		r.Outcome, r.Err = OutcomeFailed, fmt.Errorf("source %s: push: %w", job.Source.ID, err)
	}
	if len(doc.Items) == 0 {
		return r
	}
	r.State.ItemHashes = union(state.ItemHashes, doc.Hashes)
	r.State.BadIDs = state.BadIDs || doc.RepeatedIDs
	r.State.ChangedAt = now
	count(&r.State.Pace, doc.Items, now)
	if r.Err == nil {
		r.Outcome = OutcomeNew
	}
	r.Raws = []news.Raw{{SourceID: job.Source.ID, Hash: doc.BodyHash, Body: body, Size: int64(len(body)),
		URL: state.Pace.Topic, FinalURL: state.Pace.Topic, Status: http.StatusOK, Header: rawHeader(header), ReceivedAt: now}}
	return r
}
