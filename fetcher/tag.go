package fetcher

import (
	"bytes"
	"html"
	"strings"
)

// tag is a start tag and the few attributes that the guard cares for.
type tag struct {
	span
	name     []byte
	closed   bool // <name/>
	declares int  // namespaces declared on it
	// Attribute values as written, nil when absent.
	base, language, about, kind, mode, href, rel []byte
	// namespace is the default namespace declared on it, xmlns the name of the
	// attribute; both empty when there is none.
	namespace, xmlns span
}

// decoded reads an attribute value as written.
func decoded(value []byte) string { return strings.TrimSpace(html.UnescapeString(string(value))) }

// local is the name without its prefix.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func prefix(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[:i]
	}
	return nil
}

// nameAt reads the name at a place, empty when none stands there.
func nameAt(text []byte, at int) []byte {
	if at >= len(text) || !opensName(text[at]) {
		return nil
	}
	end := at + 1
	for end < len(text) && inName(text[end]) {
		end++
	}
	return text[at:end]
}

// opensName and inName leave out names beyond ASCII: no feed has any.
func opensName(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_'
}

func inName(b byte) bool {
	return opensName(b) || b >= '0' && b <= '9' || b == ':' || b == '-' || b == '.'
}

func blank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' || b == '\r' }

// tagReader reads one start tag and notes what must be mended in it.
type tagReader struct {
	text   []byte
	pos    int
	tag    tag
	edits  []edit
	count  int
	mended tally
}

// readTag reads the start tag at a place; ok is false when what stands there
// is text with a bare "<", or when the document ends within it.
func readTag(text []byte, at int, mended tally) (r tagReader, ok bool) {
	name := nameAt(text, at+1)
	if len(name) == 0 || bytes.Count(name, []byte(":")) > 1 || name[len(name)-1] == ':' {
		return r, false
	}
	r = tagReader{text: text, pos: at + 1 + len(name), mended: mended}
	r.tag.name, r.tag.from = name, at
	for r.pos < len(text) {
		switch b := text[r.pos]; {
		case blank(b):
			r.pos++
		case b == '>':
			r.pos++
			r.tag.to = r.pos
			return r, true
		case b == '/' && r.pos+1 < len(text) && text[r.pos+1] == '>':
			r.pos += 2
			r.tag.to, r.tag.closed = r.pos, true
			return r, true
		case b == '<':
			return r, false
		case opensName(b):
			if !r.attribute() {
				return r, false
			}
		default:
			r.replace(r.pos, r.pos+1, " ")
			r.mended.add(brokenAttribute)
			r.pos++
		}
	}
	return r, false
}

// brokenAttribute counts attributes that are not name="value".
const brokenAttribute = "broken attribute"

func (r *tagReader) replace(from, to int, with string) {
	r.edits = append(r.edits, edit{span{from, to}, with})
}

// attribute reads name="value"; it puts quotes where they lack.
func (r *tagReader) attribute() bool {
	name := nameAt(r.text, r.pos)
	start := r.pos
	r.pos += len(name)
	r.count++
	if bytes.Count(name, []byte(":")) > 1 || name[len(name)-1] == ':' {
		r.replace(start, r.pos, "mended")
	}
	i := r.skipBlank(r.pos)
	if i >= len(r.text) || r.text[i] != '=' {
		r.mended.add(brokenAttribute)
		if bytes.HasPrefix(name, []byte("xml")) {
			r.replace(start, r.pos, "mended")
		}
		return i < len(r.text)
	}
	r.pos = r.skipBlank(i + 1)
	if r.pos >= len(r.text) {
		return false
	}
	quoted := r.text[r.pos] == '"' || r.text[r.pos] == '\''
	value, ok := r.value()
	switch written := (span{start, start + len(name)}); {
	case ok && quoted:
		r.note(name, written, value)
	case ok && bytes.HasPrefix(name, []byte("xml")):
		r.replace(written.from, written.to, "mended")
	}
	return ok
}

func (r *tagReader) skipBlank(i int) int {
	for i < len(r.text) && blank(r.text[i]) {
		i++
	}
	return i
}

func (r *tagReader) value() (value span, ok bool) {
	quote := r.text[r.pos]
	if quote != '"' && quote != '\'' {
		return r.bareValue(), true
	}
	start := r.pos + 1
	length := bytes.IndexByte(r.text[start:], quote)
	if length < 0 {
		return value, false
	}
	value = span{start, start + length}
	for i := start; i < value.to; i++ {
		if r.text[i] == '<' {
			r.replace(i, i+1, "&lt;")
			r.mended.add(bareBracket)
		}
	}
	countReferences(value.of(r.text), r.mended)
	r.pos = value.to + 1
	return value, true
}

func (r *tagReader) bareValue() span {
	start := r.pos
	r.mended.add(brokenAttribute)
	for r.pos < len(r.text) && !blank(r.text[r.pos]) && r.text[r.pos] != '>' && r.text[r.pos] != '<' {
		r.pos++
	}
	r.replace(start, start, `"`)
	for i := start; i < r.pos; i++ {
		if r.text[i] == '"' {
			r.replace(i, i+1, "&quot;")
		}
	}
	r.replace(r.pos, r.pos, `"`)
	return span{start, r.pos}
}

// note keeps the attributes of interest. xml:base gets another name: gofeed
// would resolve ids against it, and paths in its own way (F-86, F-87).
func (r *tagReader) note(name []byte, at, in span) {
	value := in.of(r.text)
	switch string(name) {
	case "xml:base":
		r.tag.base = value
		r.replace(at.from, at.to, "xml:was")
	case "xml:lang":
		r.tag.language = value
	case "rdf:about", "about":
		r.tag.about = value
	case "type":
		r.tag.kind = value
	case "mode":
		r.tag.mode = value
	case "href":
		r.tag.href = value
	case "rel":
		r.tag.rel = value
	case "xmlns":
		r.tag.declares++
		r.tag.xmlns = at
		r.tag.namespace = in
	default:
		if bytes.HasPrefix(name, []byte("xmlns:")) {
			r.tag.declares++
		}
	}
}
