package news

import (
	"slices"
	"time"
)

// Article is an item that was curated.
type Article struct {
	// ID is permanent: minted at first sight, stored, never computed again.
	// It is the entry's id in every format and edition.
	ID string
	// AltID is minted by us and stored as ID when another source owns ID
	// already; empty when ID itself was minted.
	AltID    string
	SourceID string
	// Publisher is the outlet, copied from the source at first sight.
	Publisher string
	// Key is the item's identity within its source: its guid, else its link,
	// else a hash of its text.
	Key string
	// Link is canonical; RawLink is what the source gave.
	Link, RawLink string

	Title   string // plain text, one line
	Summary string // plain text, about 300 characters at most, cut on a word
	Text    string // plain text of the whole item, title excluded
	// HTML is sanitised and balanced, with absolute links; empty unless FullText.
	HTML string
	// Folded is title and lead, folded by the curator, for the search index;
	// storage does not give it back.
	Folded string

	Language     string // BCP 47, "und" when unsure
	LanguageFrom string // how it was found: declared, measured, source …

	Authors    []string
	Categories []string // the source's own
	Image      *Image
	Rights     string
	Origin     *Origin
	Wire       string // agency that the item credits: AFP, AP, Reuters …; or empty
	FullText   bool   // the source permits to republish HTML

	Published Date
	Updated   Date
	FirstSeen time.Time // when we first stored it
	// ModifiedAt is when its visible text last changed; FirstSeen at first.
	ModifiedAt time.Time
	// Revision counts visible changes, from 0.
	Revision int
	// ContentHash covers the visible text: another hash is another revision.
	ContentHash string
	// BodyHash is the SHA-256 of the document that brought this revision.
	BodyHash string
	// DocumentUpdated is when that document said it was updated, or zero.
	DocumentUpdated time.Time

	// Tolls are the numbers of victims that title and beginning of the text
	// give; TollChanges those that were other numbers at first.
	Tolls       []Toll
	TollChanges []TollChange

	Tags []Tag
	// Editions are those it belongs to, in configuration order.
	Editions []Membership
	// Hold keeps it out of them all the same; storage alone changes it later.
	Hold Hold

	// StoryID is the story that it tells; StoryWhy links it to the article
	// that it was joined to, nil for the first of a story.
	StoryID  string
	StoryWhy *StoryLink
	// Sketch is the curator's short form for finding the same story.
	Sketch Sketch
}

// Date is a moment and how we came by it.
type Date struct {
	Time time.Time
	Raw  string // as the source wrote it
	From string // field and what was done: "pubDate", "first seen (pubDate was in the future)"
}

// Kind is the kind of thing that a tag speaks of.
type Kind string

// The kinds of tags.
const (
	KindCountry     Kind = "country" // ID is an ISO 3166-1 alpha-2 code
	KindRegion      Kind = "region"
	KindPlace       Kind = "place"
	KindGroup       Kind = "group"
	KindInstitution Kind = "institution"
	KindPerson      Kind = "person"
	KindTopic       Kind = "topic"
)

// Tag is a statement about an article: it is about the concept Kind/ID.
type Tag struct {
	Kind     Kind
	ID       string
	Label    string // for people, in English
	Score    float64
	Evidence []Evidence
	// Point is where a place is, nil for what has no place.
	Point *Point
}

// Implied tells a region that no words of the article name: a country that it
// is about lies in it. Rules see it; readers are better served without.
func (t Tag) Implied() bool {
	return t.Kind == KindRegion && !slices.ContainsFunc(t.Evidence, func(e Evidence) bool { return e.Term != "" })
}

// Point is a WGS 84 position in degrees.
type Point struct{ Lat, Lon float64 }

// Evidence is what made the curator say it.
type Evidence struct {
	Term   string  // the words as they stand in the text
	Field  string  // title, summary or text
	Offset int     // byte offset of Term in that field's plain text
	Weight float64 // what it added to the score
	Note   string  // the rule that raised or lowered it, or empty
}

// Membership is an article's place in an edition.
type Membership struct {
	EditionID string
	Score     float64
	Reason    string // short, for people: the tags that let it in
}

// Verdict tells why an article is in an edition or why it is not.
type Verdict struct {
	EditionID string
	In        bool
	Score     float64
	Reasons   []string // each condition, met or not, in plain words
}

// StoryLink is the evidence that two articles tell the same story.
type StoryLink struct {
	ArticleID string // the article that it was joined to
	Copy      bool   // the same text: not a second voice
	Score     float64
	Evidence  []string // shared places, numbers, names, words
}

// Sketch lets the curator compare an article with others without their text.
type Sketch struct {
	ArticleID string
	StoryID   string
	SourceID  string
	Publisher string
	Published time.Time
	// Keys are the values under which storage finds likely twins: articles
	// that share a key are worth comparing.
	Keys []uint64
	// Data is the curator's own encoding; storage does not look inside.
	Data []byte
}

// Revision is an earlier state of an article whose visible text changed.
type Revision struct {
	ArticleID   string
	Number      int // the first state is 0
	Title       string
	Summary     string
	Text        string
	ContentHash string
	BodyHash    string
	SeenAt      time.Time // when this state was first stored
}
