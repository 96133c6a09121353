package config

import (
	"cmp"
	"encoding"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"

	"harmattan/news"
)

// schemaDialect is the one that editors of TOML understand.
const schemaDialect = "http://json-schema.org/draft-07/schema#"

// schema is a part of a JSON Schema.
type schema struct {
	Dialect     string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        string             `json:"type,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Default     any                `json:"default,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Closed      *bool              `json:"additionalProperties,omitempty"` // false: no other keys
}

// Schema is the JSON Schema (draft 7) of the configuration file, with which
// editors complete its keys and tell what they mean. The descriptions are the
// comments of the documented example.
func Schema(example string) ([]byte, error) {
	comments := commentsOf(example)
	root := tableSchema(reflect.TypeFor[Config](), reflect.ValueOf(*Default()), "", comments)
	root.Dialect, root.Title = schemaDialect, "Configuration of Harmattan"
	text, err := json.MarshalIndent(root, "", "  ")
	return append(text, '\n'), err
}

// tableSchema describes a table by the struct that it is read into. Defaults is
// what an empty table means, or the zero Value.
func tableSchema(typ reflect.Type, defaults reflect.Value, path string, comments map[string]string) *schema {
	closed := false
	s := &schema{Type: "object", Closed: &closed, Properties: map[string]*schema{}}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		value := reflect.Value{}
		if defaults.IsValid() {
			value = defaults.Field(i)
		}
		switch {
		case f.Anonymous:
			for key, inner := range tableSchema(f.Type, value, path, comments).Properties {
				s.Properties[key] = inner
			}
		case name != "" && name != "-":
			key := joined(path, name)
			inner := valueSchema(f.Type, value, key, comments)
			top, _, _ := strings.Cut(path, ".") // further rules have the keys of the first
			inner.Description = cmp.Or(comments[key], comments[joined(top, name)])
			s.Properties[name] = inner
		}
	}
	return s
}

func valueSchema(typ reflect.Type, defaults reflect.Value, path string, comments map[string]string) *schema {
	switch {
	case typ == reflect.TypeFor[news.Duration]():
		s := &schema{Type: "string", Pattern: `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h|d))+$`}
		if defaults.IsValid() {
			s.Default = defaults.Interface().(news.Duration).String()
		}
		return s
	case reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return &schema{Type: "string"}
	case typ.Kind() == reflect.Pointer:
		return valueSchema(typ.Elem(), reflect.Value{}, path, comments)
	case typ.Kind() == reflect.Struct:
		return tableSchema(typ, defaults, path, comments)
	case typ.Kind() == reflect.Slice:
		return &schema{Type: "array", Items: valueSchema(typ.Elem(), reflect.Value{}, path, comments)}
	}
	s := &schema{Type: scalar(typ.Kind()), Enum: choices(typ)}
	if defaults.IsValid() && !defaults.IsZero() {
		s.Default = defaults.Interface()
	}
	return s
}

func scalar(kind reflect.Kind) string {
	switch kind {
	case reflect.Bool:
		return "boolean"
	case reflect.Float64:
		return "number"
	case reflect.String:
		return "string"
	}
	return "integer"
}

// choices are the values of a type that has few; "" is one where the key may
// be left empty.
func choices(typ reflect.Type) []string {
	switch typ {
	case reflect.TypeFor[news.SourceKind]():
		return []string{"", string(news.SourceFeed), string(news.SourceNewsSitemap)}
	case reflect.TypeFor[news.Stories]():
		return []string{"", string(news.StoriesMerge), string(news.StoriesList)}
	}
	return nil
}

var tableHeader = regexp.MustCompile(`^\[\[?([a-z_.]+)\]\]?$`)

// commentsOf reads, by "table.key", the comment above the first line of every
// key of the example, whether the key is set or only shown.
func commentsOf(example string) map[string]string {
	comments := map[string]string{}
	table, above := "", []string(nil)
	for line := range strings.SplitSeq(example, "\n") {
		text, isComment := strings.CutPrefix(line, "# ")
		if m := tableHeader.FindStringSubmatch(text); m != nil {
			table, above = m[1], nil
			continue
		}
		m := assignment.FindStringSubmatch(text)
		switch {
		case m != nil && len(above) > 0:
			if key := joined(table, m[1]); comments[key] == "" {
				comments[key] = strings.Join(above, " ")
			}
			above = nil
		case isComment:
			above = append(above, text)
		default:
			above = nil
		}
	}
	return comments
}
