package news

import (
	"reflect"
	"time"
)

// Source is an upstream feed that we read. It comes from a [[source]] table of
// the configuration; what happened to it is in its SourceState.
type Source struct {
	// ID names the source for ever: in the database, in logs, in entry ids.
	ID string `toml:"id"`
	// URL is the address of the feed, http or https, without credentials. It may
	// hold a secret in its query: outputs show PublicURL.
	URL string `toml:"url"`
	// PublicAs is the address that editions, pages and commands show in place of
	// URL; URL without its secrets when empty.
	PublicAs string `toml:"public_url"`
	// Kind tells what the address leads to; SourceFeed when empty.
	Kind SourceKind `toml:"kind"`
	// Name is the outlet's feed as people call it; ID when empty.
	Name string `toml:"name"`
	// Publisher is the outlet behind the source; several sources may share
	// one. Name when empty.
	Publisher string `toml:"publisher"`
	// Homepage is the outlet's page for people, or empty.
	Homepage string `toml:"homepage"`
	// Language is the BCP 47 tag that articles have unless they say or show
	// otherwise, or empty.
	Language string `toml:"language"`
	// Countries are the ISO 3166-1 codes of the source's own beat: a weak
	// prior for the curator.
	Countries []string `toml:"countries"`
	// Schedule is a cron expression that overrides [fetcher] schedule.
	Schedule string `toml:"schedule"`
	// TimeZone is the IANA zone of Schedule and of dates without a zone.
	TimeZone string `toml:"time_zone"`
	// FullText records the permission to republish whole texts (a licence, a
	// letter); empty means title and excerpt only.
	FullText string `toml:"full_text"`
	// Tier is how much the source is worth when an edition chooses between
	// articles of one story: 1 is best, 3 is least; 2 when 0.
	Tier int `toml:"tier"`
	// Keep is how long an article is kept after it was first seen that was in no
	// edition; what [storage] says when 0.
	Keep Duration `toml:"keep"`
	// Tags group sources, as folders do in OPML.
	Tags []string `toml:"tags"`
	// Adaptive, when false, keeps the source to its schedule however seldom it
	// publishes; nil means what [fetcher] says.
	Adaptive *bool `toml:"adaptive"`
	// HTTP1 keeps from HTTP/2 at once; without it that is tried now and then.
	HTTP1 bool `toml:"http1"`
	// Disabled keeps the source in the file without fetching it.
	Disabled bool `toml:"disabled"`
}

// SourceKind is the kind of document that a source is.
type SourceKind string

// The kinds of sources.
const (
	SourceFeed SourceKind = "feed" // RSS, Atom, RDF or JSON Feed
	// SourceNewsSitemap is a sitemap whose entries carry news:news, or an index
	// of such sitemaps.
	SourceNewsSitemap SourceKind = "news-sitemap"
)

// Title is the name that people see.
func (s Source) Title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.ID
}

// Outlet is the publisher that people see.
func (s Source) Outlet() string {
	if s.Publisher != "" {
		return s.Publisher
	}
	return s.Title()
}

// Status is what the last fetches of a source came to.
type Status string

// The states of a source.
const (
	StatusNew     Status = "new"     // never fetched
	StatusHealthy Status = "healthy" // the last fetch was understood
	StatusFailing Status = "failing" // the last fetches failed; backing off
	StatusBlocked Status = "blocked" // 401, 403, 429 or a bot challenge
	StatusGone    Status = "gone"    // 410: no longer fetched
)

// SourceState is all that is remembered about a source between two fetches.
// The fetcher makes it; storage keeps it in the transaction that keeps the
// articles which came with it. Times are UTC; a zero time means never.
type SourceState struct {
	SourceID string
	Status   Status
	// URL is the configured address that this state belongs to.
	URL string

	// ETag and LastModified are the validators, byte for byte, of the last
	// fully processed answer; ValidatorsFor is the final URL and the request
	// shape that they belong to; ValidatorsAt is the time of the last
	// unconditional answer.
	ETag, LastModified string
	ValidatorsFor      string
	ValidatorsAt       time.Time
	// BodyHash is the SHA-256, in hex, of the last document as received.
	BodyHash string
	// ItemHashes are the hashes of the items that the last document held, so
	// that only unseen items are parsed.
	ItemHashes []uint64

	CheckedAt time.Time // last answer of any kind
	ChangedAt time.Time // last answer with something new
	DueAt     time.Time // not fetched before
	DueReason string    // why then, for people
	HoldUntil time.Time // the server asked for silence until then

	Failures     int
	FailingSince time.Time
	LastError    string
	LastCode     int // HTTP status of the last answer, 0 when none came

	// MovedTo is where permanent redirects lead, seen MovedCount polls in a
	// row since MovedSince.
	MovedTo    string
	MovedCount int
	MovedSince time.Time

	// What the document says of itself, for atom:source.
	FeedID       string
	FeedTitle    string
	FeedLink     string
	FeedUpdated  time.Time
	FeedRights   string
	FeedLanguage string
	// FeedHint is how long the document itself asks to be left alone (ttl).
	FeedHint time.Duration
	// BadIDs is sticky: ids in this source repeat, so links tell items apart.
	BadIDs bool
	// Recoveries counts, by kind, what had to be mended in the last document.
	Recoveries map[string]int
	// Parts are the documents that the source's own leads to: the sitemaps of
	// an index. Nil for most sources.
	Parts []Part
	// Pace is what tells when looking again makes sense.
	Pace Pace
}

// Idle tells whether the last visit taught nothing of the source: nothing but
// CheckedAt, DueAt, DueReason and LastCode is other than before.
func (s *SourceState) Idle(before SourceState) bool {
	before.CheckedAt, before.DueAt, before.DueReason, before.LastCode = s.CheckedAt, s.DueAt, s.DueReason, s.LastCode
	return reflect.DeepEqual(s, &before)
}

// Pace is what a source taught us of when to look: what its server and its
// document ask for, and how often it publishes. It is stored as JSON under
// these names.
type Pace struct {
	// MaxAge is the lifetime that the last Cache-Control gave, as an answer
	// "not modified" does not repeat it.
	MaxAge time.Duration `json:"max_age,omitempty"`
	// SkipHours and SkipDays have a bit set for each hour (UTC, bit 0 is
	// midnight) and weekday (bit 0 is Sunday) at which the document asks not to
	// be read.
	SkipHours uint32 `json:"skip_hours,omitempty"`
	SkipDays  uint8  `json:"skip_days,omitempty"`
	// Expired tells that the document says it will never be updated again.
	Expired bool `json:"expired,omitempty"`
	// Items is how many items the last four weeks brought, each counting less
	// the older it is, as of CountedAt; Since is when counting began.
	Items     float64   `json:"items,omitempty"`
	CountedAt time.Time `json:"counted_at,omitzero"`
	Since     time.Time `json:"since,omitzero"`
	// Hub and Topic are where the source offers to be subscribed (WebSub), and
	// under which address; empty when it does not.
	Hub   string `json:"hub,omitempty"`
	Topic string `json:"topic,omitempty"`
	// RobotsAt is when the host's robots.txt was last looked at; Barred is
	// its address when it names us and closes the source's.
	RobotsAt time.Time `json:"robots_at,omitzero"`
	Barred   string    `json:"barred,omitempty"`
	// HTTP2FailedAt is when the source last answered over HTTP/1.1 after HTTP/2
	// had failed; zero while HTTP/2 works.
	HTTP2FailedAt time.Time `json:"http2_failed_at,omitzero"`
}

// Subscription is what is remembered of the push that a hub sends for a source
// (WebSub). It is stored in its own row, for callbacks change it while a fetch
// holds the source's state.
type Subscription struct {
	SourceID string
	// Hub and Topic are what the source offered when we asked.
	Hub, Topic string
	// Callback is the last part of our address that the hub calls: unguessable,
	// and of this subscription alone. Secret signs what the hub sends.
	Callback, Secret string
	Status           SubscriptionStatus
	AskedAt          time.Time // the hub was last asked
	LeaseUntil       time.Time // pushes come until then; zero before the first
	RenewAt          time.Time // ask (again) then; zero: never
	Failures         int       // requests in a row that came to nothing
	LastError        string
	PushedAt         time.Time // last push that was taken
}

// SubscriptionStatus is where a subscription stands.
type SubscriptionStatus string

// The states of a subscription.
const (
	SubscriptionPending SubscriptionStatus = "pending" // asked, not confirmed yet; a lease may still run
	SubscriptionActive  SubscriptionStatus = "active"  // confirmed
	SubscriptionDenied  SubscriptionStatus = "denied"  // the hub said no; polling goes on
)

// Part is one of several documents of a source and what is remembered of it
// between two fetches; its fields mean what they mean in SourceState.
type Part struct {
	URL string
	// ModifiedAt is when the document changed, in the words of the one that
	// leads to it; empty when it does not say.
	ModifiedAt         string
	ETag, LastModified string
	ValidatorsFor      string
	ValidatorsAt       time.Time
	BodyHash           string
	// Idle means that it held nothing for us: it is not asked again before
	// ModifiedAt changes.
	Idle bool
}

// Item is one entry exactly as the source gave it; the fetcher resolved only
// its links and undid its encoding.
type Item struct {
	SourceID string
	// GUID is the id as written, neither resolved nor normalised; may be empty.
	GUID string
	// IDRepeats says that ids repeat in this source (SourceState.BadIDs): the
	// link must tell its items apart.
	IDRepeats bool
	// Link is absolute, or empty.
	Link string
	// Title, Summary and Content may hold HTML, decoded exactly once.
	Title, Summary, Content string
	Authors                 []string
	Categories              []string
	// Published and Updated are the source's own dates.
	Published, Updated Stamp
	// Language is declared on the item, else on the document; may be empty.
	Language string
	// Base is the URL against which relative references in HTML are resolved.
	Base string
	// Image is the picture that the source gave for the item, or nil.
	Image  *Image
	Rights string
	// Origin is where the source says the item came from (<source>,
	// atom:source), or nil.
	Origin *Origin
	// Hash identifies the item's bytes within its source.
	Hash uint64
	// BodyHash is the SHA-256, in hex, of the document that held it.
	BodyHash string
	// DocumentUpdated is when that document says it was updated, or zero.
	DocumentUpdated time.Time
	// Position counts from 0 in the document.
	Position int
}

// Stamp is a date as a source wrote it and as the feed parser understood it.
type Stamp struct {
	Raw    string
	Parsed time.Time // zero when not understood
	Field  string    // pubDate, dc:date, published, updated, date_published …
}

// Image is a picture that a source offers with an item.
type Image struct {
	URL    string
	Type   string // media type, or empty
	Width  int    // pixels, 0 when unknown
	Height int
	Credit string
	// Caption is what the source writes below the picture, plain text or empty.
	Caption string
}

// Origin is the provenance that an item carries inside its source.
type Origin struct {
	ID, Title, URL string
}
