// Package news holds the words of Harmattan: the types that pass from one
// stage to the next. It depends on the standard library alone and does no I/O.
//
// A source is read into items; items are curated into articles; articles that
// belong to an edition are published as its entries. Each arrow changes the
// type, so that nothing can be published which was not curated.
package news

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a time span written as text in TOML ("15m", "36h", "7d").
// A bare number is refused, for nobody can tell its unit.
type Duration struct{ time.Duration }

// UnmarshalText reads what time.ParseDuration reads, and whole days ("7d").
func (d *Duration) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		hours, err := time.ParseDuration(days + "h")
		if err != nil {
			return fmt.Errorf("%q is not a duration such as \"15m\", \"36h\" or \"7d\"", s)
		}
		d.Duration = 24 * hours
		return nil
	}
	span, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is not a duration such as \"15m\", \"36h\" or \"7d\"", s)
	}
	d.Duration = span
	return nil
}

// MarshalText writes the duration so that UnmarshalText reads it back.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Problem is one mistake in a configuration, found by the stage that owns the
// setting. The config package finds the place in the file that Path names.
type Problem struct {
	// Path leads to the value: table, index and key, for example
	// ["edition", "2", "topics", "0"]. Stages give it relative to their table.
	Path []string
	// Message says what is wrong and what was expected, without the path.
	Message string
}

// Under returns the problem with its path put below the given parents.
func (p Problem) Under(parents ...string) Problem {
	p.Path = append(append([]string{}, parents...), p.Path...)
	return p
}

// Error tells the problem with the dotted path before it.
func (p Problem) Error() string { return strings.Join(p.Path, ".") + ": " + p.Message }
