// Package publisher turns an edition and its entries into documents and serves
// them over HTTP or as files.
package publisher

import "harmattan/news"

// Options are the [publisher] table of the configuration.
type Options struct {
}

// Default returns the options of an empty [publisher] table.
func Default() Options { return Options{} }

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem { return nil }
