package publisher

import (
	"encoding/xml"
	"math"
	"sort"
	"strconv"
	"time"

	"harmattan/news"
)

// nsHarmattan names our own elements in RSS and Atom. It depends on no host, so
// that editions of every site can be read alike; docs/namespace.md describes it.
const nsHarmattan = "urn:uuid:8ea000ea-6464-4b40-9db3-0040b9dac6f2"

// evidence is why an entry is in its edition. RSS, Atom and JSON Feed write the
// same value.
type evidence struct {
	// Score is that of the weakest tag that let the article in; Publishers are
	// the independent ones of its story.
	Score      float64        `json:"score" xml:"score,attr"`
	Publishers int            `json:"publishers" xml:"publishers,attr"`
	Revision   int            `json:"revision,omitempty" xml:"revision,attr,omitempty"`
	FirstSeen  *time.Time     `json:"first_seen,omitempty" xml:"first-seen,attr,omitempty"`
	DateFrom   string         `json:"date_from,omitempty" xml:"date-from,attr,omitempty"`
	Reason     string         `json:"reason,omitempty" xml:"harmattan:reason,omitempty"`
	Burst      *evidenceBurst `json:"burst,omitempty" xml:"harmattan:burst"`
	// TollChanges are numbers of victims that the article has corrected.
	TollChanges []evidenceToll `json:"toll_changes,omitempty" xml:"harmattan:toll"`
	Tags        []evidenceTag  `json:"tags,omitempty" xml:"harmattan:tag"`
}

// evidenceBurst is a topic in a country of which far more is told than usual.
type evidenceBurst struct {
	Country string    `json:"country" xml:"country,attr"`
	Topic   string    `json:"topic" xml:"topic,attr"`
	Stories int       `json:"stories" xml:"stories,attr"`
	Usual   float64   `json:"usual" xml:"usual,attr"`
	Since   time.Time `json:"since" xml:"since,attr"`
}

// evidenceToll is a number of victims: as it was first and as it is now.
type evidenceToll struct {
	Kind news.TollKind `json:"kind" xml:"kind,attr"`
	From int           `json:"from" xml:"from,attr"`
	To   int           `json:"to" xml:"to,attr"`
}

// evidenceTag is a tag with the words that it rests on, strongest first.
type evidenceTag struct {
	Kind  news.Kind      `json:"kind" xml:"kind,attr"`
	ID    string         `json:"id" xml:"id,attr"`
	Label string         `json:"label" xml:"label,attr"`
	Score float64        `json:"score" xml:"score,attr"`
	Point *latLon        `json:"lat_lon,omitempty" xml:"lat-lon,attr,omitempty"`
	Terms []evidenceTerm `json:"evidence,omitempty" xml:"harmattan:term"`
}

// evidenceTerm is a word of the article and how often it counted in a field.
type evidenceTerm struct {
	Term   string `json:"term" xml:",chardata"`
	Field  string `json:"field" xml:"field,attr"`
	Count  int    `json:"count" xml:"count,attr"`
	weight float64
}

// latLon is a position in degrees, WGS 84.
type latLon [2]float64

// MarshalXMLAttr writes the position as GeoRSS does: latitude, then longitude.
func (l *latLon) MarshalXMLAttr(name xml.Name) (xml.Attr, error) {
	return xml.Attr{Name: name, Value: degrees(l[0]) + " " + degrees(l[1])}, nil
}

func degrees(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// What an entry shows of its evidence: its first tags, and of each the strongest
// words. Words are the first to give way in a large edition.
const (
	tagLimit      = 24
	termLimit     = 3
	termRunes     = 60
	dateFromRunes = 120
)

// settleEvidence needs the tags, the reason and the voices.
func (c *piece) settleEvidence(terms int) {
	a := c.article
	c.Evidence = evidence{
		Score: c.Score, Publishers: c.Voices, Revision: max(a.Revision, 0), Reason: c.Reason,
		DateFrom: excerpt(oneLine(a.Published.From), dateFromRunes), Tags: make([]evidenceTag, 0, len(c.Tags)),
	}
	if b := c.entry.Burst; b != nil && sane(b.Since) {
		c.Burst = true
		c.Evidence.Burst = &evidenceBurst{oneLine(b.Country), oneLine(b.Topic), b.Stories, finite(math.Round(10*b.Usual) / 10), b.Since.UTC().Truncate(time.Second)}
	}
	for _, t := range c.Tolls {
		c.Evidence.TollChanges = append(c.Evidence.TollChanges, evidenceToll{t.Kind, t.From, t.To})
	}
	if sane(a.FirstSeen) {
		seen := a.FirstSeen.UTC().Truncate(time.Second)
		c.Evidence.FirstSeen = &seen
	}
	for i := range c.Tags[:min(len(c.Tags), tagLimit)] {
		t := &c.Tags[i]
		tag := evidenceTag{Kind: t.Kind, ID: t.ID, Label: t.Label, Score: t.Score, Terms: triggers(t.Evidence, terms)}
		if t.Point != nil {
			tag.Point = &latLon{t.Point.Lat, t.Point.Lon}
		}
		c.Evidence.Tags = append(c.Evidence.Tags, tag)
	}
}

// triggers counts the words that spoke for a tag, field by field, and keeps the
// strongest.
func triggers(all []news.Evidence, limit int) []evidenceTerm {
	if limit == 0 {
		return nil
	}
	terms := make([]evidenceTerm, 0, len(all))
	at := make(map[[2]string]int, len(all))
	for _, e := range all {
		if !(e.Weight > 0) || math.IsInf(e.Weight, 0) {
			continue
		}
		key := [2]string{e.Term, e.Field}
		i, seen := at[key]
		if !seen {
			i = len(terms)
			at[key] = i
			terms = append(terms, evidenceTerm{Term: e.Term, Field: e.Field})
		}
		terms[i].Count++
		terms[i].weight += e.Weight
	}
	sort.SliceStable(terms, func(i, j int) bool { return terms[i].weight > terms[j].weight })
	terms = terms[:min(len(terms), limit)]
	for i := range terms {
		terms[i].Term, terms[i].Field = excerpt(oneLine(terms[i].Term), termRunes), excerpt(oneLine(terms[i].Field), termRunes)
	}
	return terms
}
