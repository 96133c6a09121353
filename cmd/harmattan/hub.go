package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"harmattan/fetcher"
	"harmattan/publisher"
	"harmattan/storage"
)

// Bounds of our hub (WebSub sections 5 and 7).
const (
	subscribersMost = 2000
	callsAtATime    = 8
	secretBytes     = 200 // a secret must be shorter
	leaseMost       = 10 * 24 * time.Hour
	leaseLeast      = time.Hour
	formBytes       = 16 << 10
	// sendEvery is the least time between two documents for one subscriber;
	// sendTries is how often one is sent that fails.
	sendEvery = 30 * time.Second
	sendTries = 6
)

// publicHub is what is remembered of who is to be told of our changes.
type publicHub struct {
	mu          sync.Mutex
	subscribers map[subscription]storage.Subscriber
	busy        map[subscription]bool // is being sent a document
	// pinged is the same for another hub, by topic.
	pinged map[string]storage.Subscriber
	calls  chan struct{} // holds one for each request under way
	// call makes a request to a stranger.
	call func(ctx context.Context, req *http.Request, limit int64) (code int, body []byte, err error)
}

// subscription names a subscriber to a topic.
type subscription struct{ topic, callback string }

func (d *desk) newHub(ctx context.Context) (*publicHub, error) {
	h := &publicHub{subscribers: map[subscription]storage.Subscriber{}, busy: map[subscription]bool{},
		pinged: map[string]storage.Subscriber{}, calls: make(chan struct{}, callsAtATime)}
	h.call = func(ctx context.Context, req *http.Request, limit int64) (int, []byte, error) {
		return d.stages.Load().fetcher.Call(ctx, req, limit)
	}
	all, err := d.store.Subscribers(ctx)
	for _, b := range all {
		h.subscribers[subscription{b.Topic, b.Callback}] = b
	}
	return h, err
}

// serveHub answers a request to our hub; false when the request is none.
func (d *desk) serveHub(ctx context.Context, calls *sync.WaitGroup, w http.ResponseWriter, r *http.Request) bool {
	if !strings.HasSuffix(r.URL.Path, publisher.HubPath) {
		return false // before anything is read for it
	}
	st := d.stages.Load()
	base, err := url.Parse(st.cfg.Publisher.Base())
	if err != nil || st.cfg.Publisher.Hub != publisher.OwnHub || r.URL.Path != publisher.HubPath && r.URL.Path != base.Path+publisher.HubPath {
		return false
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		http.Error(w, "This is a WebSub hub: ask it with POST.", http.StatusMethodNotAllowed)
		return true
	}
	r.Body = http.MaxBytesReader(w, r.Body, formBytes)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "The form cannot be read.", http.StatusBadRequest)
		return true
	}
	b, mistake := readSubscription(st, r.PostForm, d.clock())
	if mistake != "" {
		http.Error(w, mistake, http.StatusBadRequest)
		return true
	}
	mode := r.PostForm.Get("hub.mode")
	if !d.hub.room(b, mode) {
		w.Header().Set("Retry-After", "3600")
		http.Error(w, "The hub has no room for more subscribers.", http.StatusServiceUnavailable)
		return true
	}
	select {
	case d.hub.calls <- struct{}{}:
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, "The hub is busy.", http.StatusServiceUnavailable)
		return true
	}
	w.WriteHeader(http.StatusAccepted)
	calls.Go(func() {
		defer func() { <-d.hub.calls }()
		d.verify(ctx, b, mode)
	})
	return true
}

// readSubscription reads what a subscriber asks for, or tells its mistake.
func readSubscription(st *stages, form url.Values, now time.Time) (b storage.Subscriber, mistake string) {
	b = storage.Subscriber{Topic: form.Get("hub.topic"), Callback: form.Get("hub.callback"), Secret: form.Get("hub.secret")}
	if mode := form.Get("hub.mode"); mode != "subscribe" && mode != "unsubscribe" {
		return b, "hub.mode must be subscribe or unsubscribe: this hub learns of changes by itself."
	}
	topic, _, ours := st.publisher.Topic(b.Topic)
	if !ours {
		return b, "hub.topic must be the address of an RSS, Atom or JSON document of an edition here."
	}
	if err := fetcher.CheckCallback(b.Callback); err != nil {
		return b, "hub.callback cannot be called: " + err.Error() + "."
	}
	if len(b.Secret) >= secretBytes {
		return b, "hub.secret must be shorter than 200 bytes."
	}
	lease := leaseMost
	if text := form.Get("hub.lease_seconds"); text != "" {
		seconds, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return b, "hub.lease_seconds must be a number."
		}
		lease = min(max(time.Duration(seconds)*time.Second, leaseLeast), leaseMost)
	}
	b.LeaseUntil, b.Sent = now.Add(lease), topic.ETag
	return b, ""
}

// room tells whether a subscriber can be taken.
func (h *publicHub) room(b storage.Subscriber, mode string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, known := h.subscribers[subscription{b.Topic, b.Callback}]
	return known || mode == "unsubscribe" || len(h.subscribers) < subscribersMost
}

// verify asks whoever is behind the callback whether the request was his: he must
// send a challenge back, which nobody can guess and which is used once.
func (d *desk) verify(ctx context.Context, b storage.Subscriber, mode string) {
	address, err := url.Parse(b.Callback)
	if err != nil {
		return
	}
	challenge, query := rand.Text(), address.Query()
	for key, value := range map[string]string{"hub.mode": mode, "hub.topic": b.Topic, "hub.challenge": challenge,
		"hub.lease_seconds": strconv.Itoa(int(b.LeaseUntil.Sub(d.clock()).Seconds()))} {
		query.Set(key, value)
	}
	address.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return
	}
	code, body, err := d.hub.call(ctx, req, int64(len(challenge))+1)
	if err != nil || code/100 != 2 || string(body) != challenge {
		d.log.Info("a subscriber did not confirm", "topic", b.Topic, "mode", mode, "status", code, "err", err)
		return
	}
	d.changeSubscriber(ctx, b, mode == "subscribe")
	d.log.Info("subscriber", "topic", b.Topic, "mode", mode, "until", b.LeaseUntil.UTC().Format(time.RFC3339))
}

// changeSubscriber remembers a subscriber, or forgets it.
func (d *desk) changeSubscriber(ctx context.Context, b storage.Subscriber, keep bool) {
	d.hub.mu.Lock()
	if keep {
		d.hub.subscribers[subscription{b.Topic, b.Callback}] = b
	} else {
		delete(d.hub.subscribers, subscription{b.Topic, b.Callback})
	}
	d.hub.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	err := d.store.Write(ctx, func(tx *storage.Tx) error {
		if keep {
			return tx.SaveSubscriber(ctx, b)
		}
		return tx.DropSubscriber(ctx, b)
	})
	if err != nil {
		d.log.Error("hub", "err", err)
	}
}

// afterFailure is when to try once more what failed so often in a row.
func afterFailure(failures int, now time.Time) time.Time {
	return now.Add(time.Minute << min(2*failures, 8))
}

// hostOf is the part of a subscriber's address that may stand in a log.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
