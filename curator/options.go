// Package curator decides what an item is: its identity, dates, language, tags
// with evidence, story and editions. It is pure: no clock, no network, no disk.
package curator

import "harmattan/news"

// Options are the [curator] table of the configuration.
type Options struct {
}

// Default returns the options of an empty [curator] table.
func Default() Options { return Options{} }

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem { return nil }
