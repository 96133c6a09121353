package news

import "time"

// Edition is one feed that we publish: a title plus a selection rule. It comes
// from an [[edition]] table of the configuration.
type Edition struct {
	// ID names the edition for ever; it stands in its addresses.
	ID          string `toml:"id"`
	Title       string `toml:"title"`
	Description string `toml:"description"`
	// Language is the BCP 47 tag of Title and Description.
	Language string `toml:"language"`
	// Formerly are the ids that the edition had before, oldest first: their
	// addresses lead to the present ones, and the first is in its permanent id.
	Formerly []string `toml:"formerly"`
	// Private editions are shown to who has a token, and mentioned nowhere.
	Private bool `toml:"private"`
	// Limit is how many entries the feed carries, newest first.
	Limit int `toml:"limit"`
	// Of names the edition whose entries this one shows, narrowed by the lists
	// of its own rule (see Facet); empty for an edition with articles of its own.
	Of string `toml:"of"`
	// Digest is when the edition tells, in one entry, the stories of the time
	// since it last did: "daily", "weekly" or a cron expression; empty for an
	// edition of articles.
	Digest string `toml:"digest"`
	// TimeZone is the IANA zone of Digest; UTC when empty.
	TimeZone string `toml:"time_zone"`
	// Health says that the edition tells how sources are; it is not configured.
	Health bool `toml:"-"`
	Rule
	// Also holds further rules: an article that meets any of them is in too.
	Also []Rule `toml:"also"`
	// Stories says whether a story is one entry or each of its articles;
	// StoriesMerge when empty.
	Stories Stories `toml:"stories"`
	// Prefer is how the article is chosen that stands for a story, first things
	// first; see ParsePreference and Preferences.
	Prefer []string `toml:"prefer"`
	// MinPublishers holds a story back until that many independent publishers
	// tell it, MaxPublishers lets it go when more do; 0 sets no bound. See Voices.
	MinPublishers int `toml:"min_publishers"`
	MaxPublishers int `toml:"max_publishers"`
	// Keep is how long after its publication an entry is listed; 0 for as long
	// as Limit has room.
	Keep Duration `toml:"keep"`
	// Examples are tests of the rules: check refuses an edition whose examples
	// come out differently.
	Examples []Example `toml:"example"`
}

// Stories says what becomes of the articles of a story in an edition.
type Stories string

// What an edition makes of a story.
const (
	StoriesMerge Stories = "merge" // one entry, which names the other articles
	StoriesList  Stories = "list"  // an entry for each article
)

// Example is an invented article with what an edition must do with it.
type Example struct {
	Title    string `toml:"title"`
	Text     string `toml:"text"`
	Language string `toml:"language"` // BCP 47
	// In tells whether it belongs to the edition.
	In bool `toml:"in"`
}

// Rule selects articles. Every list that is not empty must be met by at least
// one of its values; All must be met by every value; None by no value.
type Rule struct {
	Countries  []string `toml:"countries"`  // ISO 3166-1 alpha-2
	Regions    []string `toml:"regions"`    // concept ids
	Places     []string `toml:"places"`     // concept ids
	Groups     []string `toml:"groups"`     // concept ids of groups and institutions
	Persons    []string `toml:"persons"`    // concept ids
	Topics     []string `toml:"topics"`     // concept ids
	Languages  []string `toml:"languages"`  // BCP 47
	Sources    []string `toml:"sources"`    // source ids
	Publishers []string `toml:"publishers"` // publisher names
	// All and None name tags as "kind/id", for example "topic/kidnapping".
	All  []string `toml:"all"`
	None []string `toml:"none"`
	// MinScore is what the weakest of the tags that met the rule must reach.
	MinScore float64 `toml:"min_score"`
	// Where is a further condition as an expression, or empty.
	Where string `toml:"where"`
}

// Entry is an article as it stands in an edition: storage reads it, the
// publisher writes it.
type Entry struct {
	// ID is permanent: that of the article which stood for the story when it
	// entered the edition. Article.ID when empty.
	ID string
	// Published is the date of the article that gave the ID, and as permanent;
	// Article.Published when zero.
	Published time.Time
	// UpdatedAt is when what stands there last changed visibly: another text, or
	// another article in its place. It moves at most once in UpdateEvery; zero
	// when nothing changed yet.
	UpdatedAt time.Time
	// ChangesAt is when UpdatedAt moves next for changes that were made already;
	// zero when all are told.
	ChangesAt time.Time
	// Article stands for the story.
	Article Article
	Source  Source      // zero but for ID when it left the configuration
	Feed    SourceState // what the source's document says of itself
	// EnteredAt is when the article entered the edition.
	EnteredAt time.Time
	// Burst is what it is part of that is told far more than usual, or nil.
	Burst *Burst
	// Own says that we wrote it ourselves: nobody else is to be credited.
	Own bool
	// Others tell the same story, oldest first, in this edition or not.
	Others []Article
	// WithdrawnAt is when the entry left the edition; zero while it is shown.
	WithdrawnAt time.Time
}

// UpdateEvery is the least time between two updates of an entry.
const UpdateEvery = time.Hour

// WithdrawnFor is how long an edition tells that an entry left it.
const WithdrawnFor = 30 * 24 * time.Hour

// Key is the entry's permanent id.
func (e *Entry) Key() string {
	if e.ID != "" {
		return e.ID
	}
	return e.Article.ID
}

// Publishers counts the independent publishers that tell the entry's story.
func (e *Entry) Publishers() int {
	if len(e.Others) == 0 {
		return 1 // most entries, whose article need not be copied to be counted
	}
	return Voices(append([]Article{e.Article}, e.Others...))
}

// DigestSchedule is Digest as a cron expression.
func (e *Edition) DigestSchedule() string {
	switch e.Digest {
	case "daily":
		return "0 6 * * *"
	case "weekly":
		return "0 6 * * 1"
	}
	return e.Digest
}
