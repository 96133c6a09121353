package fetcher

import "bytes"

// The formats that a document may have.
const (
	formatRSS  = "rss"
	formatRDF  = "rdf"
	formatAtom = "atom"
	formatJSON = "json"
	// A sitemap is no feed; it is read for sources of that kind alone.
	formatSitemap = "sitemap"
	formatIndex   = "sitemap index"
)

// outline is what one pass of the guard found in an XML document: where its
// parts lie and what must be mended before a parser may see them. All spans
// are offsets into text.
type outline struct {
	text   []byte
	format string
	root   tag
	// opened ends the start tags that every rebuilt document begins with: the
	// root's, and the channel's where the items stand inside it.
	opened int
	// closers are the end tags that belong to them.
	closers string
	// channel ends the part that speaks of the source itself; unclosed are the
	// end tags that it lacks.
	channel  int
	unclosed string
	items    []cut
	edits    []edit // in order of place
	elements int    // outside items
	// complete tells that the root was closed.
	complete bool
	// bases are the xml:base values above the items, outermost first.
	bases    []string
	language string // xml:lang above the items
}

type span struct{ from, to int }

func (s span) of(text []byte) []byte { return text[s.from:s.to] }

func (s span) holds(at int) bool { return at >= s.from && at < s.to }

// cut is one item of the document.
type cut struct {
	span
	hash     uint64
	position int
	elements int
	// id and link hold the bytes of the item's id and of its first link, for
	// finding ids that repeat and for ids that gofeed would rewrite.
	id, link span
	// long are the texts that the parser below does not get; see text.go.
	long     [2]span
	longs    int
	about    string // rdf:about
	language string // xml:lang
	// base is the xml:base of the item, inner that of its text.
	base, inner string
	// plain tells the Atom text constructs that hold no HTML.
	plainTitle, plainSummary, plainContent bool
	// told means that the entry of a sitemap has a news:news element.
	told bool
	// unclosed are the end tags that it lacks.
	unclosed string
	// refused says which limit the item broke.
	refused string
}

// edit replaces a span of the text when a document is rebuilt.
type edit struct {
	span
	with string
}

// rebuild writes a document that holds the chosen items, in which every known
// mistake of markup is mended. Namespaces and language of the root stay.
func (o *outline) rebuild(chosen []cut, withChannel bool) []byte {
	var out bytes.Buffer
	out.Grow(o.size(chosen, withChannel))
	o.write(&out, span{o.root.from, o.opened})
	if withChannel {
		o.writeChannel(&out)
	}
	for _, item := range chosen {
		o.writeItem(&out, item)
		out.WriteString(item.unclosed)
	}
	out.WriteString(o.closers)
	return out.Bytes()
}

// size is about what a rebuilt document takes.
func (o *outline) size(chosen []cut, withChannel bool) int {
	size := o.opened - o.root.from + len(o.closers)
	for _, item := range chosen {
		size += item.to - item.from
		for _, text := range item.long {
			size -= text.to - text.from
		}
	}
	if withChannel && len(o.items) > 0 {
		size += max(0, min(o.items[0].from-o.opened, 64<<10))
	}
	return size + 512
}

func (o *outline) writeChannel(out *bytes.Buffer) {
	from := o.opened
	for _, item := range o.items {
		if item.from >= o.channel {
			break
		}
		o.write(out, span{from, item.from})
		from = item.to
	}
	if from < o.channel {
		o.write(out, span{from, o.channel})
	}
	out.WriteString(o.unclosed)
}

// base is the address against which an item's links are resolved.
func (o *outline) base(item cut) string {
	return resolve(append(o.bases[:len(o.bases):len(o.bases)], item.base)...)
}

// write copies a span with its edits. An edit inside another one is void.
func (o *outline) write(out *bytes.Buffer, part span) {
	from := part.from
	for _, e := range o.edits[firstEdit(o.edits, part.from):] {
		if e.from >= part.to {
			break
		}
		if e.from < from {
			continue
		}
		out.Write(o.text[from:e.from])
		out.WriteString(e.with)
		from = e.to
	}
	if from < part.to {
		out.Write(o.text[from:part.to])
	}
}

// firstEdit finds the first edit at or after a place.
func firstEdit(edits []edit, at int) int {
	low, high := 0, len(edits)
	for low < high {
		if middle := (low + high) / 2; edits[middle].from < at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
