package fetcher

import (
	"bytes"
	"fmt"
	"slices"
)

// findRoot skips what stands before the root element: declarations, comments,
// a server's warnings. An HTML page is never a feed (F-84).
func (w *walker) findRoot() error {
	for first := ""; ; {
		k := bytes.IndexByte(w.text[w.pos:], '<')
		before := w.text[w.pos:]
		if k >= 0 {
			before = before[:k]
		}
		if first == "" && len(bytes.TrimSpace(before)) > 0 {
			first = "text"
		}
		if k < 0 {
			return noRoot(first)
		}
		w.pos += k
		if name := nameAt(w.text, w.pos+1); len(name) > 0 {
			if w.openRoot(name) {
				if first != "" {
					w.mended.add("junk before the document")
				}
				return nil
			}
			if isPage(name) && (first == "" || first == "text") {
				return fmt.Errorf("%w: an HTML page", errNotFeed)
			}
			if first == "" || first == "text" {
				first = "<" + string(name[:min(len(name), 40)]) + ">"
			}
			w.pos++
			continue
		}
		if w.pos = w.afterMarkup(); w.pos < 0 {
			return noRoot(first)
		}
	}
}

func noRoot(first string) error {
	if first == "" {
		return fmt.Errorf("%w: an empty document", errNotFeed)
	}
	return fmt.Errorf("%w: it begins with %s; expected <rss>, <rdf:RDF>, <feed> or a JSON Feed", errNotFeed, first)
}

func isPage(name []byte) bool {
	return bytes.EqualFold(name, []byte("html")) || bytes.EqualFold(name, []byte("body"))
}

// afterMarkup finds the end of a comment, declaration or document type; -1
// when it has none.
func (w *walker) afterMarkup() int {
	rest := w.text[w.pos:]
	terminator, subset := ">", 0
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		terminator = "-->"
	case bytes.HasPrefix(rest, []byte("<?")):
		terminator = "?>"
	case bytes.HasPrefix(rest, []byte("<!DOCTYPE")):
		if open := bytes.IndexByte(rest, '['); open >= 0 && open < bytes.IndexByte(rest, '>') {
			subset = max(bytes.IndexByte(rest, ']'), 0)
		}
	}
	i := bytes.Index(rest[subset:], []byte(terminator))
	if i < 0 {
		return -1
	}
	return w.pos + subset + i + len(terminator)
}

// openRoot reads the root element when it is one of a feed.
func (w *walker) openRoot(name []byte) bool {
	switch {
	case bytes.EqualFold(local(name), []byte("rss")):
		w.out.format = formatRSS
	case bytes.EqualFold(local(name), []byte("rdf")):
		w.out.format = formatRDF
	case bytes.EqualFold(local(name), []byte("feed")):
		w.out.format = formatAtom
	case bytes.EqualFold(local(name), []byte("urlset")):
		w.out.format = formatSitemap
	case bytes.EqualFold(local(name), []byte("sitemapindex")):
		w.out.format = formatIndex
	default:
		return false
	}
	r, ok := readTag(w.text, w.pos, w.mended)
	if !ok || r.tag.closed || r.tag.declares > maxNamespaces || r.count > maxAttributes {
		return false
	}
	w.out.root, w.out.edits = r.tag, r.edits
	w.inherit(r.tag)
	w.mendNamespace(r.tag)
	w.mendPrefix(r.tag)
	w.stack = append(w.stack, open{r.tag.name, r.tag.declares})
	w.pos = r.tag.to
	return true
}

// The namespaces in which gofeed looks for the elements of a format.
const (
	atom10 = "http://www.w3.org/2005/Atom"
	atom03 = "http://purl.org/atom/ns#"
	rss10  = "http://purl.org/rss/1.0/"
	rss09  = "http://my.netscape.com/rdf/simple/0.9/"
	rss090 = "http://channel.netscape.com/rdf/simple/0.9/"
)

// mendNamespace puts the format's elements where a parser expects them. Atom in
// another default namespace, often the https form, becomes Atom (F-83); RSS has
// no namespace, whatever a server stamps on it.
func (w *walker) mendNamespace(t tag) {
	if t.xmlns.to == 0 {
		return
	}
	switch space := string(bytes.TrimSpace(t.namespace.of(w.text))); w.out.format {
	case formatAtom:
		if space != atom10 && space != atom03 && prefix(w.out.root.name) == nil {
			w.rewrite(t.namespace, atom10)
			w.mended.add("wrong namespace")
		}
	case formatRDF:
		if space != rss10 && space != rss09 && space != rss090 {
			w.edit(t.xmlns, "mended")
			w.mended.add("wrong namespace")
		}
	case formatRSS:
		w.edit(t.xmlns, "mended")
	}
}

// rewrite edits a span of the tag that was read last, with whatever had to be
// mended in it.
func (w *walker) rewrite(s span, with string) {
	for i := len(w.out.edits) - 1; i >= 0 && w.out.edits[i].from >= s.from; i-- {
		if s.holds(w.out.edits[i].from) {
			w.out.edits = slices.Delete(w.out.edits, i, i+1)
		}
	}
	w.edit(s, with)
}

// mendPrefix does the same for the https form behind a prefix.
func (w *walker) mendPrefix(t tag) {
	const https = "https://www.w3.org/2005/Atom"
	for from := t.from; ; {
		i := bytes.Index(w.text[from:t.to], []byte(https))
		if i < 0 {
			return
		}
		from += i + len(https)
		if !t.namespace.holds(from - 1) {
			w.edit(span{from - len(https), from}, atom10)
		}
	}
}
