package main

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// titlesRead is how many articles a search in titles looks through: those that
// have the words in title or excerpt.
const titlesRead = 500

// searchFor finds stored articles for a reader.
func (d *desk) searchFor(st *stages) func(context.Context, news.Search, int) ([]news.Entry, error) {
	return func(ctx context.Context, search news.Search, limit int) ([]news.Entry, error) {
		search, err := st.settleSearch(search)
		if err != nil {
			return nil, err
		}
		read := limit
		if len(search.Titles) > 0 {
			read = titlesRead
		}
		found, err := d.store.Search(ctx, search, read)
		d.logQuestion(ctx, err)
		found = slices.DeleteFunc(st.carried(found), func(a news.Article) bool { return !titled(a, search.Titles) })
		entries := make([]news.Entry, 0, min(len(found), limit))
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, a := range found[:min(len(found), limit)] {
			entries = append(entries, news.Entry{Article: a, Source: news.Source{ID: a.SourceID}, Feed: d.states[a.SourceID], EnteredAt: a.FirstSeen})
		}
		st.attribute(entries)
		return entries, err
	}
}

// settleSearch folds the words and finds the ids of what the reader names.
func (st *stages) settleSearch(s news.Search) (news.Search, error) {
	s.Terms, s.Titles = folded(s.Terms), folded(s.Titles)
	for _, list := range tagLists(&s.Facet) {
		for i, name := range *list.ids {
			id, ok := st.curator.Concept(name, list.kinds...)
			if !ok {
				return s, noSuch(list.name, name, id)
			}
			(*list.ids)[i] = id
		}
	}
	for i, name := range s.Publishers {
		for _, source := range st.cfg.Sources {
			if vocabulary.Fold(source.Outlet()) == vocabulary.Fold(name) {
				s.Publishers[i] = source.Outlet()
			}
		}
	}
	return s, st.checkFacet(s.Facet)
}

func folded(terms []string) []string {
	out := make([]string, len(terms))
	for i, term := range terms {
		out[i] = vocabulary.Fold(term)
	}
	return out
}

// titled tells whether the title has each of the folded terms as whole words.
func titled(a news.Article, terms []string) bool {
	title := vocabulary.Fold(a.Title)
	return !slices.ContainsFunc(terms, func(term string) bool { return !hasWords(title, term) })
}

func hasWords(text, words string) bool {
	for at := 0; at < len(text); {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return false
		}
		from := at + i
		before, _ := utf8.DecodeLastRuneInString(text[:from])
		after, _ := utf8.DecodeRuneInString(text[from+len(words):])
		if !inWord(before) && !inWord(after) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[from:])
		at = from + size
	}
	return false
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
