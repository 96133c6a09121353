package fetcher

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"harmattan/news"
)

// part is what gofeed made of a rebuilt document.
type part struct {
	items   []news.Item
	channel *Channel // nil when the channel was not in it
}

// parseXML gives the chosen items to gofeed and maps what it read.
func parseXML(o *outline, chosen []cut, withChannel bool) (part, error) {
	if o.format == formatSitemap {
		return parseSitemap(o, chosen)
	}
	original, err := run(o.rebuild(chosen, withChannel))
	if err != nil {
		return part{}, err
	}
	var p part
	switch feed := original.(type) {
	case *rss.Feed:
		p = fromRSS(feed, o, chosen)
	case *atom.Feed:
		p = fromAtom(feed, o, chosen)
	default:
		return part{}, fmt.Errorf("%w: gofeed read a %T", errNotFeed, original)
	}
	if !withChannel {
		p.channel = nil
	}
	return p, nil
}

// run calls gofeed; a panic in it becomes an error.
func run(document []byte) (original any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("gofeed panicked: %v", r)
		}
	}()
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true
	parser.RSSTranslator, parser.AtomTranslator, parser.JSONTranslator = untranslated{}, untranslated{}, untranslated{}
	feed, err := parser.Parse(bytes.NewReader(document))
	if err != nil {
		return nil, err
	}
	return feed.OriginalFeed(), nil
}

// untranslated spares gofeed the translation into its common model, which
// loses much and panics at a null among JSON authors.
type untranslated struct{}

func (untranslated) Translate(any) (*gofeed.Feed, error) { return &gofeed.Feed{}, nil }

func fromRSS(feed *rss.Feed, o *outline, chosen []cut) part {
	x := extensions(feed.Extensions)
	base := resolve(o.bases...)
	p := part{channel: &Channel{
		ID:       x.text("atom", "id"),
		Title:    first(feed.Title, x.text("dc", "title")),
		Link:     absolute(base, first(first(feed.Links...), x.link("alternate"))),
		Rights:   first(feed.Copyright, x.text("dc", "rights"), x.text("atom", "rights")),
		Language: first(feed.Language, x.text("dc", "language"), o.language),
		Updated: moment(feed.LastBuildDateParsed, feed.PubDateParsed, date(x.text("dc", "date")),
			date(x.text("atom", "updated"))),
		Hint: max(minutes(feed.TTL), period(x.text("sy", "updatePeriod"), x.text("sy", "updateFrequency"))),
		Hubs: x.links(base, "hub"), Self: first(x.links(base, "self")...),
		SkipHours: skipHours(feed.SkipHours), SkipDays: skipDays(feed.SkipDays),
	}}
	if len(feed.Items) != len(chosen) {
		return p
	}
	for i, item := range feed.Items {
		p.items = append(p.items, rssItem(item, o, chosen[i]))
	}
	return p
}

func rssItem(from *rss.Item, o *outline, at cut) news.Item {
	x := extensions(from.Extensions)
	base := o.base(at)
	item := news.Item{
		GUID:  at.about,
		Title: first(from.Title, x.text("dc", "title"), x.text("media", "title"), x.text("itunes", "title")),
		Summary: first(o.unmarked(from.Description, at), x.text("dc", "description"), x.text("atom", "summary"), x.text("media", "description"),
			x.text("itunes", "summary"), x.text("itunes", "subtitle")),
		Content:    first(o.unmarked(from.Content, at), x.text("xhtml", "body"), x.text("atom", "content")),
		Authors:    rssAuthors(from.Author, x),
		Categories: append(rssCategories(from.Categories), x.texts("dc", "subject")...),
		Language:   first(at.language, x.text("dc", "language"), o.language),
		Base:       resolve(base, at.inner),
		Rights:     first(x.text("dc", "rights"), x.text("atom", "rights"), x.text("media", "copyright")),
		Hash:       at.hash,
		Position:   at.position,
		Published: stamp(
			reading{"pubDate", from.PubDate, from.PubDateParsed},
			x.date("dc", "date"), x.date("atom", "published"), x.date("dcterms", "issued"), x.date("dcterms", "created"),
			x.date("atom", "updated")),
		Updated: stamp(x.date("atom", "updated"), x.date("dcterms", "modified")),
	}
	permalink := ""
	if from.GUID != nil {
		item.GUID = first(from.GUID.Value, item.GUID)
		if !strings.EqualFold(from.GUID.IsPermalink, "false") {
			permalink = webOnly(from.GUID.Value)
		}
	}
	if from.Source != nil && (from.Source.URL != "" || from.Source.Title != "") {
		item.Origin = &news.Origin{Title: from.Source.Title, URL: absolute(base, from.Source.URL)}
	}
	item.Link = absolute(base, first(x.text("feedburner", "origLink"), x.text("pheedo", "origLink"),
		first(from.Links...), x.link("alternate"), permalink, webOnly(at.about)))
	item.Image = rssImage(from, x, base)
	return item
}

func rssCategories(from []*rss.Category) []string {
	var categories []string
	for _, c := range from {
		if c.Value != "" {
			categories = append(categories, c.Value)
		}
	}
	return categories
}

func rssAuthors(author string, x extensions) []string {
	if names := x.persons("dc", "creator"); len(names) > 0 {
		return names
	}
	if author = person(author); author != "" {
		return []string{author}
	}
	for _, a := range x["atom"]["author"] {
		if names := a.Children["name"]; len(names) > 0 && names[0].Value != "" {
			return []string{names[0].Value}
		}
	}
	return firstList(x.texts("itunes", "author"), x.persons("dc", "author"))
}

func rssImage(from *rss.Item, x extensions, base string) *news.Image {
	pictures := x.pictures()
	for _, e := range from.Enclosures {
		pictures = append(pictures, picture{news.Image{URL: e.URL, Type: e.Type}, ""})
	}
	for _, i := range x["itunes"]["image"] {
		pictures = append(pictures, picture{news.Image{URL: i.Attrs["href"]}, "image"})
	}
	return best(pictures, base)
}

func fromAtom(feed *atom.Feed, o *outline, chosen []cut) part {
	base := resolve(o.bases...)
	p := part{channel: &Channel{
		ID:       strings.TrimSpace(feed.ID),
		Title:    feed.Title,
		Link:     absolute(base, alternate(feed.Links)),
		Rights:   feed.Rights,
		Language: first(feed.Language, o.language),
		Updated:  moment(feed.UpdatedParsed),
		Hubs:     related(base, feed.Links, "hub"),
		Self:     first(related(base, feed.Links, "self")...),
		authors:  persons(feed.Authors),
	}}
	if len(feed.Entries) != len(chosen) {
		return p
	}
	for i, entry := range feed.Entries {
		p.items = append(p.items, atomItem(entry, o, chosen[i], p.channel))
	}
	return p
}

func atomItem(from *atom.Entry, o *outline, at cut, channel *Channel) news.Item {
	x := extensions(from.Extensions)
	base := o.base(at)
	item := news.Item{
		GUID:       plainText(at.id.of(o.text)),
		Title:      asHTML(from.Title, at.plainTitle),
		Summary:    asHTML(first(o.unmarked(from.Summary, at), x.text("media", "description")), at.plainSummary),
		Authors:    persons(from.Authors),
		Categories: atomCategories(from.Categories),
		Language:   first(at.language, o.language),
		Base:       resolve(base, at.inner),
		Rights:     from.Rights,
		Hash:       at.hash,
		Position:   at.position,
		Published: stamp(
			reading{"published", from.Published, from.PublishedParsed},
			x.date("dc", "date"),
			reading{"updated", from.Updated, from.UpdatedParsed}),
		Updated: stamp(reading{"updated", from.Updated, from.UpdatedParsed}),
	}
	outside := ""
	if from.Content != nil {
		item.Content = asHTML(o.unmarked(from.Content.Value, at), at.plainContent)
		outside = from.Content.Src
	}
	item.Link = absolute(base, first(x.text("feedburner", "origLink"), alternate(from.Links), outside, webOnly(item.GUID)))
	if s := from.Source; s != nil {
		item.Origin = &news.Origin{ID: s.ID, Title: s.Title, URL: absolute(base, alternate(s.Links))}
		if len(item.Authors) == 0 {
			item.Authors = persons(s.Authors)
		}
	}
	if len(item.Authors) == 0 {
		item.Authors = firstList(x.texts("dc", "creator"), channel.authors)
	}
	item.Image = atomImage(from, x, base)
	return item
}

// alternate is the page that the links lead to: the first alternate that says
// it is HTML, else the first alternate.
func alternate(links []*atom.Link) string {
	found := ""
	for _, l := range links {
		if l.Rel != "alternate" && l.Rel != "http://www.iana.org/assignments/relation/alternate" || l.Href == "" {
			continue
		}
		if strings.Contains(l.Type, "html") {
			return l.Href
		}
		found = first(found, l.Href)
	}
	return found
}

// related are the links of a relation, made absolute.
func related(base string, links []*atom.Link, rel string) []string {
	var found []string
	for _, l := range links {
		if l.Rel == rel {
			found = append(found, absolute(base, l.Href))
		}
	}
	return found
}

func persons(from []*atom.Person) []string {
	var names []string
	for _, p := range from {
		if name := first(p.Name, p.Email); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func atomCategories(from []*atom.Category) []string {
	var categories []string
	for _, c := range from {
		if name := first(c.Label, c.Term); name != "" {
			categories = append(categories, name)
		}
	}
	return categories
}

func atomImage(from *atom.Entry, x extensions, base string) *news.Image {
	pictures := x.pictures()
	for _, l := range from.Links {
		if l.Rel == "enclosure" {
			pictures = append(pictures, picture{news.Image{URL: l.Href, Type: l.Type}, ""})
		}
	}
	return best(pictures, base)
}

// parseJSON gives a JSON Feed to gofeed; chosen are its items.
func parseJSON(document []byte, base string, chosen []cut) (part, error) {
	original, err := run(document)
	if err != nil {
		return part{}, err
	}
	feed, ok := original.(*json.Feed)
	if !ok {
		return part{}, fmt.Errorf("%w: gofeed read a %T", errNotFeed, original)
	}
	p := part{channel: &Channel{
		ID:       feed.FeedURL,
		Title:    feed.Title,
		Link:     absolute(base, feed.HomePageURL),
		Language: feed.Language,
		authors:  jsonAuthors(feed.Authors, feed.Author),
	}}
	if len(feed.Items) != len(chosen) {
		return p, nil
	}
	for i, item := range feed.Items {
		p.items = append(p.items, jsonItem(item, base, chosen[i], p.channel))
	}
	return p, nil
}

func jsonItem(from *json.Item, base string, at cut, channel *Channel) news.Item {
	item := news.Item{
		GUID:       from.ID,
		Title:      asHTML(from.Title, true),
		Summary:    asHTML(from.Summary, true),
		Content:    first(from.ContentHTML, asHTML(from.ContentText, true)),
		Categories: from.Tags,
		Authors:    firstList(jsonAuthors(from.Authors, from.Author), channel.authors),
		Language:   from.Language,
		Base:       base,
		Hash:       at.hash,
		Position:   at.position,
		Published:  stamp(reading{"date_published", from.DatePublished, date(from.DatePublished)}),
		Updated:    stamp(reading{"date_modified", from.DateModified, date(from.DateModified)}),
	}
	item.Link = absolute(base, first(from.URL, from.ExternalURL, webOnly(from.ID)))
	pictures := []picture{{news.Image{URL: from.Image}, "image"}, {news.Image{URL: from.BannerImage}, "image"}}
	if from.Attachments != nil {
		for _, a := range *from.Attachments {
			pictures = append(pictures, picture{news.Image{URL: a.URL, Type: a.MimeType}, ""})
		}
	}
	item.Image = best(pictures, base)
	return item
}

func jsonAuthors(several []*json.Author, single *json.Author) []string {
	var names []string
	for _, a := range several {
		if a != nil && a.Name != "" {
			names = append(names, a.Name)
		}
	}
	if len(names) == 0 && single != nil && single.Name != "" {
		names = append(names, single.Name)
	}
	return names
}

// extensions reads gofeed's tree of foreign elements, by prefix and name.
type extensions ext.Extensions

func (x extensions) text(prefix, name string) string {
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

func (x extensions) texts(prefix, name string) []string {
	var values []string
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			values = append(values, e.Value)
		}
	}
	return values
}

func (x extensions) persons(prefix, name string) []string {
	names := x.texts(prefix, name)
	for i := range names {
		names[i] = person(names[i])
	}
	return names
}

func (x extensions) date(prefix, name string) reading {
	raw := x.text(prefix, name)
	return reading{prefix + ":" + name, raw, date(raw)}
}

// link is the first atom:link with a relation.
func (x extensions) link(rel string) string {
	for _, l := range x["atom"]["link"] {
		if l.Attrs["rel"] == rel || rel == "alternate" && l.Attrs["rel"] == "" {
			return l.Attrs["href"]
		}
	}
	return ""
}

// links are the Atom links of a relation, made absolute.
func (x extensions) links(base, rel string) []string {
	var found []string
	for _, l := range x["atom"]["link"] {
		if l.Attrs["rel"] == rel {
			found = append(found, absolute(base, l.Attrs["href"]))
		}
	}
	return found
}

// pictures lists what Media RSS offers, in groups and outside.
func (x extensions) pictures() []picture {
	media := []map[string][]ext.Extension{x["media"]}
	for _, group := range x["media"]["group"] {
		media = append(media, group.Children)
	}
	var pictures []picture
	credit := ""
	for _, m := range media {
		credit = first(credit, mediaCredit(m))
		for _, c := range m["content"] {
			own := picture{mediaImage(c.Attrs), c.Attrs["medium"]}
			own.Credit = mediaCredit(c.Children)
			pictures = append(pictures, own)
			for _, t := range c.Children["thumbnail"] {
				pictures = append(pictures, picture{mediaImage(t.Attrs), "image"})
			}
		}
		for _, t := range m["thumbnail"] {
			pictures = append(pictures, picture{mediaImage(t.Attrs), "image"})
		}
	}
	for i := range pictures {
		pictures[i].Credit = first(pictures[i].Credit, credit)
	}
	return pictures
}

func mediaCredit(m map[string][]ext.Extension) string {
	for _, c := range m["credit"] {
		return c.Value
	}
	return ""
}

func mediaImage(attrs map[string]string) news.Image {
	width, _ := strconv.Atoi(attrs["width"])
	height, _ := strconv.Atoi(attrs["height"])
	return news.Image{URL: attrs["url"], Type: attrs["type"], Width: max(width, 0), Height: max(height, 0)}
}

// moment is the first date that was understood.
func moment(dates ...*time.Time) time.Time {
	for _, d := range dates {
		if d != nil {
			return d.UTC()
		}
	}
	return time.Time{}
}
