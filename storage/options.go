// Package storage is everything that is SQL: schema, migrations, queries.
package storage

import (
	"fmt"
	"time"

	"harmattan/news"
)

// Options are the [storage] table of the configuration.
type Options struct {
	// KeepTexts is how long the text of an article is kept after it was first
	// seen, 0s for ever. What an edition shows keeps its text; title, summary,
	// link and tags of every article are kept for ever.
	KeepTexts news.Duration `toml:"keep_texts"`
	// KeepArticles is how long an article is kept after it was first seen whose
	// story was in no edition, 0s for ever; a source may say otherwise. What is
	// left of it keeps it from coming as new.
	KeepArticles news.Duration `toml:"keep_articles"`
	// KeepRevisions is how many earlier states of an article are kept, 0 for
	// all: the first, and the newest of the others.
	KeepRevisions int `toml:"keep_revisions"`
	// KeepRemoved leaves the articles of a source that was taken out of the
	// configuration where they are: in the editions.
	KeepRemoved bool `toml:"keep_removed"`
}

// Default returns the options of an empty [storage] table.
func Default() Options { return Options{KeepRevisions: 20} }

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem {
	var problems []news.Problem
	if o.KeepTexts.Duration < 0 {
		problems = append(problems, news.Problem{Path: []string{"keep_texts"}, Message: `is negative; give a span such as "365d", or "0s" to keep texts for ever`})
	}
	if o.KeepArticles.Duration != 0 && o.KeepArticles.Duration < leastKept {
		problems = append(problems, news.Problem{Path: []string{"keep_articles"}, Message: `is shorter than a week; give a span such as "180d", or "0s" to keep articles for ever`})
	}
	if o.KeepRevisions != 0 && o.KeepRevisions < 2 {
		problems = append(problems, news.Problem{Path: []string{"keep_revisions"}, Message: fmt.Sprintf("%d is too few; the first and the last stay, so give 2 or more, or 0 to keep all", o.KeepRevisions)})
	}
	return problems
}

// leastKept leaves a story time to be told by others: then it may enter an
// edition after all.
const leastKept = 7 * 24 * time.Hour

// KeptOf is how long articles of a source are kept, 0 for ever.
func (o Options) KeptOf(s news.Source) time.Duration {
	if s.Keep.Duration > 0 {
		return s.Keep.Duration
	}
	return o.KeepArticles.Duration
}

// ArchiveOptions are the [archive] table of the configuration: what is kept of
// the responses as they were received. The bounds count for all sources
// together.
type ArchiveOptions struct {
	// MaxBytes is how much room the documents may take in the database,
	// compressed; 0 keeps none.
	MaxBytes int64 `toml:"max_bytes"`
	// Keep is how long a document stays that no article cites, KeepCited how
	// long one that brought an article or a new state of one.
	Keep      news.Duration `toml:"keep"`
	KeepCited news.Duration `toml:"keep_cited"`
}

// DefaultArchive returns the options of an empty [archive] table.
func DefaultArchive() ArchiveOptions {
	return ArchiveOptions{
		MaxBytes:  256 << 20,
		Keep:      news.Duration{Duration: 7 * 24 * time.Hour},
		KeepCited: news.Duration{Duration: 90 * 24 * time.Hour},
	}
}

// Validate reports every mistake in the options.
func (o ArchiveOptions) Validate() []news.Problem {
	var problems []news.Problem
	complain := func(key, message string) {
		problems = append(problems, news.Problem{Path: []string{key}, Message: message})
	}
	if o.MaxBytes != 0 && o.MaxBytes < 1<<20 {
		complain("max_bytes", fmt.Sprintf("%d is too little; give 1048576 bytes or more, or 0 to keep no documents", o.MaxBytes))
	}
	if o.Keep.Duration <= 0 {
		complain("keep", "must be longer than nothing; to keep no documents set max_bytes = 0")
	}
	if o.KeepCited.Duration < o.Keep.Duration {
		complain("keep_cited", fmt.Sprintf("%s is shorter than keep (%s): what articles cite is kept at least as long as the rest", days(o.KeepCited), days(o.Keep)))
	}
	return problems
}

// days writes a span as people do in the configuration.
func days(d news.Duration) string {
	if whole := d.Duration / (24 * time.Hour); whole > 0 && d.Duration == whole*24*time.Hour {
		return fmt.Sprintf("%dd", whole)
	}
	return d.String()
}
