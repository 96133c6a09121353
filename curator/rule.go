package curator

import (
	"fmt"
	"slices"
	"strings"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// edition is an edition with its rules compiled.
type edition struct {
	news.Edition
	rules []rule // the edition's own, then those of Also
}

// rule is a compiled news.Rule.
type rule struct {
	news.Rule
	where *where
}

// list is one of a rule's lists of tags, of which one must be met.
type list struct {
	name  string // the key in the configuration
	kinds []news.Kind
	ids   []string
}

func (r *rule) lists() []list {
	return []list{
		{"countries", []news.Kind{news.KindCountry}, r.Countries},
		{"regions", []news.Kind{news.KindRegion}, r.Regions},
		{"places", []news.Kind{news.KindPlace}, r.Places},
		{"groups", []news.Kind{news.KindGroup, news.KindInstitution}, r.Groups},
		{"persons", []news.Kind{news.KindPerson}, r.Persons},
		{"topics", []news.Kind{news.KindTopic}, r.Topics},
	}
}

// compileEdition compiles the rules of an edition; the problems name the key
// and the place in it.
func compileEdition(e news.Edition, words *vocabulary.Vocabulary) (edition, []news.Problem) {
	compiled := edition{Edition: e}
	var problems []news.Problem
	for i, r := range slices.Concat([]news.Rule{e.Rule}, e.Also) {
		if e.Of != "" {
			_, problems = compileRule(r, words)
			return compiled, problems
		}
		if i == 0 && len(e.Also) > 0 && empty(r) && r.MinScore == 0 {
			continue
		}
		if empty(r) && (i > 0 || e.MinPublishers+e.MaxPublishers == 0) {
			problems = append(problems, unbounded(i))
		}
		c, found := compileRule(r, words)
		compiled.rules = append(compiled.rules, c)
		for _, p := range found {
			if i > 0 {
				p = p.Under("also", fmt.Sprint(i-1))
			}
			problems = append(problems, p)
		}
	}
	return compiled, problems
}

// unbounded describes a rule that asks for nothing, 0 being the edition's own.
func unbounded(number int) news.Problem {
	p := news.Problem{Message: `takes every article; give it at least one condition, or where = "true" if that is meant`}
	if number > 0 {
		p = p.Under("also", fmt.Sprint(number-1))
	}
	return p
}

// empty tells a rule without conditions.
func empty(r news.Rule) bool {
	c := rule{Rule: r}
	for _, l := range c.lists() {
		if len(l.ids) > 0 {
			return false
		}
	}
	return len(r.Languages)+len(r.Sources)+len(r.Publishers)+len(r.All)+len(r.None) == 0 && r.Where == ""
}

func compileRule(r news.Rule, words *vocabulary.Vocabulary) (rule, []news.Problem) {
	compiled := rule{Rule: r}
	var problems []news.Problem
	for _, l := range compiled.lists() {
		for i, id := range l.ids {
			if !known(words, id, l.kinds) {
				problems = append(problems, unknown(words, []string{l.name, fmt.Sprint(i)}, id, l.kinds))
			}
		}
	}
	for name, keys := range map[string][]string{"all": r.All, "none": r.None} {
		for i, key := range keys {
			kind, id, _ := strings.Cut(key, "/")
			if _, ok := words.Lookup(key); !ok {
				problems = append(problems, unknown(words, []string{name, fmt.Sprint(i)}, id, []news.Kind{news.Kind(kind)}))
			}
		}
	}
	if r.MinScore < 0 || r.MinScore >= 1 {
		problems = append(problems, news.Problem{Path: []string{"min_score"}, Message: "is out of range; scores lie from 0 to 1, and 0.5 is what a tag just needs"})
	}
	if r.Where != "" {
		w, err := compileWhere(r.Where)
		if err != nil {
			problems = append(problems, news.Problem{Path: []string{"where"}, Message: err.Error()})
		}
		compiled.where = w
	}
	return compiled, problems
}

func known(words *vocabulary.Vocabulary, id string, kinds []news.Kind) bool {
	return slices.ContainsFunc(kinds, func(kind news.Kind) bool {
		_, ok := words.Lookup(string(kind) + "/" + id)
		return ok
	})
}

// unknown describes an id that the vocabulary does not hold, with the id or
// the label that comes nearest.
func unknown(words *vocabulary.Vocabulary, path []string, id string, kinds []news.Kind) news.Problem {
	message := fmt.Sprintf("%q is no %s of the vocabulary", id, joinKinds(kinds))
	if nearest := suggest(words, id, kinds); nearest != "" {
		message += fmt.Sprintf("; did you mean %q?", nearest)
	}
	return news.Problem{Path: path, Message: message}
}

func joinKinds(kinds []news.Kind) string {
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	return strings.Join(names, " or ")
}

// suggest finds the id whose own or whose label's spelling is nearest.
func suggest(words *vocabulary.Vocabulary, id string, kinds []news.Kind) string {
	best, nearest := 2+len(id)/4, ""
	wanted := vocabulary.Fold(id)
	for _, c := range words.Concepts() {
		if !slices.Contains(kinds, c.Kind) {
			continue
		}
		for _, name := range []string{c.ID, c.Label} {
			if d := distance(wanted, vocabulary.Fold(name)); d < best {
				best, nearest = d, c.ID
			}
		}
	}
	return nearest
}

// distance counts the letters to change, add or drop between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for k := range row {
		row[k] = k
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for k := range len(b) {
			change := before
			if a[i] != b[k] {
				change++
			}
			before = row[k+1]
			row[k+1] = min(change, row[k]+1, before+1)
		}
	}
	return row[len(b)]
}

// ValidateEditions reports every mistake in the rules of editions: countries
// and concepts that neither the built-in vocabulary nor the files hold,
// expressions that do not compile, editions that would take everything. The
// result is as long as editions. A mistake in the files is told for each.
func ValidateEditions(editions []news.Edition, files ...vocabulary.File) [][]news.Problem {
	problems := make([][]news.Problem, len(editions))
	words, err := vocabulary.New(files...)
	for i, e := range editions {
		if err != nil {
			problems[i] = []news.Problem{{Message: err.Error()}}
			continue
		}
		_, problems[i] = compileEdition(e, words)
	}
	return problems
}
