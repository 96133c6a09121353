package publisher

import (
	"bytes"
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
	Score      float64        `json:"score"`
	Publishers int            `json:"publishers"`
	Revision   int            `json:"revision,omitempty"`
	FirstSeen  *time.Time     `json:"first_seen,omitempty"`
	DateFrom   string         `json:"date_from,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Burst      *evidenceBurst `json:"burst,omitempty"`
	// TollChanges are numbers of victims that the article has corrected.
	TollChanges []evidenceToll `json:"toll_changes,omitempty"`
	Tags        []evidenceTag  `json:"tags,omitempty"`
}

// evidenceBurst is a topic in a country of which far more is told than usual.
type evidenceBurst struct {
	Country string    `json:"country"`
	Topic   string    `json:"topic"`
	Stories int       `json:"stories"`
	Usual   float64   `json:"usual"`
	Since   time.Time `json:"since"`
}

// evidenceToll is a number of victims: as it was first and as it is now.
type evidenceToll struct {
	Kind news.TollKind `json:"kind"`
	From int           `json:"from"`
	To   int           `json:"to"`
}

// evidenceTag is a tag with the words that it rests on, strongest first.
type evidenceTag struct {
	Kind  news.Kind      `json:"kind"`
	ID    string         `json:"id"`
	Label string         `json:"label"`
	Score float64        `json:"score"`
	Point *latLon        `json:"lat_lon,omitempty"`
	Terms []evidenceTerm `json:"evidence,omitempty"`
}

// evidenceTerm is a word of the article and how often it counted in a field.
type evidenceTerm struct {
	Term   string `json:"term"`
	Field  string `json:"field"`
	Count  int    `json:"count"`
	weight float64
}

// latLon is a position in degrees, WGS 84.
type latLon [2]float64

// String is the position as GeoRSS writes it: latitude, then longitude.
func (l *latLon) String() string { return degrees(l[0]) + " " + degrees(l[1]) }

func degrees(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// element is the evidence in RSS and Atom. It is written by hand, for to
// encoding/xml it is as much work as all the rest of an entry.
func (e *evidence) element() string {
	var w element
	w.Grow(1 << 10)
	w.WriteString("\n      <harmattan:evidence")
	w.attribute("score", number(e.Score))
	w.attribute("publishers", strconv.Itoa(e.Publishers))
	if e.Revision != 0 {
		w.attribute("revision", strconv.Itoa(e.Revision))
	}
	if e.FirstSeen != nil {
		w.attribute("first-seen", e.FirstSeen.Format(time.RFC3339))
	}
	if e.DateFrom != "" {
		w.attribute("date-from", e.DateFrom)
	}
	w.WriteByte('>')
	if e.Reason != "" {
		w.WriteString("\n        <harmattan:reason>")
		w.text(e.Reason)
		w.WriteString("</harmattan:reason>")
	}
	if b := e.Burst; b != nil {
		w.WriteString("\n        <harmattan:burst")
		w.attribute("country", b.Country)
		w.attribute("topic", b.Topic)
		w.attribute("stories", strconv.Itoa(b.Stories))
		w.attribute("usual", number(b.Usual))
		w.attribute("since", b.Since.Format(time.RFC3339))
		w.WriteString("></harmattan:burst>")
	}
	for _, t := range e.TollChanges {
		w.WriteString("\n        <harmattan:toll")
		w.attribute("kind", string(t.Kind))
		w.attribute("from", strconv.Itoa(t.From))
		w.attribute("to", strconv.Itoa(t.To))
		w.WriteString("></harmattan:toll>")
	}
	for i := range e.Tags {
		w.tag(&e.Tags[i])
	}
	w.WriteString("\n      </harmattan:evidence>")
	return w.String()
}

// element is XML under way.
type element struct{ bytes.Buffer }

func (w *element) tag(t *evidenceTag) {
	w.WriteString("\n        <harmattan:tag")
	w.attribute("kind", string(t.Kind))
	w.attribute("id", t.ID)
	w.attribute("label", t.Label)
	w.attribute("score", number(t.Score))
	if t.Point != nil {
		w.attribute("lat-lon", t.Point.String())
	}
	w.WriteByte('>')
	for _, term := range t.Terms {
		w.WriteString("<harmattan:term")
		w.attribute("field", term.Field)
		w.attribute("count", strconv.Itoa(term.Count))
		w.WriteByte('>')
		w.text(term.Term)
		w.WriteString("</harmattan:term>")
	}
	w.WriteString("</harmattan:tag>")
}

func (w *element) attribute(name, value string) {
	w.WriteByte(' ')
	w.WriteString(name)
	w.WriteString(`="`)
	w.text(value)
	w.WriteByte('"')
}

func (w *element) text(s string) { _ = xml.EscapeText(w, []byte(s)) } // a buffer takes everything

// number is a number in XML, as encoding/xml writes it.
func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

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
