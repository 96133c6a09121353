package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"harmattan/news"
)

// checkDuplicates reports ids that stand twice, and addresses of news sitemaps:
// feeds with one address are asked once, but what a sitemap leads to would not be.
func (d *document) checkDuplicates(c *Config) {
	ids, addresses := places{}, places{}
	for i, s := range c.Sources {
		path := []string{"source", strconv.Itoa(i)}
		d.once(ids, s.ID, append(path, "id"), "is already the id of the source")
		if !s.Disabled && s.Kind == news.SourceNewsSitemap {
			d.once(addresses, news.SameAddress(s.URL), append(path, "url"), "is already read by the source")
		}
	}
	ids = places{}
	for i, e := range c.Editions {
		d.once(ids, e.ID, []string{"edition", strconv.Itoa(i), "id"}, "is already the id of the edition")
	}
}

// places remembers where a value was seen first.
type places map[string]span

// once reports a value that was seen before.
func (d *document) once(seen places, value string, path []string, complaint string) {
	at, whole, sound := d.find(path)
	if value == "" || !whole || !sound {
		return
	}
	first, twice := seen[value]
	if !twice {
		seen[value] = at
		return
	}
	d.reportProblem(news.Problem{
		Path:    path,
		Message: d.text(at) + " " + complaint + " in line " + strconv.Itoa(d.lineOf(first)),
	})
}

// checkReferences reports sources and publishers that a rule names but the
// configuration lacks, and tags that are not written as tags.
func (d *document) checkReferences(c *Config) {
	unsure := d.damaged || d.unsureOf("source", "id", "name", "publisher")
	var ids, outlets []string
	for _, s := range c.Sources {
		ids = append(ids, s.ID)
		outlets = append(outlets, s.Outlet())
	}
	check := func(rule news.Rule, path ...string) {
		d.checkTags(rule, path)
		if !unsure {
			d.checkNames(rule.Sources, ids, "source", append(path, "sources"))
			d.checkNames(rule.Publishers, outlets, "publisher", append(path, "publishers"))
		}
	}
	for i, e := range c.Editions {
		number := strconv.Itoa(i)
		check(e.Rule, "edition", number)
		for j, rule := range e.Also {
			check(rule, "edition", number, "also", strconv.Itoa(j))
		}
	}
}

// checkNames reports the wanted names that are not known.
func (d *document) checkNames(wanted, known []string, what string, path []string) {
	for i, name := range wanted {
		if slices.Contains(known, name) {
			continue
		}
		message := "there is no " + what + " " + strconv.Quote(name)
		if meant := nearest(name, known); meant != "" {
			message += "; did you mean " + strconv.Quote(meant) + "?"
		}
		d.reportProblem(news.Problem{Path: append(slices.Clone(path), strconv.Itoa(i)), Message: message})
	}
}

// kinds are what a tag can begin with.
var kinds = []string{
	string(news.KindCountry), string(news.KindRegion), string(news.KindPlace), string(news.KindGroup),
	string(news.KindInstitution), string(news.KindPerson), string(news.KindTopic),
}

// checkTags reports tags of a rule that are not written "kind/id". Whether the
// vocabulary holds them is for the curator to say.
func (d *document) checkTags(rule news.Rule, path []string) {
	for key, tags := range map[string][]string{"all": rule.All, "none": rule.None} {
		for i, tag := range tags {
			kind, id, _ := strings.Cut(tag, "/")
			if slices.Contains(kinds, kind) && id != "" {
				continue
			}
			if id == "" {
				id = strings.TrimSuffix(tag, "/")
			}
			d.reportProblem(news.Problem{
				Path:    append(slices.Clone(path), key, strconv.Itoa(i)),
				Message: fmt.Sprintf("write %q as \"kind/id\", for example %q; the kinds are %s", tag, "topic/"+id, strings.Join(kinds, ", ")),
			})
		}
	}
}

// unsureOf tells whether one of the keys could not be read in some table.
func (d *document) unsureOf(table string, keys ...string) bool {
	list := d.root.child(table)
	if list == nil {
		return false
	}
	for _, item := range list.items {
		for _, key := range keys {
			if n := item.child(key); n != nil && n.bad {
				return true
			}
		}
	}
	return false
}
