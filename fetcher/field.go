package fetcher

import (
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// reading is a date field as the source wrote it and as it was understood.
type reading struct {
	field, raw string
	parsed     *time.Time
}

// stamp picks the first field that was understood, else the first that is
// there at all (F-94).
func stamp(readings ...reading) news.Stamp {
	var found news.Stamp
	for _, r := range readings {
		if strings.TrimSpace(r.raw) == "" {
			continue
		}
		if r.parsed != nil {
			return news.Stamp{Raw: strings.TrimSpace(r.raw), Parsed: r.parsed.UTC(), Field: r.field}
		}
		if found.Raw == "" {
			found = news.Stamp{Raw: strings.TrimSpace(r.raw), Field: r.field}
		}
	}
	return found
}

// date reads the two families of dates that extensions use: RFC 3339 with what
// W3C-DTF leaves out, and RFC 822 with numeric zones.
func date(raw string) *time.Time {
	if raw = strings.TrimSpace(raw); raw == "" {
		return nil
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02",
		time.RFC1123Z, "Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 GMT",
	} {
		if t, err := time.Parse(layout, raw); err == nil {
			return &t
		}
	}
	return nil
}

// oddity tells what has to be guessed of a date: nothing when it is written as
// RFC 822 and its successors or RFC 3339 say.
func oddity(raw string) string {
	raw = strings.TrimSpace(raw)
	switch {
	case raw == "":
		return "item without a date"
	case understood(raw, "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00"), understood(internetDate(raw),
		"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", "2 Jan 06 15:04:05 -0700", "2 Jan 06 15:04 -0700"):
		return ""
	case understood(raw, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"),
		understood(internetDate(raw), "2 Jan 2006 15:04:05", "2 Jan 2006 15:04", "2 Jan 2006"):
		return "date without a zone"
	}
	return "date in a form of its own"
}

func understood(raw string, layouts ...string) bool {
	return slices.ContainsFunc(layouts, func(layout string) bool {
		_, err := time.Parse(layout, raw)
		return err == nil
	})
}

// internetDate is a date of RFC 822 without its weekday and with a number for the
// zones that RFC 822 names.
func internetDate(raw string) string {
	if weekday, rest, ok := strings.Cut(raw, ", "); ok && len(weekday) == 3 {
		raw = rest
	}
	i := strings.LastIndexByte(raw, ' ')
	switch raw[i+1:] {
	case "GMT", "UT", "UTC", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT":
		return raw[:i+1] + "+0000"
	}
	return raw
}

// minutes reads an RSS ttl.
func minutes(raw string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(raw))
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(min(n, 1<<20))*time.Minute, 7*24*time.Hour)
}

// period reads the syndication module of RSS 1.0. "hourly" says nothing: it is
// what blog software writes unasked (F-24).
func period(name, frequency string) time.Duration {
	const day = 24 * time.Hour
	span, ok := map[string]time.Duration{"daily": day, "weekly": 7 * day, "monthly": 30 * day, "yearly": 365 * day}[name]
	if !ok {
		return 0
	}
	if n, err := strconv.Atoi(frequency); err == nil && n > 1 {
		span /= time.Duration(n)
	}
	return min(span, 7*day)
}

// asHTML makes text into HTML: only "<" and what looks like a reference would
// be read otherwise.
func asHTML(text string, plain bool) string {
	if !plain || !strings.Contains(text, "<") {
		return text
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text)
}

// person reads an RSS author: the name when there is one beside the address.
func person(raw string) string {
	raw = strings.TrimSpace(raw)
	if before, rest, ok := strings.Cut(raw, "("); ok && strings.HasSuffix(rest, ")") {
		inside := strings.TrimSpace(strings.TrimSuffix(rest, ")"))
		switch {
		case strings.Contains(before, "@"):
			return first(inside, strings.TrimSpace(before))
		case strings.Contains(inside, "@"):
			return first(before, inside)
		}
		return raw
	}
	if strings.Contains(raw, "@") {
		if address, err := mail.ParseAddress(raw); err == nil {
			return first(address.Name, address.Address)
		}
	}
	return raw
}

// picture is an image that a source may mean for an item.
type picture struct {
	news.Image
	medium string // Media RSS's own word for what it is
}

// best picks the largest picture, the first of equals.
func best(pictures []picture, base string) *news.Image {
	var found *news.Image
	for _, p := range pictures {
		if !p.isImage() {
			continue
		}
		if p.URL = absolute(base, p.URL); p.URL == "" {
			continue
		}
		if found == nil || p.Width > found.Width {
			image := p.Image
			found = &image
		}
	}
	return found
}

func (p picture) isImage() bool {
	switch {
	case p.medium != "":
		return p.medium == "image"
	case p.Type != "":
		return strings.HasPrefix(p.Type, "image/")
	}
	path, _, _ := strings.Cut(strings.ToLower(p.URL), "?")
	for _, suffix := range []string{".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"} {
		if strings.HasSuffix(path, suffix) {
			return true
		}
	}
	return false
}

// first is the first text that is not blank, without the blanks around it.
func first(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}

// firstList is the first list that is not empty.
func firstList(lists ...[]string) []string {
	for _, l := range lists {
		if len(l) > 0 {
			return l
		}
	}
	return nil
}
