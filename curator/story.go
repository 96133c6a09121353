package curator

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"

	"harmattan/news"
)

// crowd is how many of the articles that share a key are looked at, the last
// ones stored: a phrase that says little has hundreds.
const crowd = 12

// Group gives each article without a story the story of an article that tells
// the same event, or one of its own: near are stored ones that share a key;
// articles before it in the slice count as near too. What has a story keeps it.
// The story's id is that of its first article, hashed. Only anchors of a story
// are compared with what comes: the sketch of every other member is emptied.
func (c *Curator) Group(articles []news.Article, near []news.Sketch) []news.Article {
	byKey := map[uint64][]*news.Sketch{}
	for _, a := range articles {
		for _, key := range a.Sketch.Keys {
			byKey[key] = nil
		}
	}
	add := func(s *news.Sketch) {
		for _, key := range s.Keys {
			if holders, wanted := byKey[key]; wanted {
				byKey[key] = append(holders, s)
			}
		}
	}
	for i := range near {
		add(&near[i])
	}
	for i := range articles {
		a := &articles[i]
		anchor := a.StoryWhy == nil
		if a.StoryID == "" {
			a.StoryWhy, anchor = c.join(a, byKey)
		}
		if a.StoryID == "" {
			a.StoryID = storyOf(a.ID)
		}
		if !anchor {
			a.Sketch = news.Sketch{}
			continue
		}
		a.Sketch.StoryID = a.StoryID
		add(&a.Sketch)
	}
	return articles
}

// storyOf is the id of the story that an article begins.
func storyOf(articleID string) string {
	sum := sha256.Sum256([]byte(articleID))
	return "s-" + idLetters.EncodeToString(sum[:10])
}

// join gives a the story whose anchor is likest to it, within the story window,
// and returns the evidence, nil when none tells the same. A story of which any
// anchor tells another event is out of the question, however like another one is.
// An anchor is a story's first article, and one that was joined to the first and
// is in another language or names a fact that the first does not: a chain of
// articles, each like the one before, ends there.
func (c *Curator) join(a *news.Article, byKey map[uint64][]*news.Sketch) (why *news.StoryLink, anchor bool) {
	candidates := c.candidates(a, byKey)
	if len(candidates) == 0 {
		return nil, true
	}
	own, ok := decodeProfile(a.Sketch.Data)
	if !ok {
		return nil, true
	}
	barred := map[string]bool{}
	told := make([]likeness, len(candidates))
	for i, other := range candidates {
		theirs, ok := decodeProfile(other.Data)
		if !ok {
			continue // from another version
		}
		l := compareProfiles(own, theirs)
		l.sameVoice = a.Sketch.Publisher == other.Publisher
		l.apart = a.Sketch.Published.Sub(other.Published).Abs()
		l.link = l.linkTo(other.ArticleID)
		barred[other.StoryID] = barred[other.StoryID] || l.link == nil && l.apartEvents()
		told[i] = l
	}
	best := -1
	for i, other := range candidates {
		if link := told[i].link; link != nil && !barred[other.StoryID] && (best < 0 || link.Score > told[best].link.Score) {
			best = i
		}
	}
	if best < 0 {
		return nil, true
	}
	l, other := &told[best], candidates[best]
	a.StoryID = other.StoryID
	named, _ := c.profile(*a) // its marks with their words
	l.link.Evidence = l.evidence(named.marks)
	return l.link, !l.link.Copy && (l.foreign || l.adds) && storyOf(other.ArticleID) == other.StoryID
}

// maxCompared bounds the work for one article: those that share most keys.
const maxCompared = 16

// candidates are the near articles worth comparing, those that share most keys
// first.
func (c *Curator) candidates(a *news.Article, byKey map[uint64][]*news.Sketch) []*news.Sketch {
	shared := map[string]int{}
	var found []*news.Sketch
	for _, key := range a.Sketch.Keys {
		holders := byKey[key]
		for _, other := range holders[max(0, len(holders)-crowd):] {
			if other.ArticleID == a.ID || a.Sketch.Published.Sub(other.Published).Abs() > c.options.StoryWindow.Duration {
				continue
			}
			if shared[other.ArticleID]++; shared[other.ArticleID] == 1 {
				found = append(found, other)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *news.Sketch) int { return cmp.Compare(shared[b.ArticleID], shared[a.ArticleID]) })
	return found[:min(len(found), maxCompared)]
}

// linkTo scores what is shared, nil when two articles do not tell the same. The
// score of a copy is above that of any other telling.
func (l *likeness) linkTo(articleID string) *news.StoryLink {
	switch {
	case l.isCopy():
		return &news.StoryLink{ArticleID: articleID, Copy: true, Score: 1 + l.share}
	case l.isStory():
		return &news.StoryLink{ArticleID: articleID, Score: 1 / (1 + math.Exp(-l.score()-1.1))}
	}
	return nil
}
