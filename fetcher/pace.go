package fetcher

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// next says when a source that answered is asked again: the latest of what its
// schedule, its server, its document and its own rhythm ask for, outside the
// hours at which it wants to be left alone (F-26).
func (v *visit) next(a *answer, now time.Time) {
	s, o := &v.state, v.fetcher.options
	schedule, spec := v.fetcher.schedule(v.job.Source)
	longest := o.MaxInterval.Duration
	hint := min(s.FeedHint, longest)
	rhythm, gap := v.fetcher.rhythm(v.job.Source, s.Pace, now)
	last := wish{at: now}
	last.yield(schedule.Next(now), func() string { return reasonSchedule + spec })
	last.yield(now.Add(o.MinInterval.Duration), func() string { return "min_interval " + short(o.MinInterval.Duration) })
	last.yield(now.Add(rhythm), func() string { return "it brings an item every " + gap + " or so (adaptive)" })
	last.yield(now.Add(min(v.freshness(a, now), longest)), func() string { return "the answer stays fresh until then (max-age or Expires)" })
	last.yield(now.Add(hint), func() string { return "the document asks for " + short(hint) + " (ttl)" })
	last.yield(now.Add(a.silence), func() string { return "the server asked for silence (Retry-After)" })
	if v.job.PushedUntil.After(now) {
		last.yield(now.Add(min(safety, longest)), func() string { return reasonPush })
	}
	if s.Pace.Expired {
		last.yield(now.Add(week), func() string { return "the document says that it has expired: asked weekly" })
	}
	s.DueAt, s.DueReason = last.outside(s.Pace).spread(v.job.Source.ID, now)
}

// freshness remembers max-age, for an answer "not modified" need not repeat
// it (F-27).
func (v *visit) freshness(a *answer, now time.Time) time.Duration {
	p := &v.state.Pace
	if len(a.header.Values("Cache-Control")) > 0 || holdsDocument(a.code) {
		p.MaxAge, _ = maxAge(a.header)
	}
	return freshness(a.header, p.MaxAge, now)
}

// outside moves a wish out of skipHours and skipDays, by a day at most (F-23).
func (w wish) outside(p news.Pace) wish {
	const most = 24 * time.Hour
	at := w.at.UTC()
	for at.Sub(w.at) < most && (p.SkipHours>>at.Hour()&1 == 1 || p.SkipDays>>at.Weekday()&1 == 1) {
		at = at.Truncate(time.Hour).Add(time.Hour)
	}
	if at.Equal(w.at) {
		return w
	}
	if day := w.at.Add(most); at.After(day) {
		at = day
	}
	return wish{at, "the document asks to be left alone until then (skipHours, skipDays)"}
}

// skipHours reads RSS skipHours; 24 is another name of midnight.
func skipHours(hours []string) (mask uint32) {
	for _, hour := range hours {
		if n, err := strconv.Atoi(strings.TrimSpace(hour)); err == nil && n >= 0 && n <= 24 {
			mask |= 1 << (n % 24)
		}
	}
	return mask
}

// skipDays reads RSS skipDays.
func skipDays(days []string) (mask uint8) {
	for _, day := range days {
		for weekday := time.Sunday; weekday <= time.Saturday; weekday++ {
			if strings.EqualFold(strings.TrimSpace(day), weekday.String()) {
				mask |= 1 << weekday
			}
		}
	}
	if bits.OnesCount8(mask) == 7 {
		return 0 // a source that is never to be read says nothing
	}
	return mask
}

// What an item counts fades with its age, over about four weeks.
const (
	fading      = 14 * 24 * time.Hour
	rhythmSpan  = 28 * 24 * time.Hour
	rhythmFloor = 7 * 24 * time.Hour // watched for so long before it is trusted
)

// count takes new items into the rhythm by their own dates; one without a date
// counts as of now (F-25).
func count(p *news.Pace, items []news.Item, now time.Time) {
	if p.Since.IsZero() {
		p.Since = now
	}
	p.Items, p.CountedAt = faded(*p, now), now
	for _, item := range items {
		age := time.Duration(0)
		if at := item.Published.Parsed; !at.IsZero() {
			age = max(now.Sub(at), 0)
		}
		if age < rhythmSpan {
			p.Items += math.Exp(-age.Hours() / fading.Hours())
		}
	}
}

// faded is how much the counted items still count.
func faded(p news.Pace, now time.Time) float64 {
	return p.Items * math.Exp(-max(now.Sub(p.CountedAt), 0).Hours()/fading.Hours())
}

// rhythm is how long to leave a source alone that publishes seldom: a part of
// the usual time between two items, up to six hours. One that brings an item
// every other day or more is asked whenever its schedule allows.
func (f *Fetcher) rhythm(s news.Source, p news.Pace, now time.Time) (wait time.Duration, gap string) {
	const seldom, part, most = 48 * time.Hour, 24, 6 * time.Hour
	adaptive := f.options.Adaptive
	if s.Adaptive != nil {
		adaptive = *s.Adaptive
	}
	if !adaptive || p.Since.IsZero() || now.Sub(p.Since) < rhythmFloor {
		return 0, ""
	}
	between := rhythmSpan.Hours()
	if items := faded(p, now); items > 0 {
		between = min(between, fading.Hours()/items)
	}
	if between < seldom.Hours() {
		return 0, ""
	}
	wait = time.Duration(between / part * float64(time.Hour)).Truncate(time.Minute)
	return min(wait, most), fmt.Sprintf("%d days", int(math.Round(between/24)))
}
