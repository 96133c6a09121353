package vocabulary

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"harmattan/news"
)

// Problem is a mistake in a vocabulary file.
type Problem struct {
	File    string
	Line    int // from 1, 0 when unknown
	Message string
}

// Error tells the problem with its place before it.
func (p Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Message)
}

// Problems are all mistakes that were found at once.
type Problems []Problem

// Error tells every problem on a line of its own.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// source is a file with its parsed content.
type source struct {
	File
	document
}

// problem describes a mistake about something that the file names.
func (s *source) problem(name, format string, args ...any) Problem {
	return Problem{File: s.Name, Line: lineOf(s.Data, name), Message: fmt.Sprintf(format, args...)}
}

// lineOf finds the first line that holds name as a TOML string, 0 when none.
func lineOf(data []byte, name string) int {
	at := bytes.Index(data, []byte(`"`+name+`"`))
	if at < 0 {
		at = bytes.Index(data, []byte(name))
	}
	if at < 0 || name == "" {
		return 0
	}
	return 1 + bytes.Count(data[:at], []byte("\n"))
}

func parse(file File) (*source, Problems) {
	s := &source{File: file}
	decoder := toml.NewDecoder(bytes.NewReader(file.Data))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&s.document)
	if err == nil {
		return s, nil
	}
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		var problems Problems
		for _, e := range strict.Errors {
			line, _ := e.Position()
			problems = append(problems, Problem{file.Name, line,
				fmt.Sprintf("unknown key %q", strings.Join(e.Key(), "."))})
		}
		return s, problems
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, _ := decode.Position()
		return s, Problems{{file.Name, line, strings.TrimPrefix(decode.Error(), "toml: ")}}
	}
	return s, Problems{{File: file.Name, Message: err.Error()}}
}

// entry is a record with its kind and the file that it stands in.
type entry struct {
	record
	kind news.Kind
	from *source
}

// entries lists the named concepts of a file, kind by kind.
func (s *source) entries() []entry {
	var all []entry
	add := func(kind news.Kind, records []record) {
		for _, r := range records {
			all = append(all, entry{r, kind, s})
		}
	}
	add(news.KindCountry, s.Country)
	add(news.KindRegion, s.Region)
	add(news.KindPlace, s.Place)
	add(news.KindGroup, s.Group)
	add(news.KindInstitution, s.Institution)
	add(news.KindPerson, s.Person)
	return all
}

// written is a form as a file writes it: "words | flag flag".
type written struct {
	words string
	flags []string
}

var formFlags = []string{"exact", "context", "half", "place", "inflect", "label"}

func parseForm(s string) (written, error) {
	words, flags, found := strings.Cut(s, "|")
	w := written{words: strings.TrimSpace(words)}
	if w.words == "" {
		return w, errors.New("a form is empty")
	}
	if !found {
		return w, nil
	}
	w.flags = strings.Fields(flags)
	for _, flag := range w.flags {
		if !slices.Contains(formFlags, flag) {
			return w, fmt.Errorf("form %q has the unknown flag %q; there are %s", s, flag, strings.Join(formFlags, ", "))
		}
	}
	return w, nil
}

func (w written) has(flag string) bool { return slices.Contains(w.flags, flag) }

// inflected returns the word and its regular forms: plural, and feminine in
// French.
func inflected(words, language string) []string {
	switch language {
	case "en":
		if strings.HasSuffix(words, "s") || strings.HasSuffix(words, "ese") || strings.HasSuffix(words, "sh") {
			return []string{words}
		}
		return []string{words, words + "s"}
	case "fr":
		switch {
		case strings.HasSuffix(words, "en"):
			return []string{words, words + "s", words + "ne", words + "nes"}
		case strings.HasSuffix(words, "s"):
			return []string{words, words + "e", words + "es"}
		case strings.HasSuffix(words, "e"):
			return []string{words, words + "s"}
		}
		return []string{words, words + "s", words + "e", words + "es"}
	}
	return []string{words}
}
