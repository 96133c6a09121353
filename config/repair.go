package config

import (
	"bytes"
	"slices"
)

// edit replaces a part of the document that would stop the decoder.
type edit struct {
	span
	text string
}

// drop takes the expression of a node, and all below it, out of the text that
// the decoder sees.
func (d *document) drop(n *node) {
	n.bad = true
	if n.expression != (span{}) {
		d.edits = append(d.edits, edit{n.expression, ""})
	}
	for _, e := range n.keys {
		d.drop(e.value)
	}
	for _, item := range n.items {
		d.drop(item)
	}
}

// repaired returns the text with the edits made. Lines keep their numbers.
func (d *document) repaired() []byte {
	slices.SortStableFunc(d.edits, func(a, b edit) int { return a.from - b.from })
	var text bytes.Buffer
	at := 0
	for _, e := range d.edits {
		if e.to <= at {
			continue
		}
		from := max(at, e.from)
		text.Write(d.data[at:from])
		text.WriteString(e.text)
		text.Write(bytes.Repeat([]byte("\n"), bytes.Count(d.data[from:e.to], []byte("\n"))))
		at = e.to
	}
	text.Write(d.data[at:])
	return text.Bytes()
}

// take takes a table out of the text, with the keys that are still to come.
func (d *document) take(table *node) {
	table.gone = true
	d.drop(table)
}
