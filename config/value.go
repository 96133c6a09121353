package config

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"harmattan/news"
)

// checkText checks a value that its type reads from text itself.
func (d *document) checkText(n *node, typ reflect.Type, path string) {
	name, assigned := subject(path)
	if n.kind != unstable.String {
		if typ == reflect.TypeFor[news.Duration]() {
			example := ""
			if n.kind == unstable.Integer {
				example = fmt.Sprintf(": write %s\"%ss\", \"%[2]sm\" or \"%[2]sh\"", assigned, d.text(n.at))
			}
			d.report(n.at, "%s must be a time span in quotes with its unit%s", name, example)
		} else {
			d.report(n.at, "%s must be text in quotes, not %s", name, d.describe(n))
		}
		d.drop(n)
		return
	}
	value := reflect.New(typ).Interface().(encoding.TextUnmarshaler)
	if err := value.UnmarshalText([]byte(n.text)); err != nil {
		d.report(n.at, "%s: %s", name, err.Error())
		d.drop(n)
	}
}

// checkScalar checks a text, number or truth value.
func (d *document) checkScalar(n *node, typ reflect.Type, path string) {
	want, example := "", ""
	switch typ.Kind() {
	case reflect.String:
		if n.kind != unstable.String {
			want = "text in quotes"
			if n.kind != unstable.Array && n.kind != unstable.Table && n.kind != unstable.ArrayTable {
				example = `"` + d.text(n.at) + `"`
			}
		}
	case reflect.Bool:
		if n.kind != unstable.Bool {
			want, example = "true or false without quotes", truth(n.text)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		want, example = wholeNumber(n, typ.Bits())
	case reflect.Float32, reflect.Float64:
		want, example = number(n)
	}
	if want == "" {
		return
	}
	name, assigned := subject(path)
	if example != "" {
		example = ": write " + assigned + example
	}
	d.report(n.at, "%s must be %s, not %s%s", name, want, d.describe(n), example)
	d.drop(n)
}

// wholeNumber tells what a value should be that is not a whole number.
func wholeNumber(n *node, bits int) (want, example string) {
	_, err := strconv.ParseInt(strings.ReplaceAll(n.text, "_", ""), 0, bits)
	switch {
	case n.kind == unstable.Integer && err == nil:
		return "", ""
	case n.kind == unstable.Integer:
		return fmt.Sprintf("a whole number of at most %d bits", bits), ""
	case n.kind == unstable.String && err == nil:
		return "a whole number without quotes", n.text
	}
	return "a whole number", ""
}

// number tells what a value should be that is not a finite number.
func number(n *node) (want, example string) {
	f, err := strconv.ParseFloat(strings.ReplaceAll(n.text, "_", ""), 64)
	finite := err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
	switch {
	case n.kind == unstable.Integer, n.kind == unstable.Float && finite:
		return "", ""
	case n.kind == unstable.String && finite:
		return "a number without quotes", n.text
	}
	return "a number such as 0.5", ""
}

// truth reads what people write for true and false.
func truth(text string) string {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return "true"
	case "false", "no", "off", "0":
		return "false"
	}
	return ""
}

// describe names a value for people.
func (d *document) describe(n *node) string {
	switch n.kind {
	case unstable.String:
		return "text"
	case unstable.Array:
		return "a list"
	case unstable.Table, unstable.ArrayTable:
		return "a table"
	}
	return d.text(n.at)
}
