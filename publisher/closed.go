package publisher

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"harmattan/news"
)

// Closed is an edition that left the configuration.
type Closed struct {
	Edition news.Edition // ID, Title and Language
	At      time.Time
	// Gone says that its last word was there long enough: it answers 410.
	Gone bool
}

// SetClosed makes a last document of each closed edition in every format, whose
// only entry says so; those that are gone answer 410. It replaces what it was told
// before. Editions that are configured are passed over.
func (p *Publisher) SetClosed(all []Closed) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	closed := make(map[string]*issue, len(all))
	for _, c := range all {
		if p.issues[c.Edition.ID] != nil {
			continue
		}
		closed[c.Edition.ID] = nil
		if c.Gone {
			continue
		}
		last, err := p.newIssue(c.Edition, "", []news.Entry{p.lastWord(c)}, c.At, c.At)
		if err != nil {
			return fmt.Errorf("closed edition %q: %w", c.Edition.ID, err)
		}
		closed[c.Edition.ID] = last
	}
	p.closed.Store(&closed)
	return nil
}

// lastWord is the entry that tells subscribers that no more will come.
func (p *Publisher) lastWord(c Closed) news.Entry {
	title, text := wordsFor(c.Edition.Language).closed()
	id := p.feedID(c.Edition) + "/closed"
	return news.Entry{
		ID: id, Published: c.At, EnteredAt: c.At, Source: news.Source{Name: p.title(), URL: p.base + "/", Homepage: p.base + "/"},
		Article: news.Article{
			ID: id, Title: title, Summary: text, Link: p.base + "/", Language: firstOf(languageTag(c.Edition.Language), "en"),
			Publisher: p.title(), Published: news.Date{Time: c.At}, FirstSeen: c.At, ModifiedAt: c.At,
		},
	}
}

// issue is what stands at an edition's addresses: nil for one that is not ready,
// or that was closed and is gone.
func (p *Publisher) issue(id string) (now *issue, closed bool) {
	if slot := p.issues[id]; slot != nil {
		return slot.Load(), false
	}
	if all := p.closed.Load(); all != nil {
		now, closed = (*all)[id]
	}
	return now, closed
}

// closing are the last documents of closed editions that are not gone, by id.
func (p *Publisher) closing() []*issue {
	all := p.closed.Load()
	if all == nil {
		return nil
	}
	var closing []*issue
	for _, id := range slices.Sorted(maps.Keys(*all)) {
		if last := (*all)[id]; last != nil {
			closing = append(closing, last)
		}
	}
	return closing
}

// closed is what the last entry of a closed edition says.
func (w *words) closed() (title, text string) {
	switch w.Lang {
	case "fr":
		return "Cette édition est close", "Elle ne reçoit plus d’articles\u00a0: vous pouvez la retirer de votre lecteur. Les autres éditions se trouvent à l’adresse ci-dessous."
	case "ar":
		return "أُغلقت هذه الطبعة", "لن تصل إليها مواد جديدة، ويمكنك حذفها من قارئك. تجد الطبعات الأخرى في العنوان أدناه."
	}
	return "This edition has been closed", "No more articles will come: you can remove it from your reader. The other editions are at the address below."
}

// formerProblems reports former ids that cannot be addresses or are in use.
func formerProblems(editions []news.Edition) []news.Problem {
	var problems []news.Problem
	taken := map[string]bool{}
	for _, e := range editions {
		taken[e.ID] = true
	}
	for i, e := range editions {
		for j, id := range e.Formerly {
			path := []string{strconv.Itoa(i), "formerly", strconv.Itoa(j)}
			switch {
			case !validID(id):
				problems = append(problems, news.Problem{Path: path, Message: fmt.Sprintf("%q was never the id of an edition; give the id that stood in its addresses", id)})
			case taken[id]:
				problems = append(problems, news.Problem{Path: path, Message: fmt.Sprintf("%q is the id of another edition, or its former one; an address leads to one place", id)})
			}
			taken[id] = true
		}
	}
	return problems
}
