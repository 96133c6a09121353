package publisher_test

import (
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/publisher"
)

func TestDefaultsAreValid(t *testing.T) {
	if problems := publisher.Default().Validate(); len(problems) != 0 {
		t.Error(problems)
	}
	if got := publisher.Default().Base(); got != "http://127.0.0.1:8025" {
		t.Errorf("base %s", got)
	}
}

func TestEveryMistakeInTheOptionsIsNamed(t *testing.T) {
	for key, change := range map[string]func(*publisher.Options){
		"listen":    func(o *publisher.Options) { o.Listen = "8025" },
		"base_url":  func(o *publisher.Options) { o.BaseURL = "ftp://example.org" },
		"title":     func(o *publisher.Options) { o.Title = " " },
		"contact":   func(o *publisher.Options) { o.Contact = "ring me" },
		"max_age":   func(o *publisher.Options) { o.MaxAge = news.Duration{Duration: time.Second} },
		"limit":     func(o *publisher.Options) { o.Limit = 101 },
		"max_bytes": func(o *publisher.Options) { o.MaxBytes = 10 },
	} {
		o := publisher.Default()
		change(&o)
		if problems := o.Validate(); len(problems) != 1 || problems[0].Path[0] != key {
			t.Errorf("%s: %v", key, problems)
		}
	}
	for _, base := range []string{"example.org", "https://", "https://u:p@example.org", "https://example.org/?x", "https://example.org/#x", "https://example.org/a//b", "https://example.org:port"} {
		o := publisher.Default()
		o.BaseURL = base
		if len(o.Validate()) != 1 {
			t.Errorf("base_url %q passed", base)
		}
	}
}

func TestContactAndBaseTakeWhatPeopleWrite(t *testing.T) {
	o := publisher.Default()
	for _, contact := range []string{"", "desk@example.org", "https://example.org/contact"} {
		if o.Contact = contact; len(o.Validate()) != 0 {
			t.Errorf("contact %q: %v", contact, o.Validate())
		}
	}
	for listen, want := range map[string]string{":8025": "http://localhost:8025", "0.0.0.0:80": "http://localhost:80", "[::1]:8025": "http://[::1]:8025"} {
		if o.Listen = listen; o.Base() != want || len(o.Validate()) != 0 {
			t.Errorf("listen %q: base %q, %v", listen, o.Base(), o.Validate())
		}
	}
	o.BaseURL = "https://example.org/news/"
	if o.Base() != "https://example.org/news" || len(o.Validate()) != 0 {
		t.Errorf("base %q, %v", o.Base(), o.Validate())
	}
}

func TestP91_EditionIDsCanBeAddresses(t *testing.T) {
	for id, ok := range map[string]bool{
		"sahel-security": true, "g5": true, "x": true, "": false, "Sahel": false, "a--b": false, "-a": false, "a-": false,
		"a.b": false, "a/b": false, "..": false, "é": false, "a b": false, strings.Repeat("a", 65): false,
	} {
		problems := publisher.ValidateEditions([]news.Edition{{ID: id, Title: "x"}})
		if ok != (len(problems) == 0) {
			t.Errorf("%q: %v", id, problems)
		}
	}
}

func TestEveryMistakeInAnEditionIsNamed(t *testing.T) {
	problems := publisher.ValidateEditions([]news.Edition{
		{ID: "a", Title: "A", Language: "fr", Limit: 100}, {ID: "a", Title: "again"},
		{ID: "b", Language: "french!", Limit: 101},
	})
	var got []string
	for _, p := range problems {
		got = append(got, strings.Join(p.Path, "."))
	}
	if want := "1.id 2.title 2.language 2.limit"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", problems, want)
	}
}

func TestLimitOfIsBounded(t *testing.T) {
	o := publisher.Default()
	for limit, want := range map[int]int{0: 50, 20: 20, 100: 100, 1000: 100, -1: 50} {
		if got := o.LimitOf(news.Edition{Limit: limit}); got != want {
			t.Errorf("limit %d: %d, want %d", limit, got, want)
		}
	}
}
