package config

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// position tells the line and column of an offset, both from 1.
func (d *document) position(offset int) (line, column int) {
	offset = clamp(offset, 0, len(d.data))
	line = sort.SearchInts(d.lines, offset+1)
	return line, utf8.RuneCount(d.data[d.lines[line-1]:offset]) + 1
}

func (d *document) lineOf(at span) int {
	line, _ := d.position(at.from)
	return line
}

// line tells the range of a line, from 1, without its line end.
func (d *document) line(number int) span {
	from, to := d.lines[number-1], len(d.data)
	if number < len(d.lines) {
		to = d.lines[number] - 1
	}
	if to > from && d.data[to-1] == '\r' {
		to--
	}
	return span{from, to}
}

// at tells the span of one character at a line and a byte column.
func (d *document) at(line, column int) span {
	from := clamp(d.line(clamp(line, 1, len(d.lines))).from+column-1, 0, len(d.data))
	return span{from, min(from+1, len(d.data))}
}

func (d *document) wholeLine(offset int) span {
	number, _ := d.position(offset)
	return d.line(number)
}

// header widens the span of a header's name to its brackets.
func (d *document) header(name span) span {
	line := d.wholeLine(name.from)
	before := bytes.IndexByte(d.data[line.from:name.from], '[')
	after := bytes.IndexByte(d.data[name.to:line.to], ']')
	if before < 0 || after < 0 {
		return line
	}
	to := name.to + after + 1
	for to < line.to && d.data[to] == ']' {
		to++
	}
	return span{line.from + before, to}
}
