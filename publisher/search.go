package publisher

import (
	"context"
	"fmt"
	"net/url"
	"strings"
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
	More           bool // there are more than are shown
}

type editionOption struct {
	ID, Title, Language string
	Chosen              bool
}

// searchPage makes /search: a form, and the articles that hold every word.
func (p *Publisher) searchPage(ctx context.Context, values url.Values) ([]byte, error) {
	v := &searchView{chrome: p.chrome(&english), Query: oneLine(values.Get("q")), Edition: values.Get("edition")}
	if utf8.RuneCountInString(v.Query) > queryRunes {
		return nil, errOdd(fmt.Sprintf("The search is too long; %d characters at most.", queryRunes))
	}
	if v.Edition != "" && p.issues[v.Edition] == nil {
		return nil, errOdd("There is no such edition to search in.")
	}
	for _, e := range p.editions {
		v.Editions = append(v.Editions, editionOption{e.ID, firstText(e.Title, e.ID), firstOf(languageTag(e.Language), "en"), e.ID == v.Edition})
	}
	if v.Asked = strings.TrimSpace(v.Query) != ""; v.Asked {
		found, err := p.lookup.Search(ctx, v.Query, v.Edition, resultsShown+1)
		if err != nil {
			return nil, err
		}
		v.More = len(found) > resultsShown
		for i := range found[:min(len(found), resultsShown)] {
			c := p.newPiece("", &news.Entry{Article: found[i], EnteredAt: found[i].FirstSeen}, &english, found[i].FirstSeen, diet{})
			v.Results = append(v.Results, &c)
		}
	}
	return execute("search.html", v)
}
