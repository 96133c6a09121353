package fetcher

import (
	"encoding"
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// What an outline has no attribute for stands in attributes of our own
// namespace, named as in the configuration.
const (
	opmlPrefix    = "harmattan"
	opmlNamespace = "urn:uuid:8ea000ea-6464-4b40-9db3-0040b9dac6f2"
)

type opmlDocument struct {
	XMLName  xml.Name       `xml:"opml"`
	Version  string         `xml:"version,attr"`
	Ours     string         `xml:"xmlns:harmattan,attr"`
	Title    string         `xml:"head>title"`
	Modified string         `xml:"head>dateModified"`
	Owner    string         `xml:"head>ownerName,omitempty"`
	Body     []*opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Text     string         `xml:"text,attr"`
	Title    string         `xml:"title,attr,omitempty"`
	Type     string         `xml:"type,attr,omitempty"`
	XMLURL   string         `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string         `xml:"htmlUrl,attr,omitempty"`
	Language string         `xml:"language,attr,omitempty"`
	Ours     []xml.Attr     `xml:",any,attr"`
	Outlines []*opmlOutline `xml:"outline"`
}

// WriteOPML writes sources as an OPML 2.0 document: tags become folders, the
// first outermost. What news.Source has and OPML has not is kept in attributes
// of our own, but for the permission to republish whole texts, which was given
// to one operator. Sources whose address strangers must not see are left out;
// their ids are returned (P-84, F-105).
func WriteOPML(w io.Writer, title, owner string, modified time.Time, sources []news.Source) (hidden []string, err error) {
	root := &opmlOutline{}
	for _, s := range sources {
		if s.PublicURL() != s.URL || checkURL(s.URL) != nil {
			hidden = append(hidden, s.ID)
			continue
		}
		into := root
		for _, tag := range s.Tags {
			into = into.folder(outlineText(tag))
		}
		into.Outlines = append(into.Outlines, outlineOf(s))
	}
	document := opmlDocument{Version: "2.0", Ours: opmlNamespace, Title: title, Owner: owner,
		Modified: modified.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"), Body: root.Outlines}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return hidden, err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return hidden, err
	}
	_, err = io.WriteString(w, "\n")
	return hidden, err
}

// folder finds or makes a folder.
func (o *opmlOutline) folder(name string) *opmlOutline {
	for _, inner := range o.Outlines {
		if inner.XMLURL == "" && inner.Text == name {
			return inner
		}
	}
	inner := &opmlOutline{Text: name}
	o.Outlines = append(o.Outlines, inner)
	return inner
}

func outlineOf(s news.Source) *opmlOutline {
	o := &opmlOutline{Text: s.Title(), Title: s.Title(), Type: "rss", XMLURL: s.URL, HTMLURL: news.RedactURL(s.Homepage), Language: s.Language}
	if s.Kind == news.SourceNewsSitemap {
		o.Type = "sitemap" // a reader cannot subscribe to it
	}
	fields := reflect.ValueOf(s)
	for i := range fields.NumField() {
		key, text := fields.Type().Field(i).Tag.Get("toml"), ""
		if carried(key) {
			text = attributeText(fields.Field(i))
		}
		if text != "" {
			o.Ours = append(o.Ours, xml.Attr{Name: xml.Name{Local: opmlPrefix + ":" + key}, Value: text})
		}
	}
	return o
}

// carried tells whether a key of a source stands in an attribute of our own.
func carried(key string) bool {
	switch key {
	case "", "-", "url", "public_url", "name", "homepage", "language", "tags", "full_text":
		return false
	}
	return true
}

// attributeText writes a value of a source, empty for none.
func attributeText(v reflect.Value) string {
	switch {
	case v.IsZero():
	case v.Kind() == reflect.Pointer:
		return fmt.Sprint(v.Elem().Interface())
	case v.Kind() == reflect.Slice:
		return strings.Join(v.Interface().([]string), ",")
	default:
		return fmt.Sprint(v.Interface())
	}
	return ""
}

// restore sets what attributes of our own say. A value that no source may have
// is left out with a remark.
func (r *opmlReader) restore(s *news.Source, ours map[string]string, line int) {
	fields := reflect.ValueOf(s).Elem()
	byKey := map[string]reflect.Value{}
	for i := range fields.NumField() {
		byKey[fields.Type().Field(i).Tag.Get("toml")] = fields.Field(i)
	}
	for key, text := range ours {
		if field, ok := byKey[key]; ok && carried(key) {
			setText(field, text)
		}
	}
	if s.Name == s.ID {
		s.Name = ""
	}
	checked := *s
	checked.ID = first(s.ID, "x")
	for _, problem := range ValidateSource(checked) {
		if field, ok := byKey[problem.Path[0]]; ok && problem.Path[0] != "url" {
			r.remark(line, "%q: %s is left out: %s", s.Name, problem.Path[0], problem.Message)
			field.SetZero()
		}
	}
}

// setText is the inverse of attributeText.
func setText(field reflect.Value, text string) {
	switch field.Kind() {
	case reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		setText(field.Elem(), text)
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		field.SetBool(text == "true")
	case reflect.Int:
		if n, err := strconv.Atoi(text); err == nil {
			field.SetInt(int64(n))
		}
	case reflect.Slice:
		field.Set(reflect.ValueOf(strings.Split(text, ",")))
	case reflect.Struct: // a span; one that cannot be read is left out
		_ = field.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	}
}
