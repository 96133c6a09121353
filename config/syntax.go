package config

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

var (
	// headerLine and keyLine are lines at which reading can go on.
	headerLine = regexp.MustCompile(`^\s*\[\[?\s*[\w-]+(\s*\.\s*[\w-]+)*\s*\]?\]?\s*(#.*)?$`)
	keyLine    = regexp.MustCompile(`^\s*[\w-]+(\s*\.\s*[\w-]+)*\s*=`)
	// brokenHeader is a header with any number of brackets, keyWord the first
	// word of a line.
	brokenHeader = regexp.MustCompile(`^\s*\[+\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*\]*[^\w\s=]*\s*(?:#.*)?$`)
	keyWord      = regexp.MustCompile(`^[^\w#\[]*([A-Za-z_][\w-]*)`)
	// multiline is the beginning of a value that may span lines.
	multiline = regexp.MustCompile("^$|^[\\[{]|^\"\"\"|^'''")
)

// skipBroken reports a syntax error, takes the broken expression out of the
// text and returns the offset of the line at which reading can go on. End is
// where the last sound expression ended.
func (d *document) skipBroken(err error, parser *unstable.Parser, base, end int) int {
	d.damaged = true
	at := span{end, end}
	var refused *unstable.ParserError
	if errors.As(err, &refused) {
		at = rangeSpan(parser.Range(refused.Highlight), base)
	}
	first := d.brokenLine(end, at.from)
	next := d.resume(first)
	broken := d.line(first)
	at, message := d.diagnose(first, at, err.Error())
	d.report(at, "%s", message)
	if d.keepPlace(first) {
		broken.from = broken.to
	}
	d.edits = append(d.edits, edit{span{broken.from, next}, ""})
	return next
}

// brokenLine finds the line at which the broken expression begins: the first
// with content after the last sound one, and not after the error.
func (d *document) brokenLine(end, at int) int {
	first, _ := d.position(end)
	if end > d.line(first).from {
		first++
	}
	last, _ := d.position(at)
	for first < last {
		text := bytes.TrimSpace(d.textOf(first))
		if len(text) > 0 && text[0] != '#' {
			break
		}
		first++
	}
	return min(first, last)
}

// resume returns the offset of the line where reading can go on: the next one,
// or after a list or long text that may span lines, the next key or header.
func (d *document) resume(broken int) int {
	_, value, assigned := strings.Cut(string(d.textOf(broken)), "=")
	value = strings.TrimSpace(value)
	spans := assigned && multiline.MatchString(value)
	for number := broken + 1; number <= len(d.lines); number++ {
		if text := d.textOf(number); !spans || headerLine.Match(text) || keyLine.Match(text) {
			return d.lines[number-1]
		}
	}
	return len(d.data)
}

// keepPlace enters the broken line into the tree as far as it can be guessed,
// so that the lines after it are read in their table and nothing is said to be
// missing that is only broken. It tells whether the line is a table header.
func (d *document) keepPlace(number int) bool {
	text, from := d.textOf(number), d.line(number).from
	if m := brokenHeader.FindSubmatchIndex(text); m != nil {
		at := span{from + m[2], from + m[3]}
		var path []*entry
		for part := range strings.SplitSeq(string(text[m[2]:m[3]]), ".") {
			path = append(path, &entry{name: strings.TrimSpace(part), at: at})
		}
		d.open(path, at, false)
		d.table.mended = true
		return true
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		d.table = &node{kind: unstable.Table, gone: true}
	} else if m := keyWord.FindSubmatchIndex(text); m != nil && !d.table.gone {
		at := span{from + m[2], from + m[3]}
		name := string(text[m[2]:m[3]])
		if d.table.entry(name) == nil {
			broken := &node{kind: unstable.Invalid, at: at, bad: true}
			d.table.keys = append(d.table.keys, &entry{name, at, broken})
		}
	}
	return false
}

func (d *document) textOf(number int) []byte {
	line := d.line(number)
	return d.data[line.from:line.to]
}
