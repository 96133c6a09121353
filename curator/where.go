package curator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"harmattan/news"
)

// where is a compiled condition of a rule.
type where struct{ program *vm.Program }

// facts are what an expression may speak of; the field tags are their names.
type facts struct {
	Title        string    `expr:"title"`
	Summary      string    `expr:"summary"`
	Text         string    `expr:"text"`
	Link         string    `expr:"link"`
	Language     string    `expr:"language"`
	Source       string    `expr:"source"`
	Publisher    string    `expr:"publisher"`
	Authors      []string  `expr:"authors"`
	Categories   []string  `expr:"categories"`
	Published    time.Time `expr:"published"`
	Countries    []string  `expr:"countries"`
	Regions      []string  `expr:"regions"`
	Places       []string  `expr:"places"`
	Groups       []string  `expr:"groups"`
	Institutions []string  `expr:"institutions"`
	Persons      []string  `expr:"persons"`
	Topics       []string  `expr:"topics"`
	// Has tells whether the article has the tag "kind/id", Score its score.
	Has   func(string) bool    `expr:"has"`
	Score func(string) float64 `expr:"score"`
}

func factsOf(a news.Article) facts {
	f := facts{Title: a.Title, Summary: a.Summary, Text: a.Text, Link: a.Link, Language: a.Language, Source: a.SourceID,
		Publisher: a.Publisher, Authors: a.Authors, Categories: a.Categories, Published: a.Published.Time}
	lists := map[news.Kind]*[]string{news.KindCountry: &f.Countries, news.KindRegion: &f.Regions, news.KindPlace: &f.Places,
		news.KindGroup: &f.Groups, news.KindInstitution: &f.Institutions, news.KindPerson: &f.Persons, news.KindTopic: &f.Topics}
	for _, tag := range a.Tags {
		if l := lists[tag.Kind]; l != nil {
			*l = append(*l, tag.ID)
		}
	}
	f.Score = func(key string) float64 { return tagScore(a.Tags, key) }
	f.Has = func(key string) bool { return tagScore(a.Tags, key) > 0 }
	return f
}

func tagScore(tags []news.Tag, key string) float64 {
	i := slices.IndexFunc(tags, func(t news.Tag) bool { return string(t.Kind)+"/"+t.ID == key })
	if i < 0 {
		return 0
	}
	return tags[i].Score
}

// compileWhere checks names and types; the error shows the place with a caret.
func compileWhere(source string) (*where, error) {
	program, err := expr.Compile(source, expr.Env(facts{}), expr.AsBool(), expr.DisableBuiltin("now"))
	if err != nil {
		return nil, fmt.Errorf("does not compile: %s", strings.TrimSpace(err.Error()))
	}
	return &where{program}, nil
}

// holds evaluates the condition; an expression that fails on an article does
// not hold, and the error says why.
func (w *where) holds(a news.Article) (bool, error) {
	result, err := expr.Run(w.program, factsOf(a))
	if err != nil {
		return false, err
	}
	held, _ := result.(bool)
	return held, nil
}
