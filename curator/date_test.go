package curator

import (
	"testing"
	"time"

	"harmattan/news"
)

var bamako = time.FixedZone("Africa/Bamako", 0)
var lagos = time.FixedZone("Africa/Lagos", 3600)

func TestF94_DatesAreReadAsPeopleWriteThem(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"Wed, 12 Aug 2026 06:30:00 GMT", "2026-08-12T06:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 +0100", "2026-08-12T05:30:00Z"},
		{"Wed, 12 Aug 26 06:30 EST", "2026-08-12T11:30:00Z"},
		{"12 Aug 2026 06:30:00 Z", "2026-08-12T06:30:00Z"},
		{"2026-08-12T06:30:00Z", "2026-08-12T06:30:00Z"},
		{"2026-08-12T06:30:00.250+03:00", "2026-08-12T03:30:00Z"},
		{"2026-08-12T06:30:00 +01:00", "2026-08-12T05:30:00Z"},
		{"2026-08-12 06:30:00 -0500", "2026-08-12T11:30:00Z"},
		{"20260812", "2026-08-11T23:00:00Z"},
		{"2026-08-12", "2026-08-11T23:00:00Z"},
		{"2026-08-12T06:30", "2026-08-12T05:30:00Z"},
		{"Tues, 11 Aug 2026 06:30:00 GMT", "2026-08-11T06:30:00Z"},
		{"Fri, 4 Sept 2026 06:30:00 GMT", "2026-09-04T06:30:00Z"},
		{"Wednesday, August 12, 2026 6:30 PM", "2026-08-12T17:30:00Z"},
		{"August 12th, 2026 at 12:05 am GMT", "2026-08-12T00:05:00Z"},
		{"12/08/2026 10:00", "2026-08-12T09:00:00Z"},
		{"08/13/2026 10:00", "2026-08-13T09:00:00Z"},
		{"12.08.2026", "2026-08-11T23:00:00Z"},
		{"Wed, 12 Aug 2026 24:00:00 GMT", "2026-08-13T00:00:00Z"},
		{"Wed Aug 12 06:30:00 GMT 2026", "2026-08-12T06:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 GMT+1", "2026-08-12T05:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 UTC+3", "2026-08-12T03:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 +0100 (CET)", "2026-08-12T05:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 WAT", "2026-08-12T05:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 CAT", "2026-08-12T04:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 EAT", "2026-08-12T03:30:00Z"},
		{"Wed, 12 Aug 2026 06:30:00 SAST", "2026-08-12T04:30:00Z"},
		{"1786516200", "2026-08-12T06:30:00Z"},
		{"1786516200000", "2026-08-12T06:30:00Z"},
	}
	for _, test := range tests {
		when, _, ok := readDate(test.raw, lagos)
		if got := when.UTC().Format(time.RFC3339Nano); !ok || when.UTC().Truncate(time.Second).Format(time.RFC3339) != test.want {
			t.Errorf("%q is %s (%v), want %s", test.raw, got, ok, test.want)
		}
	}
}

func TestF96_MonthsAndDaysInOtherLanguagesAreRead(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"mer., 12 août 2026 06:30:00 +0000", "2026-08-12T06:30:00Z"},
		{"mar., 10 mars 2026 06:30:00 +0000", "2026-03-10T06:30:00Z"},
		{"mars 10, 2026", "2026-03-10T00:00:00Z"},
		{"Mardi 14 février 2026 à 18h05", "2026-02-14T18:05:00Z"},
		{"1er déc. 2025 10:00", "2025-12-01T10:00:00Z"},
		{"12 de agosto de 2026 06:30", "2026-08-12T06:30:00Z"},
		{"qua, 12 ago 2026 06:30:00 +0000", "2026-08-12T06:30:00Z"},
		{"terça-feira, 10 de março de 2026 06:30", "2026-03-10T06:30:00Z"},
		{"sáb, 5 set 2026 06:30:00 GMT", "2026-09-05T06:30:00Z"},
		{"الأربعاء، 12 أغسطس 2026 06:30:00 +0000", "2026-08-12T06:30:00Z"},
		{"الأربعاء ١٢ آب ٢٠٢٦ الساعة ٠٦:٣٠", "2026-08-12T06:30:00Z"},
		{"12 كانون الثاني 2026 6:30 م", "2026-01-12T18:30:00Z"},
		{"12 جويلية 2026 06:30", "2026-07-12T06:30:00Z"},
		{"Mi, 12 Dez 2025 06:30:00 +0100", "2025-12-12T05:30:00Z"},
		{"miércoles, 12 de enero de 2026", "2026-01-12T00:00:00Z"},
	}
	for _, test := range tests {
		when, _, ok := readDate(test.raw, bamako)
		if got := when.UTC().Format(time.RFC3339); !ok || got != test.want {
			t.Errorf("%q is %s (%v), want %s", test.raw, got, ok, test.want)
		}
	}
}

func TestF94_WhatIsNoDateIsRefused(t *testing.T) {
	for _, raw := range []string{"", "soon", "12", "2026", "31/02/2026", "2026-13-40", "Wed, 12 Aug 2026 25:61:00 GMT", "99999999999999999999",
		"0000-00-00 00:00:00", "12 Aug", "Aug 2026", "tomorrow 12 Aug 2026", "12 Aug 2026 24:01:00"} {
		if when, _, ok := readDate(raw, bamako); ok {
			t.Errorf("%q is read as %s", raw, when)
		}
	}
}

func TestF95_DatesTellHowTheyCameAbout(t *testing.T) {
	now := time.Date(2026, 8, 12, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		stamp news.Stamp
		want  time.Time
		from  string
	}{
		{"zoned", news.Stamp{Raw: "Wed, 12 Aug 2026 06:30:00 GMT", Field: "pubDate"}, now.Add(-330 * time.Minute), "pubDate"},
		{"naive", news.Stamp{Raw: "2026-08-12 06:30:00", Field: "dc:date"}, now.Add(-390 * time.Minute), "dc:date in Africa/Lagos"},
		{"raw before parsed", news.Stamp{Raw: "Wed, 12 Aug 2026 06:30:00 WAT", Parsed: now.Add(-330 * time.Minute), Field: "pubDate"}, now.Add(-390 * time.Minute), "pubDate"},
		{"only parsed", news.Stamp{Raw: "day 3 of the week", Parsed: now.Add(-time.Hour), Field: "pubDate"}, now.Add(-time.Hour), "pubDate as the feed parser read it"},
		{"a little ahead", news.Stamp{Raw: "2026-08-12T12:09:00Z", Field: "published"}, now.Add(9 * time.Minute), "published"},
		{"ten minutes ahead", news.Stamp{Raw: "2026-08-12T12:10:00Z", Field: "published"}, now.Add(10 * time.Minute), "published"},
		{"more than that", news.Stamp{Raw: "2026-08-12T12:10:01Z", Field: "published"}, now, "first seen (published was in the future)"},
		{"the first of 1995", news.Stamp{Raw: "1995-01-01T00:00:00Z", Field: "published"}, time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC), "published"},
		{"far ahead", news.Stamp{Raw: "2026-08-13T12:00:00Z", Field: "published"}, now, "first seen (published was in the future)"},
		{"before feeds", news.Stamp{Raw: "Thu, 01 Jan 1970 00:00:00 GMT", Field: "pubDate"}, now, "first seen (pubDate was before 1995)"},
		{"none", news.Stamp{}, now, "first seen (no date)"},
		{"not understood", news.Stamp{Raw: "hier", Field: "pubDate"}, now, "first seen (pubDate was not understood)"},
	}
	for _, test := range tests {
		got := date(test.stamp, lagos, now)
		if !got.Time.Equal(test.want) || got.From != test.from || got.Raw != test.stamp.Raw {
			t.Errorf("%s: got %s from %q, want %s from %q", test.name, got.Time, got.From, test.want, test.from)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"Wed, 12 Aug 2026 06:30:00 GMT", "الأربعاء ١٢ آب ٢٠٢٦", "12 de agosto de 2026 às 24:00", "1786516200"} {
		f.Add(seed)
	}
	now := time.Date(2026, 8, 12, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw string) {
		got := date(news.Stamp{Raw: raw, Field: "pubDate"}, bamako, now)
		if got.Time.Before(longAgo) || got.Time.After(now.Add(farFuture)) || got.From == "" {
			t.Errorf("%q is %s from %q", raw, got.Time, got.From)
		}
	})
}
