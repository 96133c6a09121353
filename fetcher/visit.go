package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"harmattan/news"
)

// visit is one fetch of one source, from question to state.
type visit struct {
	fetcher  *Fetcher
	job      Job
	state    news.SourceState
	address  string
	clock    func() time.Time
	requests int
	leave    func() // nil while neither host nor slot is taken
	// permit refuses addresses that must not be asked; nil refuses none.
	permit  func(ctx context.Context, address string) error
	within  bool  // a part of a source: what it leads to is not followed
	refusal *Move // of where permanent redirects lead
}

// tooSoon keeps an impatient caller from asking again: while a server wants
// silence, and within ten minutes of the last answer (F-14).
func (v *visit) tooSoon() (time.Time, string) {
	now := v.clock()
	if v.state.HoldUntil.After(now) {
		return v.state.HoldUntil, "the server asked for silence"
	}
	again := v.state.CheckedAt.Add(min(refreshFloor, v.fetcher.options.MinInterval.Duration))
	if !v.state.CheckedAt.IsZero() && again.After(now) {
		return again, "it was asked a moment ago"
	}
	return time.Time{}, ""
}

// hold puts the fetch off.
func (v *visit) hold(until time.Time, why string) Result {
	if until.After(v.state.DueAt) {
		v.state.DueAt, v.state.DueReason = due(v.job.Source.ID, v.clock(), wish{until, why})
	}
	return v.result(OutcomeHeld, nil)
}

func (v *visit) result(outcome Outcome, a *answer) Result {
	r := Result{Source: v.job.Source, State: v.state, Outcome: outcome, Requests: v.requests, ReceivedAt: v.clock()}
	if a != nil {
		r.Code, r.Bytes = a.code, int64(len(a.body))
	}
	return r
}

func (v *visit) run(ctx context.Context) Result {
	if result, ok := v.barred(ctx); !ok {
		return result
	}
	a, err := v.firstAnswer(ctx)
	if err != nil {
		return v.unasked(err)
	}
	switch {
	case a.code == http.StatusNotModified && a.conditional:
		v.follow(a)
		v.noteHub(a, nil)
		return v.unchanged(a)
	case holdsDocument(a.code):
		defer v.fetcher.reader.release(a.buffer)
		return v.withRaw(a, v.read(a))
	}
	return v.refused(a)
}

// unasked ends a visit that got no answer: its host wants silence, or failed.
func (v *visit) unasked(err error) Result {
	var held *heldError
	if errors.As(err, &held) {
		return v.hold(held.until, held.Error())
	}
	return v.fail(failure{err: err})
}

// firstAnswer asks once more when a server says "not modified" to a request
// without validators (F-10).
func (v *visit) firstAnswer(ctx context.Context) (*answer, error) {
	if err := v.enter(ctx, v.address); err != nil {
		return nil, err
	}
	a, err := v.ask(ctx, false)
	if err != nil || a.code != http.StatusNotModified || a.conditional {
		return a, err
	}
	v.exit()
	if err := v.enter(ctx, v.address); err != nil {
		return nil, err
	}
	return v.ask(ctx, true)
}

// read takes in a document.
func (v *visit) read(a *answer) Result {
	if a.broken == nil && len(a.body) == 0 {
		return v.fail(failure{err: fmt.Errorf("%w: an empty document", errNotFeed), answer: a})
	}
	limits := Limits{Items: v.fetcher.options.MaxItems, Known: v.state.ItemHashes}
	var doc Document
	var err error
	same := false
	v.fetcher.limited(func() {
		hash := bodyHash(a.body)
		if same = a.broken == nil && hash == v.state.BodyHash && strings.HasPrefix(v.state.ValidatorsFor, shape()); !same {
			doc, err = parse(v.job.Source, a.body, hash, a.header.Get("Content-Type"), a.url, limits)
		}
	})
	if same {
		v.follow(a)
		return v.unchanged(a)
	}
	if a.broken != nil {
		err = whole(a.broken, err)
	}
	if err != nil {
		return v.salvage(a, doc, err)
	}
	if v.job.Source.Kind == news.SourceNewsSitemap {
		return v.acceptSitemap(a, doc)
	}
	if doc.Total == 0 && len(v.state.ItemHashes) > 0 {
		return v.fail(failure{err: fmt.Errorf("the document holds no items where there were %d", len(v.state.ItemHashes)),
			answer: a, mild: true})
	}
	return v.accept(a, doc)
}

// accept keeps what a document brought that was read to its end.
func (v *visit) accept(a *answer, doc Document) Result {
	v.state.BodyHash, v.state.ItemHashes = doc.BodyHash, doc.Hashes
	v.learn(doc)
	v.noteHub(a, doc.Channel)
	v.follow(a)
	if doc.Left > 0 {
		v.dropValidators()
		v.state.BodyHash = ""
	}
	if len(doc.Items) == 0 {
		return v.unchanged(a)
	}
	v.state.ChangedAt = v.clock()
	v.succeed(a)
	r := v.result(OutcomeNew, a)
	r.Items = doc.Items
	return r
}

// salvage keeps the complete items of a document that was not read to its end.
// It is a failure all the same: no validators are kept, so that the rest comes
// another time (F-44).
func (v *visit) salvage(a *answer, doc Document, err error) Result {
	v.state.ItemHashes = union(v.state.ItemHashes, doc.Hashes)
	if doc.Total > 0 {
		v.learn(doc)
	}
	if len(doc.Items) > 0 {
		v.state.ChangedAt = v.clock()
	}
	r := v.fail(failure{err: err, answer: a, mild: doc.Total > 0 && a.broken == nil})
	r.Items = doc.Items
	return r
}

// whole tells both why a transfer broke off and what that did to the document.
func whole(broken, err error) error {
	if err == nil {
		return broken
	}
	return fmt.Errorf("%w; %w", broken, err)
}

// union adds new hashes to known ones.
func union(known, more []uint64) []uint64 {
	seen := make(map[uint64]bool, len(known))
	for _, hash := range known {
		seen[hash] = true
	}
	all := append([]uint64{}, known...)
	for _, hash := range more {
		if !seen[hash] {
			all = append(all, hash)
		}
	}
	return all
}

// learn keeps what the document says of itself.
func (v *visit) learn(doc Document) {
	v.state.Recoveries = doc.Recoveries
	v.state.BadIDs = v.state.BadIDs || doc.RepeatedIDs
	v.state.Pace.Expired = doc.Expired
	count(&v.state.Pace, doc.Items, v.clock())
	if c := doc.Channel; c != nil {
		v.state.FeedID, v.state.FeedTitle, v.state.FeedLink = c.ID, c.Title, c.Link
		v.state.FeedUpdated, v.state.FeedRights, v.state.FeedLanguage = c.Updated, c.Rights, c.Language
		v.state.FeedHint = c.Hint
		v.state.Pace.SkipHours, v.state.Pace.SkipDays = c.SkipHours, c.SkipDays
	}
}

// unchanged ends a visit that brought nothing new.
func (v *visit) unchanged(a *answer) Result {
	v.succeed(a)
	return v.result(OutcomeUnchanged, a)
}

// succeed resets what failures left and says when to come again.
func (v *visit) succeed(a *answer) {
	now := v.clock()
	s := &v.state
	s.Status, s.Failures, s.FailingSince, s.LastError = news.StatusHealthy, 0, time.Time{}, ""
	s.CheckedAt, s.LastCode, s.HoldUntil = now, a.code, time.Time{}
	if s.Pace.RobotsAt.IsZero() {
		s.Pace.RobotsAt = now.Add(robotsFirst - robotsEvery)
	}
	v.move(a)
	v.next(a, now)
}

// follow replaces the validators by those of an answer that was processed to
// its end: both after a document, those that are there after a 304 (F-04, F-05).
func (v *visit) follow(a *answer) {
	s := &v.state
	etag, modified := header(a, "ETag"), header(a, "Last-Modified")
	if a.code != http.StatusNotModified {
		s.ETag, s.LastModified = etag, modified
	} else {
		s.ETag, s.LastModified = first(etag, s.ETag), first(modified, s.LastModified)
	}
	s.ValidatorsFor = shape() + a.url
	if !a.conditional {
		s.ValidatorsAt = v.clock()
	}
}

func (v *visit) dropValidators() {
	v.state.ETag, v.state.LastModified, v.state.ValidatorsFor = "", "", ""
}

// header reads a field that will be sent back; one with control characters or
// of absurd length is not kept (F-106).
func header(a *answer, name string) string {
	value := a.header.Get(name)
	if len(value) > 1024 || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return value
}

// addValidators makes a request conditional when the validators belong to its
// address. Every eight days they are left out once: some servers answer 304
// whatever changed (F-07, F-11).
func (v *visit) addValidators(req *http.Request) bool {
	const lifetime = 8 * 24 * time.Hour
	s := v.state
	if s.ValidatorsFor != shape()+req.URL.String() || v.clock().Sub(s.ValidatorsAt) >= lifetime {
		return false
	}
	if s.ETag != "" {
		req.Header.Set("If-None-Match", s.ETag)
	}
	if s.LastModified != "" {
		req.Header.Set("If-Modified-Since", s.LastModified)
	}
	return s.ETag != "" || s.LastModified != ""
}

// short writes a span without the zeros that time.Duration adds.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
