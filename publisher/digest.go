package publisher

import (
	"cmp"
	"html"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// DigestStories is how many stories a digest tells; the others are counted.
const DigestStories = 30

// digestCountries is how many countries stand in a digest's categories.
const digestCountries = 20

// Digest tells the stories of a period: those of which an article was first
// seen after since and not after until. Entries may hold others too. Stories
// stand in the order of their independent publishers and of how many of them
// came in the period, below their countries. A digest of no stories has no ID.
// The zone is that of the days in its title.
func (p *Publisher) Digest(e news.Edition, entries []news.Entry, since, until, issuedAt time.Time, zone *time.Location) news.Digest {
	d := news.Digest{Since: since, Until: until, IssuedAt: issuedAt}
	w := wordsFor(languageTag(e.Language))
	stories := p.digestStories(e, entries, since, until, w)
	if len(stories) == 0 {
		return d
	}
	shown := stories[:min(len(stories), DigestStories)]
	groups := byCountry(shown, digestWordsFor(w.Lang).elsewhere)
	for _, g := range groups {
		if g.id != "" && len(d.Countries) < digestCountries {
			d.Countries = append(d.Countries, news.Tag{Kind: news.KindCountry, ID: g.id, Label: g.name})
		}
	}
	d.ID = p.tagURI("digest/" + e.ID + "/" + until.UTC().Format("2006-01-02T15:04Z"))
	d.Title = firstText(e.Title, e.ID) + w.Colon + periodIn(w, since.In(zone), until.In(zone))
	d.Summary = digestSummary(shown, len(stories), len(d.Countries), w)
	d.HTML = digestHTML(groups, len(stories)-len(shown), w)
	return d
}

// digestStory is a story as a digest tells it.
type digestStory struct {
	piece
	grown int // independent publishers that came in the period
}

func (p *Publisher) digestStories(e news.Edition, entries []news.Entry, since, until time.Time, w *words) []digestStory {
	var stories []digestStory
	for i := range entries {
		entry := entries[i]
		if entry.EnteredAt.After(until) {
			continue
		}
		entry.Others = slices.DeleteFunc(slices.Clone(entry.Others), func(a news.Article) bool { return a.FirstSeen.After(until) })
		all := append([]news.Article{entry.Article}, entry.Others...)
		before := slices.DeleteFunc(slices.Clone(all), func(a news.Article) bool { return a.FirstSeen.After(since) })
		if len(before) == len(all) && !entry.EnteredAt.After(since) {
			continue
		}
		c := p.newPiece(cmp.Or(e.Of, e.ID), &entry, w, until, diet{})
		stories = append(stories, digestStory{c, max(0, c.Voices-news.Voices(before))})
	}
	slices.SortFunc(stories, func(a, b digestStory) int {
		return cmp.Or(cmp.Compare(b.Voices, a.Voices), cmp.Compare(b.grown, a.grown), b.Published.Compare(a.Published), cmp.Compare(a.ID, b.ID))
	})
	return stories
}

// digestGroup are the stories of a country.
type digestGroup struct {
	id, name string
	stories  []digestStory
}

// byCountry groups stories below the country that each is most about, in the
// order of their first; what is about no country stands last.
func byCountry(stories []digestStory, elsewhere string) []digestGroup {
	var groups []digestGroup
	for _, s := range stories {
		id, name, best := "", elsewhere, -1.0
		for _, t := range s.Tags {
			if t.Kind == news.KindCountry && t.Score > best {
				id, name, best = t.ID, t.Label, t.Score
			}
		}
		i := slices.IndexFunc(groups, func(g digestGroup) bool { return g.id == id })
		if i < 0 {
			i = len(groups)
			groups = append(groups, digestGroup{id: id, name: name})
		}
		groups[i].stories = append(groups[i].stories, s)
	}
	slices.SortStableFunc(groups, func(a, b digestGroup) int {
		switch {
		case a.id == "" && b.id != "":
			return 1
		case b.id == "" && a.id != "":
			return -1
		}
		return 0
	})
	return groups
}

// digestSummary counts and names the first stories.
func digestSummary(shown []digestStory, all, countries int, w *words) string {
	dw := digestWordsFor(w.Lang)
	text := dw.stories + w.Colon + strconv.Itoa(all)
	if countries > 0 {
		text += " · " + dw.countries + w.Colon + strconv.Itoa(countries)
	}
	for _, s := range shown[:min(len(shown), 3)] {
		text += " · " + s.Title
	}
	return excerpt(text, summaryLimit)
}

// digestHTML is plain markup that mail programs show as readers do.
func digestHTML(groups []digestGroup, more int, w *words) string {
	var b strings.Builder
	for _, g := range groups {
		b.WriteString("<h3>" + html.EscapeString(g.name) + "</h3>\n")
		for i := range g.stories {
			g.stories[i].write(&b, w)
		}
	}
	if more > 0 {
		b.WriteString("<p>" + digestWordsFor(w.Lang).more + w.Colon + strconv.Itoa(more) + "</p>\n")
	}
	return b.String()
}

// write tells one story: its title, its excerpt, who has it.
func (s *digestStory) write(b *strings.Builder, w *words) {
	open := `<p dir="` + s.Dir() + `"`
	if s.Language != "" {
		open += ` lang="` + s.Language + `"`
	}
	title := html.EscapeString(s.Title)
	if s.Link != "" {
		title = `<a href="` + html.EscapeString(s.Link) + `">` + title + "</a>"
	}
	b.WriteString(open + "><strong>" + title + "</strong>")
	if s.Summary != "" {
		b.WriteString("<br>" + html.EscapeString(s.Summary))
	}
	b.WriteString("</p>\n<p>")
	writeName(b, s.Publisher, "")
	b.WriteString(" · " + w.Voices + w.Colon + strconv.Itoa(s.Voices))
	if s.grown > 0 && s.grown < s.Voices {
		b.WriteString(" (+" + strconv.Itoa(s.grown) + ")")
	}
	if named := s.named(); len(named) > 0 {
		b.WriteString(" · " + w.AlsoBy + w.Colon)
		for i, v := range named[:min(len(named), namedLimit)] {
			if i > 0 {
				b.WriteString(", ")
			}
			writeName(b, v.Publisher, v.Link)
		}
	}
	b.WriteString("</p>\n")
	if s.Revised || len(s.Tolls) > 0 {
		s.changes(b, w)
	}
}

// periodIn names a period by its days: the last one alone when it is no longer
// than a day and a half.
func periodIn(w *words, since, until time.Time) string {
	last := w.Day(asUTC(until))
	if until.Sub(since) <= 36*time.Hour {
		return last
	}
	return w.Day(asUTC(since)) + " – " + last
}

// asUTC is the moment at which a clock in UTC shows what the moment's own shows.
func asUTC(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
}

// DigestEntries are the issues of a digest edition as its entries. They are our
// own: from the edition that they tell of, on the page of their own edition.
func (p *Publisher) DigestEntries(e news.Edition, of news.Edition, digests []news.Digest) []news.Entry {
	source := news.Source{ID: of.ID, URL: p.address(of.ID, ".atom"), Name: firstText(of.Title, of.ID), Homepage: p.address(of.ID, "")}
	var entries []news.Entry
	for _, d := range digests {
		entries = append(entries, p.ownEntry(news.Article{
			ID: d.ID, Title: d.Title, Summary: d.Summary, HTML: d.HTML, FullText: true, Language: cmp.Or(languageTag(e.Language), "en"), Tags: d.Countries,
			Link: p.address(e.ID, "") + "#" + anchor(d.ID), Published: news.Date{Time: d.Until}, FirstSeen: d.IssuedAt, ModifiedAt: d.IssuedAt,
		}, source, news.SourceState{FeedID: p.tagURI("edition/" + of.ID)}))
	}
	return entries
}

// ownEntry is an entry that we wrote ourselves.
func (p *Publisher) ownEntry(a news.Article, source news.Source, feed news.SourceState) news.Entry {
	a.Publisher, a.SourceID, feed.SourceID = p.title(), source.ID, source.ID
	return news.Entry{Article: a, Source: source, Feed: feed, EnteredAt: a.FirstSeen, Own: true}
}

// anchor makes the last part of an id of ours into the name of a place on a page.
func anchor(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '-'
	}, id[strings.LastIndexByte(id, '/')+1:])
}

// Anchor is the name of the entry's place on the page of its edition.
func (c *piece) Anchor() string { return anchor(c.ID) }

// HTML is the whole text of an entry of ours; it was sanitised.
func (c *piece) HTML() template.HTML { return template.HTML(firstOf(c.Full, c.Body)) }

// Nothing is said where an edition of ours has no entry.
func (d *draft) Nothing() string { return digestWordsFor(d.Words.Lang).nothing }

// digestWords are what a digest says itself, in the language of its edition.
type digestWords struct{ stories, countries, elsewhere, more, nothing string }

func digestWordsFor(lang string) digestWords {
	switch lang {
	case "fr":
		return digestWords{"Sujets", "Pays", "Ailleurs", "Autres sujets", "Rien à signaler pour l’instant."}
	case "ar":
		return digestWords{"المواضيع", "البلدان", "أماكن أخرى", "مواضيع أخرى", "لا شيء يُذكر حتى الآن."}
	}
	return digestWords{"Stories", "Countries", "Elsewhere", "Further stories", "Nothing to tell yet."}
}
