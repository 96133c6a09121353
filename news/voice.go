package news

import "strings"

// Voices counts the independent publishers among the articles of a story: how
// many tell it in their own words. A copy speaks with the voice of the article
// that it repeats, and what credits a wire agency with that of the agency; no
// publisher counts twice. It is 0 for no articles.
func Voices(story []Article) int {
	byID := make(map[string]*Article, len(story))
	for i := range story {
		byID[story[i].ID] = &story[i]
	}
	origins := make([]*Article, len(story))
	wires := map[string]string{} // by id of the origin
	for i := range story {
		origins[i] = origin(&story[i], byID)
		if wire := story[i].Wire; wire != "" {
			wires[origins[i].ID] = wire
		}
	}
	voices, publishers := map[string]bool{}, map[string]bool{}
	for i, o := range origins {
		publishers[outletOf(&story[i])] = true
		switch {
		case wires[o.ID] != "":
			voices[strings.ToLower(wires[o.ID])] = true
		case o.Publisher == "" && o.SourceID == "": // not in the story
			voices["article "+o.ID] = true
		default:
			voices[outletOf(o)] = true
		}
	}
	return min(len(voices), len(publishers))
}

// origin follows copies back to the article that wrote the text; one that is
// not in the story has an ID alone.
func origin(a *Article, story map[string]*Article) *Article {
	for range len(story) {
		if a.StoryWhy == nil || !a.StoryWhy.Copy {
			break
		}
		original, ok := story[a.StoryWhy.ArticleID]
		if !ok {
			return &Article{ID: a.StoryWhy.ArticleID}
		}
		a = original
	}
	return a
}

func outletOf(a *Article) string {
	if a.Publisher != "" {
		return strings.ToLower(a.Publisher)
	}
	return strings.ToLower(a.SourceID)
}
