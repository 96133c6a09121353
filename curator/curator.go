package curator

import (
	"errors"
	"time"

	"github.com/microcosm-cc/bluemonday"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// Curator turns items into articles. It never changes once made and is safe
// for concurrent use.
type Curator struct {
	options   Options
	judge     *judge
	links     *links
	languages *languages
	policy    *bluemonday.Policy
	weights   map[string]uint8  // of common stems and of events
	roots     map[string]string // events by stem
	facts     map[string][]fact // of events, by stem
}

// New compiles the vocabulary, the user's files added to it, and the rules of
// the editions.
func New(o Options, editions []news.Edition, files ...vocabulary.File) (*Curator, error) {
	judge, err := newJudge(o, editions, files...)
	if err != nil {
		return nil, err
	}
	links, linksErr := knownLinks()
	languages, languagesErr := newLanguages()
	if err := errors.Join(linksErr, languagesErr); err != nil {
		return nil, err
	}
	weights := newWeights(languages)
	return &Curator{
		options: o, judge: judge, links: links, languages: languages, policy: newPolicy(),
		weights: weights, roots: newRoots(weights), facts: newFacts(),
	}, nil
}

// Curate turns the items of a source into articles, in their order. Known are
// the stored articles of the source that Identify's answer finds: an item that
// is one of them keeps its id, first date and story, and is left out when its
// visible text is the same and its key and link are.
func (c *Curator) Curate(source news.Source, items []news.Item, known []news.Article, now time.Time) []news.Article {
	zone := zoneOf(source)
	identities := c.newIdentities(items, known, now)
	articles := make([]news.Article, 0, len(items))
	for _, item := range items {
		a := c.article(source, item, zone, now)
		if a.Title == "" && a.Link == "" {
			continue
		}
		before, fresh := identities.settle(&a, item)
		if !fresh {
			continue
		}
		if before != nil {
			if before.ContentHash == a.ContentHash && before.Key == a.Key && before.Link == a.Link {
				continue
			}
			resume(&a, *before, now)
		}
		a.Tags = c.judge.tags(a, source)
		a.Editions = c.judge.memberships(a, source)
		if before == nil || before.ContentHash != a.ContentHash && !out(*before) {
			a.Sketch = c.sketch(a, now)
		}
		articles = append(articles, a)
	}
	return articles
}

// zoneOf is the zone in which a source means dates without one.
func zoneOf(source news.Source) *time.Location {
	if zone, err := time.LoadLocation(source.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// article is an item by itself: clean, dated, in a language, not yet judged.
func (c *Curator) article(source news.Source, item news.Item, zone *time.Location, now time.Time) news.Article {
	a := news.Article{
		SourceID: source.ID, Publisher: source.Outlet(),
		RawLink: item.Link, Link: c.links.canonical(item.Link),
		Categories: item.Categories, Authors: item.Authors, Rights: item.Rights, Image: item.Image, Origin: item.Origin,
		FullText: source.FullText != "", FirstSeen: now, ModifiedAt: now, BodyHash: item.BodyHash, DocumentUpdated: item.DocumentUpdated,
		Published: date(item.Published, zone, now),
	}
	if item.Updated.Raw != "" {
		a.Updated = date(item.Updated, zone, now)
	}
	summary := withoutTail(plainText(item.Summary))
	a.Text = withoutTail(plainText(item.Content))
	if len(a.Text) < len(summary) {
		a.Text = summary
	}
	a.Title = titleText(item.Title)
	if a.Title == "" {
		a.Title = cutWords(oneLine(a.Text), fallbackTitle)
	}
	a.Summary = excerpt(summary, a.Text, c.options.ExcerptLength)
	if a.FullText {
		a.HTML = cleanHTML(c.policy, longer(item.Content, item.Summary), item.Base)
	}
	a.Language, a.LanguageFrom = c.languages.of(a.Title+"\n"+cutBytes(a.Text, maxMeasured), item.Language, source)
	a.Wire = wire(a)
	a.Folded = vocabulary.Fold(a.Title + "\n" + a.Summary)
	a.ContentHash = contentHash(a)
	return a
}

func longer(content, summary string) string {
	if len(content) >= len(summary) {
		return content
	}
	return summary
}

// out tells that it was decided against a known article, or that retention took
// it: whatever its source says now, it stays away, and is known by that.
func out(a news.Article) bool { return a.Hold == news.HoldDropped || a.Hold == news.HoldPurged }

// revise makes a the next revision of a known article.
func revise(a *news.Article, before news.Article, now time.Time) {
	a.ID, a.AltID, a.Publisher = before.ID, before.AltID, before.Publisher
	a.Published, a.FirstSeen = before.Published, before.FirstSeen
	a.Revision, a.ModifiedAt = before.Revision+1, now
	a.StoryID, a.StoryWhy, a.Hold = before.StoryID, before.StoryWhy, before.Hold
}

// resume makes a the next state of a known article: a revision when its text
// is another one, else the same under another key or link.
func resume(a *news.Article, before news.Article, now time.Time) {
	if a.ContentHash != before.ContentHash {
		revise(a, before, now)
		return
	}
	revise(a, before, before.ModifiedAt)
	a.Revision, a.Tolls, a.TollChanges = before.Revision, before.Tolls, before.TollChanges
}

// Judge tags a stored article again and decides anew which editions it belongs
// to, from its title, summary and text.
func (c *Curator) Judge(a news.Article, source news.Source) news.Article {
	a.Tags = c.judge.tags(a, source)
	a.Editions = c.judge.memberships(a, source)
	return a
}

// Explain tells for every edition why an article is in it or why not.
func (c *Curator) Explain(a news.Article, source news.Source) []news.Verdict {
	return c.judge.explain(a, source)
}

// Fingerprint changes when stored articles should be judged again: when the
// vocabulary, the rules or the way of judging changed.
func (c *Curator) Fingerprint() string { return c.judge.fingerprint() }
