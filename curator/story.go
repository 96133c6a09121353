package curator

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"harmattan/news"
)

// copyShare is the share of equal shingles from which two texts are one.
const copyShare = 0.6

// Group gives each article without a story the story of an article that tells
// the same: near are stored ones that share a key; articles before it in the
// slice count as near too. The first of a story gives it its id.
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
			a.StoryID = storyID(a.ID)
		}
		a.Sketch.StoryID = a.StoryID
		add(&a.Sketch)
	}
	return articles
}

// join looks for the best of the near articles within the story window.
func (c *Curator) join(a *news.Article, byKey map[uint64][]*news.Sketch) *news.StoryLink {
	var best *news.StoryLink
	seen := map[string]bool{a.ID: true}
	for _, key := range a.Sketch.Keys {
		for _, other := range byKey[key] {
			apart := a.Sketch.Published.Sub(other.Published).Abs()
			if seen[other.ArticleID] || apart > c.options.StoryWindow.Duration {
				continue
			}
			seen[other.ArticleID] = true
			link := compare(a.Sketch, *other)
			if link != nil && (best == nil || link.Score > best.Score) {
				best = link
				a.StoryID = other.StoryID
			}
		}
	}
	return best
}

// compare returns the evidence that two articles tell the same, or nil.
func compare(a, b news.Sketch) *news.StoryLink {
	if len(a.Data) != len(b.Data) || len(a.Data) != 2*slots+8 {
		return nil
	}
	equal := 0
	for i := range slots {
		if binary.LittleEndian.Uint16(a.Data[2*i:]) == binary.LittleEndian.Uint16(b.Data[2*i:]) {
			equal++
		}
	}
	share := float64(equal) / slots
	sameTitle := string(a.Data[2*slots:]) == string(b.Data[2*slots:])
	if share < copyShare && !sameTitle {
		return nil
	}
	link := &news.StoryLink{ArticleID: b.ArticleID, Copy: true, Score: max(share, 0.6)}
	if sameTitle {
		link.Evidence = append(link.Evidence, "same title")
	}
	link.Evidence = append(link.Evidence, fmt.Sprintf("%.0f %% of the text is the same", 100*share))
	return link
}

// storyID names a story after its first article.
func storyID(articleID string) string {
	sum := sha256.Sum256([]byte(articleID))
	return "s-" + idLetters.EncodeToString(sum[:10])
}
