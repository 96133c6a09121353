package fetcher

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"golang.org/x/text/language"

	"harmattan/news"
)

var sourceID = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// ValidateSource reports every mistake in a [[source]] table. Whether ids
// repeat among sources is for the caller to say.
func ValidateSource(s news.Source) []news.Problem {
	var problems []news.Problem
	complain := func(message string, path ...string) {
		problems = append(problems, news.Problem{Path: path, Message: message})
	}
	if !sourceID.MatchString(s.ID) {
		complain(fmt.Sprintf("%q is not an id: up to 64 of a-z, 0-9, '-', '_' and '.', a letter or digit first", s.ID), "id")
	}
	if err := checkURL(s.URL); err != nil {
		complain(err.Error(), "url")
	}
	if bareHost(s.URL) == "news.google.com" {
		complain("Google News may not be reissued and its links lead nowhere: read the publishers' own feeds", "url")
	}
	if err := checkURL(s.PublicAs); err != nil && s.PublicAs != "" {
		complain(err.Error(), "public_url")
	}
	switch s.Kind {
	case "", news.SourceFeed, news.SourceNewsSitemap:
	default:
		complain(fmt.Sprintf("%q is neither \"feed\" nor \"news-sitemap\"", s.Kind), "kind")
	}
	if err := checkURL(s.Homepage); err != nil && s.Homepage != "" {
		complain(err.Error(), "homepage")
	}
	zone := s.TimeZone
	if err := checkZone(zone); err != nil {
		complain(err.Error(), "time_zone")
		zone = ""
	}
	if s.Schedule != "" {
		if _, err := ParseSchedule(s.Schedule, zone); err != nil {
			complain(err.Error(), "schedule")
		}
	}
	if s.Language != "" {
		if _, err := language.Parse(s.Language); err != nil {
			complain(fmt.Sprintf("%q is not a BCP 47 language tag such as \"fr\" or \"ar-TD\"", s.Language), "language")
		}
	}
	for i, code := range s.Countries {
		if region, err := language.ParseRegion(code); err != nil || len(code) != 2 || region.String() != code {
			complain(fmt.Sprintf("%q is not an ISO 3166-1 code such as \"NE\"", code), "countries", fmt.Sprint(i))
		}
	}
	if i := slices.Index(s.Tags, ""); i >= 0 {
		complain("a tag is empty", "tags", fmt.Sprint(i))
	}
	return problems
}

// checkURL accepts what the fetcher may ask for: an http or https address
// without credentials, which would end up in logs and editions (F-105).
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return fmt.Errorf("the address cannot be read: %w", unwrapURL(err))
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q does not begin with https:// or http://", shown(raw))
	case u.Hostname() == "":
		return fmt.Errorf("%q has no host", shown(raw))
	case u.User != nil:
		return fmt.Errorf("the address of %s holds a user name or password, which have no place in it", u.Hostname())
	}
	return nil
}
