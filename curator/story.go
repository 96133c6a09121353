package curator

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"

	"harmattan/news"
)

// crowd is how many of the articles that share a key are looked at, the last
// ones stored: a great story has hundreds, and so has a phrase that says little.
const crowd = 30

// Group gives each article without a story the story of an article that tells
// the same event, or one of its own: near are stored ones that share a key;
// articles before it in the slice count as near too. What has a story keeps it.
// The story's id is that of its first article, hashed.
func (c *Curator) Group(articles []news.Article, near []news.Sketch) []news.Article {
	byKey := map[uint64][]*news.Sketch{}
	add := func(s *news.Sketch) {
		for _, key := range s.Keys {
			byKey[key] = append(byKey[key], s)
		}
	}
	for i := range near {
		add(&near[i])
	}
	for i := range articles {
		a := &articles[i]
		if a.StoryID == "" {
			a.StoryWhy = c.join(a, byKey)
		}
		if a.StoryID == "" {
			sum := sha256.Sum256([]byte(a.ID))
			a.StoryID = "s-" + idLetters.EncodeToString(sum[:10])
		}
		a.Sketch.StoryID = a.StoryID
		add(&a.Sketch)
	}
	return articles
}

// join gives a the story of the article that is likest to it, within the story
// window, and returns the evidence; nil when none tells the same.
func (c *Curator) join(a *news.Article, byKey map[uint64][]*news.Sketch) *news.StoryLink {
	candidates := c.candidates(a, byKey)
	if len(candidates) == 0 {
		return nil
	}
	own, _ := c.profile(*a)
	var best *news.StoryLink
	for _, other := range candidates {
		link := compare(own, a.Sketch, *other)
		if link != nil && (best == nil || link.Score > best.Score) {
			best = link
			a.StoryID = other.StoryID
		}
	}
	return best
}

// maxCompared bounds the work for one article: those that share most keys.
const maxCompared = 40

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

// compare returns the evidence that two articles tell the same, or nil. The
// score of a copy is above that of any other telling.
func compare(own profile, a, b news.Sketch) *news.StoryLink {
	theirs, ok := decodeProfile(b.Data)
	if !ok {
		return nil // from another version
	}
	l := compareProfiles(own, theirs)
	l.sameVoice = a.Publisher == b.Publisher
	l.apart = a.Published.Sub(b.Published).Abs()
	switch {
	case l.isCopy():
		return &news.StoryLink{ArticleID: b.ArticleID, Copy: true, Score: 1 + l.share, Evidence: l.evidence(own.marks)}
	case l.isStory():
		return &news.StoryLink{ArticleID: b.ArticleID, Score: 1 / (1 + math.Exp(-l.score()-1.1)), Evidence: l.evidence(own.marks)}
	}
	return nil
}
