// Package curator decides what an item is: its identity, dates, language, tags
// with evidence, story and editions. It is pure: no clock, no network, no disk.
package curator

import (
	"regexp"
	"time"

	"harmattan/news"
)

// Options are the [curator] table of the configuration.
type Options struct {
	// IDAuthority stands in every entry id that we mint, as RFC 4151 has it: a
	// domain or mail address of yours and a year or date on which it was
	// yours, "example.org,2026". Ids that were minted keep what they have.
	IDAuthority string `toml:"id_authority"`
	// ExcerptLength is how many characters a summary has at most.
	ExcerptLength int `toml:"excerpt_length"`
	// Vocabularies are files with further concepts, relative to the
	// configuration file.
	Vocabularies []string `toml:"vocabularies"`
	// StoryWindow is how far apart two articles of one story may be.
	StoryWindow news.Duration `toml:"story_window"`
}

// Default returns the options of an empty [curator] table.
func Default() Options {
	return Options{
		IDAuthority:   "harmattan.invalid,2026",
		ExcerptLength: 300,
		StoryWindow:   news.Duration{Duration: 72 * time.Hour},
	}
}

// tagAuthority is RFC 4151 section 2.1: an authority name and a date.
const tagAuthority = `^([A-Za-z0-9._-]+@)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*,` +
	`[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$`

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem {
	var problems []news.Problem
	add := func(key, message string) {
		problems = append(problems, news.Problem{Path: []string{key}, Message: message})
	}
	if !regexp.MustCompile(tagAuthority).MatchString(o.IDAuthority) {
		add("id_authority", `is not an authority for tag ids; give a domain and a year in which it was yours, such as "example.org,2026"`)
	}
	if o.ExcerptLength < 80 || o.ExcerptLength > 2000 {
		add("excerpt_length", "is out of range; give a number of characters from 80 to 2000")
	}
	if o.StoryWindow.Duration < time.Hour || o.StoryWindow.Duration > 14*24*time.Hour {
		add("story_window", `is out of range; give a span from "1h" to "14d"`)
	}
	return problems
}
