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
	job      *Job
	state    news.SourceState
	address  string
	clock    func() time.Time
	twins    []*visit // of sources that want the same document
	requests int
	leave    func() // nil while neither host nor slot is taken
	cut      bool   // a request broke off or was given up, which its server may not have noticed
	http1    bool   // HTTP/2 is not offered
	// permit refuses addresses that must not be asked; nil refuses none.
	permit  func(ctx context.Context, address string) error
	within  bool  // a part of a source: what it leads to is not followed
	refusal *Move // of where permanent redirects lead
}

// visit begins a fetch of sources with one address. The first asks.
func (f *Fetcher) visit(jobs []Job, clock func() time.Time) *visit {
	now := clock()
	var all []*visit
	for i := range jobs {
		job := &jobs[i]
		state := f.current(*job, now)
		all = append(all, &visit{fetcher: f, job: job, state: state, address: address(state), clock: clock,
			http1: job.Source.HTTP1 || keptToHTTP1(state.Pace, now)})
	}
	v := all[0]
	for _, twin := range all[1:] {
		twin.address = v.address
		v.twins = append(v.twins, twin)
	}
	return v
}

// fetch makes the visit; what it entered is left to the caller to exit. There
// is a result for each source.
func (v *visit) fetch(ctx context.Context) []*Result {
	all := append([]*visit{v}, v.twins...)
	results := make([]*Result, len(all))
	if until, why := v.tooSoon(); !until.IsZero() {
		for i, one := range all {
			results[i] = one.hold(until, why)
		}
		return results
	}
	var a *answer
	var err error
	if panicked := safely(func() { a, err = v.inquire(ctx) }); panicked != nil {
		err = panicked
	}
	defer a.release(v.fetcher.reader)
	for _, twin := range v.twins {
		twin.state.Pace.RobotsAt, twin.state.Pace.Barred = v.state.Pace.RobotsAt, v.state.Pace.Barred
	}
	for i, one := range all {
		results[i] = one.end(ctx, a, err)
	}
	return results
}

// end makes a source's result of the answer.
func (v *visit) end(ctx context.Context, a *answer, err error) (result *Result) {
	panicked := safely(func() { result = v.parts(ctx, v.conclude(a, err)) })
	if ctx.Err() != nil {
		return v.cancelled(ctx.Err())
	}
	if panicked != nil {
		v.state = v.fetcher.current(*v.job, v.clock())
		return v.fail(failure{err: panicked})
	}
	result.Move = v.moved()
	return result
}

// safely turns a panic into the source's own failure.
func safely(do func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the fetch panicked: %v", r)
		}
	}()
	do()
	return nil
}

// cancelled leaves the state as it was: that we stop says nothing of a source.
func (v *visit) cancelled(err error) *Result {
	v.state = v.fetcher.current(*v.job, v.clock())
	r := v.result(OutcomeFailed, nil)
	r.Err = fmt.Errorf("source %s: %w", v.job.Source.ID, err)
	return r
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
func (v *visit) hold(until time.Time, why string) *Result {
	if until.After(v.state.DueAt) {
		v.state.DueAt, v.state.DueReason = due(v.job.Source.ID, v.clock(), wish{until, why})
	}
	return v.result(OutcomeHeld, nil)
}

func (v *visit) result(outcome Outcome, a *answer) *Result {
	r := &Result{Source: v.job.Source, State: v.state, Outcome: outcome, Requests: v.requests, ReceivedAt: v.clock()}
	if a != nil {
		r.Code, r.Bytes = a.code, int64(len(a.body))
	}
	return r
}

// run makes the visit of a source that has no twins.
func (v *visit) run(ctx context.Context) *Result {
	a, err := v.inquire(ctx)
	defer a.release(v.fetcher.reader)
	return v.conclude(a, err)
}

// inquire gets the server's answer, if its host lets us.
func (v *visit) inquire(ctx context.Context) (*answer, error) {
	if err := v.barred(ctx); err != nil {
		return nil, err
	}
	a, err := v.firstAnswer(ctx)
	if err == nil {
		err = v.open(ctx, a)
	}
	return a, err
}

// conclude makes of an answer what the source's state and settings say.
func (v *visit) conclude(a *answer, err error) *Result {
	var held *heldError
	var why failure
	switch {
	case errors.As(err, &held):
		return v.hold(held.until, held.Error())
	case errors.As(err, &why):
		return v.fail(why)
	case err != nil:
		return v.fail(failure{err: err})
	}
	v.noteProtocol(a)
	switch {
	case a.code == http.StatusNotModified && a.conditional:
		v.follow(a)
		v.noteHub(a, nil)
		return v.unchanged(a)
	case holdsDocument(a.code):
		return v.withRaw(a, v.read(a))
	}
	return v.refused(a)
}

// firstAnswer asks once more over HTTP/1.1 when HTTP/2 failed (F-61), and once
// more without caches when a server says "not modified" to a request without
// validators (F-10).
func (v *visit) firstAnswer(ctx context.Context) (*answer, error) {
	a, err := v.enterAndAsk(ctx, false)
	if errors.Is(err, errHTTP2) {
		a.release(v.fetcher.reader)
		v.http1 = true
		if a, err = v.enterAndAsk(ctx, false); err == nil {
			a.fellBack = true
		}
	}
	if err != nil || a.code != http.StatusNotModified || a.conditional {
		return a, err
	}
	return v.enterAndAsk(ctx, true)
}

// enterAndAsk waits for a turn of its own before it asks.
func (v *visit) enterAndAsk(ctx context.Context, reload bool) (*answer, error) {
	v.exit()
	if err := v.enter(ctx, v.address); err != nil {
		return nil, err
	}
	return v.ask(ctx, reload)
}

// read takes in a document.
func (v *visit) read(a *answer) *Result {
	if a.broken == nil && len(a.body) == 0 {
		return v.fail(failure{err: fmt.Errorf("%w: an empty document", errNotFeed), answer: a})
	}
	limits := Limits{Items: v.fetcher.options.MaxItems, Known: v.state.ItemHashes}
	var doc Document
	var err error
	same := false
	v.fetcher.limited(func() {
		if a.hash == "" { // sources of one address share an answer
			a.hash = bodyHash(a.body)
		}
		if same = a.broken == nil && a.hash == v.state.BodyHash && strings.HasPrefix(v.state.ValidatorsFor, shaped("")); !same {
			doc, err = parse(v.job.Source, a.body, a.hash, a.header.Get("Content-Type"), a.url, limits)
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
func (v *visit) accept(a *answer, doc Document) *Result {
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
func (v *visit) salvage(a *answer, doc Document, err error) *Result {
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
func (v *visit) unchanged(a *answer) *Result {
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
