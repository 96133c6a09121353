package fetcher

import (
	"bytes"
	"fmt"
	"strings"
)

func (w *walker) startTag() error {
	r, ok := readTag(w.text, w.pos, w.mended)
	if !ok {
		w.bare()
		return nil
	}
	for _, e := range r.edits {
		w.edit(e.span, e.with)
	}
	t := r.tag
	if w.item >= 0 && len(w.stack) == w.item+1 && !t.closed && w.isItem(t.name, w.stack[:w.item]) {
		w.closeItem(t.from, w.endTags(w.item))
		w.stack = w.stack[:len(w.stack)-1]
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

// push opens an element, unless it is empty by nature or as written.
func (w *walker) push(t tag, namespaces int) {
	if t.closed {
		if w.item == len(w.stack) {
			w.closeItem(t.to, "")
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
	opener := w.stack[at].name
	w.pop(at, tag)
	if !bytes.Equal(opener, name) {
		w.mended.add("end tag of another case")
	}
	if !bytes.Equal(opener, name) || tag.to-tag.from != len(name)+len("</>") {
		w.edit(tag, "</"+string(opener)+">")
	}
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

// pop closes elements down to the one whose end tag was met. Those that lack
// theirs get one: a parser that closes them by itself mistakes them for each
// other where only their prefixes differ.
func (w *walker) pop(at int, end span) {
	if at < len(w.stack)-1 {
		w.mended.add("missing end tag")
	}
	if w.item >= 0 && at == w.item+1 {
		w.keepField(end)
	}
	if item := w.item; item > at {
		w.closeItem(end.from, w.endTags(item))
		w.stack = w.stack[:item]
	} else {
		if at < len(w.stack)-1 {
			w.edit(span{end.from, end.from}, w.endTags(at+1))
		}
		if item == at {
			w.closeItem(end.to, "")
		}
	}
	if at <= w.channelDepth && w.out.channel == 0 {
		w.endChannel(end.from)
	}
	w.stack = w.stack[:at]
	w.done = at == 0
	w.out.complete = w.done
}

// endTags are those of the open elements from a place in the stack on.
func (w *walker) endTags(from int) string {
	var tags strings.Builder
	for i := len(w.stack) - 1; i >= from; i-- {
		tags.WriteString("</" + string(w.stack[i].name) + ">")
	}
	return tags.String()
}
