package news

import (
	"fmt"
	"strings"
)

// The ways in which an edition prefers one article of a story to another.
const (
	PreferOriginal = "original"  // its own words before a copy
	PreferFullText = "full-text" // a text that may be republished whole
	PreferLanguage = "language"  // the edition's language, or those that are named
	PreferTier     = "tier"      // Source.Tier, 1 first
	PreferEarliest = "earliest"  // by the date of publication
)

// Preference is one step by which an edition chooses the article that stands
// for a story.
type Preference struct {
	By string // one of the constants above
	// Languages are BCP 47 tags, the best first; only for PreferLanguage.
	Languages []string
}

// ParsePreference reads a value of Edition.Prefer: "original", "full-text",
// "language", "language:fr,ar", "tier" or "earliest".
func ParsePreference(s string) (Preference, error) {
	by, list, named := strings.Cut(s, ":")
	p := Preference{By: by}
	switch by {
	case PreferLanguage:
		for tag := range strings.SplitSeq(list, ",") {
			if tag = strings.TrimSpace(tag); tag != "" {
				p.Languages = append(p.Languages, tag)
			}
		}
		if named == (len(p.Languages) > 0) {
			return p, nil
		}
	case PreferOriginal, PreferFullText, PreferTier, PreferEarliest:
		if !named {
			return p, nil
		}
	}
	return p, fmt.Errorf(`%q is none of "original", "full-text", "language", "language:fr,ar", "tier" and "earliest"`, s)
}

// Preferences are the steps of the edition in their order; what cannot be read
// is left out. Without any they are original, full text, the edition's
// language, tier, earliest.
func (e Edition) Preferences() []Preference {
	list := e.Prefer
	if len(list) == 0 {
		list = []string{PreferOriginal, PreferFullText, PreferLanguage, PreferTier, PreferEarliest}
	}
	var all []Preference
	for _, s := range list {
		p, err := ParsePreference(s)
		if err != nil {
			continue
		}
		if p.By == PreferLanguage && len(p.Languages) == 0 && e.Language != "" {
			p.Languages = []string{e.Language}
		}
		all = append(all, p)
	}
	return all
}
