package news_test

import (
	"encoding/json"
	"strings"
	"testing"

	"harmattan/news"
)

func TestF105_AnAddressIsShownWithoutItsSecrets(t *testing.T) {
	for raw, want := range map[string]string{
		"https://desk.example/en?token=SECRETTOKEN":                     "https://desk.example/en?token=REDACTED",
		"https://desk.example/en?lang=fr&api_key=hush&page=2":           "https://desk.example/en?lang=fr&api_key=REDACTED&page=2",
		"https://desk.example/en?apiKey=hush;x=1":                       "https://desk.example/en?apiKey=REDACTED;x=1",
		"https://desk.example/en?access_token=hush&sig=hush&auth=hush":  "https://desk.example/en?access_token=REDACTED&sig=REDACTED&auth=REDACTED",
		"https://desk.example/en?Password=hush&secret=hush&key=hush":    "https://desk.example/en?Password=REDACTED&secret=REDACTED&key=REDACTED",
		"https://desk.example/en?X-Amz-Signature=hush":                  "https://desk.example/en?X-Amz-Signature=REDACTED",
		"https://user:hush@desk.example/en":                             "https://desk.example/en",
		"https://hush@desk.example/en?a=b":                              "https://desk.example/en?a=b",
		"https://desk.example/en?u=0f8fad5b-d9cb-469f-a165-70867728950": "https://desk.example/en?u=REDACTED",
		"https://desk.example/en?q8Zr2Lk9xW4vT7bN1m":                    "https://desk.example/en?REDACTED",
		"https://desk.example/en?to%6ben=hush":                          "https://desk.example/en?to%6ben=REDACTED",
		"https://bridge.example/?url=https%3A%2F%2Fa.example%2F%3Ftoken%3Dhush&format=Atom": "https://bridge.example/?url=" +
			"https%3A%2F%2Fa.example%2F%3Ftoken%3DREDACTED&format=Atom",
		"https://desk.example/en?PHPSESSID=hush":     "https://desk.example/en?PHPSESSID=REDACTED",
		"https://desk.example/en#access_token=hush":  "https://desk.example/en#REDACTED",
		"https://u:hush@desk.example/%zz?token=hush": "https://desk.example/%zz?REDACTED",
	} {
		if got := news.RedactURL(raw); got != want {
			t.Errorf("%s\n got %s\nwant %s", raw, got, want)
		}
	}
}

func TestWhatIsNoSecretStaysAsItIsWritten(t *testing.T) {
	for _, raw := range []string{
		"", "tag:desk.example,2026:feed", "https://desk.example/feed/", "https://desk.example/?feed=rss2&cat=12,7",
		"https://desk.example/?q=s%C3%A9curit%C3%A9+Niger&author=3&keyword=mil",
		"https://www.youtube.com/feeds/videos.xml?channel_id=UCuAXFkgsw1L7xaCfnd5JJOw",
		"https://desk.example/?s=sahel-security-weekly-report-2026-03-02", "https://desk.example/?token=",
		"https://reliefweb.example/rss.xml?search=primary_country.iso3%3A%22mli%22", "https://desk.example/feed#latest",
	} {
		if got := news.RedactURL(raw); got != raw {
			t.Errorf("%s became %s", raw, got)
		}
	}
}

func TestF105_TheOperatorSaysWhatAddressIsPublic(t *testing.T) {
	s := news.Source{ID: "wire", URL: "https://desk.example/private/hush/feed", PublicAs: "https://desk.example/feeds"}
	if s.PublicURL() != "https://desk.example/feeds" {
		t.Errorf("public as %s", s.PublicURL())
	}
}

func TestF105_NothingOfASourceThatIsShownHoldsItsSecrets(t *testing.T) {
	url := "https://desk.example/private/hush/feed?token=hush"
	s := news.Source{ID: "wire", URL: url, PublicAs: "https://desk.example/feeds"}
	parts := []news.Part{{URL: "https://desk.example/1.xml?key=hush", ValidatorsFor: "request 1, https://desk.example/1.xml?key=hush"}}
	source, state := s.Public(news.SourceState{
		URL: url, MovedTo: "https://new.example/feed?sig=hush", ValidatorsFor: "request 1, normaliser 3, " + url,
		FeedID: url, FeedLink: url + "&page=1", Parts: parts,
		Pace: news.Pace{Hub: "https://hub.example/?key=hush", Topic: url, Barred: "https://desk.example/robots.txt?token=hush"},
	})
	shown, err := json.Marshal([]any{source, state})
	if err != nil || strings.Contains(string(shown), "hush") || !strings.Contains(string(shown), "normaliser 3, https://desk.example/feeds") {
		t.Errorf("%s, %v", shown, err)
	}
	if !strings.Contains(parts[0].URL, "hush") || !strings.Contains(s.URL, "hush") {
		t.Error("the source itself was changed")
	}
}
