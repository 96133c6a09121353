package publisher

import "harmattan/news"

// voice is another article of the same story, as an entry names it.
type voice struct {
	ID, Link, Title, Publisher, Language string
	// Copy says that it repeats the text of another article: not a voice.
	Copy bool
}

// alsoLimit is how many other articles of a story an entry lists.
const alsoLimit = 50

// voices lists the other articles of a story and counts its independent
// publishers: an outlet that reprints another's text adds none.
func voices(a *news.Article, publisher string, others []news.Article) ([]voice, int) {
	if len(others) == 0 {
		return nil, 1
	}
	story := map[string]*news.Article{a.ID: a}
	for i := range others {
		story[others[i].ID] = &others[i]
	}
	heard := map[string]bool{}
	also := make([]voice, 0, min(len(others), alsoLimit))
	heard[speaker(a, publisher, story)] = true
	for i := range others {
		o := &others[i]
		name := firstText(o.Publisher, o.SourceID)
		heard[speaker(o, name, story)] = true
		if len(also) == alsoLimit {
			continue
		}
		also = append(also, voice{
			ID: legal(o.ID), Link: articleLink(o), Title: excerpt(oneLine(o.Title), titleLimit), Publisher: name,
			Language: languageTag(o.Language), Copy: o.StoryWhy != nil && o.StoryWhy.Copy,
		})
	}
	return also, len(heard)
}

// speaker follows copies back to who wrote the text: a publisher, or the id of
// an article that is no longer in the story.
func speaker(a *news.Article, publisher string, story map[string]*news.Article) string {
	for range len(story) {
		if a.StoryWhy == nil || !a.StoryWhy.Copy {
			break
		}
		original, ok := story[a.StoryWhy.ArticleID]
		if !ok {
			return "article " + a.StoryWhy.ArticleID
		}
		a, publisher = original, firstText(original.Publisher, original.SourceID)
	}
	return "publisher " + publisher
}

// named are the other outlets to name in one line: each once, without the
// entry's own, and before a copy the article that is none.
func (c *piece) named() []voice {
	var out []voice
	at := map[string]int{c.Publisher: -1}
	for _, v := range c.Also {
		i, seen := at[v.Publisher]
		switch {
		case !seen:
			at[v.Publisher] = len(out)
			out = append(out, v)
		case i >= 0 && out[i].Copy && !v.Copy:
			out[i] = v
		}
	}
	return out
}
