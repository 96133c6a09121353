package config

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// document is a TOML text as a tree whose nodes know where they stand. It is
// read past syntax errors, so that all of them are told at once.
type document struct {
	name     string
	data     []byte
	lines    []int // the offset of each line
	root     *node
	table    *node // the table that the next key belongs to
	mistakes Errors
	// elsewhere are the mistakes in files that this one names.
	elsewhere Errors
	edits     []edit
	// damaged says that something could not be read, so that what seems to
	// be missing may be there.
	damaged bool
	told    map[string]bool // paths of the problems that were reported
}

// span is a range of bytes of the document.
type span struct{ from, to int }

// node is a value, a table, or the list of tables that share a header.
type node struct {
	// kind is the library's: Table for a table of either form, ArrayTable
	// for a list of headers, Invalid for what could not be read.
	kind unstable.Kind
	at   span // what to underline: a header, a key or a value
	// expression is the key and value or the header that holds the node.
	expression span
	text       string // of a scalar, undone of quotes
	keys       []*entry
	items      []*node
	// bad says that a mistake was told here, so that what follows from it
	// is not told too.
	bad bool

	implicit bool // a table that has no header of its own yet
	dotted   bool // it began with a dotted key, so no header may follow
	double   bool // its header is written [[x]]
	mended   bool // its header was broken, and told so
	gone     bool // a table that was taken out: its keys go too
}

// entry is a key of a table with its value.
type entry struct {
	name  string
	at    span
	value *node
}

// newDocument prepares a text for reading. A byte order mark is taken away.
func newDocument(name string, data []byte) *document {
	data = bytes.Clone(bytes.TrimPrefix(data, []byte("\ufeff")))
	d := &document{
		name: name, data: slices.Clip(data), lines: []int{0},
		root: &node{kind: unstable.Table}, told: make(map[string]bool),
	}
	d.table = d.root
	for i, c := range d.data {
		if c == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	return d
}

// readDocument reads the text into a tree and reports what is not TOML.
func readDocument(name string, data []byte) *document {
	d := newDocument(name, data)
	d.checkEncoding()
	d.readExpressions()
	return d
}

// checkEncoding reports what is not UTF-8 and takes it out of the way.
func (d *document) checkEncoding() {
	if bytes.HasPrefix(d.data, []byte("\xff\xfe")) || bytes.HasPrefix(d.data, []byte("\xfe\xff")) {
		d.report(span{}, "the file is UTF-16; save it as UTF-8")
		d.data, d.damaged = nil, true
		return
	}
	told := -1
	for i := 0; i < len(d.data); {
		r, size := utf8.DecodeRune(d.data[i:])
		if r == utf8.RuneError && size == 1 {
			line, _ := d.position(i)
			if line != told {
				d.report(span{i, i + 1}, "byte 0x%02X is not UTF-8 text; save the file as UTF-8", d.data[i])
				told = line
			}
			d.data[i] = '?'
		}
		i += size
	}
}

// readExpressions parses the text; after a syntax error it goes on at the next
// line that can be read on its own.
func (d *document) readExpressions() {
	var parser unstable.Parser
	for base := 0; base < len(d.data); {
		rest := d.data[base:]
		parser.Reset(rest)
		end := base
		for parser.NextExpression() {
			end = d.add(parser.Expression(), base)
		}
		err := parser.Error()
		if err == nil {
			return
		}
		base = d.skipBroken(err, &parser, base, end)
	}
}

// add puts an expression into the tree and returns where it ends.
func (d *document) add(e *unstable.Node, base int) int {
	path := keyPath(e, base)
	last := path[len(path)-1]
	whole := span{path[0].at.from, last.at.to}
	switch e.Kind {
	case unstable.Table, unstable.ArrayTable:
		d.open(path, whole, e.Kind == unstable.ArrayTable)
		return whole.to
	default:
		expression := rangeSpan(e.Raw, base)
		d.put(d.table, path, d.newNode(e.Value(), base, whole, expression))
		return expression.to
	}
}

// newNode copies a parsed value. At is underlined where the value itself has
// no place.
func (d *document) newNode(value *unstable.Node, base int, at, expression span) *node {
	n := &node{kind: value.Kind, at: at, expression: expression, text: string(value.Data)}
	switch value.Kind {
	case unstable.Array:
		for it := value.Children(); it.Next(); {
			n.items = append(n.items, d.newNode(it.Node(), base, at, expression))
		}
	case unstable.InlineTable:
		n.kind = unstable.Table
		for it := value.Children(); it.Next(); {
			path := keyPath(it.Node(), base)
			whole := span{path[0].at.from, path[len(path)-1].at.to}
			d.put(n, path, d.newNode(it.Node().Value(), base, whole, expression))
		}
	default:
		n.at = rangeSpan(value.Raw, base)
	}
	return n
}

func keyPath(e *unstable.Node, base int) []*entry {
	var path []*entry
	for it := e.Key(); it.Next(); {
		path = append(path, &entry{name: string(it.Node().Data), at: rangeSpan(it.Node().Raw, base)})
	}
	return path
}

func rangeSpan(r unstable.Range, base int) span {
	from := base + int(r.Offset)
	return span{from, from + int(r.Length)}
}

// open makes the table of a header the current one.
func (d *document) open(path []*entry, at span, double bool) {
	parent := d.root
	for _, part := range path[:len(path)-1] {
		parent = d.descend(parent, part)
	}
	part := path[len(path)-1]
	table := &node{kind: unstable.Table, at: d.header(at), expression: d.wholeLine(at.from), double: double}
	d.table = table
	found := parent.entry(part.name)
	switch {
	case parent.gone:
		d.take(table)
	case found == nil:
		list := &node{kind: unstable.ArrayTable, at: table.at, expression: table.expression, items: []*node{table}}
		parent.keys = append(parent.keys, &entry{part.name, at, list})
	case found.value.kind != unstable.ArrayTable:
		d.report(table.at, "%q is already a key, in line %d; a table cannot have the same name",
			part.name, d.lineOf(found.at))
		d.drop(found.value)
		d.take(table)
	case found.value.last().dotted:
		d.report(table.at, "the table %s already began in line %d", part.name, d.lineOf(found.at))
		d.take(table)
	case found.value.last().implicit && !double:
		table.keys = found.value.last().keys
		*found.value.last() = *table
		d.table = found.value.last()
	default:
		found.value.items = append(found.value.items, table)
	}
}

// descend goes to the table of that name, or makes it.
func (d *document) descend(parent *node, part *entry) *node {
	if parent.gone {
		return parent
	}
	found := parent.entry(part.name)
	if found == nil {
		table := &node{kind: unstable.Table, at: part.at, implicit: true}
		list := &node{kind: unstable.ArrayTable, at: part.at, items: []*node{table}}
		parent.keys = append(parent.keys, &entry{part.name, part.at, list})
		return table
	}
	switch found.value.kind {
	case unstable.ArrayTable:
		return found.value.last()
	case unstable.Table:
		return found.value
	}
	d.report(part.at, "%q is a plain value, in line %d, so there can be nothing below it",
		part.name, d.lineOf(found.at))
	return &node{kind: unstable.Table, at: part.at, gone: true}
}

// put adds a key to a table, and reports a key that stands twice.
func (d *document) put(table *node, path []*entry, value *node) {
	for _, part := range path[:len(path)-1] {
		table = d.descend(table, part)
		table.dotted = table.dotted || table.implicit
	}
	if table.gone {
		d.drop(value)
		return
	}
	last := path[len(path)-1]
	if found := table.entry(last.name); found != nil {
		missing := ""
		if table.double {
			missing = ", or a header " + d.text(table.at) + " is missing above"
		}
		d.report(last.at, "key %q stands twice in this table; the first is in line %d%s",
			last.name, d.lineOf(found.at), missing)
		d.drop(value)
		return
	}
	last.value = value
	table.keys = append(table.keys, last)
}

func (n *node) entry(name string) *entry {
	for _, e := range n.keys {
		if e.name == name {
			return e
		}
	}
	return nil
}

func (n *node) last() *node { return n.items[len(n.items)-1] }
