package fetcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

func TestF23_SkippedHoursAndDaysMoveTheNextLookByADayAtMost(t *testing.T) {
	saturday := time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC)
	all := ""
	for hour := range 25 {
		all += fmt.Sprintf("<hour>%d</hour>", hour)
	}
	for _, c := range []struct {
		skip string
		now  time.Time
		want time.Time
	}{
		{"<skipHours><hour>12</hour><hour> 13 </hour></skipHours>", noon.Add(-time.Minute), noon.Add(2 * time.Hour)},
		{"<skipHours><hour>15</hour></skipHours>", noon, noon.Add(15 * time.Minute)},
		{"<skipHours><hour>24</hour></skipHours>", noon.Add(11*time.Hour + 50*time.Minute), noon.Add(13 * time.Hour)},
		{"<skipHours><hour>25</hour><hour>-1</hour><hour>noon</hour></skipHours>", noon, noon.Add(15 * time.Minute)},
		{"<skipHours>" + all + "</skipHours>", noon, noon.Add(24*time.Hour + 15*time.Minute)},
		{"<skipDays><day>Saturday</day></skipDays>", saturday.Add(-10 * time.Minute), saturday.Add(24 * time.Hour)},
		{"<skipDays><day>saturday</day><day>Sunday</day><day>Monday</day></skipDays>", saturday.Add(-time.Minute), saturday.Add(24 * time.Hour)},
		{"<skipDays><day>Samedi</day></skipDays>", saturday, saturday.Add(15 * time.Minute)},
	} {
		document := strings.Replace(twoItems, "<description>", c.skip+"<description>", 1)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, document) })
		f := newFetcher(t)
		r := poll(f, s.source(), news.SourceState{}, c.now)
		if late := r.State.DueAt.Sub(c.want); late < 0 || late > 10*time.Minute {
			t.Errorf("%s at %s: due %s (%s), want %s", c.skip, c.now, r.State.DueAt, r.State.DueReason, c.want)
		}
	}
}

// year polls a source whenever it is due; it publishes every so often.
func year(t *testing.T, every, span time.Duration, change ...func(*news.Source)) (polls int, last fetcher.Result) {
	t.Helper()
	now := noon
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n := int(now.Sub(noon) / every)
		at := noon.Add(time.Duration(n) * every)
		item := story(n, "Pluies")
		write(w, channel(item[:strings.Index(item, "<pubDate>")]+"<pubDate>"+at.Format(time.RFC1123Z)+"</pubDate></item>"))
	})
	source := s.source()
	for _, c := range change {
		c(&source)
	}
	f := newFetcher(t)
	for end := noon.Add(span); now.Before(end); now = last.State.DueAt {
		last = poll(f, source, last.State, now)
		if last.Err != nil {
			t.Fatal(last.Err)
		}
		polls++
	}
	return polls, last
}

func TestF25_ASourceThatPublishesSeldomIsAskedSeldom(t *testing.T) {
	const day = 24 * time.Hour
	no := false
	for _, c := range []struct {
		every    time.Duration
		adaptive *bool
		from, to time.Duration // of the last wait
	}{
		{3 * time.Hour, nil, 14 * time.Minute, 17 * time.Minute},
		{day, nil, 14 * time.Minute, 17 * time.Minute},
		{7 * day, nil, 4 * time.Hour, 6*time.Hour + 10*time.Minute},
		{90 * day, nil, 6 * time.Hour, 6*time.Hour + 10*time.Minute},
		{90 * day, &no, 14 * time.Minute, 17 * time.Minute},
	} {
		_, last := year(t, c.every, 40*day, func(s *news.Source) { s.Adaptive = c.adaptive })
		if got := last.State.DueAt.Sub(last.State.CheckedAt); got < c.from || got > c.to {
			t.Errorf("an item every %s: the next look is %s later (%s)", c.every, got, last.State.DueReason)
		}
	}
}

func TestF25_TheRhythmIsTrustedAfterAWeekAndFollowsNews(t *testing.T) {
	_, early := year(t, 90*24*time.Hour, 6*24*time.Hour)
	if got := early.State.DueAt.Sub(early.State.CheckedAt); got > 17*time.Minute {
		t.Errorf("in its first week a source waits %s (%s)", got, early.State.DueReason)
	}
	_, slow := year(t, 90*24*time.Hour, 40*24*time.Hour)
	document := channel(story(7, "a"), story(8, "b"), story(9, "c"), story(10, "d"), story(11, "e"), story(12, "f"), story(13, "g"), story(14, "h"))
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		write(w, strings.ReplaceAll(document, "Mon, 02 Mar 2026", "Wed, 15 Apr 2026"))
	})
	slow.State.URL = s.source().URL
	now := time.Date(2026, 4, 15, 12, 0, 0, 0, time.UTC)
	if r := poll(newFetcher(t), s.source(), slow.State, now); wait(r, now) > 17*time.Minute {
		t.Errorf("a burst of news leaves the wait at %s (%s)", wait(r, now), r.State.DueReason)
	}
}

func TestF25_TheWholeFetcherMayBePinnedToItsSchedule(t *testing.T) {
	_, slow := year(t, 90*24*time.Hour, 40*24*time.Hour)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	slow.State.URL = s.source().URL
	now := noon.AddDate(0, 2, 0)
	pinned := newFetcher(t, func(o *fetcher.Options) { o.Adaptive = false })
	if r := poll(pinned, s.source(), slow.State, now); wait(r, now) > 17*time.Minute {
		t.Errorf("adaptive = false waits %s (%s)", wait(r, now), r.State.DueReason)
	}
	yes := true
	source := s.source()
	source.Adaptive = &yes
	if r := poll(pinned, source, slow.State, now); wait(r, now) < 5*time.Hour {
		t.Errorf("adaptive = true on the source waits %s (%s)", wait(r, now), r.State.DueReason)
	}
}

func TestF27_NotModifiedKeepsWhatTheLastAnswerAsked(t *testing.T) {
	control := "max-age=7200"
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if control != "" {
			w.Header().Set("Cache-Control", control)
		}
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		write(w, strings.Replace(twoItems, "<description>", "<ttl>30</ttl><description>", 1))
	})
	f := newFetcher(t)
	r := poll(f, s.source(), news.SourceState{}, noon)
	for i, step := range []struct {
		control string
		want    time.Duration
	}{{"", 2 * time.Hour}, {"", 2 * time.Hour}, {"max-age=3600", time.Hour}, {"", time.Hour}, {"no-cache", 30 * time.Minute}, {"", 30 * time.Minute}} {
		control = step.control
		now := noon.Add(time.Duration(i+1) * 3 * time.Hour)
		if r = poll(f, s.source(), r.State, now); r.Code != http.StatusNotModified || !about(wait(r, now), step.want) {
			t.Errorf("step %d: status %d, due in %s (%s), want %s", i, r.Code, wait(r, now), r.State.DueReason, step.want)
		}
	}
}

func TestF32_AnExpiredJSONFeedIsAskedWeekly(t *testing.T) {
	expired := "true"
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		write(w, `{"version":"https://jsonfeed.org/version/1.1","title":"Aïr","expired":`+expired+`,"items":[{"id":"1","content_text":"a"}]}`)
	})
	r := poll(newFetcher(t), s.source(), news.SourceState{}, noon)
	if !about(wait(r, noon), 7*24*time.Hour) || len(r.Items) != 1 {
		t.Errorf("due in %s (%s) with %d items", wait(r, noon), r.State.DueReason, len(r.Items))
	}
	expired = `"never"`
	pinned := newFetcher(t, func(o *fetcher.Options) { o.Adaptive = false })
	if r = poll(pinned, s.source(), r.State, noon.AddDate(0, 0, 7)); !about(wait(r, noon.AddDate(0, 0, 7)), 15*time.Minute) || r.Err != nil {
		t.Errorf("due in %s (%s): %v", wait(r, noon.AddDate(0, 0, 7)), r.State.DueReason, r.Err)
	}
}

func TestF14_AfterALongSleepEachSourceIsAskedOnceAndSpreadAgain(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := newFetcher(t)
	var jobs []fetcher.Job
	for i := range 40 {
		source := news.Source{ID: fmt.Sprintf("s%d", i), URL: fmt.Sprintf("%s/%d", s.URL, i)}
		jobs = append(jobs, fetcher.Job{Source: source, State: poll(f, source, news.SourceState{}, noon).State})
	}
	s.asked()
	now := noon.AddDate(0, 0, 3)
	due := f.Due(jobs, now)
	at := map[time.Time]bool{}
	for _, job := range due {
		r := poll(f, job.Source, job.State, now)
		at[r.State.DueAt] = true
		if left := f.Due([]fetcher.Job{{Source: job.Source, State: r.State}}, now.Add(14*time.Minute)); len(left) != 0 {
			t.Errorf("%s makes up for what it missed", job.Source.ID)
		}
	}
	if len(s.askedFor()) != 40 || len(at) < 35 {
		t.Errorf("40 sources are due at %d times again", len(at))
	}
}
