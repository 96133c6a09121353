package publisher

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"time"

	"harmattan/news"
)

// Hash is the same for the same content: it covers all that the documents of an
// edition show of it and of its entries, and nothing else. What a source says
// of its own last update is left out: it moves when nothing did.
func Hash(e news.Edition, entries []news.Entry) string {
	var d digest
	d.texts(e.ID, e.Title, e.Description, e.Language)
	d.number(float64(len(entries)))
	for i := range entries {
		d.entry(cmp.Or(e.Of, e.ID), &entries[i])
	}
	return d.sum()
}

// Hash is the function Hash with all that the publisher itself adds to the
// documents: addresses, names, version. Give it to storage to learn when the
// bytes last changed.
func (p *Publisher) Hash(e news.Edition, entries []news.Entry) string {
	shown, withdrawn := p.carried(e, entries)
	var d digest
	d.texts(p.feedID(e), p.hubOf(e.ID))
	d.number(float64(p.pages(e.ID)))
	d.number(float64(len(withdrawn)))
	for i := range withdrawn {
		d.texts(withdrawn[i].Key())
		d.time(withdrawn[i].WithdrawnAt)
	}
	d.texts(Hash(e, shown), p.base, p.options.Title, p.options.Contact, p.authority, p.version)
	d.number(float64(p.options.MaxBytes))
	d.number(p.options.MaxAge.Seconds())
	return d.sum()
}

// digest collects values so that no two sequences of them look alike.
type digest struct{ bytes []byte }

func (d *digest) sum() string {
	sum := sha256.Sum256(d.bytes)
	return hex.EncodeToString(sum[:16])
}

func (d *digest) texts(texts ...string) {
	for _, s := range texts {
		d.bytes = binary.BigEndian.AppendUint32(d.bytes, uint32(len(s)))
		d.bytes = append(d.bytes, s...)
	}
}

func (d *digest) number(f float64) {
	d.bytes = binary.BigEndian.AppendUint64(d.bytes, math.Float64bits(f))
}

func (d *digest) time(t time.Time) { d.number(float64(t.Unix())) }

func (d *digest) list(texts []string) {
	d.number(float64(len(texts)))
	d.texts(texts...)
}

func (d *digest) entry(editionID string, e *news.Entry) {
	d.article(&e.Article)
	for _, m := range e.Article.Editions {
		if m.EditionID == editionID {
			d.texts(m.Reason)
			d.number(m.Score)
		}
	}
	s, f := e.Source.Public(e.Feed)
	d.texts(s.ID, s.URL, s.Name, s.Publisher, s.Homepage, f.URL, f.FeedID, f.FeedTitle, f.FeedLink, f.FeedRights)
	d.texts(e.Key())
	d.time(e.Published)
	d.time(e.UpdatedAt)
	d.time(e.EnteredAt)
	if b := e.Burst; b != nil {
		d.texts("burst", b.Country, b.Topic)
		d.number(float64(b.Stories))
		d.number(b.Usual)
		d.time(b.Since)
	}
	d.number(float64(e.Publishers()))
	d.number(float64(len(e.Others)))
	for i := range e.Others {
		o := &e.Others[i]
		d.texts(o.ID, o.SourceID, o.Publisher, o.Link, o.RawLink, o.Title, o.Language)
		d.copied(o)
	}
}

func (d *digest) article(a *news.Article) {
	d.texts(a.ID, a.StoryID, a.SourceID, a.Publisher, a.Link, a.RawLink, a.Title, a.Summary, a.Language, a.Rights, a.Published.From)
	d.list(a.Authors)
	d.time(a.Published.Time)
	d.time(a.Updated.Time)
	d.time(a.FirstSeen)
	d.time(a.ModifiedAt)
	d.time(a.DocumentUpdated)
	d.number(float64(a.Revision))
	if a.FullText {
		d.texts(a.HTML)
	}
	if i := a.Image; i != nil {
		d.texts(i.URL, i.Type, i.Credit)
		d.number(float64(i.Width))
		d.number(float64(i.Height))
	}
	if o := a.Origin; o != nil {
		d.texts(o.ID, o.Title, o.URL)
	}
	d.copied(a)
	for _, toll := range a.TollChanges {
		d.texts(string(toll.Kind))
		d.number(float64(toll.From))
		d.number(float64(toll.To))
	}
	d.number(float64(len(a.Tags)))
	for i := range a.Tags {
		d.tag(&a.Tags[i])
	}
}

func (d *digest) tag(t *news.Tag) {
	d.texts(string(t.Kind), t.ID, t.Label)
	d.number(t.Score)
	if t.Point != nil {
		d.number(t.Point.Lat)
		d.number(t.Point.Lon)
	}
	for _, e := range triggers(t.Evidence, termLimit) {
		d.texts(e.Term, e.Field)
		d.number(float64(e.Count))
	}
}

// copied covers whom an article repeats: its entry says so.
func (d *digest) copied(a *news.Article) {
	if a.StoryWhy != nil && a.StoryWhy.Copy {
		d.texts("copy", a.StoryWhy.ArticleID)
	}
}
