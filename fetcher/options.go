// Package fetcher reads sources: it knows when one is due, asks politely over
// HTTP, and turns the bytes into items. A failure is part of the result.
package fetcher

import "harmattan/news"

// Options are the [fetcher] table of the configuration.
type Options struct {
}

// Default returns the options of an empty [fetcher] table.
func Default() Options { return Options{} }

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem { return nil }
