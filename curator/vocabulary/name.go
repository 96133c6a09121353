package vocabulary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"harmattan/news"
)

// addNames adds the forms of a file's countries, places, groups and people.
func (c *compiler) addNames(s *source) {
	for _, e := range s.entries() {
		number := c.index[string(e.kind)+"/"+e.ID]
		for _, name := range e.Names {
			c.addName(s, number, name, "")
		}
		for _, name := range e.Capital {
			c.addName(s, number, name, "capital")
		}
		e.languages.each(func(language string, forms []string) {
			for _, name := range forms {
				c.addName(s, number, name, language)
			}
		})
	}
}

func (c *compiler) addName(s *source, concept int, text, language string) {
	w, err := parseForm(text)
	if err != nil {
		c.report(s, text, "%s: %v", c.concepts[concept].Key(), err)
		return
	}
	words := []string{w.words}
	if w.has("inflect") {
		words = inflected(w.words, language)
	}
	for _, one := range words {
		f := form{text: one, concept: int32(concept), layer: layerNames, weight: 1, rule: -1}
		f.capital = language == "capital"
		if language != "en" && language != "ar" {
			f.language = languageBit(language)
		}
		f.demonym = c.concepts[concept].Kind == news.KindCountry && w.has("inflect")
		f.mark(w)
		if rule, ok := c.ruled[c.concepts[concept].Key()+" "+Fold(one)]; ok {
			f.rule = int32(rule)
		}
		c.insert(f)
	}
}

// addNothing adds the expressions that only look like names.
func (c *compiler) addNothing(s *source) {
	for _, n := range s.Nothing {
		for _, text := range n.Forms {
			c.mask(text)
		}
	}
}

// mask makes an expression mean nothing where nothing longer is found.
func (c *compiler) mask(text string) {
	w, err := parseForm(text)
	if err != nil || c.masked[Fold(text)] {
		return
	}
	c.masked[Fold(text)] = true
	f := form{text: w.words, concept: -1, layer: layerNames, rule: -1}
	f.mark(w)
	c.insert(f)
}

// mark sets what the writing of a form and its flags ask of the text.
func (f *form) mark(w written) {
	f.exact = w.has("exact") || isAcronym(f.text)
	f.context = w.has("context") || w.has("place")
	f.locative = w.has("place")
	f.loose = strings.ContainsAny(f.text, ",()/")
	first, _ := utf8.DecodeRuneInString(f.text)
	f.upper = unicode.IsUpper(first)
	switch {
	case w.has("label"):
		f.weight = 0
	case w.has("half"):
		f.weight = 0.5
	}
}

// isAcronym tells forms that only capitals tell from common words.
func isAcronym(s string) bool {
	if utf8.RuneCountInString(s) > 6 {
		return false
	}
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			if !unicode.IsUpper(r) {
				return false
			}
			letters++
		}
	}
	return letters > 0
}
