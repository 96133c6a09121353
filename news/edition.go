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
	// Limit is how many entries the feed carries, newest first.
	Limit int `toml:"limit"`
	Rule
	// Also holds further rules: an article that meets any of them is in too.
	Also []Rule `toml:"also"`
	// Examples are tests of the rules: check refuses an edition whose examples
	// come out differently.
	Examples []Example `toml:"example"`
}

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
	Article Article
	Source  Source      // zero but for ID when it left the configuration
	Feed    SourceState // what the source's document says of itself
	// EnteredAt is when the article entered the edition.
	EnteredAt time.Time
	// Others tell the same story, oldest first, in this edition or not.
	Others []Article
}
