package publisher

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"harmattan/news"
)

// SourceView is all that is known of a source.
type SourceView struct {
	Source news.Source
	State  news.SourceState
	// Health is how the source is, in the words of the fetcher.
	Health Health
	// DueReason tells why it is asked next at State.DueAt.
	DueReason string
	// Stored is how many of its articles are stored; Articles are the newest.
	Stored   int
	Articles []news.Article
	// Published is when its articles of Span before At were published, in any
	// order.
	Published []time.Time
	At        time.Time
	Span      time.Duration
}

// Health is how a source is and why we think so.
type Health struct {
	Condition string
	Since     time.Time // zero when not known
	// Evidence may quote the server: it is shown only of sources that answer.
	Evidence string
}

// sourcePageView is what the template of a source sees.
type sourcePageView struct {
	chrome
	sourceView
	Condition, Evidence string
	Failures            string // stands for the evidence, which may quote the server
	Since               time.Time
	DueReason           string
	Document            string // SHA-256 of the last document
	FullText            bool   // may be republished
	Dir                 string
	Days, Hours         chart
	Newest              []*piece
}

// sourcePage makes /sources?id=…: how a source is, and its newest articles.
func (p *Publisher) sourcePage(ctx context.Context, w *words, values url.Values) ([]byte, error) {
	id := values.Get("id")
	if id == "" {
		return nil, errOdd("Name the source: /sources?id= and its id, as the index links it.")
	}
	found, err := p.lookup.Source(ctx, id)
	if err != nil {
		return nil, err
	}
	return execute("source.html", p.newSourcePage(w, &found))
}

func (p *Publisher) newSourcePage(w *words, found *SourceView) *sourcePageView {
	v := &sourcePageView{
		chrome:     p.pageChrome(w, "sources?id="+url.QueryEscape(found.Source.ID)),
		sourceView: newSourceView(w, &SourceStatus{Source: found.Source, State: found.State, Articles: found.Stored}),
		Condition:  oneLine(found.Health.Condition), Evidence: oneLine(found.Health.Evidence), Since: found.Health.Since,
		DueReason: excerpt(oneLine(found.DueReason), titleLimit), Document: oneLine(found.State.BodyHash), FullText: found.Source.FullText != "",
		Days: daysOf(w, found.Published, found.At, found.Span), Hours: hoursOf(w, found.Published),
	}
	held := v.Condition == string(news.HoldQuarantined) // told by what it sent, whatever it answers
	if !held && (v.Note != "" || v.Status == string(news.StatusGone)) {
		v.Failures = failures(w, &found.State, v.Note)
	}
	v.Dir = direction(v.Language, v.Name)
	for i := range found.Articles {
		c := p.newPiece("", &news.Entry{Article: found.Articles[i], EnteredAt: found.Articles[i].FirstSeen}, w, found.Articles[i].FirstSeen, diet{})
		v.Newest = append(v.Newest, &c)
	}
	return v
}

// failures tells what a source that fails answered, without its own words.
func failures(w *words, state *news.SourceState, note string) string {
	parts := []string{w.Count(state.Failures, "failedTimes")}
	if sane(state.FailingSince) {
		parts = append(parts, w.Text["since"]+" "+w.Moment(state.FailingSince))
	}
	if note != "" {
		parts = append(parts, fmt.Sprintf(w.Text["lastAnswerWas"], note))
	}
	return strings.Join(parts, w.Text["comma"])
}
