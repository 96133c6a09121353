package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"harmattan/config"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

// Pushes that are held in memory at once, and hubs that are asked at once.
const (
	pushesWaiting = 8
	hubsAsked     = 4
)

// pushPath is where hubs call, below base_url; the name of a subscription
// follows, which nobody can guess.
const pushPath = "/push/"

// pushBase is the public address below which hubs call, empty when there is
// none: push needs https and a host that the world can reach.
func pushBase(cfg *config.Config) string {
	u, err := url.Parse(cfg.Publisher.BaseURL)
	if err != nil || !cfg.Fetcher.WebSub || u.Scheme != "https" || u.Hostname() == "localhost" {
		return ""
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && (addr.IsLoopback() || addr.IsPrivate()) {
		return ""
	}
	return strings.TrimRight(cfg.Publisher.BaseURL, "/") + pushPath
}

// subscribe asks hubs for what is to be asked or renewed, a few at a time; the
// others are left to the next tick.
func (d *desk) subscribe(ctx context.Context, rounds *sync.WaitGroup) {
	st := d.stages.Load()
	base := pushBase(st.cfg)
	if base == "" || ctx.Err() != nil {
		return
	}
	for _, source := range st.cfg.Sources {
		before, state := d.push(source.ID)
		if source.Disabled || state.URL != source.URL {
			continue
		}
		sub, ask := fetcher.Subscribe(state.Pace, before, d.clock())
		if sub == before {
			continue
		}
		if ask && len(d.asking) == cap(d.asking) {
			return
		}
		d.changePush(ctx, source.ID, func(news.Subscription) (news.Subscription, bool) { return sub, true })
		if ask {
			d.asking <- struct{}{}
			rounds.Go(func() {
				defer func() { <-d.asking }()
				d.askHub(ctx, st, sub, base)
			})
		}
	}
}

// askHub asks, and notes when the hub does not take it. What the hub's call
// changed meanwhile stays.
func (d *desk) askHub(ctx context.Context, st *stages, sub news.Subscription, base string) {
	err := st.fetcher.AskHub(ctx, sub, base+sub.Callback, d.clock)
	if err == nil || ctx.Err() != nil {
		return
	}
	d.log.Info("the hub did not take the subscription", "source", sub.SourceID, "err", err)
	d.changePush(ctx, sub.SourceID, func(now news.Subscription) (news.Subscription, bool) {
		return fetcher.Refused(now, err, d.clock()), now == sub
	})
}

// push is what is remembered of a source's hub, and of the source.
func (d *desk) push(sourceID string) (news.Subscription, news.SourceState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	sub := d.pushes[sourceID]
	sub.SourceID = sourceID
	return sub, d.states[sourceID]
}

// changePush changes a subscription and stores it, unless change says no. One
// that could not be stored counts until the program ends all the same.
func (d *desk) changePush(ctx context.Context, sourceID string, change func(news.Subscription) (news.Subscription, bool)) bool {
	d.mu.Lock()
	sub, ok := change(d.pushes[sourceID])
	if ok {
		d.pushes[sourceID] = sub
	}
	d.mu.Unlock()
	if !ok {
		return false
	}
	err := d.store.Write(context.WithoutCancel(ctx), func(tx *storage.Tx) error { return tx.SaveSubscription(ctx, sub) })
	if err != nil {
		d.log.Error("push", "err", err)
	}
	return true
}

// servePush answers a hub's call; false when the request is none.
func (d *desk) servePush(ctx context.Context, calls *sync.WaitGroup, w http.ResponseWriter, r *http.Request) bool {
	at := strings.LastIndex(r.URL.Path, pushPath)
	st := d.stages.Load()
	if at < 0 || pushBase(st.cfg) == "" {
		return false
	}
	sub, known := d.called(st, r.URL.Path[at+len(pushPath):])
	switch {
	case !known:
		http.NotFound(w, r)
	case r.Method == http.MethodGet:
		d.confirm(ctx, sub, w, r)
	case r.Method == http.MethodPost:
		d.receive(ctx, calls, st, sub, w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "Hubs call with GET and POST.", http.StatusMethodNotAllowed)
	}
	return true
}

// called finds the subscription of a configured source by its callback.
func (d *desk) called(st *stages, callback string) (news.Subscription, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, sub := range d.pushes {
		if sub.Callback == callback && callback != "" {
			source, ok := st.sources[id]
			return sub, ok && !source.Disabled
		}
	}
	return news.Subscription{}, false
}

// confirm echoes the challenge of a subscription that we asked for.
func (d *desk) confirm(ctx context.Context, sub news.Subscription, w http.ResponseWriter, r *http.Request) {
	challenge := ""
	if !d.changePush(ctx, sub.SourceID, func(now news.Subscription) (confirmed news.Subscription, ok bool) {
		confirmed, challenge, ok = fetcher.Confirm(now, r.URL.Query(), d.clock())
		sub = confirmed
		return confirmed, ok
	}) {
		http.NotFound(w, r)
		return
	}
	d.log.Info("hub", "source", sub.SourceID, "status", sub.Status, "until", sub.LeaseUntil, "err", sub.LastError)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, challenge)
}

// receive takes a push and answers at once; it is read and stored afterwards.
// One without a valid signature is thanked for and thrown away (F-72).
func (d *desk) receive(ctx context.Context, calls *sync.WaitGroup, st *stages, sub news.Subscription, w http.ResponseWriter, r *http.Request) {
	select {
	case d.pushing <- struct{}{}:
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, "Too many pushes at once.", http.StatusServiceUnavailable)
		return
	}
	done := func() { <-d.pushing }
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, st.cfg.Fetcher.MaxBodyBytes))
	if err != nil {
		done()
		http.Error(w, "The document is too large or incomplete.", http.StatusRequestEntityTooLarge)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	method, ok := fetcher.Signed(sub, r.Header.Get("X-Hub-Signature"), body)
	if !ok || !sub.LeaseUntil.After(d.clock()) {
		done()
		d.log.Warn("a push was thrown away", "source", sub.SourceID, "signed", ok, "lease", sub.LeaseUntil)
		return
	}
	header := r.Header.Clone()
	calls.Go(func() {
		defer done()
		if err := d.takePush(ctx, st, sub.SourceID, header, body); err != nil {
			d.log.Error("push", "source", sub.SourceID, "signed", method, "err", err)
		}
	})
}

// takePush brings a push down the same line as what was fetched. It waits while
// the source is being fetched, whose state it is to change.
func (d *desk) takePush(ctx context.Context, st *stages, sourceID string, header http.Header, body []byte) error {
	job, err := d.claim(ctx, st, sourceID)
	if err != nil {
		return err
	}
	defer d.setBusy([]fetcher.Job{job}, false)
	result := st.fetcher.Pushed(job, header, body, d.clock())
	if len(result.Items) > 0 {
		outcomes, err := d.keep(context.WithoutCancel(ctx), []*fetcher.Result{&result})
		for _, o := range outcomes {
			d.logSource(o)
			err = errors.Join(err, o.Err)
		}
		if err != nil {
			return err
		}
	}
	if result.Err == nil {
		d.changePush(ctx, sourceID, func(sub news.Subscription) (news.Subscription, bool) {
			sub.PushedAt = result.ReceivedAt
			return sub, true
		})
	}
	return result.Err
}

// claim waits until a source is not being fetched and keeps it from being so.
func (d *desk) claim(ctx context.Context, st *stages, sourceID string) (fetcher.Job, error) {
	for {
		if job, ok := d.take(st.sources[sourceID]); ok {
			return job, nil
		}
		select {
		case <-ctx.Done():
			return fetcher.Job{}, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (d *desk) take(source news.Source) (fetcher.Job, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[source.ID] {
		return fetcher.Job{}, false
	}
	d.busy[source.ID] = true
	return fetcher.Job{Source: source, State: d.states[source.ID]}, true
}
