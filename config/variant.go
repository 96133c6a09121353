package config

import (
	"slices"
	"strconv"

	"harmattan/news"
)

// checkVariants reports editions that show the entries of another one and say
// more than what narrows it.
func (d *document) checkVariants(c *Config) {
	unsure := d.damaged || d.unsureOf("edition", "id", "of")
	var ids []string
	for _, e := range c.Editions {
		if e.Of == "" {
			ids = append(ids, e.ID)
		}
	}
	for i, e := range c.Editions {
		if e.Of == "" {
			continue
		}
		report := func(key, message string) {
			d.reportProblem(news.Problem{Path: []string{"edition", strconv.Itoa(i), key}, Message: message})
		}
		if !slices.Contains(ids, e.Of) && !unsure {
			message := "there is no edition " + strconv.Quote(e.Of) + " with articles of its own"
			if meant := nearest(e.Of, ids); meant != "" {
				message += "; did you mean " + strconv.Quote(meant) + "?"
			}
			report("of", message)
		}
		for _, key := range refused(e) {
			report(key, "does not go with of: a variant takes the lists of tags, languages, sources and publishers alone")
		}
	}
}

// refused are the keys that an edition with of has and may not have.
func refused(e news.Edition) []string {
	var keys []string
	for _, key := range []struct {
		name string
		set  bool
	}{
		{"also", len(e.Also) > 0}, {"all", len(e.All) > 0}, {"none", len(e.None) > 0}, {"min_score", e.MinScore != 0}, {"where", e.Where != ""},
		{"stories", e.Stories != ""}, {"prefer", len(e.Prefer) > 0}, {"min_publishers", e.MinPublishers != 0},
		{"max_publishers", e.MaxPublishers != 0}, {"keep", e.Keep.Duration != 0}, {"example", len(e.Examples) > 0},
	} {
		if key.set {
			keys = append(keys, key.name)
		}
	}
	return keys
}
