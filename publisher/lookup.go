package publisher

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"harmattan/news"
)

// ErrNotFound is what a Lookup returns for what is not stored.
var ErrNotFound = errors.New("not stored")

// Lookup reads what is stored for the pages that answer questions. All
// functions must be safe for concurrent use and end when ctx does.
type Lookup struct {
	// Article finds an article by its entry id or one of its links.
	Article func(ctx context.Context, ref string) (ArticleView, error)
	// Story finds a story by its id.
	Story func(ctx context.Context, id string) (StoryView, error)
	// Source finds a configured source by its id.
	Source func(ctx context.Context, id string) (SourceView, error)
	// Search finds up to limit articles that meet the search, the newest first,
	// as entries without other voices. Words are not folded yet, and tags and
	// publishers are named as the reader does: Odd is the error of an unknown one.
	Search func(ctx context.Context, search news.Search, limit int) ([]news.Entry, error)
	// Coverage tells who wrote for the editions lately.
	Coverage func(ctx context.Context) (CoverageView, error)
	// Select reads the newest entries of an edition that the facet takes; Odd
	// is the error of one that asks for what there cannot be. Nil: editions take
	// no query.
	Select func(ctx context.Context, e news.Edition, facet news.Facet, limit int) ([]news.Entry, error)
}

// ArticleView is all that is known of an article.
type ArticleView struct {
	Article   news.Article
	Source    news.Source
	State     news.SourceState
	Story     []news.Article  // all articles of the story, the article among them
	Revisions []news.Revision // earlier states, oldest first
	Editions  []news.Verdict  // for every edition, why in or why not
}

// SetLookup adds the pages /articles, /stories, /sources and /search, and the links to them. It
// must be called before the first Publish and the first request. Files that
// Export writes answer nothing: a publisher with a directory sets no such links.
func (p *Publisher) SetLookup(l Lookup) { p.lookup = &l }

// hasLookup tells whether pages may link to those that answer questions.
func (p *Publisher) hasLookup() bool { return p.lookup != nil && p.options.Directory == "" }

// What a question may cost: questions at a time, how long one may take with its
// waiting, and how long its address may be.
const (
	questionsAtATime = 4
	questionTime     = 5 * time.Second
	questionBytes    = 4096
)

// errOdd says that a question cannot be understood; its text is for people.
type errOdd string

func (e errOdd) Error() string { return string(e) }

// question is a page that is made for one request.
type question struct {
	keys      []string // that its query may have
	mediaType string
	render    func(*Publisher, context.Context, *words, url.Values) ([]byte, error)
	// missing is said when nothing is stored under what was asked for.
	missing string
}

const htmlType = "text/html; charset=utf-8"

// questions are the pages of Lookup by path.
func questions() map[string]question {
	all := map[string]question{
		"/articles":      {[]string{"id"}, htmlType, (*Publisher).articlePage, "No article has this id or link. Give it as it stands in the edition."},
		"/stories":       {[]string{"id"}, htmlType, (*Publisher).storyPage, "No story has this id. Take the link from an edition or an article."},
		"/sources":       {[]string{"id"}, htmlType, (*Publisher).sourcePage, "No source has this id. The index lists all of them."},
		"/search":        {[]string{"q", "edition"}, htmlType, (*Publisher).searchPage, ""},
		"/coverage":      {[]string{"edition"}, htmlType, (*Publisher).coveragePage, ""},
		"/coverage.json": {[]string{"edition"}, "application/json", (*Publisher).coverageJSON, ""},
	}
	for _, f := range formats() {
		if f.isFeed {
			all["/search"+f.suffix] = question{[]string{"q", "edition"}, f.mediaType, searchFeed(f), ""}
		}
	}
	return all
}

// serveQuestion makes a page for one request. It says nothing of what went
// wrong inside.
func (p *Publisher) serveQuestion(w http.ResponseWriter, r *http.Request, q question, in *words) {
	values, err := readQuery(r.URL.RawQuery, q.keys)
	if err != nil {
		message(w, http.StatusBadRequest, err.Error())
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), questionTime)
	defer cancel()
	done, err := p.turn(ctx)
	if err != nil {
		p.refuse(w, err, q.missing)
		return
	}
	defer done()
	body, err := q.render(p, ctx, in, values)
	if err != nil {
		p.refuse(w, err, q.missing)
		return
	}
	p.serveAnswer(w, r, q.mediaType, body)
}

// errBusy says that too many questions wait already.
var errBusy = errors.New("too many questions at a time")

// turn waits until a question may be answered; done gives the turn back.
func (p *Publisher) turn(ctx context.Context) (done func(), err error) {
	select {
	case p.asking <- struct{}{}:
		return func() { <-p.asking }, nil
	case <-ctx.Done():
		return nil, errBusy
	}
}

// refuse tells why there is no answer; nothing of what went wrong inside. missing
// is said when nothing is stored under what was asked for.
func (p *Publisher) refuse(w http.ResponseWriter, err error, missing string) {
	var odd errOdd
	switch {
	case errors.As(err, &odd):
		message(w, http.StatusBadRequest, odd.Error())
	case errors.Is(err, ErrNotFound):
		w.Header().Set("X-Robots-Tag", "noindex")
		message(w, http.StatusNotFound, missing)
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "10")
		message(w, http.StatusServiceUnavailable, "Too many questions at a time. Try again in a few seconds.")
	default:
		w.Header().Set("Retry-After", "10")
		message(w, http.StatusServiceUnavailable, "This page cannot be made at the moment.")
	}
}

// readQuery reads a query that holds each key at most once, and no other.
func readQuery(raw string, keys []string) (url.Values, error) {
	if len(raw) > questionBytes {
		return nil, errOdd("The address is too long.")
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errOdd("The part of the address after the question mark cannot be read.")
	}
	for key, list := range values {
		if !slices.Contains(keys, key) {
			return nil, errOdd("This page takes nothing but " + join(keys) + " after the question mark.")
		}
		if len(list) > 1 {
			return nil, errOdd("The address says " + key + " more than once.")
		}
		if !utf8.ValidString(list[0]) || containsControl(list[0]) {
			return nil, errOdd("The address holds characters that cannot be read.")
		}
	}
	return values, nil
}

// encoded is a query as it stands in an address, with its question mark.
func encoded(values url.Values) string {
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func join(keys []string) string {
	last := len(keys) - 1
	if last < 1 {
		return strings.Join(keys, "")
	}
	return strings.Join(keys[:last], ", ") + " and " + keys[last]
}

func containsControl(s string) bool {
	for _, r := range s {
		if unicode.IsControl(r) {
			return true
		}
	}
	return false
}

// serveAnswer sends what was made for this request. A feed may be kept by caches
// as an edition may.
func (p *Publisher) serveAnswer(w http.ResponseWriter, r *http.Request, mediaType string, body []byte) {
	h := http.Header{}
	h.Set("Content-Type", mediaType)
	if mediaType == htmlType {
		h.Set("Cache-Control", "private, max-age=60")
		h.Set("X-Robots-Tag", "noindex")
		pageHeader(h)
	} else {
		h.Set("Cache-Control", p.freshness())
		feedHeader(h)
	}
	d, err := quick(body, time.Time{}, h)
	if err != nil {
		p.refuse(w, err, "")
		return
	}
	d.serve(w, r)
}
