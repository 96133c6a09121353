package config

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"unicode"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/unicode/norm"

	"harmattan/news"
)

// SourceTable writes a source as a [[source]] table ready to paste: every key
// that is set, in the order of news.Source.
func SourceTable(s news.Source) string {
	var b strings.Builder
	writeTable(&b, "source", reflect.ValueOf(s))
	return b.String()
}

// EditionTable writes an edition as an [[edition]] table ready to paste, with
// its further rules and examples below it: every key that is set, in the order
// of news.Edition.
func EditionTable(e news.Edition) string {
	var b strings.Builder
	writeTable(&b, "edition", reflect.ValueOf(e))
	return b.String()
}

// writeTable writes the keys of a table, then the tables below it.
func writeTable(b *strings.Builder, name string, table reflect.Value) {
	fmt.Fprintf(b, "[[%s]]\n", name)
	writeKeys(b, table)
	for i := range table.NumField() {
		key, list := table.Type().Field(i).Tag.Get("toml"), table.Field(i)
		if list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.Struct {
			continue
		}
		for j := range list.Len() {
			b.WriteByte('\n')
			writeTable(b, name+"."+key, list.Index(j))
		}
	}
}

func writeKeys(b *strings.Builder, table reflect.Value) {
	for i := range table.NumField() {
		field, value := table.Type().Field(i), table.Field(i)
		key := field.Tag.Get("toml")
		switch {
		case field.Anonymous:
			writeKeys(b, value)
		case key == "" || key == "-" || value.IsZero():
		case value.Kind() == reflect.Slice && value.Type().Elem().Kind() == reflect.Struct: // below a header of its own
		default:
			fmt.Fprintf(b, "%s = %s\n", key, tomlValue(value))
		}
	}
}

// tomlValue writes text in double quotes, as people do, and leaves the rest to
// the library.
func tomlValue(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String:
		return quoted(v.String())
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.String:
		texts := make([]string, v.Len())
		for i := range texts {
			texts[i] = quoted(v.Index(i).String())
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	line, err := toml.Marshal(map[string]any{"v": v.Interface()})
	if err != nil {
		return `""`
	}
	return strings.TrimSpace(strings.TrimPrefix(string(line), "v ="))
}

// quoted is a basic string of TOML.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// longestID leaves room for a number behind it.
const longestID = 56

// NewID makes an id for a source from its name, else from the host of its
// address. It is the same for the same name; where it is taken, a number
// follows. The id is added to taken.
func NewID(name, address string, taken map[string]bool) string {
	id := slug(name)
	if len(id) < 2 {
		id = "source"
		if u, err := url.Parse(address); err == nil && slug(u.Hostname()) != "" {
			id = slug(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."))
		}
	}
	unique := id
	for n := 2; taken[unique]; n++ {
		unique = fmt.Sprintf("%s-%d", id, n)
	}
	taken[unique] = true
	return unique
}

// slug keeps the letters a to z and digits of a text; accents fall away. It is
// empty for a text that is mostly in another script.
func slug(text string) string {
	var b strings.Builder
	foreign := 0
	for _, r := range norm.NFKD.String(latin.Replace(strings.ToLower(text))) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			if unicode.IsLetter(r) {
				foreign++
			}
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "-") {
				b.WriteByte('-')
			}
		}
	}
	if foreign > b.Len() {
		return ""
	}
	id := b.String()
	if len(id) > longestID {
		id = id[:longestID]
		if i := strings.LastIndexByte(id, '-'); i > longestID/2 {
			id = id[:i]
		}
	}
	return strings.Trim(id, "-")
}

// latin spells letters that have no accent to lose, those of Hausa and Fulfulde
// among them.
var latin = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ı", "i",
	"ɓ", "b", "ɗ", "d", "ƙ", "k", "ƴ", "y", "ŋ", "n", "ɛ", "e", "ɔ", "o", "ɲ", "n", "’", "-", "&", " ")
