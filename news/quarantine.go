package news

import "time"

// Hold keeps a stored article out of all editions. Most articles have none.
type Hold string

// The holds.
const (
	HoldQuarantined Hold = "quarantined" // its source flooded; somebody decides
	HoldDropped     Hold = "dropped"     // somebody decided: never
	HoldPurged      Hold = "purged"      // retention took it; what is left of it keeps it from coming as new
)

// FloodKind is what changed all at once in a source.
type FloodKind string

// The kinds of floods.
const (
	FloodVolume   FloodKind = "volume"
	FloodIDs      FloodKind = "ids"
	FloodDates    FloodKind = "dates"
	FloodHost     FloodKind = "host"
	FloodLanguage FloodKind = "language"
	FloodTopic    FloodKind = "topic"
)

// FloodSign is one thing that changed all at once, with the numbers that say so.
type FloodSign struct {
	Kind     FloodKind `json:"kind"`
	Evidence string    `json:"evidence"`
}

// Quarantine is a source whose new articles are kept out of all editions until
// somebody decides.
type Quarantine struct {
	SourceID string
	Signs    []FloodSign
	Since    time.Time
	Held     int // articles that wait
	// ReleasedAt is when its articles were let go: signs of the same kinds say
	// nothing for a while. Zero while they wait.
	ReleasedAt time.Time
}

// Habit is what is usual for a source: what a flood is told from. Articles that
// are held do not count.
type Habit struct {
	Since time.Time // its first article came
	Last  time.Time // its newest article came, those of Today left out
	Today int       // articles that came in the last 24 hours, or since a flood was released
	Known int       // articles, those of Today among them; 200 stand for all that are more
	// Daily is how many articles it published a day in the four weeks before
	// Last, Busiest how many on the busiest of these days; Days is how many days
	// were counted.
	Daily   float64
	Busiest int
	Days    float64
	// Recent are its newest articles, the newest first: Key, Link, Title,
	// Language, Published, FirstSeen and the tags of countries and topics. They
	// may be left out where few articles are new.
	Recent []Article
}
