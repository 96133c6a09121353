package fetcher

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"harmattan/news"
)

// failure is why a visit brought no document that could be used.
type failure struct {
	err    error
	answer *answer // nil when none came
	status news.Status
	// mild failures are asked again at the usual time: the server answered.
	mild bool
	// atLeast and atMost bound the wait; zero means the usual bounds.
	atLeast, atMost time.Duration
	exactly         bool // wait atLeast, whatever came before
	// host tells that the silence counts for all sources of the host.
	host bool
}

func (f failure) Error() string { return f.err.Error() }

const week = 7 * 24 * time.Hour

// unanswered is the longest wait when no answer came at all: it may be our own
// line that is down, and asking burdens nobody.
const unanswered = 2 * time.Hour

// refused makes a failure of an answer without a document (F-33 to F-42).
func (v *visit) refused(a *answer) *Result {
	f := failure{answer: a, status: news.StatusFailing, atMost: week}
	f.err = fmt.Errorf("the server answered %d %s", a.code, http.StatusText(a.code))
	switch code := a.code; {
	case a.header.Get("Cf-Mitigated") == "challenge":
		f.status, f.atLeast, f.host = news.StatusBlocked, 2*time.Hour, a.silence > 0
		f.err = fmt.Errorf("%w: a bot challenge; ask the site to exempt the path of its feed", f.err)
	case code == http.StatusUnauthorized:
		f.status, f.atLeast, f.exactly = news.StatusBlocked, week, true
		f.err = fmt.Errorf("%w: it wants credentials, which Harmattan has none of", f.err)
	case code == http.StatusForbidden:
		f.status, f.atLeast, f.host = news.StatusBlocked, time.Hour, a.silence > 0
	case code == http.StatusTooManyRequests:
		f.status, f.atLeast, f.host = news.StatusBlocked, time.Hour, true
	case code == http.StatusServiceUnavailable:
		f.atLeast, f.host, f.atMost = time.Hour, a.silence > 0, v.fetcher.options.MaxInterval.Duration
	case code == http.StatusGone:
		return v.gone(f)
	case code == http.StatusUnavailableForLegalReasons:
		f.atLeast, f.exactly = week, true
	case code == http.StatusNotFound:
		f.err = v.notFound(f.err)
	case code >= 500:
		f.atMost = v.fetcher.options.MaxInterval.Duration
	case code < 300:
		f.err = fmt.Errorf("%w, which is no whole document", f.err)
	}
	return v.fail(f)
}

// notFound advises once a document has been missing for a week (F-37).
func (v *visit) notFound(err error) error {
	if since := v.state.FailingSince; !since.IsZero() && v.clock().Sub(since) >= week {
		return fmt.Errorf("%w since %s; look for its new address on the site", err, since.Format(time.DateOnly))
	}
	return err
}

// gone looks once more after a day, then stops (F-36).
func (v *visit) gone(f failure) *Result {
	again := v.state.LastCode == http.StatusGone
	f.atLeast, f.exactly = 24*time.Hour, true
	r := v.fail(f)
	if again {
		r.State.Status, r.State.DueAt = news.StatusGone, time.Time{}
		r.State.DueReason = "never again: the server says that it is gone for good; remove the source or change its url"
	}
	return r
}

// fail records a failure and backs off. What was fetched before stays.
func (v *visit) fail(f failure) *Result {
	now := v.clock()
	s := &v.state
	s.Status, s.CheckedAt, s.LastCode = f.status, now, 0
	if f.status == "" {
		s.Status = news.StatusFailing
	}
	s.Failures++
	if s.FailingSince.IsZero() {
		s.FailingSince = now
	}
	s.LastError = oneLine(f.err.Error())
	if f.answer != nil {
		s.LastCode = f.answer.code
		if holdsDocument(f.answer.code) {
			v.dropValidators()
		}
	}
	if v.address != s.URL {
		forgetMove(s)
	}
	v.backOff(f, now)
	r := v.result(OutcomeFailed, f.answer)
	r.Err = fmt.Errorf("source %s: %w", v.job.Source.ID, f.err)
	return r
}

// backOff doubles the wait with every failure in a row, within its bounds; the
// server's own wish comes first.
func (v *visit) backOff(f failure, now time.Time) {
	s := &v.state
	schedule, spec := v.fetcher.schedule(v.job.Source)
	next := schedule.Next(now)
	wait, silence := v.wait(f, schedule.Next(next).Sub(next)), time.Duration(0)
	if f.answer != nil {
		silence = f.answer.silence
	}
	if silence > 0 && !f.exactly {
		wait = 0
	}
	s.DueAt, s.DueReason = due(v.job.Source.ID, now,
		wish{next, reasonSchedule + spec},
		wish{now.Add(wait), fmt.Sprintf("failed %s: waiting %s", times(s.Failures), short(wait))},
		wish{now.Add(silence), "the server asked for silence (Retry-After)"})
	if f.host {
		s.HoldUntil = now.Add(max(wait, silence))
		if !v.fetcher.private(f.answer.url) {
			v.fetcher.hosts.silence(f.answer.url, s.HoldUntil)
		}
	}
}

// wait is how long a failure makes us wait, given the usual interval. The
// first failure of the common kind costs nothing.
func (v *visit) wait(f failure, interval time.Duration) time.Duration {
	o := v.fetcher.options
	interval = max(interval, o.MinInterval.Duration)
	switch {
	case f.exactly:
		return f.atLeast
	case f.mild:
		return interval
	}
	most := f.atMost
	if most == 0 {
		most = max(o.MaxInterval.Duration, interval)
	}
	if f.answer == nil {
		most = max(unanswered, interval)
	}
	doublings := v.state.Failures - 1
	if f.atLeast > 0 {
		doublings++
	}
	for ; doublings > 0 && interval < most; doublings-- {
		interval *= 2
	}
	return min(max(interval, f.atLeast), most)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times in a row", n)
}

// oneLine keeps control characters and length out of stored errors (F-106).
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	const most = 500
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
