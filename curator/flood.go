package curator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

const (
	// LeastFlood is how many new articles, at once or within a day, may be a
	// flood at all.
	LeastFlood = 8
	// leastVolume is how many articles within a day are too many at least, and
	// volumeFactor how many times as many as usual they must be: a coup makes
	// three of one.
	leastVolume  = 20
	volumeFactor = 10
	// leastHabit is how many articles and days tell what is usual.
	leastHabit     = 10
	leastHabitDays = 3
	// settled is how long a source must be known.
	settled = 24 * time.Hour
	// mostly is the share that stands for all, hardly that which stands for none.
	mostly = 0.8
	hardly = 0.05
	// crowdFactor is how many times as many new articles as its rate lets expect
	// are a crowd.
	crowdFactor = 3
	// lateness is how much older than the newest known article an article must
	// be to come late.
	lateness = 72 * time.Hour
)

// Flood tells what changed all at once in a source: fresh are the articles of
// one document that are not known, habit is what was usual for the source
// before, Recent included if what came is Many. Without any sign they are news.
//
// A new source has no habit, and a source that was silent may bring all that it
// missed. What many outlets do when something happens is no flood: more
// articles, about fewer things.
func Flood(fresh []news.Article, habit news.Habit, now time.Time) []news.FloodSign {
	if habit.Known < leastHabit || now.Sub(habit.Since) < settled {
		return nil
	}
	f := flood{fresh: fresh, habit: habit, now: now}
	var signs []news.FloodSign
	if evidence := f.volume(); evidence != "" {
		signs = append(signs, news.FloodSign{Kind: news.FloodVolume, Evidence: evidence})
	}
	if !Many(len(fresh), habit) {
		return signs
	}
	if len(fresh) < LeastFlood {
		if f = f.ofDay(); len(f.habit.Recent) < leastHabit || !f.crowd() {
			return signs
		}
	}
	for _, look := range []struct {
		kind news.FloodKind
		at   func() string
	}{
		{news.FloodIDs, f.ids}, {news.FloodDates, f.dates}, {news.FloodHost, f.host}, {news.FloodLanguage, f.language}, {news.FloodTopic, f.topic},
	} {
		if evidence := look.at(); evidence != "" {
			signs = append(signs, news.FloodSign{Kind: look.kind, Evidence: evidence})
		}
	}
	return signs
}

// Many tells whether new articles, alone or with those that came within a day
// before them, are enough to be compared with what a source's articles are like.
func Many(fresh int, habit news.Habit) bool {
	today := habit.Today + fresh
	return fresh >= LeastFlood || today >= LeastFlood && float64(today) >= crowdFactor*habit.Daily
}

// ofDay looks at all that came within a day as if it had come at once: what
// trickles in, a few at each poll, is a flood as well.
func (f flood) ofDay() flood {
	came := min(f.habit.Today, len(f.habit.Recent)) // the last ones stand first
	f.fresh = slices.Concat(f.fresh, f.habit.Recent[:came])
	f.habit.Recent = f.habit.Recent[came:]
	return f
}

// flood is a document that is looked at. Each look returns the evidence, empty
// for none.
type flood struct {
	fresh []news.Article
	habit news.Habit
	now   time.Time
}

func (f *flood) volume() string {
	today := f.habit.Today + len(f.fresh)
	if f.habit.Days < leastHabitDays || f.habit.Last.IsZero() || today < leastVolume {
		return ""
	}
	silent := max(f.now.Sub(f.habit.Last).Hours()/24, 1)
	if float64(today) < volumeFactor*f.habit.Daily*silent || today <= 2*f.habit.Busiest {
		return ""
	}
	return fmt.Sprintf("%d articles within a day; usual are %.1f, on the busiest day %d", today, f.habit.Daily, f.habit.Busiest)
}

// crowd tells whether more is new than the source's rate lets expect since its
// last article.
func (f *flood) crowd() bool {
	last := f.habit.Recent[0].FirstSeen
	return float64(len(f.fresh)) >= crowdFactor*f.habit.Daily*max(f.now.Sub(last).Hours()/24, 1.0/24)
}

func (f *flood) ids() string {
	if !f.crowd() {
		return ""
	}
	shape := func(a news.Article) string { return shapeOf(a.Key) }
	if usual, part, n := f.strangers(shape); part >= mostly {
		return fmt.Sprintf("%d of %d new articles have ids unlike those before (%q, usual is %q)", n, len(f.fresh), shapeOf(f.fresh[0].Key), usual)
	}
	titles := map[string]bool{}
	for _, a := range f.habit.Recent {
		titles[strings.Join(foldedWords(a.Title), " ")] = true
	}
	n := howMany(f.fresh, func(a news.Article) bool { return titles[strings.Join(foldedWords(a.Title), " ")] })
	if 2*n < len(f.fresh) {
		return ""
	}
	return fmt.Sprintf("%d of %d new articles have the titles of known ones under other ids", n, len(f.fresh))
}

func (f *flood) dates() string {
	if !f.crowd() {
		return ""
	}
	later := f.habit.Recent[:0:0] // the first document is all old
	newest := time.Time{}
	for _, a := range f.habit.Recent {
		if a.FirstSeen.After(f.habit.Since.Add(time.Hour)) {
			later = append(later, a)
		}
		if a.Published.Time.After(newest) {
			newest = a.Published.Time
		}
	}
	old := func(a news.Article) bool { return a.Published.Time.Before(newest.Add(-lateness)) }
	if n := howMany(f.fresh, old); share(n, f.fresh) >= mostly {
		late := howMany(later, func(a news.Article) bool { return a.FirstSeen.Sub(a.Published.Time) > lateness })
		if share(late, later) < 1-mostly {
			return fmt.Sprintf("%d of %d new articles are dated long before the newest known one of %s", n, len(f.fresh), newest.UTC().Format(time.DateOnly))
		}
	}
	undated := func(a news.Article) bool { return !understood(a.Published) }
	if share(howMany(f.habit.Recent, undated), f.habit.Recent) >= 1-mostly {
		return "" // what comes together has one date here
	}
	minute, n := mostOfAMinute(f.fresh)
	if share(n, f.fresh) < mostly || share(inCrowdedMinutes(later), later) >= 1-mostly {
		return ""
	}
	return fmt.Sprintf("%d of %d new articles have one date, %s", n, len(f.fresh), minute.UTC().Format("2006-01-02 15:04Z"))
}

// mostOfAMinute is the minute of publication that most articles share.
func mostOfAMinute(articles []news.Article) (minute time.Time, n int) {
	counts := map[time.Time]int{}
	for _, a := range articles {
		m := a.Published.Time.Truncate(time.Minute)
		counts[m]++
		if counts[m] > n {
			minute, n = m, counts[m]
		}
	}
	return minute, n
}

// inCrowdedMinutes counts the articles that share their minute with two others.
func inCrowdedMinutes(articles []news.Article) (n int) {
	counts := map[time.Time]int{}
	for _, a := range articles {
		counts[a.Published.Time.Truncate(time.Minute)]++
	}
	for _, c := range counts {
		if c >= 3 {
			n += c
		}
	}
	return n
}

func (f *flood) host() string {
	usual, part, n := f.strangers(func(a news.Article) string { return hostOf(a.Link) })
	if part < mostly {
		return ""
	}
	other := ""
	for _, a := range f.fresh {
		host := hostOf(a.Link)
		if strings.HasSuffix(host, "."+usual) || host != "" && strings.HasSuffix(usual, "."+host) {
			return "" // another part of the same site
		}
		if host != usual && host != "" {
			other = host
		}
	}
	return fmt.Sprintf("%d of %d new articles lead to other hosts (%s, usual is %s)", n, len(f.fresh), other, usual)
}

func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

func (f *flood) language() string {
	of := func(a news.Article) string {
		if a.Language == "und" {
			return ""
		}
		return baseLanguage(a.Language)
	}
	usual, part, n := f.strangers(of)
	if part < mostly {
		return ""
	}
	return fmt.Sprintf("%d of %d new articles are in another language (%s, usual is %s)", n, len(f.fresh), of(f.fresh[0]), usual)
}

// strangers counts the new articles that have a property which hardly any
// article before had; usual is what most had. The share is 0 where nothing was
// usual.
func (f *flood) strangers(property func(news.Article) string) (usual string, portion float64, n int) {
	counts := map[string]int{}
	for _, a := range f.habit.Recent {
		counts[property(a)]++
	}
	for value, c := range counts {
		if value != "" && (c > counts[usual] || usual == "") {
			usual = value
		}
	}
	if usual == "" || share(counts[usual], f.habit.Recent) < mostly {
		return usual, 0, 0
	}
	n = howMany(f.fresh, func(a news.Article) bool {
		value := property(a)
		return value != "" && share(counts[value], f.habit.Recent) < hardly
	})
	return usual, share(n, f.fresh), n
}

// The shares of a source's articles that must be about its usual topics, or at
// least its usual countries, for others to be strange.
const (
	leastTopic   = 0.6
	leastCountry = 0.8
)

// topic looks at topics. Of a source that has no usual ones it looks at
// countries: articles on none are strange, those on another one may be news.
func (f *flood) topic() string {
	kind, least := news.KindTopic, leastTopic
	usual := usualTags(f.habit.Recent, kind)
	before := share(howMany(f.habit.Recent, aboutAny(kind, usual)), f.habit.Recent)
	about := aboutAny(kind, usual)
	if before < leastTopic {
		kind, least = news.KindCountry, leastCountry
		usual = usualTags(f.habit.Recent, kind)
		before = share(howMany(f.habit.Recent, aboutAny(kind, usual)), f.habit.Recent)
		about = func(a news.Article) bool {
			return slices.ContainsFunc(a.Tags, func(t news.Tag) bool { return t.Kind == kind })
		}
	}
	n := howMany(f.fresh, about)
	if before < least || share(n, f.fresh) > hardly {
		return ""
	}
	return fmt.Sprintf("%d of %d new articles are about no usual %s; %.0f%% were before", len(f.fresh)-n, len(f.fresh), kind, 100*before)
}

func aboutAny(kind news.Kind, ids map[string]bool) func(news.Article) bool {
	return func(a news.Article) bool {
		return slices.ContainsFunc(a.Tags, func(t news.Tag) bool { return t.Kind == kind && ids[t.ID] })
	}
}

// usualTags are those that at least every tenth article has.
func usualTags(articles []news.Article, kind news.Kind) map[string]bool {
	counts := map[string]int{}
	for _, a := range articles {
		for _, tag := range a.Tags {
			if tag.Kind == kind {
				counts[tag.ID]++
			}
		}
	}
	usual := map[string]bool{}
	for id, n := range counts {
		usual[id] = 10*n >= len(articles)
	}
	return usual
}

func howMany(articles []news.Article, is func(news.Article) bool) (n int) {
	for _, a := range articles {
		if is(a) {
			n++
		}
	}
	return n
}

// share is a part of the articles, 0 where there are none.
func share(n int, articles []news.Article) float64 {
	if len(articles) == 0 {
		return 0
	}
	return float64(n) / float64(len(articles))
}
