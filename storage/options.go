// Package storage is everything that is SQL: schema, migrations, queries.
package storage

import "harmattan/news"

// Options are the [storage] table of the configuration.
type Options struct {
	// Path is the database file, made when it is missing. A relative path
	// starts in the folder where the program was started.
	Path string `toml:"path"`
	// KeepTexts is how long the text of an article is kept after it was first
	// seen, 0s for ever. What an edition shows keeps its text; title, summary,
	// link and tags of every article are kept for ever.
	KeepTexts news.Duration `toml:"keep_texts"`
}

// Default returns the options of an empty [storage] table.
func Default() Options { return Options{Path: "harmattan.db"} }

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem {
	var problems []news.Problem
	if o.Path == "" {
		problems = append(problems, news.Problem{Path: []string{"path"}, Message: `is empty; give the path of the database file, for example "harmattan.db"`})
	}
	if o.KeepTexts.Duration < 0 {
		problems = append(problems, news.Problem{Path: []string{"keep_texts"}, Message: `is negative; give a span such as "365d", or "0s" to keep texts for ever`})
	}
	return problems
}
