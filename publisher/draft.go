package publisher

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// draft is an edition made ready to be set in any format: strings are clean,
// dates are settled, and what all formats say alike is already said.
type draft struct {
	ID, Title, Description, Language string
	// Path is where its documents are below the site, without their suffix;
	// Query selects of them and begins with a question mark, or is empty.
	Path, Query string
	// Fixed says that nothing can be selected of it; Own that we wrote its
	// entries.
	Fixed, Own bool
	Words      *words
	// FeedID is the permanent id of the edition (RFC 4151).
	FeedID string
	// Updated is the newest visible change of an entry or of the list.
	Updated time.Time
	Rights  string
	Pieces  []piece
	// Withdrawn are the entries that left the edition lately.
	Withdrawn []tombstone
	// Page is the number of the archive document that this is, 0 for the live
	// one; Older that of the newest one with older entries, 0 for none.
	Page, Older int
}

// piece is an entry made ready.
type piece struct {
	ID, Link, Title, Summary string
	Language                 string // BCP 47, or empty when unknown
	RTL                      bool
	Publisher                string
	Authors                  []string
	Published, Updated       time.Time
	Revised                  bool
	Rights                   string
	Tags                     []news.Tag
	Image                    *news.Image
	From                     provenance  // what atom:source and <source> say
	Via                      *provenance // our source, when it passed the article on
	Voices                   int         // independent publishers of the story
	Also                     []voice
	Tolls                    []news.TollChange
	ArticleID, StoryID       string // of the article that stands there
	SourceID                 string
	Burst                    bool // part of what is told far more than usual
	Reason                   string
	Score                    float64 // of the membership
	Evidence                 evidence
	// Body is the excerpt and the credit line as HTML; Full is the whole text
	// with it, only when the source permits to republish it.
	Body, Full string
	article    *news.Article
	entry      *news.Entry
}

// provenance is a source as an entry names it.
type provenance struct {
	ID, Title, URL, Home, Rights string
	Updated                      time.Time
}

// titleLimit is the length of a title in characters that readers still show;
// summaryLimit bounds an excerpt however long the curator made it.
const (
	titleLimit   = 200
	summaryLimit = 600
	authorLimit  = 10
)

// diet is how much of its entries a draft carries: whole texts, and how many
// words of evidence for each tag.
type diet struct {
	full  bool
	terms int
}

// newDraft makes an edition ready.
func (p *Publisher) newDraft(e news.Edition, query string, entries []news.Entry, changedAt time.Time, carry diet) *draft {
	lang := languageTag(e.Language)
	if lang == "" {
		lang = "en"
	}
	d := &draft{
		ID: e.ID, Path: "/editions/" + e.ID, Query: query, Fixed: e.Of != "" || e.Digest != "" || e.Health, Own: e.Digest != "" || e.Health, Title: oneLine(e.Title), Description: oneLine(e.Description), Language: lang,
		Words: wordsFor(lang), FeedID: p.feedID(e) + query, Updated: changedAt.UTC(),
		Pieces: make([]piece, 0, len(entries)),
	}
	if d.Title == "" {
		d.Title = e.ID
	}
	if d.Description == "" {
		d.Description = d.Title
	}
	d.Rights = d.Words.rights(p.options.Contact)
	for i := range entries {
		d.Pieces = append(d.Pieces, p.newPiece(cmp.Or(e.Of, e.ID), &entries[i], d.Words, changedAt, carry))
		if u := d.Pieces[i].Updated; u.After(d.Updated) {
			d.Updated = u
		}
	}
	if !sane(d.Updated) {
		d.Updated = time.Unix(0, 0).UTC()
	}
	return d
}

func (p *Publisher) newPiece(editionID string, entry *news.Entry, w *words, changedAt time.Time, carry diet) piece {
	a := &entry.Article
	c := piece{
		ID: legal(entry.Key()), ArticleID: a.ID, StoryID: a.StoryID, SourceID: a.SourceID, Link: articleLink(a), Title: excerpt(oneLine(a.Title), titleLimit),
		Summary: excerpt(oneLine(a.Summary), summaryLimit), Language: languageTag(a.Language),
		Publisher: outlet(entry), Rights: oneLine(a.Rights), Image: image(a.Image), Revised: a.Revision > 0,
		Tags: tags(a.Tags), Tolls: corrected(a.TollChanges), article: a, entry: entry,
	}
	if c.Title == "" {
		c.Title = excerpt(c.Summary, 80)
	}
	if c.Title == "" {
		c.Title = c.Publisher
	}
	c.RTL = isRTL(c.Language, c.Title, c.Summary)
	for _, name := range a.Authors[:min(len(a.Authors), authorLimit)] {
		if name = excerpt(oneLine(name), titleLimit); name != "" {
			c.Authors = append(c.Authors, name)
		}
	}
	for _, m := range a.Editions {
		if m.EditionID == editionID {
			c.Reason, c.Score = oneLine(m.Reason), finite(m.Score)
		}
	}
	c.settleDates(changedAt)
	c.settleSource()
	c.Also, c.Voices = voices(entry.Others), max(entry.Publishers(), 1)
	c.settleEvidence(carry.terms)
	c.Body = p.body(&c, w)
	if carry.full && a.FullText && a.HTML != "" {
		c.Full = p.fullText(&c, w)
	}
	return c
}

// settleDates chooses published and updated: the source's own dates where they
// make sense, else when we saw the article. A date in the future of its first
// sight would pin the entry to the top of every reader. An entry with dates of
// its own keeps them, whatever article stands there.
func (c *piece) settleDates(changedAt time.Time) {
	a := c.article
	c.Published = firstSane(c.entry.Published, a.Published.Time, a.FirstSeen, c.entry.EnteredAt, changedAt)
	if sane(a.FirstSeen) && c.Published.After(a.FirstSeen.Add(24*time.Hour)) {
		c.Published = a.FirstSeen.UTC()
	}
	c.Updated = c.Published
	if u := a.Updated.Time; c.entry.UpdatedAt.IsZero() && sane(u) && u.After(c.Updated) && !u.After(a.ModifiedAt) {
		c.Updated = u.UTC()
	}
	changed := c.entry.UpdatedAt
	if c.Revised && changed.IsZero() {
		changed = a.ModifiedAt
	}
	if sane(changed) && changed.After(c.Updated) {
		c.Updated = changed.UTC()
	}
	c.Published, c.Updated = c.Published.Truncate(time.Second), c.Updated.Truncate(time.Second)
}

// settleSource names where the entry came from. An item that already carried
// its provenance keeps it (RFC 4287 section 4.2.11) and our source becomes the
// one that passed it on.
//
// Updated is what the source's document said of itself when it brought the
// article, else the article's own date: its present date would change the bytes
// of the edition at every poll that brought nothing.
func (c *piece) settleSource() {
	s, f := c.entry.Source.Public(c.entry.Feed)
	own := provenance{
		ID: iri(f.FeedID), Title: firstText(f.FeedTitle, s.Name, c.Publisher), URL: firstLink(s.URL, f.URL),
		Home: firstLink(f.FeedLink, s.Homepage), Rights: oneLine(f.FeedRights), Updated: c.Updated,
	}
	if said := c.article.DocumentUpdated; sane(said) {
		own.Updated = said.UTC().Truncate(time.Second)
	}
	if own.ID == "" {
		own.ID = own.URL
	}
	c.From = own
	o := c.article.Origin
	if o == nil || firstText(o.Title, o.ID) == "" && link(o.URL) == "" {
		return
	}
	origin := provenance{ID: iri(news.RedactURL(o.ID)), Title: oneLine(o.Title), URL: link(news.RedactURL(o.URL)), Updated: c.Updated}
	if origin.ID == "" {
		origin.ID = firstText(origin.URL, own.ID)
	}
	if origin.Title == "" {
		origin.Title = firstText(origin.URL, origin.ID)
	}
	if origin.ID != own.ID && origin.URL != own.URL {
		c.From, c.Via = origin, &own
	}
}

// outlet is the name under which people know who published the article.
func outlet(entry *news.Entry) string {
	return firstText(entry.Article.Publisher, entry.Source.Publisher, entry.Source.Name, entry.Feed.FeedTitle, entry.Source.ID, entry.Article.SourceID)
}

func articleLink(a *news.Article) string { return firstLink(a.Link, a.RawLink) }

func image(i *news.Image) *news.Image {
	if i == nil || link(i.URL) == "" {
		return nil
	}
	kind := ""
	if strings.HasPrefix(i.Type, "image/") && isAddress(i.Type) {
		kind = i.Type
	}
	return &news.Image{URL: link(i.URL), Type: kind, Width: max(i.Width, 0), Height: max(i.Height, 0), Credit: oneLine(i.Credit)}
}

// tags cleans the tags and leaves out those without a name or a kind, and
// regions that only follow from a country.
func tags(all []news.Tag) []news.Tag {
	out := make([]news.Tag, 0, len(all))
	for _, t := range all {
		t.ID, t.Label = oneLine(t.ID), oneLine(t.Label)
		if t.Label == "" {
			t.Label = t.ID
		}
		t.Score = finite(t.Score)
		// The point of a country is its capital, which would mislead on a map.
		if t.Point != nil && !(t.Kind == news.KindPlace && math.Abs(t.Point.Lat) <= 90 && math.Abs(t.Point.Lon) <= 180) {
			t.Point = nil
		}
		if t.ID != "" && isKind(t.Kind) && !t.Implied() {
			out = append(out, t)
		}
	}
	return out
}

// corrected leaves out tolls of kinds that we have no word for.
func corrected(all []news.TollChange) []news.TollChange {
	return slices.DeleteFunc(slices.Clone(all), func(t news.TollChange) bool { return english.Victims[t.Kind] == "" })
}

// finite is f, or 0 for what no format can write.
func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// isKind tells whether a kind can stand in an address and in a class name.
func isKind(k news.Kind) bool {
	return k != "" && strings.Trim(string(k), "abcdefghijklmnopqrstuvwxyz-") == ""
}

// sane tells whether a date can stand in every format.
func sane(t time.Time) bool { return t.Year() >= 1970 && t.Year() < 9000 }

func firstSane(times ...time.Time) time.Time {
	for _, t := range times {
		if sane(t) {
			return t.UTC()
		}
	}
	return time.Unix(0, 0).UTC()
}

func firstText(texts ...string) string {
	for _, s := range texts {
		if s = oneLine(s); s != "" {
			return s
		}
	}
	return ""
}

func firstLink(links ...string) string {
	for _, s := range links {
		if s = link(s); s != "" {
			return s
		}
	}
	return ""
}
