// Package storage is everything that is SQL: schema, migrations, queries.
package storage

import "harmattan/news"

// Options are the [storage] table of the configuration.
type Options struct {
	// KeepTexts is how long the text of an article is kept after it was first
	// seen, 0s for ever. What an edition shows keeps its text; title, summary,
	// link and tags of every article are kept for ever.
	KeepTexts news.Duration `toml:"keep_texts"`
}

// Default returns the options of an empty [storage] table.
func Default() Options { return Options{} }

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem {
	var problems []news.Problem
	if o.KeepTexts.Duration < 0 {
		problems = append(problems, news.Problem{Path: []string{"keep_texts"}, Message: `is negative; give a span such as "365d", or "0s" to keep texts for ever`})
	}
	return problems
}
