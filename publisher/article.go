package publisher

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"harmattan/news"
)

// articleView is what the template of an article sees.
type articleView struct {
	chrome
	*piece
	Article       *news.Article
	MarkedTitle   []segment
	MarkedSummary []segment
	MarkedText    []segment // only where the source permits to show it
	Quotes        []quote   // of a text that is not shown
	Verdicts      []verdictView
	About         []tagView
	Dates         []dateView
	Custody       []factView
	Story         []otherView
	Joined        *joinedView
	Revisions     []revisionView
	Earlier       int // revisions that are stored and not shown
}

// verdictView tells why the article is in an edition or not.
type verdictView struct {
	ID, Title, Language, Dir string
	In                       bool
	Score                    float64
	Reasons                  []reasonView
}

// reasonView is a condition of an edition; Sign is met, missed or nothing.
type reasonView struct{ Sign, Text string }

// tagView is a tag with the words that counted and those that did not.
type tagView struct {
	Label, ID string
	Kind      news.Kind
	Score     float64
	Terms     []evidenceTerm
	Refused   []news.Evidence
}

type dateView struct {
	Name string
	Time time.Time
	Note string
}

// factView is a fact about where the article came from; Code is set as such.
type factView struct {
	Name, Text, Code, Link string
	IsSource               bool // it has a page here
}

type otherView struct {
	voice
	Dir       string
	Published time.Time
}

// revisionView is what changed when a state of the article followed another.
type revisionView struct {
	Number               int
	Seen                 time.Time
	Document             string
	Title, Summary, Text []change
}

// changeView is what changed in one field.
type changeView struct {
	Name, Dir, Language string
	Changes             []change
}

// Bounds of the page.
const (
	reasonLimit   = 40
	termsShown    = 6
	refusedShown  = 3
	revisionLimit = 10
	shownBytes    = 20_000 // of a whole text
	comparedBytes = 40_000 // of a whole text, between two revisions
	lineBytes     = 2_000  // of a title or a summary
)

// articlePage makes /articles?id=…: all that is known of one article.
func (p *Publisher) articlePage(ctx context.Context, w *words, values url.Values) ([]byte, error) {
	ref := values.Get("id")
	if ref == "" {
		return nil, errOdd("Name the article: /articles?id= and its id or link, as it stands in the edition.")
	}
	found, err := p.lookup.Article(ctx, ref)
	if err != nil {
		return nil, err
	}
	return execute("article.html", p.newArticleView(w, &found))
}

func (p *Publisher) newArticleView(w *words, found *ArticleView) *articleView {
	a := &found.Article
	entry := &news.Entry{Article: *a, Source: found.Source, Feed: found.State, EnteredAt: a.FirstSeen}
	for i := range found.Story {
		if found.Story[i].ID != a.ID {
			entry.Others = append(entry.Others, found.Story[i])
		}
	}
	c := p.newPiece("", entry, w, a.FirstSeen, diet{})
	v := &articleView{
		chrome: p.pageChrome(w, "articles?id="+url.QueryEscape(a.ID)), piece: &c, Article: a,
		MarkedTitle:   marked(prefix(a.Title, lineBytes), "title", c.Tags),
		MarkedSummary: marked(prefix(a.Summary, lineBytes), "summary", c.Tags),
		Verdicts:      p.verdicts(found.Editions), About: tagViews(c.Tags), Dates: dateViews(w, a),
		Custody: c.custody(w, a, found), Joined: joined(w, a.StoryWhy),
	}
	if strings.TrimSpace(a.Title) == "" {
		v.MarkedTitle = []segment{{Text: c.Title}}
	}
	if a.FullText {
		v.MarkedText = marked(prefix(a.Text, shownBytes), "text", c.Tags)
	} else {
		v.Quotes = quotes(a.Text, "text", c.Tags)
	}
	for i := range entry.Others[:min(len(entry.Others), len(c.Also))] {
		o := &entry.Others[i]
		v.Story = append(v.Story, otherView{c.Also[i], direction(c.Also[i].Language, o.Title), o.Published.Time})
	}
	v.Revisions, v.Earlier = revisionViews(a, found.Revisions)
	return v
}

func direction(lang, text string) string {
	if isRTL(lang, text) {
		return "rtl"
	}
	return "ltr"
}

// prefix is the beginning of a text that keeps the offsets of the whole.
func prefix(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// verdicts lists the editions that the article is in before the others.
func (p *Publisher) verdicts(all []news.Verdict) []verdictView {
	var out []verdictView
	for _, verdict := range all {
		v := verdictView{ID: verdict.EditionID, Title: oneLine(verdict.EditionID), In: verdict.In, Score: finite(verdict.Score)}
		i := slices.IndexFunc(p.editions, func(e news.Edition) bool { return e.ID == verdict.EditionID })
		if i < 0 {
			continue
		}
		v.Title, v.Language = firstText(p.editions[i].Title, v.ID), firstOf(languageTag(p.editions[i].Language), "en")
		v.Dir = wordsFor(v.Language).Dir
		for _, reason := range verdict.Reasons[:min(len(verdict.Reasons), reasonLimit)] {
			reason = oneLine(reason)
			sign := ""
			if text, ok := strings.CutPrefix(reason, "met: "); ok {
				sign, reason = "met", text
			} else if text, ok := strings.CutPrefix(reason, "not met: "); ok {
				sign, reason = "missed", text
			}
			v.Reasons = append(v.Reasons, reasonView{sign, excerpt(reason, summaryLimit)})
		}
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b verdictView) int {
		switch {
		case a.In == b.In:
			return 0
		case a.In:
			return -1
		}
		return 1
	})
	return out
}

func tagViews(tags []news.Tag) []tagView {
	out := make([]tagView, 0, len(tags))
	for i := range tags {
		t := &tags[i]
		v := tagView{Label: t.Label, ID: t.ID, Kind: t.Kind, Score: t.Score, Terms: triggers(t.Evidence, termsShown)}
		for _, e := range t.Evidence {
			if !(e.Weight > 0) && e.Note != "" && len(v.Refused) < refusedShown {
				e.Term, e.Note = excerpt(oneLine(e.Term), termRunes), excerpt(oneLine(e.Note), titleLimit)
				v.Refused = append(v.Refused, e)
			}
		}
		out = append(out, v)
	}
	return out
}

func dateViews(w *words, a *news.Article) []dateView {
	rows := []dateView{
		{w.Text["published"], a.Published.Time, provenanceOf(w, a.Published)}, {w.Text["updatedBySource"], a.Updated.Time, provenanceOf(w, a.Updated)},
		{w.Text["firstSeen"], a.FirstSeen, ""},
	}
	if a.Revision > 0 {
		rows = append(rows, dateView{w.Text["textChanged"], a.ModifiedAt, ""})
	}
	return slices.DeleteFunc(rows, func(d dateView) bool { return !sane(d.Time) })
}

func provenanceOf(w *words, d news.Date) string {
	var parts []string
	if from := oneLine(d.From); from != "" {
		parts = append(parts, fmt.Sprintf(w.Text["dateFrom"], excerpt(from, dateFromRunes)))
	}
	if raw := oneLine(d.Raw); raw != "" {
		parts = append(parts, fmt.Sprintf(w.Text["dateWritten"], excerpt(raw, dateFromRunes)))
	}
	return strings.Join(parts, ", ")
}

// custody is the chain from the source's document to the text that is shown.
func (c *piece) custody(w *words, a *news.Article, found *ArticleView) []factView {
	facts := []factView{
		{Name: w.Source, IsSource: true, Text: firstText(found.Source.Name, found.State.FeedTitle, a.SourceID), Link: firstLink(found.Source.PublicURL(), news.RedactURL(found.State.URL))},
		{Name: w.Text["document"], Code: oneLine(a.BodyHash)},
		{Name: w.Text["entryID"], Code: c.ID},
		{Name: w.Text["linkAsGiven"], Code: oneLine(a.RawLink)},
		{Name: w.Text["textHash"], Code: oneLine(a.ContentHash)},
		{Name: w.Text["language"], Text: languageNote(w, c.Language, oneLine(a.LanguageFrom))},
		{Name: w.Text["agency"], Text: oneLine(a.Wire)},
		{Name: w.Text["rights"], Text: c.Rights},
	}
	if c.Via != nil {
		facts = append(facts, factView{Name: w.Text["firstPublisher"], Text: c.From.Title, Link: c.From.URL})
	}
	facts = slices.DeleteFunc(facts, func(f factView) bool { return f.Text == "" && f.Code == "" })
	for i := range facts {
		facts[i].Text, facts[i].Code = excerpt(facts[i].Text, summaryLimit), excerpt(facts[i].Code, summaryLimit)
	}
	return facts
}

func languageNote(w *words, lang, from string) string {
	lang = firstOf(lang, w.Text["unknown"])
	if from == "" {
		return lang
	}
	return lang + " (" + from + ")"
}

// joinedView tells why an article belongs to its story.
type joinedView struct{ Text, Evidence string }

func joined(w *words, why *news.StoryLink) *joinedView {
	if why == nil {
		return nil
	}
	key := "sameEvent"
	if why.Copy {
		key = "repeatsAnother"
	}
	return &joinedView{w.Text[key], excerpt(oneLine(strings.Join(why.Evidence, "; ")), summaryLimit)}
}

// revisionViews compares each state with the one before, newest first.
func revisionViews(a *news.Article, earlier []news.Revision) (views []revisionView, hidden int) {
	states := append(slices.Clone(earlier), news.Revision{
		Number: a.Revision, Title: a.Title, Summary: a.Summary, Text: a.Text, BodyHash: a.BodyHash, SeenAt: a.ModifiedAt,
	})
	for i := len(states) - 1; i > 0 && len(views) < revisionLimit; i-- {
		now, before := &states[i], &states[i-1]
		view := revisionView{
			Number: now.Number, Seen: now.SeenAt, Document: oneLine(now.BodyHash),
			Title: differing(before.Title, now.Title), Summary: differing(before.Summary, now.Summary),
		}
		if now.Text != "" && before.Text != "" { // a text that was let go is no change
			view.Text = shorten(diff(prefix(before.Text, comparedBytes), prefix(now.Text, comparedBytes)))
		}
		views = append(views, view)
	}
	return views, max(0, len(states)-1-len(views))
}

// differing compares two lines, or is nothing when they are alike.
func differing(before, after string) []change {
	if before == after {
		return nil
	}
	return diff(prefix(before, lineBytes), prefix(after, lineBytes))
}
