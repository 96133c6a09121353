package fetcher

import (
	"fmt"
	"hash/fnv"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"harmattan/news"
)

// Job is a source with what is remembered about it; for a source never
// fetched, the state holds its id alone.
type Job struct {
	Source news.Source
	State  news.SourceState
	// PushedUntil is how long a hub brings the source's news, so that it is
	// asked only to make sure; zero when none does.
	PushedUntil time.Time
}

// Due picks the jobs whose time has come, and those of sources with the same
// address. Disabled sources and those that are gone for good are left out.
func (f *Fetcher) Due(jobs []Job, now time.Time) []Job {
	f.recall(jobs, now)
	due := map[string]bool{}
	for job, at := range f.asked(jobs, now) {
		if !at.After(now) {
			due[twinKey(job.Source)] = true
		}
	}
	if len(due) == 0 {
		return nil
	}
	var picked []Job
	for job := range f.asked(jobs, now) {
		if due[twinKey(job.Source)] {
			picked = append(picked, *job)
		}
	}
	return picked
}

// asked are the jobs of sources that are asked at all, with current states, and
// when they are due. A job is good until the next.
func (f *Fetcher) asked(jobs []Job, now time.Time) iter.Seq2[*Job, time.Time] {
	return func(yield func(*Job, time.Time) bool) {
		var job Job
		for i := range jobs {
			job = jobs[i]
			job.State = f.current(job, now)
			if at, ok := f.dueAt(job); ok && !yield(&job, at) {
				return
			}
		}
	}
}

// NextDue is the earliest time at which one of the jobs is due; it may lie in
// the past. It is zero when no job will ever be.
func (f *Fetcher) NextDue(jobs []Job, now time.Time) time.Time {
	var next time.Time
	for _, at := range f.asked(jobs, now) {
		if at.IsZero() {
			at = now
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// current is the job's state, or a new one when the configured address is not
// the one that the state belongs to. Times that a clock wrote which has been
// set back since are void: a source shall not fall silent until they come.
func current(job Job, now time.Time) news.SourceState {
	if job.State.URL != job.Source.URL {
		return news.SourceState{SourceID: job.Source.ID, Status: news.StatusNew, URL: job.Source.URL}
	}
	state := job.State
	if state.CheckedAt.After(now.Add(time.Minute)) {
		state.CheckedAt, state.DueAt, state.HoldUntil = now, now, time.Time{}
	}
	return state
}

// recall learns from stored states which hosts asked for silence, and how many
// requests groups have had in the last hour.
func (f *Fetcher) recall(jobs []Job, now time.Time) {
	for i := range jobs {
		if !jobs[i].State.HoldUntil.After(now) {
			continue
		}
		if state := f.current(jobs[i], now); state.HoldUntil.After(now) && !f.private(address(state)) {
			f.hosts.silence(address(state), state.HoldUntil)
		}
	}
	f.hosts.remember(func(yield func(address string, at time.Time) bool) {
		for _, job := range jobs {
			if state := f.current(job, now); !yield(address(state), state.CheckedAt) {
				return
			}
		}
	}, now)
}

const reasonSchedule = "schedule "

// dueAt is when a job with a current state is due; never when ok is false. A
// due time that stems from a schedule follows it when it is changed.
func (f *Fetcher) dueAt(job Job) (at time.Time, ok bool) {
	if job.Source.Disabled || job.State.Status == news.StatusGone {
		return time.Time{}, false
	}
	if job.State.DueReason == reasonPush && job.PushedUntil.IsZero() {
		schedule, _ := f.schedule(job.Source)
		return schedule.Next(job.State.CheckedAt), true
	}
	spec, _ := f.spec(job.Source)
	if old, found := strings.CutPrefix(job.State.DueReason, reasonSchedule); found && old != spec {
		schedule, _ := f.schedule(job.Source)
		return schedule.Next(job.State.CheckedAt), true
	}
	return job.State.DueAt, true
}

// wish is a time before which a source is not asked again, and who wants it.
type wish struct {
	at     time.Time
	reason string
}

// due is the latest of the wishes, spread.
func due(sourceID string, now time.Time, wishes ...wish) (time.Time, string) {
	last := wish{at: now}
	for _, w := range wishes {
		last.yield(w.at, func() string { return w.reason })
	}
	return last.spread(sourceID, now)
}

// yield gives way to a later wish, whose reason is not put into words before.
func (w *wish) yield(at time.Time, reason func() string) {
	if at.After(w.at) {
		*w = wish{at, reason()}
	}
}

// spread adds jitter: a part of the wait that depends on source and time alone,
// so that sources with one schedule do not come at once and a test can tell the
// result (F-28).
func (w wish) spread(sourceID string, now time.Time) (time.Time, string) {
	return w.at.Add(jitter(sourceID, w.at, w.at.Sub(now))), w.reason
}

// maxJitter keeps a daily schedule near its hour.
const maxJitter = 10 * time.Minute

// jitter is between nothing and a tenth of the wait.
func jitter(sourceID string, at time.Time, wait time.Duration) time.Duration {
	most := min(wait/10, maxJitter)
	if most <= 0 {
		return 0
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", sourceID, at.Unix())
	return time.Duration(h.Sum64() % uint64(most)).Truncate(time.Millisecond)
}

// spec is the cron expression of a source and its zone.
func (f *Fetcher) spec(s news.Source) (spec, zone string) {
	return first(s.Schedule, f.options.Schedule), first(s.TimeZone, f.options.TimeZone)
}

// schedule is the cron schedule of a source and its expression. A source with
// a mistake in its own, which its validation reports, follows the common one.
func (f *Fetcher) schedule(s news.Source) (cron.Schedule, string) {
	if s.Schedule == "" && s.TimeZone == "" {
		return f.fallback, f.options.Schedule
	}
	spec, zone := f.spec(s)
	parsed, err := ParseSchedule(spec, zone)
	if err != nil {
		return f.fallback, f.options.Schedule
	}
	return parsed, spec
}

// bareZone is a zone without an expression, at which robfig/cron panics.
var bareZone = regexp.MustCompile(`^(CRON_)?TZ=\S*\s*$`)

// ParseSchedule reads a cron expression in a time zone (IANA, UTC when empty),
// unless it names its own. An expression that never fires is refused.
func ParseSchedule(spec, zone string) (schedule cron.Schedule, err error) {
	spec = strings.TrimSpace(spec)
	if spec == "" || bareZone.MatchString(spec) {
		return nil, fmt.Errorf("%q is not a cron expression such as \"*/15 * * * *\", \"@hourly\" or \"@every 10m\"", spec)
	}
	if every, ok := strings.CutPrefix(spec, "@every "); ok {
		if span, err := time.ParseDuration(strings.TrimSpace(every)); err == nil && (span < time.Second || span%time.Second != 0) {
			return nil, fmt.Errorf("%q is not in whole seconds, 1s or more", spec)
		}
	}
	full := spec
	if !strings.HasPrefix(spec, "TZ=") && !strings.HasPrefix(spec, "CRON_TZ=") {
		if zone == "" {
			zone = "UTC"
		}
		full = "CRON_TZ=" + zone + " " + spec
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%q is not a cron expression", spec)
		}
	}()
	schedule, err = cron.ParseStandard(full)
	if err != nil {
		return nil, fmt.Errorf("%q is not a cron expression: %w", spec, err)
	}
	if schedule.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("%q never fires", spec)
	}
	return schedule, nil
}

// checkZone accepts IANA names; "Local" would mean another thing on every
// machine.
func checkZone(zone string) error {
	if zone == "" {
		return nil
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return fmt.Errorf("%q is not a time zone such as \"UTC\" or \"Africa/Niamey\"", zone)
	}
	return nil
}
