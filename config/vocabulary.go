package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"harmattan/curator"
	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// readVocabularies reads the files that [curator] vocabularies names; relative
// paths start at the folder of the configuration. It returns what is wrong with
// those that could not be read.
func (d *document) readVocabularies(c *Config) (unread []news.Problem) {
	for i, path := range c.Curator.Vocabularies {
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(d.name), path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			unread = append(unread, news.Problem{Path: []string{"curator", "vocabularies", strconv.Itoa(i)}, Message: err.Error()})
			continue
		}
		c.Vocabularies = append(c.Vocabularies, vocabulary.File{Name: path, Data: data})
	}
	return unread
}

// checkRules reports what the vocabulary files say wrong, and the rules of the
// editions that ask for what no vocabulary holds. Without a file that cannot be
// used the others judge; names that it may hold are then told with it.
func (d *document) checkRules(c *Config, unread []news.Problem) {
	files := c.Vocabularies
	doubt := len(unread) > 0
	var problems vocabulary.Problems
	if len(files) > 0 {
		if _, err := vocabulary.New(files...); errors.As(err, &problems) {
			d.elsewhere = fileMistakes(problems, files)
			files, doubt = nil, true
		}
	}
	unchecked := d.checkEditions(c.Editions, files, doubt)
	for _, p := range unread {
		if len(unchecked) > 0 {
			p.Message += "; without it these could not be checked: " + strings.Join(unchecked, ", ")
		}
		d.reportProblem(p)
	}
}

// checkEditions judges the rules with the given vocabulary files. In doubt, it
// returns the names that are neither known nor like one that is.
func (d *document) checkEditions(editions []news.Edition, files []vocabulary.File, doubt bool) (unchecked []string) {
	if len(editions) == 0 {
		return nil // compiling the vocabulary takes a while
	}
	for i, problems := range curator.ValidateEditions(editions, files...) {
		for _, p := range problems {
			name, _, absent := strings.Cut(p.Message, " is no ")
			if doubt && absent && strings.HasSuffix(p.Message, " of the vocabulary") {
				unchecked = append(unchecked, name)
				continue
			}
			d.reportProblem(p.Under("edition", strconv.Itoa(i)))
		}
	}
	slices.Sort(unchecked)
	return slices.Compact(unchecked)
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
