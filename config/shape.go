package config

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// checkShape compares the document with the types that it is decoded into, and
// reports keys that are unknown and values of the wrong type. What is wrong is
// taken out, so that the rest can be decoded and checked too.
func (d *document) checkShape() {
	d.checkTable(d.root, reflect.TypeFor[Config](), "")
}

// checkTable checks the keys of a table. Path is its dotted name, empty for the
// document itself.
func (d *document) checkTable(t *node, typ reflect.Type, path string) {
	known := fieldsOf(typ)
	for _, e := range slices.Clone(t.keys) {
		if e.value.bad {
			continue
		}
		if i := slices.IndexFunc(known, func(f field) bool { return f.name == e.name }); i >= 0 {
			d.checkValue(e.value, known[i].typ, joined(path, e.name))
		} else {
			d.unknown(t, e, known, path)
		}
	}
}

// unknown reports a key or table that is not known. What it was probably meant
// to be counts as given, so that it is not said to be missing.
func (d *document) unknown(t *node, e *entry, known []field, path string) {
	meant := nearest(e.name, names(known))
	i := slices.IndexFunc(known, func(f field) bool { return f.name == meant })
	if e.value.kind == unstable.ArrayTable {
		d.damaged = true
		d.report(e.value.at, "unknown table %s%s; %s", d.text(e.value.at), more(len(e.value.items)), tableHint(known, i, path))
		if i >= 0 && tableLike(known[i].typ) {
			for _, table := range e.value.items {
				d.checkTable(table, element(known[i].typ), joined(path, meant))
			}
		}
	} else {
		d.report(e.at, "unknown key %q in %s; %s", e.name, place(path), keyHint(e.name, meant, known))
	}
	d.drop(e.value)
	if i >= 0 && t.entry(meant) == nil {
		t.keys = append(t.keys, &entry{meant, e.at, e.value})
	}
}

// checkValue checks a value, and all below it, against its type.
func (d *document) checkValue(n *node, typ reflect.Type, path string) {
	switch {
	case reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		d.checkText(n, typ, path)
	case typ.Kind() == reflect.Struct:
		d.checkStruct(n, typ, path)
	case typ.Kind() == reflect.Slice && n.kind == unstable.ArrayTable && typ.Elem().Kind() == reflect.Struct:
		d.checkTables(n, typ.Elem(), path)
	case typ.Kind() == reflect.Slice:
		d.checkList(n, typ.Elem(), path)
	default:
		d.checkScalar(n, typ, path)
	}
}

// checkStruct checks a table that may stand once.
func (d *document) checkStruct(n *node, typ reflect.Type, path string) {
	switch n.kind {
	case unstable.Table:
		d.checkTable(n, typ, path)
	case unstable.ArrayTable:
		first := n.items[0]
		d.checkBrackets(n.items[:1], false, path)
		for i, table := range n.items {
			d.checkTable(table, typ, path)
			if i > 0 {
				d.report(table.at, "table %s stands twice; the first is in line %d", brackets(path, false), d.lineOf(first.at))
				d.drop(table)
			}
		}
	default:
		d.report(n.at, "%s is a table: write its keys below a header %s", path, brackets(path, false))
		d.drop(n)
	}
}

// checkTables checks tables of which there may be many.
func (d *document) checkTables(n *node, typ reflect.Type, path string) {
	d.checkBrackets(n.items, true, path)
	n.items = slices.DeleteFunc(n.items, func(table *node) bool { return table.bad })
	for _, table := range n.items {
		d.checkTable(table, typ, path)
	}
}

// checkBrackets checks the brackets of headers, and puts them right.
func (d *document) checkBrackets(tables []*node, double bool, path string) {
	var wrong []*node
	for _, table := range tables {
		switch {
		case table.mended:
			d.edits = append(d.edits, edit{table.expression, brackets(path, double)})
		case table.implicit && double:
			d.report(table.at, "a header %s must stand above this", brackets(path, double))
			d.drop(table)
		case !table.implicit && table.double != double:
			d.edits = append(d.edits, edit{table.expression, brackets(path, double)})
			wrong = append(wrong, table)
		}
	}
	if len(wrong) == 0 {
		return
	}
	reason := "there is only one"
	if double {
		reason = "there may be several"
	}
	d.report(wrong[0].at, "write %s, for %s%s", brackets(path, double), reason, more(len(wrong)))
}

// checkList checks an array of values or of inline tables.
func (d *document) checkList(n *node, elem reflect.Type, path string) {
	if n.kind != unstable.Array {
		name, assigned := subject(path)
		example := ""
		if n.kind == unstable.String && elem.Kind() == reflect.String {
			example = ": write " + assigned + "[" + d.text(n.at) + "]"
		}
		d.report(n.at, "%s must be a list, not %s%s", name, d.describe(n), example)
		d.drop(n)
		return
	}
	if elem.Kind() != reflect.Struct {
		path += "[]"
	}
	for _, item := range n.items {
		d.checkValue(item, elem, path)
		n.bad = n.bad || item.bad
	}
}

// field is a key that a table may have.
type field struct {
	name string
	typ  reflect.Type
}

// fieldsOf lists the keys of a table in the order of its struct.
func fieldsOf(typ reflect.Type) []field {
	var fields []field
	for i := range typ.NumField() {
		f := typ.Field(i)
		switch name, _, _ := strings.Cut(f.Tag.Get("toml"), ","); {
		case f.Anonymous:
			fields = append(fields, fieldsOf(f.Type)...)
		case f.IsExported() && name != "" && name != "-":
			fields = append(fields, field{name, f.Type})
		}
	}
	return fields
}

func names(fields []field) []string {
	all := make([]string, len(fields))
	for i, f := range fields {
		all[i] = f.name
	}
	return all
}

// tableLike tells whether a type is written below a header.
func tableLike(typ reflect.Type) bool {
	return element(typ).Kind() == reflect.Struct &&
		!reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func element(typ reflect.Type) reflect.Type {
	if typ.Kind() == reflect.Slice {
		return typ.Elem()
	}
	return typ
}

func joined(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

func lastPart(path string) string { return path[strings.LastIndex(path, ".")+1:] }

// subject names a setting in a message, and gives what stands before its value
// in an example. The path of a value in a list ends in [].
func subject(path string) (name, assigned string) {
	key := lastPart(path)
	if list, ok := strings.CutSuffix(key, "[]"); ok {
		return "each value of " + list, ""
	}
	return key, key + " = "
}
