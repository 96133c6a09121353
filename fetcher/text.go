package fetcher

import (
	"bytes"
	"html"
	"strings"
)

// The long texts of items are most of a document, and a parser that looks for
// markup in them byte by byte takes most of the time of reading it. They are
// known to hold none, so the parser gets a mark in their place.
const longText = 128

// marks stand for the long texts of an item; no feed has these characters of
// private use for its text.
var marks = [2]string{"\uE0F0", "\uE0F1"}

// keepText notes a long text of the item that is open.
func (w *walker) keepText(inside span) {
	item := w.current()
	holdsElements := item.elements != w.before+1
	if inside.to-inside.from < longText || item.longs == len(item.long) || holdsElements || !w.isText(w.field) {
		return
	}
	item.long[item.longs] = inside
	item.longs++
}

// isText tells the elements that a parser reads as character data.
func (w *walker) isText(t tag) bool {
	switch string(local(t.name)) {
	case "encoded":
		return true
	case "description", "summary", "content":
		kind := string(t.kind)
		return w.own(t.name) && (kind == "" || kind == "text" || kind == "html" || strings.HasPrefix(kind, "text/")) &&
			!bytes.Equal(t.mode, []byte("base64"))
	}
	return false
}

// writeItem writes an item with marks for its long texts.
func (o *outline) writeItem(out *bytes.Buffer, item cut) {
	from := item.from
	for i, text := range item.long[:item.longs] {
		o.write(out, span{from, text.from})
		out.WriteString(marks[i])
		from = text.to
	}
	o.write(out, span{from, item.to})
}

// unmarked is the text that a mark stands for; what is no mark stays.
func (o *outline) unmarked(value string, at cut) string {
	for i, text := range at.long[:at.longs] {
		if value == marks[i] {
			return o.mended(text)
		}
	}
	return value
}

// mended reads a span of character data with its edits.
func (o *outline) mended(s span) string {
	if i := firstEdit(o.edits, s.from); i == len(o.edits) || o.edits[i].from >= s.to {
		return plainText(s.of(o.text))
	}
	var out bytes.Buffer
	o.write(&out, s)
	return plainText(out.Bytes())
}

// plainText reads character data as written in XML: references and CDATA
// sections decoded, space around it dropped.
func plainText(raw []byte) string {
	open, shut := []byte("<![CDATA["), []byte("]]>")
	raw = bytes.TrimSpace(raw)
	if !bytes.Contains(raw, open) {
		return unescape(raw)
	}
	var out strings.Builder
	out.Grow(len(raw))
	for len(raw) > 0 {
		before, rest, found := bytes.Cut(raw, open)
		out.WriteString(unescape(before))
		if !found {
			break
		}
		inside, after, _ := bytes.Cut(rest, shut)
		out.Write(inside)
		raw = after
	}
	return strings.TrimSpace(out.String())
}

// unescape decodes references, with HTML's names. One without its semicolon is
// none: "?a=1&copy=2" is an address.
func unescape(raw []byte) string {
	const longest = 40 // of all references
	i := bytes.IndexByte(raw, '&')
	if i < 0 {
		return string(raw)
	}
	var out strings.Builder
	out.Grow(len(raw))
	for i >= 0 {
		out.Write(raw[:i])
		raw = raw[i:]
		end := bytes.IndexByte(raw[:min(len(raw), longest)], ';')
		if character, ok := character(raw[:end+1]); ok {
			out.WriteString(character)
			raw = raw[end+1:]
		} else {
			out.WriteByte('&')
			raw = raw[1:]
		}
		i = bytes.IndexByte(raw, '&')
	}
	out.Write(raw)
	return out.String()
}

// character is what a reference with its semicolon stands for.
func character(reference []byte) (string, bool) {
	if len(reference) < 3 || reference[1] != '#' && len(nameAt(reference, 1)) != len(reference)-2 {
		return "", false
	}
	switch string(reference) { // most are one of these
	case "&lt;":
		return "<", true
	case "&gt;":
		return ">", true
	case "&amp;":
		return "&", true
	case "&quot;":
		return `"`, true
	case "&#39;":
		return "'", true
	}
	with := html.UnescapeString(string(reference))
	return with, with != html.UnescapeString(string(reference[:len(reference)-1]))+";"
}
