package news

import "time"

// Facet narrows the entries of an edition or the articles of a search. Every
// list that is not empty must be met by at least one of its values.
type Facet struct {
	Countries  []string // ISO 3166-1 alpha-2
	Regions    []string // concept ids, as in Rule
	Places     []string
	Groups     []string // of groups and institutions
	Persons    []string
	Topics     []string
	Languages  []string // BCP 47; one without a country takes in all its countries
	Publishers []string // names
	Sources    []string // source ids
	// Since and Before bound the date of publication; Before itself is out.
	// Zero sets no bound.
	Since, Before time.Time
}

// TagLists lists the tags that are asked for as "kind/id": of each list an
// article must have one.
func (f Facet) TagLists() [][]string {
	var lists [][]string
	add := func(ids []string, kinds ...Kind) {
		var list []string
		for _, id := range ids {
			for _, kind := range kinds {
				list = append(list, string(kind)+"/"+id)
			}
		}
		if len(list) > 0 {
			lists = append(lists, list)
		}
	}
	add(f.Countries, KindCountry)
	add(f.Regions, KindRegion)
	add(f.Places, KindPlace)
	add(f.Groups, KindGroup, KindInstitution)
	add(f.Persons, KindPerson)
	add(f.Topics, KindTopic)
	return lists
}

// Facet is the edition's own rule as a facet, which is what an edition with Of
// makes of it.
func (e *Edition) Facet() Facet {
	return Facet{
		Countries: e.Countries, Regions: e.Regions, Places: e.Places, Groups: e.Groups, Persons: e.Persons, Topics: e.Topics,
		Languages: e.Languages, Publishers: e.Publishers, Sources: e.Sources,
	}
}
