package publisher

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"time"

	"harmattan/news"
)

// StoryView is all that is known of a story.
type StoryView struct {
	Articles []news.Article // oldest first, at least one
	// Revisions are the earlier states of its articles by article id, oldest
	// first; an article that never changed has none.
	Revisions map[string][]news.Revision
}

// storyView is what the template of a story sees.
type storyView struct {
	chrome
	*piece      // the article that stands for the story here
	Articles    int
	First, Last time.Time
	Days        []storyDay
	Outlets     []outletView
	About       []themeView
	Editions    []editionOption
	Left        int // articles that are stored and not shown
	Hidden      int
}

// storyDay holds what happened on one UTC day.
type storyDay struct {
	Name, Date string
	Events     []eventView
}

// eventView is an article that came, or one that was changed afterwards.
type eventView struct {
	Time     time.Time
	Piece    *piece
	Joined   *joinedView   // why it is in the story
	Copy     bool          // the same text as another
	Revision *revisionView // nil for an article that came
}

// outletView is an outlet that told the story.
type outletView struct {
	Publisher, Language string
	First               time.Time
	After               string // than the first of all, for people
	Articles            int
	Copy                bool // none of its articles is its own
}

// themeView is a tag and how many of the articles have it.
type themeView struct {
	Kind  news.Kind
	Label string
	Count int
}

// Bounds of the page.
const (
	storyLimit  = 100
	themesShown = 16
)

// storyPage makes /stories?id=…: who told a story, when, and what was changed.
func (p *Publisher) storyPage(ctx context.Context, w *words, values url.Values) ([]byte, error) {
	id := values.Get("id")
	if id == "" {
		return nil, errOdd("Name the story: /stories?id= and its id, as an edition links it.")
	}
	found, err := p.lookup.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(found.Articles) == 0 {
		return nil, ErrNotFound
	}
	return execute("story.html", p.newStoryView(w, &found))
}

func (p *Publisher) newStoryView(w *words, found *StoryView) *storyView {
	shown := found.Articles[:min(len(found.Articles), storyLimit)]
	v := &storyView{chrome: p.pageChrome(w, "stories?id="+url.QueryEscape(found.Articles[0].StoryID)), Articles: len(found.Articles), Left: len(found.Articles) - len(shown)}
	pieces := make([]*piece, len(shown))
	var events []eventView
	for i := range shown {
		a := &shown[i]
		c := p.newPiece("", &news.Entry{Article: *a, EnteredAt: a.FirstSeen}, w, a.FirstSeen, diet{})
		pieces[i] = &c
		events = append(events, eventView{Time: c.Published, Piece: c.firstTold(found.Revisions[a.ID]), Joined: joined(w, a.StoryWhy), Copy: isCopy(a)})
		revisions, hidden := revisionViews(a, found.Revisions[a.ID])
		v.Hidden += hidden
		for k := range revisions {
			events = append(events, eventView{Time: revisions[k].Seen.UTC(), Piece: &c, Revision: &revisions[k]})
		}
	}
	v.piece = pieces[standing(shown)]
	v.Voices = news.Voices(found.Articles)
	slices.SortStableFunc(events, func(a, b eventView) int { return a.Time.Compare(b.Time) })
	v.First, v.Last = pieces[0].Published, events[len(events)-1].Time
	for _, e := range events {
		date := e.Time.Format(time.DateOnly)
		if n := len(v.Days); n == 0 || v.Days[n-1].Date != date {
			v.Days = append(v.Days, storyDay{Name: w.Day(e.Time), Date: date})
		}
		last := &v.Days[len(v.Days)-1]
		last.Events = append(last.Events, e)
	}
	v.Outlets, v.About, v.Editions = outlets(w, shown, pieces), themes(pieces), p.editionsOf(shown)
	return v
}

// firstTold is the article as it was before its revisions.
func (c *piece) firstTold(revisions []news.Revision) *piece {
	if len(revisions) == 0 {
		return c
	}
	first := *c
	first.Title = firstText(excerpt(oneLine(revisions[0].Title), titleLimit), c.Title)
	first.Summary = excerpt(oneLine(revisions[0].Summary), summaryLimit)
	return &first
}

func isCopy(a *news.Article) bool { return a.StoryWhy != nil && a.StoryWhy.Copy }

// standing is the article that stands for the story on its page: the first that
// is no copy.
func standing(articles []news.Article) int {
	return max(0, slices.IndexFunc(articles, func(a news.Article) bool { return !isCopy(&a) }))
}

// outlets lists who told the story, the first to tell it first.
func outlets(w *words, articles []news.Article, pieces []*piece) []outletView {
	var all []outletView
	at := map[string]int{}
	for i, c := range pieces {
		n, seen := at[c.Publisher]
		if !seen {
			n = len(all)
			at[c.Publisher] = n
			o := outletView{Publisher: c.Publisher, Language: c.Language, First: c.Published, Copy: true}
			if i > 0 {
				o.After = spanOf(w, c.Published.Sub(pieces[0].Published))
			}
			all = append(all, o)
		}
		all[n].Articles++
		all[n].Copy = all[n].Copy && isCopy(&articles[i])
	}
	return all
}

// spanOf writes a span of time as people count it.
func spanOf(w *words, d time.Duration) string {
	switch {
	case d < time.Minute:
		return w.Text["sameTime"]
	case d < time.Hour:
		return w.Count(int(d/time.Minute), "minutesLater")
	case d < 48*time.Hour:
		return w.Count(int(d/time.Hour), "hoursLater")
	}
	return w.Count(int(d/(24*time.Hour)), "daysLater")
}

// themes are the tags of the articles, those that most of them have first.
func themes(pieces []*piece) []themeView {
	var all []themeView
	at := map[[2]string]int{}
	for _, c := range pieces {
		for _, t := range c.Tags {
			key := [2]string{string(t.Kind), t.ID}
			n, seen := at[key]
			if !seen {
				n = len(all)
				at[key] = n
				all = append(all, themeView{Kind: t.Kind, Label: t.Label})
			}
			all[n].Count++
		}
	}
	slices.SortStableFunc(all, func(a, b themeView) int { return cmp.Compare(b.Count, a.Count) })
	return all[:min(len(all), themesShown)]
}

// editionsOf are the editions that hold any of the articles, in their order.
func (p *Publisher) editionsOf(articles []news.Article) []editionOption {
	var all []editionOption
	for _, e := range p.editions {
		if slices.ContainsFunc(articles, func(a news.Article) bool {
			return slices.ContainsFunc(a.Editions, func(m news.Membership) bool { return m.EditionID == e.ID })
		}) {
			all = append(all, editionOption{ID: e.ID, Title: firstText(e.Title, e.ID), Language: firstOf(languageTag(e.Language), "en")})
		}
	}
	return all
}
