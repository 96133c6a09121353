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
	maxMends      = 20_000 // likewise
	maxEdits      = 500_000
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
	w := walker{out: &outline{text: text}, text: text, item: -1, mended: mended, absent: map[string]bool{}, end: len(text)}
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
	before int // elements of the item before that field
	mends  int // edits since the item began
	mended tally
	// channelDepth is the place in the stack of the element that the channel's
	// part ends with: <channel> where items stand in it, else the root.
	channelDepth int
	absent       map[string]bool // terminators that do not come any more
	end          int             // where the document ends or was cut
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
		err := w.markup()
		if err == nil && w.mends > maxMends {
			err = w.refuse(fmt.Sprintf("more than %d mistakes of markup", maxMends))
		}
		if err == nil && len(w.out.edits) > maxEdits {
			err = fmt.Errorf("%w: more than %d mistakes of markup", errBomb, maxEdits)
		}
		if err != nil {
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
	w.escapeEnds(s)
	countReferences(s.of(w.text), w.mended)
}

// countReferences counts what begins with "&" and means nothing in XML: names of
// HTML and bare ampersands. The parser below takes the ones for what they name
// and leaves the others as they are.
func countReferences(text []byte, mended tally) {
	for i := bytes.IndexByte(text, '&'); i >= 0; {
		text = text[i+1:]
		name := nameAt(text, 0)
		switch {
		case len(name) == len(text) || len(name) > 0 && text[len(name)] != ';':
			mended.add("bare &")
		case len(name) > 0 && !predefined(name):
			mended.add("entity of HTML")
		case len(name) == 0 && text[0] != '#':
			mended.add("bare &")
		}
		i = bytes.IndexByte(text, '&')
	}
}

func predefined(name []byte) bool {
	switch string(name) {
	case "lt", "gt", "amp", "quot", "apos":
		return true
	}
	return false
}

// escapeEnds mends what would end a CDATA section where there is none.
func (w *walker) escapeEnds(s span) {
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
	w.mends++
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

// drop removes markup that ends with a terminator.
func (w *walker) drop(terminator string) {
	if end := w.after(w.pos, terminator); end > 0 {
		w.edit(span{w.pos, end}, "")
		w.pos = end
	}
}

// after finds the end of the next terminator. Markup without one is no markup
// but text: nothing that follows it may be lost.
func (w *walker) after(from int, terminator string) (end int) {
	if !w.absent[terminator] {
		if i := bytes.Index(w.text[from:], []byte(terminator)); i >= 0 {
			return from + i + len(terminator)
		}
	}
	w.absent[terminator] = true
	w.bare()
	return 0
}

// truncate ends the walk where the document was cut off.
func (w *walker) truncate() {
	w.end = w.pos
	w.done = true
}

func (w *walker) cdata() error {
	start := w.pos + len("<![CDATA[")
	end := w.after(start, "]]>")
	if end == 0 {
		return nil
	}
	if inside := (span{start, end - len("]]>")}); inside.to-inside.from > maxText {
		w.shorten(inside)
	}
	w.pos = end
	if w.pieces++; w.pieces > maxPieces {
		return w.refuse(fmt.Sprintf("more than %d pieces of text in a row", maxPieces))
	}
	return nil
}

// bareBracket counts what opens no tag.
const bareBracket = "bare <"

// bare mends a "<" that opens no tag.
func (w *walker) bare() {
	w.edit(span{w.pos, w.pos + 1}, "&lt;")
	w.mended.add(bareBracket)
	w.pos++
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
