package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harmattan/config"
	"harmattan/news"
)

// region is what a first configuration follows.
type region struct {
	id        string
	names     map[string]string // by language
	countries []string          // ISO 3166-1
}

// regions are those for which the built-in configuration knows sources.
func regions() []region {
	return []region{
		{"sahel", map[string]string{"en": "Sahel", "fr": "Sahel", "ar": "الساحل"}, []string{"ML", "BF", "NE", "TD", "MR"}},
		{"lake-chad", map[string]string{"en": "Lake Chad basin", "fr": "Bassin du lac Tchad", "ar": "حوض بحيرة تشاد"}, []string{"TD", "NG", "NE", "CM"}},
		{"gulf-of-guinea", map[string]string{"en": "Gulf of Guinea", "fr": "Golfe de Guinée", "ar": "خليج غينيا"}, []string{"BJ", "TG", "GH", "CI", "NG"}},
		{"west-africa", map[string]string{"en": "West Africa", "fr": "Afrique de l'Ouest", "ar": "غرب أفريقيا"},
			[]string{"ML", "BF", "NE", "MR", "SN", "GM", "GN", "GW", "CI", "GH", "TG", "BJ", "NG", "SL", "LR"}},
	}
}

var countryCodes = regexp.MustCompile(`^[A-Z]{2}(,[A-Z]{2})*$`)

// regionOf finds a region by its id, or makes one of country codes ("ML,BF").
func regionOf(name string) (region, error) {
	all := regions()
	if i := slices.IndexFunc(all, func(r region) bool { return r.id == name }); i >= 0 {
		return all[i], nil
	}
	codes := strings.ToUpper(strings.ReplaceAll(name, " ", ""))
	if !countryCodes.MatchString(codes) {
		ids := make([]string, len(all))
		for i, r := range all {
			ids[i] = r.id
		}
		return region{}, fmt.Errorf("region %q: give one of %s, or countries such as ML,BF,NE", name, strings.Join(ids, ", "))
	}
	countries := strings.Split(codes, ",")
	return region{id: strings.ToLower(strings.Join(countries, "-")), countries: countries}, nil
}

// title names one of the region's editions in a language.
func (r region) title(subject map[string]string, language string) string {
	name := r.names[language]
	if name == "" {
		name = strings.Join(r.countries, ", ")
	}
	if language == "fr" {
		return name + " : " + subject["fr"]
	}
	return name + ": " + subject[language]
}

// sources are those of the built-in configuration that report on the region, or
// on the whole world, in one of the languages.
func (r region) sources(known *config.Config, languages []string) []news.Source {
	var chosen []news.Source
	for _, s := range known.Sources {
		reports := len(s.Countries) == 0 || slices.ContainsFunc(s.Countries, func(c string) bool { return slices.Contains(r.countries, c) })
		if reports && (s.Language == "" || slices.Contains(languages, s.Language)) {
			chosen = append(chosen, s)
		}
	}
	return chosen
}

// subject is what an edition of a first configuration is about.
type subject struct {
	id     string
	names  map[string]string // by language
	topics []string
}

func subjects() []subject {
	return []subject{
		{"security", map[string]string{"en": "security", "fr": "sécurité", "ar": "الأمن"}, []string{"security"}},
		{"politics", map[string]string{"en": "politics and diplomacy", "fr": "politique et diplomatie", "ar": "السياسة والدبلوماسية"},
			[]string{"politics", "diplomacy", "coup"}},
		{"humanitarian", map[string]string{"en": "humanitarian", "fr": "humanitaire", "ar": "الشؤون الإنسانية"},
			[]string{"humanitarian", "displacement", "climate"}},
	}
}

// editions are one for each subject. Where the built-in configuration has one of
// the same id, its rules and examples are taken, for they are finer.
func (r region) editions(known *config.Config, language string) []news.Edition {
	var made []news.Edition
	for _, s := range subjects() {
		e := news.Edition{ID: r.id + "-" + s.id, Rule: news.Rule{Countries: r.countries, Topics: s.topics,
			None: []string{"topic/football", "topic/sport", "topic/advertising"}}}
		if i := slices.IndexFunc(known.Editions, func(k news.Edition) bool { return k.ID == e.ID }); i >= 0 {
			e = known.Editions[i]
		}
		e.Title, e.Language = r.title(s.names, language), language
		if language != "en" {
			e.Description = ""
		}
		made = append(made, e)
	}
	return made
}
