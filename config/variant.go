package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// checkDigests reports when a digest would never come, and zones that are none.
func (d *document) checkDigests(c *Config) {
	for i, e := range c.Editions {
		if e.Digest == "" {
			continue
		}
		at := news.Problem{Path: []string{"edition", strconv.Itoa(i), "digest"}}
		zone, zoneErr := time.LoadLocation(e.TimeZone)
		if zoneErr != nil {
			d.reportProblem(news.Problem{Path: []string{"edition", strconv.Itoa(i), "time_zone"},
				Message: fmt.Sprintf("%q is no time zone such as \"Africa/Bamako\"", e.TimeZone)})
			continue
		}
		_, err := fetcher.ParseSchedule(e.DigestSchedule(), zone.String())
		switch {
		case strings.HasPrefix(e.Digest, "@every"):
			at.Message = "counts from when the program starts; write \"daily\", \"weekly\" or a cron expression such as \"0 6 * * 1-5\""
		case err != nil:
			at.Message = fmt.Sprintf("%v; write \"daily\", \"weekly\" or five fields such as \"0 6 * * 1-5\"", err)
		}
		if at.Message != "" {
			d.reportProblem(at)
		}
	}
}

// checkVariants reports editions that show the entries of another one and say
// more than what narrows it.
func (d *document) checkVariants(c *Config) {
	unsure := d.damaged || d.unsureOf("edition", "id", "of")
	var ids []string
	for _, e := range c.Editions {
		if e.Of == "" && e.Digest == "" {
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
