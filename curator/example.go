package curator

import (
	"fmt"
	"slices"

	"harmattan/news"
)

// CheckExamples judges the examples that vocabulary files and editions carry
// and describes each one that does not come out as it says.
func (c *Curator) CheckExamples() []string {
	var failures []string
	for _, x := range c.judge.vocabulary.Examples() {
		tags := c.judge.tags(exampleArticle(x.Title, x.Text, x.Language), news.Source{})
		for _, key := range x.Expect {
			if tagScore(tags, key) == 0 {
				failures = append(failures, fmt.Sprintf("%s: example %q lacks %s", x.File, eitherText(x.Title, x.Text), key))
			}
		}
		for _, key := range x.Refuse {
			if s := tagScore(tags, key); s > 0 {
				i := slices.IndexFunc(tags, func(t news.Tag) bool { return string(t.Kind)+"/"+t.ID == key })
				failures = append(failures, fmt.Sprintf("%s: example %q has %s%s", x.File, eitherText(x.Title, x.Text), key, quotes(tags[i])))
			}
		}
	}
	for i := range c.judge.editions {
		failures = append(failures, c.judge.checkEdition(&c.judge.editions[i])...)
	}
	return failures
}

func (j *judge) checkEdition(e *edition) []string {
	var failures []string
	for _, x := range e.Examples {
		a := exampleArticle(x.Title, x.Text, x.Language)
		d := j.judge(a, news.Source{})
		a.Tags = d.tags(j)
		if o := e.decide(a, d.lacks(j)); o.in != x.In {
			verb := "is in, and should not be"
			if x.In {
				verb = "is not in"
			}
			failures = append(failures, fmt.Sprintf("edition %s: example %q %s: %v", e.ID, eitherText(x.Title, x.Text), verb, o.reasons))
		}
	}
	return failures
}

func exampleArticle(title, text, language string) news.Article {
	return news.Article{Title: title, Text: text, Language: language}
}

func eitherText(title, text string) string {
	if title != "" {
		return title
	}
	return text
}
