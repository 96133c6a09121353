package curator

import (
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// massRepeats is from how many repeated texts in one document on, which are
// half of what is new, a source is taken to list its articles anew.
const massRepeats = 3

// Recognise finds the new articles of a document that are known ones under
// another key and another link: their source moved, or gave out its ids anew.
// New are the articles that were first seen at now; same are stored articles of
// the source with the same visible texts. One that is recognised keeps what it
// had, with the new key and link. A text alone is weak evidence, for some
// columns say the same every day: the date must be the same too, or the source
// must repeat many at once.
func Recognise(articles, same []news.Article, now time.Time) []news.Article {
	byText := map[string][]*news.Article{}
	for i := range same {
		byText[same[i].ContentHash] = append(byText[same[i].ContentHash], &same[i])
	}
	fresh, repeats := 0, 0
	for _, a := range articles {
		if a.FirstSeen.Equal(now) {
			fresh++
			repeats += len(byText[a.ContentHash][:min(1, len(byText[a.ContentHash]))])
		}
	}
	mass := repeats >= massRepeats && 2*repeats >= fresh
	for i := range articles {
		a := &articles[i]
		if !a.FirstSeen.Equal(now) || len(foldedWords(a.Title)) < minTitleWords {
			continue
		}
		old := byText[a.ContentHash]
		at := slices.IndexFunc(old, func(o *news.Article) bool { return o.Published.Time.Equal(a.Published.Time.Truncate(time.Millisecond)) })
		if at < 0 && mass && len(old) == 1 {
			at = 0
		}
		if at < 0 {
			continue
		}
		resume(a, *old[at], now)
		a.Sketch = news.Sketch{} // the stored one bears its id
		byText[a.ContentHash] = slices.Delete(old, at, at+1)
	}
	return articles
}

// Fresh are the articles of a document that came at now and are not known.
func Fresh(articles []news.Article, now time.Time) []news.Article {
	fresh := make([]news.Article, 0, len(articles))
	for _, a := range articles {
		if a.FirstSeen.Equal(now) {
			fresh = append(fresh, a)
		}
	}
	return fresh
}

// shapeOf is what an id looks like: letters and digits in runs, the first signs
// of it as they are. Ids that one program gave out look alike.
func shapeOf(key string) string {
	if scheme, rest, ok := strings.Cut(key, "://"); ok {
		host, path, _ := strings.Cut(rest, "/")
		query := ""
		if strings.Contains(path, "?") {
			query = "?"
		}
		return scheme + "://" + strings.TrimPrefix(host, "www.") + query
	}
	var b strings.Builder
	last := ' '
	for _, r := range key {
		kind := r
		switch {
		case r >= '0' && r <= '9':
			kind = '0'
		case r > 127 || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			kind = 'a'
		}
		if kind != last {
			b.WriteRune(kind)
		}
		last = kind
	}
	shape := b.String()
	if len(shape) > 8 && !strings.ContainsAny(shape, ":/.-") { // a hash
		return "hash"
	}
	return shape
}
