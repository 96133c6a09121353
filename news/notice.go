package news

import "time"

// Notice is one entry of a health edition: that a source, or the configuration,
// got into another condition. It is written at the transition and stays.
type Notice struct {
	ID      string // permanent
	Subject string // the source's id; empty for the configuration
	// Condition is that which began: a word such as "failing" or "healthy".
	Condition string
	At        time.Time // when it was noticed
	Title     string    // plain text, one line
	Summary   string    // plain text
	// Editions are those that the source fed then.
	Editions []string
}

// Coverage is who wrote about a country, in a language, for an edition.
type Coverage struct {
	EditionID      string
	Country, Label string // ISO 3166-1 alpha-2; empty for articles about none
	Language       string // BCP 47
	Publisher      string
	Articles       int
	Newest         time.Time
}
