package curator

import (
	"strings"
	"time"

	"harmattan/news"
)

// farFuture is how far ahead of us a source's clock may be.
const farFuture = 10 * time.Minute

// longAgo is before feeds were: an older date is a mistake.
var longAgo = time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC)

// date decides when something was published. The source's text is judged
// first and the feed parser's reading last, for parsers take every African zone
// for UTC. Without a date that can stand it is the moment of first sight.
func date(stamp news.Stamp, zone *time.Location, firstSeen time.Time) news.Date {
	field := stamp.Field
	if field == "" {
		field = "date"
	}
	seen := func(why string) news.Date {
		return news.Date{Time: firstSeen.UTC(), Raw: stamp.Raw, From: "first seen (" + why + ")"}
	}
	if strings.TrimSpace(stamp.Raw) == "" && stamp.Parsed.IsZero() {
		return seen("no date")
	}
	from := field
	when, zoned, ok := readDate(stamp.Raw, zone)
	switch {
	case !ok && stamp.Parsed.IsZero():
		return seen(field + " was not understood")
	case !ok:
		when, from = stamp.Parsed, field+" as the feed parser read it"
	case !zoned:
		from = field + " in " + zone.String()
	}
	if when.Before(longAgo) {
		return seen(field + " was before 1995")
	}
	if when.After(firstSeen.Add(farFuture)) {
		return seen(field + " was in the future")
	}
	return news.Date{Time: when.UTC().Truncate(time.Second), Raw: stamp.Raw, From: from}
}

// readDate reads RFC 822, RFC 1123, RFC 3339 and what people write instead, in
// the languages of dateWords. A date that names no zone is read in zone.
func readDate(raw string, zone *time.Location) (when time.Time, zoned, ok bool) {
	d := dateReader{year: -1, month: -1, day: -1}
	tokens := dateTokens(raw)
	if len(tokens) == 1 && len(tokens[0].text) >= 10 && tokens[0].kind == 'n' {
		return epoch(tokens[0].text)
	}
	if len(tokens) == 0 || len(tokens) > 24 || !d.read(tokens) {
		return time.Time{}, false, false
	}
	if d.location != nil {
		zone = d.location
	}
	when = time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, d.nanosecond, zone)
	return when, d.location != nil, true
}

// epoch reads seconds or milliseconds since 1970.
func epoch(digits string) (time.Time, bool, bool) {
	n := int64(number(digits))
	switch len(digits) {
	case 10:
		return time.Unix(n, 0).UTC(), true, true
	case 13:
		return time.UnixMilli(n).UTC(), true, true
	}
	return time.Time{}, false, false
}

// dateReader gathers the parts of a date in whatever order they come.
type dateReader struct {
	year, month, day                 int
	hour, minute, second, nanosecond int
	location                         *time.Location
	hasTime, afternoon, morning      bool
	numbers                          []dateToken // days, months and years still to tell apart
}

func (d *dateReader) read(tokens []dateToken) bool {
	for i := 0; i < len(tokens); {
		used := d.readTime(tokens[i:])
		if used == 0 {
			used = d.readZone(tokens[i:])
		}
		if used == 0 {
			used = d.readWord(tokens[i:])
		}
		if used == 0 {
			switch {
			case tokens[i].kind == 'n' && len(tokens[i].text) <= 8:
				d.numbers = append(d.numbers, tokens[i])
			case tokens[i].kind == 'n' || tokens[i].kind == 'w':
				return false
			}
			used = 1
		}
		i += used
	}
	return d.settle()
}

// readTime takes "10:05", "10:05:09.123", "10h05" and "100509" after a T.
func (d *dateReader) readTime(tokens []dateToken) int {
	if tokens[0].kind != 'n' || d.hasTime || len(tokens[0].text) > 2 || len(tokens) < 2 {
		return 0
	}
	separator := tokens[1].text
	if separator != ":" && separator != "h" {
		return 0
	}
	d.hour = number(tokens[0].text)
	d.hasTime = true
	used := 2
	if len(tokens) > 2 && tokens[2].kind == 'n' && len(tokens[2].text) <= 2 {
		d.minute = number(tokens[2].text)
		used = 3
	}
	if len(tokens) > used+1 && strings.Contains(":m", tokens[used].text) && tokens[used+1].kind == 'n' && len(tokens[used+1].text) <= 2 {
		d.second = number(tokens[used+1].text)
		used += 2
		if len(tokens) > used+1 && strings.Contains(".,", tokens[used].text) && tokens[used+1].kind == 'n' {
			digits := (tokens[used+1].text + "000000000")[:9]
			d.nanosecond = number(digits)
			used += 2
		}
	}
	return used
}

// readZone takes "Z", "GMT+1", "UTC +03:00", "+0100", "-05" and names of zones.
func (d *dateReader) readZone(tokens []dateToken) int {
	used := 0
	if tokens[0].kind == 'w' {
		offset, known := zoneOffsets[tokens[0].text]
		if !known || !d.hasTime {
			return 0
		}
		d.location = time.FixedZone(strings.ToUpper(tokens[0].text), offset)
		used = 1
		if tokens[0].text != "gmt" && tokens[0].text != "utc" && tokens[0].text != "ut" {
			return used
		}
	}
	rest := tokens[used:]
	if len(rest) < 2 || rest[0].text != "+" && rest[0].text != "-" || rest[1].kind != 'n' || !d.hasTime {
		return used
	}
	hours, minutes := number(rest[1].text), 0
	count := 2
	switch {
	case len(rest[1].text) == 4:
		hours, minutes = hours/100, hours%100
	case len(rest[1].text) > 2:
		return used
	case len(rest) > 3 && rest[2].text == ":" && rest[3].kind == 'n':
		minutes = number(rest[3].text)
		count = 4
	}
	if hours > 14 || minutes > 59 {
		return used
	}
	offset := hours*3600 + minutes*60
	if rest[0].text == "-" {
		offset = -offset
	}
	d.location = time.FixedZone("", offset)
	return used + count
}

// readWord takes names of months, of days and of halves of the day, and words
// that only join.
func (d *dateReader) readWord(tokens []dateToken) int {
	if tokens[0].kind != 'w' {
		return 0
	}
	if len(tokens) > 1 && tokens[1].kind == 'w' {
		if month, ok := monthWords[tokens[0].text+" "+tokens[1].text]; ok {
			d.setMonth(month, false)
			return 2
		}
	}
	word := tokens[0].text
	month, isMonth := monthWords[word]
	weekday := weekdayWords[word]
	switch {
	case isMonth:
		d.setMonth(month, weekday)
	case weekday || joinWords[word]:
	case word == "pm" || word == "م" || word == "مساء":
		d.afternoon = true
	case word == "am" || word == "ص" || word == "صباحا":
		d.morning = true
	default:
		return 0
	}
	return 1
}

// setMonth keeps the month that cannot be a weekday when two words could be.
func (d *dateReader) setMonth(month int, weekdayLike bool) {
	if d.month < 0 || !weekdayLike {
		d.month = month
	}
}

// settle tells day, month and year apart and checks that they exist.
func (d *dateReader) settle() bool {
	n := d.numbers
	switch {
	case len(n) == 1 && len(n[0].text) == 8 && d.month < 0: // 20260812
		packed := number(n[0].text)
		d.year, d.month, d.day = packed/10000, packed/100%100, packed%100
	case len(n) == 2 && d.month > 0:
		d.day, d.year = number(n[0].text), year(n[1].text)
		if len(n[0].text) == 4 {
			d.day, d.year = number(n[1].text), year(n[0].text)
		}
	case len(n) == 3 && d.month < 0 && len(n[0].text) == 4: // 2026-08-12
		d.year, d.month, d.day = year(n[0].text), number(n[1].text), number(n[2].text)
	case len(n) == 3 && d.month < 0: // 12/08/2026; 08/12/2026 only when it must be
		d.day, d.month, d.year = number(n[0].text), number(n[1].text), year(n[2].text)
		if d.month > 12 {
			d.day, d.month = d.month, d.day
		}
	default:
		return false
	}
	if d.afternoon && d.hour < 12 {
		d.hour += 12
	}
	if d.morning && d.hour == 12 {
		d.hour = 0
	}
	midnight := d.hour == 24 && d.minute == 0 && d.second == 0
	if d.hour > 23 && !midnight || d.minute > 59 || d.second > 60 {
		return false
	}
	there := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	return d.year > 0 && d.month >= 1 && d.month <= 12 && there.Day() == d.day
}

// year reads two digits as RFC 822's successors do.
func year(digits string) int {
	n := number(digits)
	switch {
	case len(digits) == 2 && n < 50:
		return 2000 + n
	case len(digits) == 2, len(digits) == 3:
		return 1900 + n
	case len(digits) == 4:
		return n
	}
	return 0
}

func number(digits string) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}
