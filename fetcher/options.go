// Package fetcher reads sources: it knows when one is due, asks politely over
// HTTP, and turns the bytes into items. A failure is part of the result.
package fetcher

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"harmattan/news"
)

// Options are the [fetcher] table of the configuration.
type Options struct {
	// Schedule is the cron expression of every source without one of its own:
	// five fields, or a form such as "@hourly" or "@every 10m".
	Schedule string `toml:"schedule"`
	// TimeZone is the IANA zone in which schedules are read.
	TimeZone string `toml:"time_zone"`
	// Concurrency is how many requests may be under way at once.
	Concurrency int `toml:"concurrency"`
	// HostSpacing is the least time between the starts of two requests to the
	// same host, which is never asked twice at once.
	HostSpacing news.Duration `toml:"host_spacing"`
	// Timeout bounds one exchange, from the connection to the last byte.
	Timeout news.Duration `toml:"timeout"`
	// MaxBodyBytes bounds a document, compressed and decompressed.
	MaxBodyBytes int64 `toml:"max_body_bytes"`
	// MaxItems bounds the new items taken from one document; further ones wait
	// for the next fetch.
	MaxItems int `toml:"max_items"`
	// MinInterval is the least time between two fetches of a source, whatever
	// its schedule says.
	MinInterval news.Duration `toml:"min_interval"`
	// MaxInterval bounds the silence that a healthy server may ask for.
	MaxInterval news.Duration `toml:"max_interval"`
	// Adaptive lets sources that publish less than once a day be looked at less
	// often than their schedule allows.
	Adaptive bool `toml:"adaptive"`
	// WebSub lets hubs push the news of sources that offer one, when base_url
	// of [publisher] is an https address.
	WebSub bool `toml:"websub"`
	// Contact is a URL or e-mail address that servers see in the User-Agent,
	// so that an operator knows whom to ask.
	Contact string `toml:"contact"`
	// Allow lists what the guard against private addresses lets pass: an
	// address, a network or a host name, each with or without a port.
	Allow []string `toml:"allow"`
	// HostGroups are the [[host_group]] tables.
	HostGroups []HostGroup `toml:"-"`
}

// Default returns the options of an empty [fetcher] table.
func Default() Options {
	return Options{
		Schedule:     "*/15 * * * *",
		TimeZone:     "UTC",
		Concurrency:  16,
		HostSpacing:  news.Duration{Duration: 2 * time.Second},
		Timeout:      news.Duration{Duration: 30 * time.Second},
		MaxBodyBytes: 10 << 20,
		MaxItems:     500,
		MinInterval:  news.Duration{Duration: 15 * time.Minute},
		MaxInterval:  news.Duration{Duration: 24 * time.Hour},
		Adaptive:     true,
		WebSub:       true,
	}
}

// Validate reports every mistake in the options.
func (o Options) Validate() []news.Problem {
	var problems []news.Problem
	complain := func(key, format string, args ...any) {
		problems = append(problems, news.Problem{Path: []string{key}, Message: fmt.Sprintf(format, args...)})
	}
	zone := o.TimeZone
	if err := checkZone(zone); err != nil {
		complain("time_zone", "%v", err)
		zone = "UTC"
	}
	if _, err := ParseSchedule(o.Schedule, zone); err != nil {
		complain("schedule", "%v", err)
	}
	if o.Concurrency < 1 || o.Concurrency > 1000 {
		complain("concurrency", "%d is not a number of requests from 1 to 1000", o.Concurrency)
	}
	if o.HostSpacing.Duration < 0 {
		complain("host_spacing", "%s is negative", o.HostSpacing)
	}
	if o.Timeout.Duration < time.Second {
		complain("timeout", "%s is shorter than 1s", o.Timeout)
	}
	if o.MaxBodyBytes < 1<<10 || o.MaxBodyBytes > 1<<30 {
		complain("max_body_bytes", "%d is not a size from 1024 to 1073741824 bytes", o.MaxBodyBytes)
	}
	if o.MaxItems < 1 {
		complain("max_items", "%d is not a number of items, 1 or more", o.MaxItems)
	}
	if o.MinInterval.Duration < 0 {
		complain("min_interval", "%s is negative", o.MinInterval)
	}
	if o.MaxInterval.Duration < o.MinInterval.Duration || o.MaxInterval.Duration <= 0 {
		complain("max_interval", "%s is not longer than min_interval", o.MaxInterval)
	}
	if err := checkContact(o.Contact); err != nil {
		complain("contact", "%v", err)
	}
	return append(problems, validateAllow(o.Allow)...)
}

// checkContact keeps characters out of the contact that would end the
// User-Agent header or its comment.
func checkContact(contact string) error {
	if contact == "" {
		return nil
	}
	if strings.ContainsFunc(contact, func(r rune) bool { return r <= ' ' || r > '~' || r == '(' || r == ')' }) {
		return fmt.Errorf("%q is not a plain URL or e-mail address", contact)
	}
	if u, err := url.Parse(contact); err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto") {
		return nil
	}
	if name, host, ok := strings.Cut(contact, "@"); ok && name != "" && strings.Contains(host, ".") {
		return nil
	}
	return fmt.Errorf("%q is neither a URL nor an e-mail address", contact)
}

func validateAllow(entries []string) []news.Problem {
	var problems []news.Problem
	for i, entry := range entries {
		if _, err := parseAllowed(entry); err != nil {
			problems = append(problems, news.Problem{Path: []string{"allow", fmt.Sprint(i)}, Message: err.Error()})
		}
	}
	return problems
}
