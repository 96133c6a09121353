package curator

import (
	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// Concept finds the id of the concept of one of the kinds that a person names
// by its id or by its label, in any spelling that folds alike. When there is
// none, it returns the id that comes nearest, or nothing, and false.
func (c *Curator) Concept(name string, kinds ...news.Kind) (id string, ok bool) {
	words := c.judge.vocabulary
	if known(words, name, kinds) {
		return name, true
	}
	wanted := vocabulary.Fold(name)
	for _, concept := range words.Concepts() {
		for _, kind := range kinds {
			if concept.Kind == kind && (vocabulary.Fold(concept.Label) == wanted || vocabulary.Fold(concept.ID) == wanted) {
				return concept.ID, true
			}
		}
	}
	return suggest(words, name, kinds), false
}

// Editions are those that choose their articles themselves, in configuration
// order.
func (c *Curator) Editions() []news.Edition {
	all := make([]news.Edition, 0, len(c.judge.editions))
	for _, e := range c.judge.editions {
		all = append(all, e.Edition)
	}
	return all
}

// Label is what people call the concept of a kind, in English; its id when the
// vocabulary does not hold it.
func (c *Curator) Label(kind news.Kind, id string) string {
	words := c.judge.vocabulary
	number, ok := words.Lookup(string(kind) + "/" + id)
	if !ok {
		return id
	}
	return words.Concepts()[number].Label
}
