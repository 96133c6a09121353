package config

import (
	"fmt"
	"reflect"
	"strings"
)

// keyHint tells what an unknown key may be meant to be, where it belongs, or
// which keys there are.
func keyHint(name, meant string, known []field) string {
	homes := homesOf(name)
	switch {
	case meant != "" && len(homes) == 0:
		return fmt.Sprintf("did you mean %q?", meant)
	case len(homes) > 0:
		return "it belongs below " + strings.Join(homes, " or ")
	}
	return "the keys here are " + strings.Join(names(known), ", ")
}

// homesOf lists the tables that have a key of that name.
func homesOf(name string) []string {
	var homes []string
	for _, table := range fieldsOf(reflect.TypeFor[Config]()) {
		for _, f := range fieldsOf(element(table.typ)) {
			if f.name == name {
				homes = append(homes, brackets(table.name, table.typ.Kind() == reflect.Slice))
			}
		}
	}
	return homes
}

// tableHint tells which table may be meant (known[meant] unless negative), or
// which there are.
func tableHint(known []field, meant int, path string) string {
	if meant >= 0 && tableLike(known[meant].typ) {
		return "did you mean " + fieldHeader(known[meant], path) + "?"
	}
	var headers []string
	for _, f := range known {
		if tableLike(f.typ) {
			headers = append(headers, fieldHeader(f, path))
		}
	}
	if len(headers) == 0 {
		return place(path) + " has no tables below it"
	}
	return "the tables here are " + strings.Join(headers, ", ")
}

func fieldHeader(f field, path string) string {
	return brackets(joined(path, f.name), f.typ.Kind() == reflect.Slice)
}

func brackets(path string, double bool) string {
	if double {
		return "[[" + path + "]]"
	}
	return "[" + path + "]"
}

// place names a table for people; path is its dotted name.
func place(path string) string {
	if path == "" {
		return "the part before the first table"
	}
	typ := reflect.TypeFor[Config]()
	double := false
	for part := range strings.SplitSeq(path, ".") {
		for _, f := range fieldsOf(typ) {
			if f.name == part {
				typ, double = element(f.typ), f.typ.Kind() == reflect.Slice
				break
			}
		}
	}
	return brackets(path, double)
}

// more tells that a mistake stands in further places.
func more(places int) string {
	switch places {
	case 1:
		return ""
	case 2:
		return " (here and in 1 more place)"
	}
	return fmt.Sprintf(" (here and in %d more places)", places-1)
}

// text is the part of the document that a span covers.
func (d *document) text(at span) string { return string(d.data[at.from:at.to]) }
