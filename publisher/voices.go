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

// voices lists the other articles of a story.
func voices(others []news.Article) []voice {
	also := make([]voice, 0, min(len(others), alsoLimit))
	for i := range others[:min(len(others), alsoLimit)] {
		o := &others[i]
		also = append(also, voice{
			ID: legal(o.ID), Link: articleLink(o), Title: excerpt(oneLine(o.Title), titleLimit), Publisher: firstText(o.Publisher, o.SourceID),
			Language: languageTag(o.Language), Copy: o.StoryWhy != nil && o.StoryWhy.Copy,
		})
	}
	return also
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
