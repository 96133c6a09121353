package news_test

import (
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

// story reads "id publisher wire copy-of"; a dash or nothing is none.
func story(lines ...string) []news.Article {
	var all []news.Article
	for _, line := range lines {
		f := append(strings.Fields(line), "-", "-", "-")
		for i := range f {
			f[i] = strings.TrimPrefix(f[i], "-")
		}
		a := news.Article{ID: f[0], Publisher: f[1], Wire: f[2]}
		if f[3] != "" {
			a.StoryWhy = &news.StoryLink{ArticleID: f[3], Copy: true}
		}
		all = append(all, a)
	}
	return all
}

func TestVoicesAreIndependentPublishers(t *testing.T) {
	for name, c := range map[string]struct {
		want  int
		lines []string
	}{
		"nobody":                            {0, nil},
		"two outlets":                       {2, []string{"1 RFI", "2 BBC"}},
		"two sources of one outlet":         {1, []string{"1 RFI", "2 rfi"}},
		"a copy":                            {1, []string{"1 RFI", "2 Maliweb - 1"}},
		"a copy of a copy":                  {1, []string{"1 RFI", "2 Maliweb - 1", "3 Malijet - 2"}},
		"one agency in two outlets":         {1, []string{"1 RFI AFP", "2 Le_Monde AFP"}},
		"the agency and its client":         {1, []string{"1 AFP", "2 Le_Monde AFP"}},
		"two agencies":                      {2, []string{"1 RFI AFP", "2 BBC Reuters"}},
		"two agencies in one outlet":        {1, []string{"1 RFI AFP", "2 RFI Reuters"}},
		"an agency and a client's own":      {2, []string{"1 RFI AFP", "2 BBC AFP", "3 BBC"}},
		"a copy that names the agency":      {1, []string{"1 RFI", "2 Maliweb AFP 1", "3 BBC AFP"}},
		"copies of what is gone":            {2, []string{"1 RFI", "2 Maliweb - gone", "3 Malijet - gone"}},
		"a copy of itself":                  {2, []string{"1 RFI", "2 Maliweb - 2"}},
		"articles without publisher differ": {2, []string{"1 - ", "2 BBC"}},
	} {
		all := story(c.lines...)
		for i := range all {
			if all[i].Publisher == "" {
				all[i].SourceID = "source"
			}
		}
		if got := news.Voices(all); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestTollChangesRememberWhatWasSaidFirst(t *testing.T) {
	killed := func(n int) []news.Toll { return []news.Toll{{Kind: news.TollKilled, Number: n}} }
	one := news.TollChanges(killed(12), killed(20), nil, at(1))
	two := news.TollChanges(killed(20), killed(27), one, at(2))
	same := news.TollChanges(killed(27), killed(27), two, at(3))
	if len(same) != 1 || same[0] != (news.TollChange{Kind: news.TollKilled, From: 12, To: 27, At: at(2)}) {
		t.Errorf("after two corrections: %+v", same)
	}
	for name, got := range map[string][]news.TollChange{
		"the same":       news.TollChanges(killed(12), killed(12), nil, at(1)),
		"back":           news.TollChanges(killed(27), killed(12), two, at(4)),
		"told anew":      news.TollChanges(nil, killed(12), nil, at(1)),
		"no longer told": news.TollChanges(killed(12), nil, one, at(1)),
	} {
		if len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestPreferencesAreReadOrRefused(t *testing.T) {
	p, err := news.ParsePreference("language:en, fr,ar")
	if err != nil || strings.Join(p.Languages, " ") != "en fr ar" {
		t.Errorf("%+v, %v", p, err)
	}
	for _, s := range []string{"", "newest", "tier:1", "language:", "language: ,", "Original"} {
		if _, err := news.ParsePreference(s); err == nil || !strings.Contains(err.Error(), "earliest") {
			t.Errorf("%q: %v", s, err)
		}
	}
	if got := (news.Edition{Language: "fr"}).Preferences(); len(got) != 5 || got[2].Languages[0] != "fr" {
		t.Errorf("without any: %+v", got)
	}
}

func at(hour int) time.Time { return time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC) }
