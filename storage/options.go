// Package storage is everything that is SQL: schema, migrations, queries.
package storage

import "harmattan/news"

// Options are the [storage] table of the configuration.
type Options struct {
}

// Default returns the options of an empty [storage] table.
func Default() Options { return Options{} }

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem { return nil }
