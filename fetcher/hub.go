package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// AskHub asks the hub of a pending subscription to push to the callback
// address. It waits for the hub's turn like any other host's, and returns nil
// when the hub took the request; it will call back.
func (f *Fetcher) AskHub(ctx context.Context, sub news.Subscription, callback string, clock func() time.Time) error {
	v := &visit{fetcher: f, clock: clock}
	if err := v.enter(ctx, sub.Hub); err != nil {
		return err
	}
	defer v.exit()
	ctx, cancel := context.WithTimeout(ctx, f.options.Timeout.Duration)
	defer cancel()
	form := url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {sub.Topic}, "hub.callback": {callback}, "hub.secret": {sub.Secret},
		"hub.lease_seconds": {strconv.Itoa(int(leaseWanted / time.Second))},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, sub.Hub, strings.NewReader(form.Encode()))
	if err != nil {
		return unwrapURL(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", f.agent)
	res, err := f.transport.RoundTrip(req)
	if err != nil {
		return reason(ctx, err)
	}
	defer res.Body.Close()
	if silence := retryAfter(res.Header, clock()); silence > 0 {
		f.hosts.silence(sub.Hub, clock().Add(silence))
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the hub answered %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	}
	return nil
}

// noteHub remembers where a source can be subscribed: its Link header counts
// first, then its document (F-69).
func (v *visit) noteHub(a *answer, c *Channel) {
	p := &v.state.Pace
	var hubs []string
	topic := ""
	for _, link := range headerLinks(a.header.Values("Link")) {
		for rel := range strings.FieldsSeq(strings.ToLower(link.params["rel"])) {
			switch rel {
			case "hub":
				hubs = append(hubs, absolute(a.url, link.target))
			case "self":
				topic = first(topic, absolute(a.url, link.target))
			}
		}
	}
	switch {
	case len(hubs) > 0 && topic != "":
	case c != nil:
		hubs, topic = c.Hubs, c.Self
	default:
		return
	}
	p.Hub, p.Topic = v.fetcher.bestHub(hubs), topic
	if p.Hub == "" || checkURL(topic) != nil || len(topic) > 2048 {
		p.Hub, p.Topic = "", ""
	}
}

// bestHub is the first that can be asked in confidence: the secret goes over
// https, or to a host of the operator's own.
func (f *Fetcher) bestHub(hubs []string) string {
	i := slices.IndexFunc(hubs, func(hub string) bool {
		u, err := url.Parse(hub)
		return err == nil && checkURL(hub) == nil && len(hub) <= 2048 &&
			(u.Scheme == "https" || slices.ContainsFunc(f.trusted, func(a allowed) bool { return a.names(u) }))
	})
	if i < 0 {
		return ""
	}
	return hubs[i]
}

// parsePushed is Parse, with a panic turned into an error.
func parsePushed(source news.Source, body []byte, contentType, topic string, limits Limits) (doc Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = Document{}, fmt.Errorf("reading the push panicked: %v", r)
		}
	}()
	if len(body) == 0 {
		return doc, errors.New("the push was empty")
	}
	return Parse(source, body, contentType, topic, limits)
}
