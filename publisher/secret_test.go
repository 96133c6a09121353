package publisher_test

import (
	"strings"
	"testing"

	"harmattan/news"
	"harmattan/publisher"
)

// private is an entry whose source's address holds secrets wherever it is known.
func private() news.Entry {
	const address = "https://gaomonitor.example/en?token=SECRETTOKEN&lang=en"
	e := englishEntry()
	e.Source.URL, e.Feed.URL, e.Feed.FeedID = address, address, address
	e.Feed.FeedLink = "https://gaomonitor.example/?key=SECRETTOKEN"
	e.Feed.ValidatorsFor, e.Feed.LastError = "request 1, "+address, "get "+address
	return e
}

func TestF105_NoSecretOfASourceIsPublished(t *testing.T) {
	unknown, relayed := private(), private()
	unknown.Source, unknown.Feed.FeedID = news.Source{ID: "gao-monitor"}, ""
	relayed.Article.Origin = &news.Origin{ID: "https://first.example/?sig=SECRETTOKEN", Title: "First", URL: "https://first.example/?sig=SECRETTOKEN"}
	for name, e := range map[string]news.Entry{"configured": private(), "no longer configured": unknown, "relayed": relayed} {
		p := published(t, []news.Entry{e})
		p.SetStatus(publisher.Status{At: changed, Sources: []publisher.SourceStatus{{Source: e.Source, State: e.Feed}}})
		for _, path := range []string{"/", "/about", "/sources.opml", "/healthz", "/editions/sahel-security", "/editions/sahel-security.rss",
			"/editions/sahel-security.atom", "/editions/sahel-security.json", "/editions/sahel-security.geojson"} {
			if document := read(t, p.Handler(), path); strings.Contains(document, "SECRETTOKEN") {
				t.Errorf("%s: %s holds the secret:\n%s", name, path, document)
			}
		}
	}
	p := published(t, []news.Entry{private()})
	wants(t, body(t, p, ".rss"), `<source url="https://gaomonitor.example/en?token=REDACTED&amp;lang=en">`)
}

func TestF105_ThePublicAddressOfASourceIsPublished(t *testing.T) {
	e := private()
	e.Source.PublicAs = "https://gaomonitor.example/feeds"
	p := published(t, []news.Entry{e})
	p.SetStatus(publisher.Status{At: changed, Sources: []publisher.SourceStatus{{Source: e.Source, State: e.Feed}}})
	wants(t, body(t, p, ".rss"), `<source url="https://gaomonitor.example/feeds">`)
	wants(t, read(t, p.Handler(), "/sources.opml"), `xmlUrl="https://gaomonitor.example/feeds"`)
	old := p.Hash(edition(), []news.Entry{private()})
	if p.Hash(edition(), []news.Entry{e}) == old {
		t.Error("another public address is the same edition")
	}
	e.Source.PublicAs, e.Source.URL = "", strings.Replace(e.Source.URL, "SECRETTOKEN", "NEWTOKEN", 1)
	if e.Feed.URL = e.Source.URL; p.Hash(edition(), []news.Entry{e}) != old {
		t.Error("a new secret made another edition")
	}
}

func TestF105_ThePageOfAnArticleHoldsNoSecretOfItsSource(t *testing.T) {
	v := view()
	e := private()
	v.Source, v.State = e.Source, e.Feed
	page := read(t, asking(t, v).Handler(), articleAddress(v.Article.ID))
	refuses(t, page, "SECRETTOKEN")
	wants(t, page, "token=REDACTED")
}
