package publisher

import (
	"strings"
	"time"

	"harmattan/news"
)

// healthID is the edition that tells the health of all sources; that of one
// edition's sources has the edition's id with healthSuffix.
const (
	healthID     = "health"
	healthSuffix = "-health"
)

// HealthEditions are the editions that tell how sources are: one for all, and
// one for each edition that has articles of its own. They tell no news, and
// pages list them apart.
func (o Options) HealthEditions(editions []news.Edition) []news.Edition {
	all := []news.Edition{{
		ID: healthID, Title: oneLine(o.Title) + ": health of the sources", Language: "en", Health: true,
		Description: "Sources that are silent for longer than usual, fail, are blocked, moved, gone or quarantined, and when they are well again.",
	}}
	for _, e := range editions {
		if e.Of == "" && e.Digest == "" {
			var formerly []string
			for _, id := range e.Formerly {
				formerly = append(formerly, id+healthSuffix)
			}
			all = append(all, news.Edition{
				ID: e.ID + healthSuffix, Formerly: formerly, Title: firstText(e.Title, e.ID) + ": health of its sources", Language: "en", Health: true,
				Description: "How the sources are that fed " + firstText(e.Title, e.ID) + " in the last four weeks.",
			})
		}
	}
	return all
}

// HealthOf is the edition whose sources a health edition tells of; empty for
// the one of all sources.
func HealthOf(e news.Edition) string {
	of, _ := strings.CutSuffix(e.ID, healthSuffix)
	if of == e.ID {
		return ""
	}
	return of
}

// NoticeID mints the id of a notice.
func (p *Publisher) NoticeID(subject, condition string, at time.Time) string {
	if subject == "" {
		subject = "configuration"
	}
	return p.tagURI("health/" + subject + "/" + condition + "-" + at.UTC().Format("20060102T150405Z"))
}

// NoticeEntries are notices as the entries of a health edition.
func (p *Publisher) NoticeEntries(e news.Edition, notices []news.Notice) []news.Entry {
	source := news.Source{ID: healthID, URL: p.address(healthID, ".atom"), Name: p.title(), Homepage: p.base + "/"}
	entries := make([]news.Entry, 0, len(notices))
	for _, n := range notices {
		entries = append(entries, p.ownEntry(news.Article{
			ID: n.ID, Title: n.Title, Summary: n.Summary, Language: "en", Link: p.address(e.ID, "") + "#" + anchor(n.ID),
			Published: news.Date{Time: n.At}, FirstSeen: n.At, ModifiedAt: n.At,
			Tags: []news.Tag{{Kind: "condition", ID: n.Condition, Label: n.Condition}},
		}, source, news.SourceState{FeedID: p.tagURI("edition/" + healthID)}))
	}
	return entries
}
