package config

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"harmattan/curator"
	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// readVocabularies reads the files that [curator] vocabularies names; relative
// paths start at the folder of the configuration.
func (d *document) readVocabularies(c *Config) {
	for i, path := range c.Curator.Vocabularies {
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(d.name), path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			d.reportProblem(news.Problem{Path: []string{"curator", "vocabularies", strconv.Itoa(i)}, Message: err.Error()})
			d.damaged = true
			continue
		}
		c.Vocabularies = append(c.Vocabularies, vocabulary.File{Name: path, Data: data})
	}
}

// checkRules reports what the vocabulary files say wrong, or else the rules of
// the editions that ask for what no vocabulary holds.
func (d *document) checkRules(c *Config) {
	if len(c.Vocabularies) > 0 {
		var problems vocabulary.Problems
		if _, err := vocabulary.New(c.Vocabularies...); errors.As(err, &problems) {
			d.elsewhere = fileMistakes(problems, c.Vocabularies)
			return
		}
	}
	if len(c.Vocabularies) < len(c.Curator.Vocabularies) {
		return // the names may be in the file that could not be read
	}
	if len(c.Editions) == 0 {
		return // compiling the vocabulary takes a while
	}
	for i, problems := range curator.ValidateEditions(c.Editions, c.Vocabularies...) {
		for _, p := range problems {
			d.reportProblem(p.Under("edition", strconv.Itoa(i)))
		}
	}
}

// fileMistakes shows the problems in the vocabulary files.
func fileMistakes(problems vocabulary.Problems, files []vocabulary.File) Errors {
	var all Errors
	for _, p := range problems {
		d := newDocument(p.File, nil)
		for _, file := range files {
			if file.Name == p.File {
				d = newDocument(p.File, file.Data)
			}
		}
		at := span{}
		if p.Line > 0 && p.Line <= len(d.lines) {
			at = d.line(p.Line)
		}
		d.report(at, "%s", p.Message)
		all = append(all, d.mistakes...)
	}
	return all
}
