package fetcher

import (
	"bytes"
	"fmt"
)

// isItem tells whether an element below the given ones is an item.
func (w *walker) isItem(name []byte, above []open) bool {
	if len(above) == 0 || len(w.out.items) >= maxCuts {
		return false
	}
	kind := "item"
	switch w.out.format {
	case formatAtom:
		kind = "entry"
	case formatSitemap:
		kind = "url"
	case formatIndex:
		kind = "sitemap"
	}
	if !bytes.EqualFold(local(name), []byte(kind)) {
		return false
	}
	p := prefix(name)
	native := p == nil || bytes.Equal(p, prefix(w.out.root.name)) || string(p) == "rss" || string(p) == "atom" ||
		w.out.format == formatRDF
	inChannel := len(above) == 2 && bytes.EqualFold(local(above[1].name), []byte("channel")) && w.out.format != formatAtom
	return native && (len(above) == 1 || inChannel)
}

func (w *walker) openItem(t tag) {
	w.item, w.mends = len(w.stack), 0
	w.mendNamespace(t)
	item := cut{span: t.span, about: decoded(t.about), language: decoded(t.language)}
	item.base = decoded(t.base)
	w.out.items = append(w.out.items, item)
}

func (w *walker) current() *cut { return &w.out.items[len(w.out.items)-1] }

func (w *walker) elements() int {
	if w.item >= 0 {
		return w.current().elements
	}
	return w.out.elements
}

// child notes what the fetcher wants to know of an item's direct children.
func (w *walker) child(t tag) {
	item := w.current()
	w.field, w.before = t, item.elements
	switch string(local(t.name)) {
	case "encoded":
		w.inner(t)
	case "news":
		item.told = w.out.format == formatSitemap
	}
	if !w.own(t.name) {
		return
	}
	switch string(local(t.name)) {
	case "title":
		item.plainTitle = plain(t)
		if item.language == "" {
			item.language = decoded(t.language)
		}
	case "summary":
		item.plainSummary = plain(t)
		w.inner(t)
	case "content":
		item.plainContent = plain(t)
		w.inner(t)
	case "description":
		w.inner(t)
	case "link":
		if t.href != nil && item.link.to == 0 && (t.rel == nil || string(t.rel) == "alternate") {
			item.link = t.span
		}
	}
}

// own tells whether a child of the item belongs to its format: media:title and
// its like do not.
func (w *walker) own(name []byte) bool {
	return bytes.Equal(prefix(name), prefix(nameAt(w.text, w.current().from+1)))
}

// plain tells whether an Atom text construct holds text and no HTML.
func plain(t tag) bool {
	kind := string(t.kind)
	return kind == "" && t.mode == nil || kind == "text" || kind == "text/plain"
}

// inner keeps the base and language that stand on an item's text itself.
func (w *walker) inner(t tag) {
	item := w.current()
	if item.inner == "" {
		item.inner = decoded(t.base)
	}
	if item.language == "" {
		item.language = decoded(t.language)
	}
}

// keepField notes the text of an item's id and link, and long texts.
func (w *walker) keepField(end span) {
	item, inside := w.current(), span{w.field.to, end.from}
	w.keepText(inside)
	if !w.own(w.field.name) {
		return
	}
	switch string(local(w.field.name)) {
	case "guid", "id":
		if item.id.to == 0 {
			item.id = inside
		}
	case "link":
		if item.link.to == 0 && w.field.href == nil {
			item.link = inside
		}
	}
}

func (w *walker) closeItem(end int, unclosed string) {
	item := w.current()
	item.to, item.unclosed = end, unclosed
	item.hash = hashItem(item.of(w.text))
	w.item = -1
}

// openChannel ends the opening of the document: with <channel> when items
// stand in it, else with the root.
func (w *walker) openChannel(t tag) {
	out := w.out
	out.opened = out.root.to
	out.closers = "</" + string(out.root.name) + ">"
	if out.format != formatRSS || !bytes.EqualFold(local(t.name), []byte("channel")) || t.closed {
		return
	}
	out.opened = t.to
	out.closers = "</" + string(t.name) + ">" + out.closers
	w.channelDepth = 1
	w.inherit(t)
	w.mendNamespace(t)
}

// inherit keeps what the items below an element inherit from it.
func (w *walker) inherit(t tag) {
	if t.base != nil {
		w.out.bases = append(w.out.bases, decoded(t.base))
	}
	if t.language != nil {
		w.out.language = decoded(t.language)
	}
}

// endChannel ends the part outside items; what is still open above the
// channel gets its end tag.
func (w *walker) endChannel(at int) {
	w.out.channel, w.out.unclosed = at, w.endTags(w.channelDepth+1)
}

// refuse keeps a parser from what breaks a limit: a field of an item is taken
// as text, else the item is given up, else the whole document is.
func (w *walker) refuse(reason string) error {
	switch {
	case w.item < 0:
		return fmt.Errorf("%w: %s", errBomb, reason)
	case len(w.stack) > w.item+1:
		w.takeAsText()
	default:
		name := string(nameAt(w.text, w.current().from+1))
		w.current().refused = reason
		w.stack = append(w.stack[:min(w.item, len(w.stack))], open{name: []byte(name)})
		w.skipTo("</" + name)
	}
	w.mends, w.pieces = 0, 0
	return nil
}

// takeAsText makes the content of the field that is open into one text, as a
// reader would with HTML that somebody forgot to escape.
func (w *walker) takeAsText() {
	start := w.field.to
	edits := w.out.edits
	for len(edits) > 0 && edits[len(edits)-1].from >= start {
		edits = edits[:len(edits)-1]
	}
	w.out.edits = append(edits, edit{span{start, start}, "<![CDATA["})
	w.stack = w.stack[:w.item+2]
	w.skipTo("</" + string(w.field.name))
	if w.done {
		return
	}
	inside := span{start, w.pos}
	if inside.to-inside.from > maxText {
		inside.to = w.shorten(inside)
	}
	w.escapeEnds(inside)
	w.edit(span{w.pos, w.pos}, "]]>")
	w.current().elements = w.before
	w.mended.add("field taken as text")
}

// skipTo goes on where a text stands next; without it the document was cut.
func (w *walker) skipTo(text string) {
	i := bytes.Index(w.text[w.pos:], []byte(text))
	if i < 0 {
		w.truncate()
		return
	}
	w.pos += i
}
