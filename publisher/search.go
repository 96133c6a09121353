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

// What a search may ask for and what it shows.
const (
	queryRunes   = 200
	resultsShown = 50
)

// searchView is what the template of /search sees.
type searchView struct {
	chrome
	Query, Edition string
	Editions       []editionOption
	Asked          bool
	Results        []*piece
	More           bool      // there are more than are shown
	Addresses      []address // the results as feeds
}

type editionOption struct {
	ID, Title, Language string
	Chosen              bool
}

// searched is a search that was understood and answered.
type searched struct {
	text, edition string
	entries       []news.Entry
	more          bool
}

// query is the canonical query of the search's address.
func (s *searched) query() string {
	q := "?q=" + url.QueryEscape(s.text)
	if s.edition != "" {
		q += "&edition=" + url.QueryEscape(s.edition)
	}
	return q
}

// search answers the query of /search and of its feeds.
func (p *Publisher) search(ctx context.Context, values url.Values) (*searched, error) {
	s := &searched{text: strings.TrimSpace(oneLine(values.Get("q"))), edition: values.Get("edition")}
	if utf8.RuneCountInString(s.text) > queryRunes {
		return nil, errOdd(fmt.Sprintf("The search is too long; %d characters at most.", queryRunes))
	}
	wanted, err := readSearch(s.text)
	if err != nil {
		return nil, err
	}
	if s.edition != "" && !slices.Contains(wanted.Editions, s.edition) {
		wanted.Editions = append(wanted.Editions, s.edition)
	}
	for i, id := range wanted.Editions {
		at := slices.IndexFunc(p.editions, func(e news.Edition) bool { return e.ID == id })
		if at < 0 || p.editions[at].Health {
			return nil, errOdd("There is no edition " + quoted(id) + " to search in.")
		}
		if of := p.editions[at].Of; of != "" {
			return nil, errOdd("The edition " + quoted(wanted.Editions[i]) + " is a selection; search in " + quoted(of) + " with fields such as language:fr.")
		}
	}
	if s.text == "" {
		return s, nil
	}
	if s.entries, err = p.lookup.Search(ctx, wanted, resultsShown+1); err != nil {
		return nil, err
	}
	s.more = len(s.entries) > resultsShown
	s.entries = s.entries[:min(len(s.entries), resultsShown)]
	return s, nil
}

// searchPage makes /search: a form, and the articles that meet the search.
func (p *Publisher) searchPage(ctx context.Context, w *words, values url.Values) ([]byte, error) {
	s, err := p.search(ctx, values)
	if err != nil {
		return nil, err
	}
	v := &searchView{chrome: p.pageChrome(w, "search"+encoded(values)), Query: s.text, Edition: s.edition, Asked: s.text != "", More: s.more}
	for _, e := range p.editions {
		if e.Of == "" && !e.Health {
			v.Editions = append(v.Editions, editionOption{e.ID, firstText(e.Title, e.ID), firstOf(languageTag(e.Language), "en"), e.ID == s.edition})
		}
	}
	if v.Asked {
		d := p.searchDraft(s)
		v.Addresses = p.addresses(d)
		for i := range d.Pieces {
			v.Results = append(v.Results, &d.Pieces[i])
		}
	}
	return execute("search.html", v)
}

// searchDraft sets the results as an edition of their own.
func (p *Publisher) searchDraft(s *searched) *draft {
	title := p.title() + ": " + s.text
	if s.edition != "" {
		title += " (" + s.edition + ")"
	}
	updated := newestOf(s.entries)
	if updated.IsZero() {
		updated = time.Unix(0, 0) // nothing was found yet: that never changed
	}
	d := p.newDraft(news.Edition{ID: "search", Title: title, Description: "Articles found by a search, as they came in."}, s.query(), s.entries, updated, diet{terms: 1})
	d.Path, d.FeedID = "/search", p.tagURI("search"+s.query())
	return d
}

// searchFeed makes the results in the format.
func searchFeed(f format) func(*Publisher, context.Context, *words, url.Values) ([]byte, error) {
	return func(p *Publisher, ctx context.Context, _ *words, values url.Values) ([]byte, error) {
		s, err := p.search(ctx, values)
		if err == nil && s.text == "" {
			err = errOdd("The address asks for nothing: write what to search for after ?q=.")
		}
		if err != nil {
			return nil, err
		}
		d := p.searchDraft(s)
		body, err := f.render(p, d)
		if err == nil {
			err = p.check(f, d, body)
		}
		return body, err
	}
}
