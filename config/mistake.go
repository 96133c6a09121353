package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Errors are all the mistakes of a configuration, in the order of the file.
type Errors []Mistake

// Mistake is one mistake in a configuration file.
type Mistake struct {
	File string
	// Line and Column count from 1; Column counts characters.
	Line, Column int
	// Message says what is wrong, what was expected and what may be meant.
	Message string
	// Excerpt is the line with the place underlined, or empty when the
	// mistake has no place, such as a table that is not there.
	Excerpt string
}

// Error tells every mistake with its excerpt, and ends with their number.
func (e Errors) Error() string {
	var b strings.Builder
	for _, m := range e {
		b.WriteString(m.Error())
		b.WriteString("\n")
		if m.Excerpt != "" {
			b.WriteString(m.Excerpt)
			b.WriteString("\n")
		}
	}
	b.WriteString(e.count())
	return b.String()
}

// count tells how many mistakes there are, and where.
func (e Errors) count() string {
	var files []string
	for _, m := range e {
		if !slices.Contains(files, m.File) {
			files = append(files, m.File)
		}
	}
	if len(e) == 1 {
		return "1 mistake in " + e[0].File
	}
	return fmt.Sprintf("%d mistakes in %s", len(e), strings.Join(files, " and "))
}

// Unwrap gives the single mistakes to errors.As.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, m := range e {
		all[i] = m
	}
	return all
}

// Error tells the mistake in one line, as compilers do.
func (m Mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, m.Message)
}

// report notes a mistake at a place of the document.
func (d *document) report(at span, format string, args ...any) {
	line, column := d.position(at.from)
	m := Mistake{
		File: d.name, Line: line, Column: column,
		Message: printable(fmt.Sprintf(format, args...)),
	}
	if at != (span{}) {
		m.Excerpt = d.excerpt(at)
	}
	d.mistakes = append(d.mistakes, m)
}

// errors returns the mistakes in the order of the file, each once, then those
// in other files. It is nil when there are none.
func (d *document) errors() error {
	slices.SortStableFunc(d.mistakes, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	all := append(slices.Compact(d.mistakes), d.elsewhere...)
	if len(all) == 0 {
		return nil
	}
	return all
}

// excerptWidth is how many characters of a long line an excerpt shows.
const excerptWidth = 90

// excerpt shows the line at which the span begins, with the span underlined.
func (d *document) excerpt(at span) string {
	number, _ := d.position(at.from)
	line := d.line(number)
	from := clamp(at.from-line.from, 0, line.to-line.from)
	to := clamp(at.to-line.from, from, line.to-line.from)
	text := []rune(credentials.ReplaceAllStringFunc(d.text(line), masked))
	first := utf8.RuneCount(d.data[line.from : line.from+from])
	length := max(1, utf8.RuneCount(d.data[line.from+from:line.from+to]))

	dots := ""
	if skip := first - excerptWidth/2; len(text) > excerptWidth && skip > 0 {
		text, first, dots = text[skip:], first-skip, "…"
	}
	tail := ""
	if len(text) > excerptWidth {
		text, tail = text[:excerptWidth], "…"
		length = max(1, min(length, excerptWidth-first))
	}
	pad := dots
	if pad != "" {
		pad = " "
	}
	for _, r := range text[:min(first, len(text))] {
		if r == '\t' {
			pad += "\t"
		} else {
			pad += " "
		}
	}
	return fmt.Sprintf("%5d | %s%s%s\n      | %s%s", number, dots, printable(string(text)), tail,
		pad, strings.Repeat("^", length))
}

// credentials are the user name and password in an address: what is printed may
// end in a log.
var credentials = regexp.MustCompile(`://[^/\s"']*@`)

func masked(s string) string {
	return "://" + strings.Repeat("*", utf8.RuneCountInString(s)-len("://@")) + "@"
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }

// printable keeps control characters of a broken file off the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
