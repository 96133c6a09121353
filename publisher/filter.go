package publisher

import (
	"cmp"
	"slices"

	"harmattan/news"
)

// filterForm is the form by which an edition's page selects; nil where nothing
// answers it.
type filterForm struct {
	Heading, Help, All, Show, Clear string
	Fields                          []filterField
	Since                           filterField // a day
	Whole                           string      // address of the whole edition, when this is a selection
}

type filterField struct {
	Key, Name, Value string
	Options          []filterOption
}

type filterOption struct {
	Value, Label string
	Chosen       bool
}

// filterOptions is how many values a field offers.
const filterOptions = 40

// filters is the form of a draft, with the values that its entries have.
func (p *Publisher) filters(d *draft) *filterForm {
	if !p.hasLookup() || p.lookup.Select == nil || d.Fixed {
		return nil
	}
	w := filterWordsFor(d.Words.Lang)
	f := &filterForm{Heading: w.heading, Help: w.help, All: w.all, Show: w.show, Clear: w.clear, Since: filterField{Key: "since", Name: w.since}}
	facet := news.Facet{}
	if d.Query != "" {
		f.Whole = p.address(d.ID, "")
		if read, _, err := readFacet(d.Query[1:]); err == nil {
			facet = read
		}
	}
	if !facet.Since.IsZero() {
		f.Since.Value = facet.Since.Format("2006-01-02")
	}
	languages := map[string]string{}
	for i := range d.Pieces {
		if lang := d.Pieces[i].Language; lang != "" {
			languages[lang] = lang
		}
	}
	f.Fields = []filterField{
		{Key: "country", Name: w.country, Options: options(d.labelsOf(news.KindCountry), facet.Countries)},
		{Key: "topic", Name: w.topic, Options: options(d.labelsOf(news.KindTopic), facet.Topics)},
		{Key: "language", Name: w.language, Options: options(languages, facet.Languages)},
	}
	return f
}

// labelsOf are the tags of a kind that entries have, by their ids.
func (d *draft) labelsOf(kind news.Kind) map[string]string {
	labels := map[string]string{}
	for i := range d.Pieces {
		for _, t := range d.Pieces[i].Tags {
			if t.Kind == kind {
				labels[t.ID] = t.Label
			}
		}
	}
	return labels
}

// options are sorted by what people read.
func options(labels map[string]string, chosen []string) []filterOption {
	for _, value := range chosen {
		labels[value] = firstOf(labels[value], value)
	}
	all := make([]filterOption, 0, len(labels))
	for value, label := range labels {
		all = append(all, filterOption{value, label, slices.Contains(chosen, value)})
	}
	slices.SortFunc(all, func(a, b filterOption) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Value, b.Value))
	})
	return all[:min(len(all), filterOptions)]
}

// filterWords are what the form says, in the language of an edition.
type filterWords struct{ heading, help, all, show, clear, country, topic, language, since string }

func filterWordsFor(lang string) filterWords {
	switch lang {
	case "fr":
		return filterWords{"Filtrer", "L’adresse de la sélection peut être suivie elle aussi ; une variante de l’édition, que l’exploitant configure, a une adresse plus simple.",
			"tous", "Afficher", "Toute l’édition", "Pays", "Thème", "Langue", "Depuis"}
	case "ar":
		return filterWords{"تصفية", "يمكن متابعة عنوان الاختيار أيضًا، غير أن طبعة فرعية يضبطها المشغّل لها عنوان أبسط.",
			"الكل", "عرض", "الطبعة كاملة", "البلد", "الموضوع", "اللغة", "منذ"}
	}
	return filterWords{"Filter", "A selection has addresses to follow too; a variant of the edition, which the operator configures, has a simpler one.",
		"all", "Show", "The whole edition", "Country", "Topic", "Language", "Since"}
}
