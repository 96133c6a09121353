package main

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"harmattan/config"
	"harmattan/fetcher"
	"harmattan/news"
)

type discoverCommand struct {
	Config string `help:"Configuration file, for [fetcher] and to tell known sources; without it the built-in example is used." placeholder:"FILE" short:"c"`
	Guess  bool   `help:"Try the usual addresses when the page names no feed that works."`
	URL    string `arg:"" help:"Address of a site, of one of its pages or of a feed."`
}

func (c *discoverCommand) Run(s *session) error {
	cfg, err := settings{Config: c.Config}.load(s)
	if err != nil {
		return err
	}
	f, err := fetcher.New(cfg.Fetcher, version)
	if err != nil {
		return err
	}
	found, err := f.Discover(s.ctx, c.URL, c.Guess, s.clock)
	if err != nil {
		return fmt.Errorf("%s: %w", comment(news.RedactURL(c.URL)), err)
	}
	taken, sound := map[string]bool{}, 0
	for _, source := range cfg.Sources {
		taken[source.ID] = true
	}
	for i, candidate := range found {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		fmt.Fprint(s.out, c.describe(candidate, cfg, taken))
		if candidate.Err == nil {
			sound++
		}
	}
	if sound == 0 {
		if c.Guess {
			fmt.Fprintln(s.errOut, "No feed was found.")
		} else {
			fmt.Fprintln(s.errOut, "No feed was found; --guess tries the usual addresses.")
		}
		return errPartial
	}
	return nil
}

// describe writes a candidate as TOML, with what was seen of it as comments.
func (c *discoverCommand) describe(found fetcher.Candidate, cfg *config.Config, taken map[string]bool) string {
	var b strings.Builder
	note := func(format string, args ...any) { b.WriteString("# " + comment(fmt.Sprintf(format, args...)) + "\n") }
	if found.Err != nil {
		note("%s, from %s: %v", found.Source.URL, found.Found, found.Err)
		return b.String()
	}
	note("%s, from %s", figures(found), found.Found)
	for _, text := range found.Notes {
		note("%s", text)
	}
	for _, source := range cfg.Sources {
		if news.SameAddress(source.URL) == news.SameAddress(found.Source.URL) {
			note("already in the configuration: %s", source.ID)
		}
	}
	source := found.Source
	source.ID = config.NewID(source.Name, source.URL, taken)
	b.WriteString(config.SourceTable(source))
	return b.String()
}

// figures tells how much a feed holds and how often it changes.
func figures(found fetcher.Candidate) string {
	name := map[string]string{"rss": "RSS", "rdf": "RDF", "atom": "Atom", "json": "JSON Feed", "sitemap": "news sitemap"}[found.Format]
	text := fmt.Sprintf("%s, %d items", name, found.Items)
	if found.Items == 1 {
		text = name + ", 1 item"
	}
	if !found.Newest.IsZero() {
		text += ", newest " + found.Newest.UTC().Format(time.RFC3339)
	}
	switch {
	case found.PerWeek >= 1:
		text += fmt.Sprintf(", about %.0f a week", math.Round(found.PerWeek))
	case found.PerWeek > 0:
		text += ", less than one a week"
	}
	return text
}

// comment makes text fit for one line of TOML: what a page says of itself must
// not leave the comment (F-106).
func comment(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
