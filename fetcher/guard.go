package fetcher

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// The limits of an XML document (F-104). gofeed recurses per level, copies the
// namespaces in scope per element and joins text piece by piece, so each of
// these bounds its stack, its memory or its time.
const (
	maxDepth      = 64
	maxNamespaces = 48  // in scope
	maxAttributes = 256 // of an element
	maxPieces     = 256 // of text between two tags
	maxText       = 1 << 20
	maxElements   = 20_000 // of an item, or of all that is outside items
	maxCuts       = 50_000 // items of a document, known ones included
)

var (
	errNotFeed = errors.New("not a feed")
	errBomb    = errors.New("a limit on the document's structure was exceeded")
)

// guard walks clean bytes once, without building anything. It finds the items,
// bounds what a parser would have to do, and notes how to mend the markup: a
// rebuilt document is well-formed. Comments, processing instructions and the
// document type are dropped, so no entity is ever declared.
func guard(text []byte, mended tally) (*outline, error) {
	w := walker{out: &outline{text: text}, text: text, item: -1, mended: mended, end: len(text)}
	if err := w.findRoot(); err != nil {
		return nil, err
	}
	if err := w.walk(); err != nil {
		return nil, err
	}
	w.finish()
	return w.out, nil
}

// walker is the state of the pass.
type walker struct {
	out    *outline
	text   []byte
	pos    int
	stack  []open
	item   int // index in the stack of the item that is open, -1 for none
	pieces int
	// field is the direct child of the item that is open: its start tag.
	field  tag
	mended tally
	// channelDepth is the place in the stack of the element that the channel's
	// part ends with: <channel> where items stand in it, else the root.
	channelDepth int
	end          int // where the document ends or was cut
	done         bool
}

// open is an element whose end tag was not seen yet.
type open struct {
	name       []byte
	namespaces int // in scope, its own included
}

func (w *walker) walk() error {
	for w.pos < len(w.text) && !w.done {
		k := bytes.IndexByte(w.text[w.pos:], '<')
		if k < 0 {
			k = len(w.text) - w.pos
		}
		w.characters(span{w.pos, w.pos + k})
		w.pos += k
		if w.pos == len(w.text) {
			return nil
		}
		if err := w.markup(); err != nil {
			return err
		}
	}
	return nil
}

// characters mends and bounds a piece of text.
func (w *walker) characters(s span) {
	if s.to-s.from > maxText {
		s.to = w.shorten(s)
	}
	for from := s.from; ; {
		i := bytes.Index(w.text[from:s.to], []byte("]]>"))
		if i < 0 {
			return
		}
		from += i + len("]]>")
		w.edit(span{from - 1, from}, "&gt;")
		w.mended.add("stray ]]>")
	}
}

// shorten cuts a text at the limit, at a blank so that no reference breaks.
func (w *walker) shorten(s span) (end int) {
	end = s.from + maxText
	if i := bytes.LastIndexByte(w.text[end-1024:end], ' '); i >= 0 {
		end += i - 1024
	} else {
		for end > s.from && w.text[end]&0xC0 == 0x80 {
			end--
		}
	}
	w.edit(span{end, s.to}, "")
	w.mended.add("text cut at 1 MiB")
	return end
}

func (w *walker) edit(s span, with string) {
	w.out.edits = append(w.out.edits, edit{s, with})
}

// markup handles what starts with "<".
func (w *walker) markup() error {
	rest := w.text[w.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		w.drop("-->")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return w.cdata()
	case bytes.HasPrefix(rest, []byte("<?")):
		w.drop("?>")
	case bytes.HasPrefix(rest, []byte("<!")):
		w.drop(">")
	case bytes.HasPrefix(rest, []byte("</")):
		w.endTag()
	default:
		return w.startTag()
	}
	return nil
}

// drop removes markup that ends with a terminator; without one the document
// was cut there.
func (w *walker) drop(terminator string) {
	i := bytes.Index(w.text[w.pos:], []byte(terminator))
	if i < 0 {
		w.truncate()
		return
	}
	end := w.pos + i + len(terminator)
	w.edit(span{w.pos, end}, "")
	w.pos = end
}

// truncate ends the walk where the document was cut off.
func (w *walker) truncate() {
	w.end = w.pos
	w.done = true
}

func (w *walker) cdata() error {
	start := w.pos + len("<![CDATA[")
	i := bytes.Index(w.text[start:], []byte("]]>"))
	if i < 0 {
		w.truncate()
		return nil
	}
	if i > maxText {
		w.shorten(span{start, start + i})
	}
	w.pos = start + i + len("]]>")
	if w.pieces++; w.pieces > maxPieces {
		return w.refuse(fmt.Sprintf("more than %d pieces of text in a row", maxPieces))
	}
	return nil
}

func (w *walker) startTag() error {
	r, ok := readTag(w.text, w.pos)
	if !ok {
		w.bare()
		return nil
	}
	for _, e := range r.edits {
		w.edit(e.span, e.with)
	}
	t := r.tag
	if w.item >= 0 && len(w.stack) == w.item+1 && !t.closed && w.isItem(t.name, w.stack[:w.item]) {
		w.stack = w.stack[:w.item]
		w.closeItem(t.from, true)
		w.mended.add("missing end tag")
	}
	namespaces := t.declares
	if len(w.stack) > 0 {
		namespaces += w.stack[len(w.stack)-1].namespaces
	}
	w.pos, w.pieces = t.to, 0
	w.enter(t)
	switch {
	case len(w.stack) >= maxDepth:
		return w.refuse(fmt.Sprintf("elements nested deeper than %d", maxDepth))
	case namespaces > maxNamespaces:
		return w.refuse(fmt.Sprintf("more than %d namespaces in scope", maxNamespaces))
	case r.count > maxAttributes:
		return w.refuse(fmt.Sprintf("an element with more than %d attributes", maxAttributes))
	case w.elements() > maxElements:
		return w.refuse(fmt.Sprintf("more than %d elements", maxElements))
	}
	w.push(t, namespaces)
	return nil
}

// bare mends a "<" that opens no tag.
func (w *walker) bare() {
	w.edit(span{w.pos, w.pos + 1}, "&lt;")
	w.mended.add("bare <")
	w.pos++
}

// enter counts an element and starts an item with it when it is one.
func (w *walker) enter(t tag) {
	if w.out.opened == 0 {
		w.openChannel(t)
	}
	if w.item < 0 && w.isItem(t.name, w.stack) {
		w.openItem(t)
	} else if w.item >= 0 && len(w.stack) == w.item+1 {
		w.child(t)
	}
	if w.item >= 0 {
		w.current().elements++
	} else {
		w.out.elements++
	}
}

func (w *walker) openItem(t tag) {
	w.item = len(w.stack)
	item := cut{span: t.span, about: decoded(t.about), language: decoded(t.language)}
	if t.base != nil {
		item.bases = append(item.bases, decoded(t.base))
	}
	w.out.items = append(w.out.items, item)
}

func (w *walker) current() *cut { return &w.out.items[len(w.out.items)-1] }

func (w *walker) elements() int {
	if w.item >= 0 {
		return w.current().elements
	}
	return w.out.elements
}

// isItem tells whether an element below the given ones is an item.
func (w *walker) isItem(name []byte, above []open) bool {
	if len(above) == 0 || len(w.out.items) >= maxCuts {
		return false
	}
	kind := "item"
	if w.out.format == formatAtom {
		kind = "entry"
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

// child notes what the fetcher wants to know of an item's direct children.
func (w *walker) child(t tag) {
	item := w.current()
	w.field = t
	switch string(local(t.name)) {
	case "title":
		item.plainTitle = plain(t)
	case "summary":
		item.plainSummary = plain(t)
		w.inner(t)
	case "content":
		item.plainContent = plain(t)
		w.inner(t)
	case "description", "encoded":
		w.inner(t)
	case "link":
		if t.href != nil && item.link.to == 0 && (t.rel == nil || string(t.rel) == "alternate") {
			item.link = t.span
		}
	}
}

// plain tells whether an Atom text construct holds text and no HTML.
func plain(t tag) bool {
	kind := string(t.kind)
	return kind == "" && t.mode == nil || kind == "text" || kind == "text/plain"
}

// inner keeps the base and language that stand on an item's text itself.
func (w *walker) inner(t tag) {
	item := w.current()
	if t.base != nil {
		item.bases = append(item.bases, decoded(t.base))
	}
	if item.language == "" {
		item.language = decoded(t.language)
	}
}

// push opens an element, unless it is empty by nature or as written.
func (w *walker) push(t tag, namespaces int) {
	if t.closed {
		if w.item == len(w.stack) {
			w.closeItem(t.to, false)
		}
		return
	}
	if w.item >= 0 && len(w.stack) > w.item+1 && void(t.name) {
		w.edit(span{t.to - 1, t.to - 1}, "/")
		return
	}
	w.stack = append(w.stack, open{t.name, namespaces})
}

// void tells HTML's elements without content, which unescaped HTML leaves open.
func void(name []byte) bool {
	switch string(name) {
	case "br", "hr", "img", "input", "wbr", "col", "BR", "HR", "IMG":
		return true
	}
	return false
}

func (w *walker) endTag() {
	w.pieces = 0
	name := nameAt(w.text, w.pos+2)
	i := bytes.IndexAny(w.text[w.pos+1:], "<>")
	if i < 0 {
		w.truncate()
		return
	}
	end := w.pos + 1 + i
	if w.text[end] == '<' || len(name) == 0 {
		w.bare()
		return
	}
	tag := span{w.pos, end + 1}
	w.pos = tag.to
	at := w.opener(name)
	if at < 0 {
		w.edit(tag, "")
		w.mended.add("stray end tag")
		return
	}
	if opener := w.stack[at].name; !bytes.Equal(opener, name) || tag.to-tag.from != len(name)+len("</>") {
		w.edit(tag, "</"+string(opener)+">")
	}
	w.pop(at, tag)
}

// opener finds the open element that an end tag closes.
func (w *walker) opener(name []byte) int {
	for at := len(w.stack) - 1; at >= 0; at-- {
		if bytes.Equal(w.stack[at].name, name) {
			return at
		}
	}
	for at := len(w.stack) - 1; at >= 0; at-- {
		if bytes.EqualFold(w.stack[at].name, name) {
			return at
		}
	}
	return -1
}

// pop closes elements down to the one whose end tag was met.
func (w *walker) pop(at int, end span) {
	if at < len(w.stack)-1 {
		w.mended.add("missing end tag")
	}
	if w.item >= 0 && at == w.item+1 {
		w.keepField(end)
	}
	if item := w.item; item == at {
		w.closeItem(end.to, false)
	} else if item > at {
		w.closeItem(end.from, true)
		w.stack = w.stack[:item]
	}
	if at <= w.channelDepth && w.out.channel == 0 {
		w.endChannel(end.from)
	}
	w.stack = w.stack[:at]
	w.done = at == 0
	w.out.complete = w.done
}

// keepField notes the text of an item's id and link.
func (w *walker) keepField(end span) {
	item, inside := w.current(), span{w.field.to, end.from}
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

// endChannel ends the part outside items; what is still open above the
// channel gets its end tag.
func (w *walker) endChannel(at int) {
	w.out.channel = at
	for i := len(w.stack) - 1; i > w.channelDepth; i-- {
		w.out.unclosed += "</" + string(w.stack[i].name) + ">"
	}
}

func (w *walker) closeItem(end int, unclosed bool) {
	item := w.current()
	item.to, item.unclosed = end, unclosed
	item.hash = hashItem(item.of(w.text))
	w.item = -1
}

// refuse gives up the item that breaks a limit, and the whole document when it
// is not within an item.
func (w *walker) refuse(reason string) error {
	if w.item < 0 {
		return fmt.Errorf("%w: %s", errBomb, reason)
	}
	name := w.out.itemName(*w.current())
	w.current().refused = reason
	i := bytes.Index(w.text[w.pos:], []byte("</"+name))
	if i < 0 {
		w.truncate()
		return nil
	}
	w.stack = append(w.stack[:min(w.item, len(w.stack))], open{name: []byte(name)})
	w.pos += i
	return nil
}

// finish closes what a cut document left open. The item in which it was cut is
// dropped: half an item is not an item.
func (w *walker) finish() {
	out := w.out
	if w.item >= 0 {
		half := len(out.items) - 1
		w.end = out.items[half].from
		out.items = out.items[:half]
		w.stack, w.item = w.stack[:w.item], -1
	}
	if out.opened == 0 {
		w.openChannel(tag{})
	}
	if out.channel == 0 {
		w.endChannel(w.end)
	}
	byPlace := func(a, b edit) int { return a.from - b.from }
	if !slices.IsSortedFunc(out.edits, byPlace) {
		slices.SortStableFunc(out.edits, byPlace)
	}
}
