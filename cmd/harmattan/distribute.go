package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"harmattan/publisher"
	"harmattan/storage"
)

// distribute sends what changed to who subscribed, a few at a time; the others are
// left to the next tick. What a subscriber has is compared with what there is, so
// that nothing is lost when he, or we, were away.
func (d *desk) distribute(ctx context.Context, rounds *sync.WaitGroup) {
	st, now := d.stages.Load(), d.clock()
	if ctx.Err() != nil {
		return
	}
	switch st.cfg.Publisher.Hub {
	case "":
		return
	case publisher.OwnHub:
	default:
		d.ping(ctx, rounds, st, now)
		return
	}
	for _, b := range d.hub.waiting() {
		topic, ready, ours := st.publisher.Topic(b.Topic)
		if !ours || !b.LeaseUntil.After(now) {
			d.changeSubscriber(ctx, b, false)
			continue
		}
		if !ready || topic.ETag == b.Sent || b.NextAt.After(now) {
			continue
		}
		if !d.hub.take(subscription{b.Topic, b.Callback}) {
			return
		}
		rounds.Go(func() {
			defer d.hub.release(subscription{b.Topic, b.Callback})
			d.send(ctx, b, topic)
		})
	}
}

// waiting are the subscribers to whom nothing is being sent, in their order.
func (h *publicHub) waiting() []storage.Subscriber {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := slices.SortedFunc(maps.Values(h.subscribers), func(a, b storage.Subscriber) int {
		return cmp.Or(a.NextAt.Compare(b.NextAt), strings.Compare(a.Topic, b.Topic), strings.Compare(a.Callback, b.Callback))
	})
	return slices.DeleteFunc(all, func(b storage.Subscriber) bool { return h.busy[subscription{b.Topic, b.Callback}] })
}

// take begins a request to a subscriber, unless too many are under way.
func (h *publicHub) take(s subscription) bool {
	select {
	case h.calls <- struct{}{}:
	default:
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.busy[s] = true
	return true
}

func (h *publicHub) release(s subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.busy, s)
	<-h.calls
}

// send gives a subscriber the whole document, signed with his secret. One who is
// gone is forgotten; who fails is tried again, less and less often, and gets the
// next change at the latest.
func (d *desk) send(ctx context.Context, b storage.Subscriber, topic publisher.Topic) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.Callback, bytes.NewReader(topic.Body))
	if err != nil {
		return
	}
	req.Header = topic.Header.Clone()
	if b.Secret != "" {
		mac := hmac.New(sha256.New, []byte(b.Secret))
		mac.Write(topic.Body)
		req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	code, _, err := d.hub.call(ctx, req, 0)
	if ctx.Err() != nil {
		return
	}
	now := d.clock()
	b, known := d.hub.current(b)
	switch {
	case !known: // he unsubscribed meanwhile
		return
	case code == http.StatusGone:
		d.log.Info("a subscriber is gone", "topic", b.Topic, "host", hostOf(b.Callback))
		d.changeSubscriber(ctx, b, false)
		return
	case err == nil && code/100 == 2:
		b.Sent, b.Failures, b.NextAt = topic.ETag, 0, now.Add(sendEvery)
	default:
		b.Failures++
		b.NextAt = afterFailure(b.Failures, now)
		if b.Failures >= sendTries {
			b.Sent = topic.ETag // until it changes again
		}
		d.log.Info("a subscriber did not take a document", "topic", b.Topic, "host", hostOf(b.Callback), "status", code, "failures", b.Failures, "err", err)
	}
	d.changeSubscriber(ctx, b, true)
}

// current is the subscriber as it is remembered now: it may have been renewed.
func (h *publicHub) current(b storage.Subscriber) (storage.Subscriber, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now, known := h.subscribers[subscription{b.Topic, b.Callback}]
	return now, known
}

// ping tells another hub of every document that changed (hub.mode=publish).
func (d *desk) ping(ctx context.Context, rounds *sync.WaitGroup, st *stages, now time.Time) {
	for _, address := range st.publisher.Topics() {
		topic, ready, _ := st.publisher.Topic(address)
		d.hub.mu.Lock()
		told := d.hub.pinged[address]
		busy := d.hub.busy[subscription{address, st.cfg.Publisher.Hub}]
		d.hub.mu.Unlock()
		if !ready || busy || told.Sent == topic.ETag || told.NextAt.After(now) {
			continue
		}
		if !d.hub.take(subscription{address, st.cfg.Publisher.Hub}) {
			return
		}
		rounds.Go(func() {
			defer d.hub.release(subscription{address, st.cfg.Publisher.Hub})
			d.pingOne(ctx, st.cfg.Publisher.Hub, topic, told)
		})
	}
}

func (d *desk) pingOne(ctx context.Context, address string, topic publisher.Topic, told storage.Subscriber) {
	form := url.Values{"hub.mode": {"publish"}, "hub.url": {topic.Address}, "hub.topic": {topic.Address}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	code, _, err := d.hub.call(ctx, req, 0)
	if err == nil && code/100 != 2 {
		err = fmt.Errorf("it answered %d", code)
	}
	now := d.clock()
	if err == nil {
		told = storage.Subscriber{Sent: topic.ETag, NextAt: now.Add(sendEvery)}
	} else {
		told.Failures++
		told.NextAt = afterFailure(told.Failures, now)
		d.log.Warn("the hub was not told of a change; trying again", "topic", topic.Address, "failures", told.Failures, "err", err)
	}
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	d.hub.pinged[topic.Address] = told
}
