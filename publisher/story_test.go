package publisher_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"harmattan/news"
	"harmattan/publisher"
)

func TestStoryPageTellsWhoToldItWhenAndWhatWasChanged(t *testing.T) {
	v := view()
	p := asking(t, v)
	page := read(t, p.Handler(), "/stories?id=s-convoy")
	wants(t, page, "<h1>Convoy ambushed near Gao, twelve dead</h1>", "In the words of <bdi class=\"publisher\">Gao Monitor</bdi>",
		"<dt>Independent publishers</dt><dd>2</dd>", "<dt>Articles</dt><dd>3</dd>", `<bdi class="publisher">Le Fleuve</bdi>`, "1 hour later", "4 hours later",
		"repeats the text of another", `<li class="copy">`, `<li class="changed">`, "near Gao, <del>nine</del> <ins>twelve</ins> dead",
		`href="/editions/sahel-security"`, `/articles?id=tag%3aexample.org%2c2026%3ae%2f0011`, `hreflang="fr"`)
	order(t, page, "<h1>Convoy ambushed near Gao, twelve dead", "21:05 UTC", "<h4>", "Convoy ambushed near Gao, nine dead", "22:40 UTC", "23 November 2026", "01:10 UTC", "06:00 UTC")
	refuses(t, page, "on its channels", "<script")
	safeHTML(t, page, true)
	wants(t, read(t, p.Handler(), articleAddress(v.Article.ID)), `<a href="/stories?id=s-convoy">The whole story</a>`)
}

func TestStoryPageIsBounded(t *testing.T) {
	v := view()
	for i := range 3000 {
		a := v.Story[1]
		a.ID, a.Publisher = fmt.Sprint(a.ID, i), fmt.Sprint("Outlet ", i)
		v.Story = append(v.Story, a)
	}
	page := read(t, asking(t, v).Handler(), "/stories?id=s-convoy")
	wants(t, page, "<dt>Articles</dt><dd>3003</dd>", "Further articles that are stored and not shown: 2903")
	if len(page) > 300_000 {
		t.Errorf("%d bytes", len(page))
	}
}

func TestEditionLeadsToStoriesThatHaveMoreToTell(t *testing.T) {
	v := view()
	p := asking(t, v)
	list := entries()
	list[0].Article.StoryID, list[1].Article.StoryID, list[2].Article.StoryID = "s-convoy", "s-revised", "s-alone"
	if err := p.Publish(edition(), list, changed.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	page := body(t, p, "")
	wants(t, page, `<a href="/stories?id=s-convoy">The whole story</a>`, "/stories?id=s-revised", `href="/sources?id=gao-monitor"`)
	refuses(t, page, "s-alone")
}

// order checks that texts stand in a document one after the other.
func order(t *testing.T, document string, texts ...string) {
	t.Helper()
	at := 0
	for _, text := range texts {
		i := strings.Index(document[at:], text)
		if i < 0 {
			t.Fatalf("%q does not come after %q", text, texts)
		}
		at += i
	}
}

// sourceView is a source whose articles came on two days, as of the 23rd.
func sourceView(v publisher.ArticleView) publisher.SourceView {
	s := publisher.SourceView{
		Source: v.Source, State: v.State, Stored: 41, Articles: []news.Article{v.Article}, At: at(23, 12, 0), Span: 28 * 24 * time.Hour,
		Published: []time.Time{at(22, 21, 5), at(22, 21, 50), at(23, 6, 0)},
		Health:    publisher.Health{Condition: "healthy", Evidence: "3 articles in four weeks"}, DueReason: "schedule @hourly",
	}
	s.State.CheckedAt, s.State.DueAt, s.State.BodyHash = at(23, 11, 0), at(23, 13, 0), strings.Repeat("cd", 32)
	return s
}

func TestSourcePageTellsHowASourceIs(t *testing.T) {
	page := read(t, asking(t, view()).Handler(), "/sources?id=gao-monitor")
	wants(t, page, "Gao Monitor: news", `class="condition healthy"`, "3 articles in four weeks", "41 articles stored",
		"3 articles in 28 days, 2 at most on one day, none on 26 days.", "Most articles come in the hour from 21:00 UTC.",
		"<title>22 November: 2</title>", "<title>27 October: 0</title>", "schedule @hourly", "https://gaomonitor.example/feed",
		"Convoy ambushed near Gao, twelve dead", "title and excerpt only", strings.Repeat("cd", 32))
	if bars := strings.Count(page, `<rect class="slot"`); bars != 28+24 {
		t.Errorf("%d bars", bars)
	}
	safeHTML(t, page, true)
}

func TestSourcePageKeepsTheWordsOfFailuresToItself(t *testing.T) {
	v := view()
	v.State.Status, v.State.LastCode, v.State.Failures, v.State.FailingSince = news.StatusFailing, 503, 4, at(22, 9, 0)
	v.State.LastError = "GET https://internal.example/?token=1: 503"
	page := read(t, asking(t, v).Handler(), "/sources?id=gao-monitor")
	wants(t, page, "failed 4 times, since 22 November 2026, 09:00 UTC, last answer: HTTP 503")
	refuses(t, page, "internal.example", "four weeks")
}
