package publisher

import (
	"time"

	"harmattan/news"
)

// WithdrawnLimit is how many withdrawn entries an edition tells of at most.
const WithdrawnLimit = 50

// tombstone tells readers of Atom that an entry was withdrawn (RFC 6721 section
// 3). It names the source that the entry came from, and says nothing of what it
// said.
type tombstone struct {
	Ref    string      `xml:"ref,attr"`
	When   string      `xml:"when,attr"`
	Source *atomSource `xml:"source"`
}

// carried parts what the edition shows from what was withdrawn from it.
func (p *Publisher) carried(e news.Edition, entries []news.Entry) (shown, withdrawn []news.Entry) {
	n := len(entries)
	for n > 0 && !entries[n-1].WithdrawnAt.IsZero() {
		n--
	}
	shown, withdrawn = entries[:n], entries[n:]
	return shown[:p.options.window(e, shown)], withdrawn[:min(len(withdrawn), WithdrawnLimit)]
}

func newTombstones(withdrawn []news.Entry) []tombstone {
	var all []tombstone
	for i := range withdrawn {
		e := &withdrawn[i]
		when := e.WithdrawnAt.UTC().Truncate(time.Second)
		c := piece{article: &e.Article, entry: e, Publisher: outlet(e), Updated: when}
		c.settleSource()
		all = append(all, tombstone{Ref: legal(e.Key()), When: when.Format(time.RFC3339), Source: c.From.atom()})
	}
	return all
}
