package fetcher

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"harmattan/news"
)

// Subscription is a source that an OPML document lists. Its ID is empty unless
// the document is one of ours.
type Subscription struct {
	Source news.Source
	Line   int
}

// Remark is what was left out of an OPML document and why.
type Remark struct {
	Line int
	Text string
}

// The limits of an OPML document (F-104).
const (
	maxOutlineDepth = 64
	maxOutlines     = 20_000
	maxOutlineText  = 500 // bytes of a name or folder
)

// ReadOPML reads the sources of an OPML document, version 1.0 or 2.0, in any
// encoding that a feed may have. Folders become tags, outermost first. Outlines
// that name no usable feed are left out with a remark; the error tells why
// there is no OPML document at all. A document that is broken in the middle
// gives what stands before.
func ReadOPML(document []byte) ([]Subscription, []Remark, error) {
	text := decode(document, "", tally{})
	r := opmlReader{decoder: xml.NewDecoder(bytes.NewReader(text))}
	r.decoder.Strict = false
	r.decoder.Entity = xml.HTMLEntity
	r.decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // text is UTF-8 by now
	err := r.read()
	if !r.opened {
		if err == nil {
			err = errors.New("it has no element")
		}
		return nil, nil, fmt.Errorf("not an OPML document: %w", err)
	}
	if err != nil {
		r.remark(r.line(), "the document is broken here, the rest is left out: %v", err)
	}
	return r.found, r.remarks, nil
}

// opmlReader walks an OPML document.
type opmlReader struct {
	decoder  *xml.Decoder
	opened   bool
	stack    []folder
	outlines int
	found    []Subscription
	remarks  []Remark
}

// folder is an element that is open; outlines without a feed are folders.
type folder struct {
	name     string
	line     int
	outline  bool
	children int
}

func (r *opmlReader) line() int {
	line, _ := r.decoder.InputPos()
	return line
}

func (r *opmlReader) remark(line int, format string, args ...any) {
	r.remarks = append(r.remarks, Remark{line, oneLine(fmt.Sprintf(format, args...))})
}

func (r *opmlReader) read() error {
	for {
		line := r.line()
		token, err := r.decoder.RawToken()
		switch t := token.(type) {
		case xml.StartElement:
			if err := r.open(t, line); err != nil {
				return err
			}
		case xml.EndElement:
			r.shut(t.Name.Local)
		}
		switch {
		case err == io.EOF && r.opened && len(r.stack) > 0:
			return errors.New("it ends before its last element does")
		case err == io.EOF:
			return nil
		case err != nil:
			return plainSyntax(err)
		}
	}
}

// plainSyntax drops the line from an error of encoding/xml: the remark has it.
func plainSyntax(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return errors.New(syntax.Msg)
	}
	return err
}

func (r *opmlReader) open(t xml.StartElement, line int) error {
	name := t.Name.Local
	if !r.opened {
		if !strings.EqualFold(name, "opml") {
			return fmt.Errorf("it begins with <%s>", oneLine(name[:min(len(name), 40)]))
		}
		r.opened = true
	}
	if len(r.stack) >= maxOutlineDepth {
		return fmt.Errorf("elements nested deeper than %d", maxOutlineDepth)
	}
	f := folder{line: line}
	if strings.EqualFold(name, "outline") {
		if r.outlines++; r.outlines > maxOutlines {
			return fmt.Errorf("more than %d outlines", maxOutlines)
		}
		if len(r.stack) > 0 {
			r.stack[len(r.stack)-1].children++
		}
		f.outline = true
		f.name = r.outline(t.Attr, line)
	}
	r.stack = append(r.stack, f)
	return nil
}

// shut closes the innermost element; names are not compared, so that a wrong
// end tag ends no more than one folder. An outline with neither feed nor
// children is worth a remark.
func (r *opmlReader) shut(string) {
	if len(r.stack) == 0 {
		return
	}
	f := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	if f.outline && f.children == 0 && f.name != "" {
		r.remark(f.line, "%q names no feed (it has no xmlUrl); skipped", f.name)
	}
}

// outline reads an outline: a feed, whose name as a folder is empty, or else a
// folder.
func (r *opmlReader) outline(attributes []xml.Attr, line int) (name string) {
	plain, ours := map[string]string{}, map[string]string{}
	for _, a := range attributes {
		into := plain
		if a.Name.Space != "" {
			into = ours
			if a.Name.Space != opmlPrefix {
				continue
			}
		}
		if key := strings.ToLower(a.Name.Local); into[key] == "" {
			into[key] = strings.TrimSpace(a.Value)
		}
	}
	name = outlineText(first(plain["text"], plain["title"]))
	switch kind := strings.ToLower(plain["type"]); {
	case plain["xmlurl"] == "" && kind == "include":
		r.remark(line, "%q leads to another list, which is not read; skipped", name)
		return ""
	case plain["xmlurl"] == "" && (kind == "link" || kind == "rss" || plain["url"] != ""):
		r.remark(line, "%q names no feed (it has no xmlUrl); skipped", name)
		return ""
	case plain["xmlurl"] == "":
		return name
	}
	source := news.Source{URL: feedScheme(plain["xmlurl"]), Name: name, Tags: r.folders()}
	if err := checkURL(source.URL); err != nil {
		r.remark(line, "%q: %v; skipped", name, err)
		return ""
	}
	source.Homepage = plain["htmlurl"]
	if tag, err := language.Parse(plain["language"]); err == nil && tag != language.Und {
		source.Language = tag.String()
	}
	r.restore(&source, ours, line)
	r.found = append(r.found, Subscription{source, line})
	return ""
}

// folders are the names of the folders that are open, each once.
func (r *opmlReader) folders() []string {
	var names []string
	for _, f := range r.stack {
		if f.name != "" && !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
	}
	return names
}

// outlineText is text of one line and of bounded length.
func outlineText(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxOutlineText {
		text = strings.ToValidUTF8(text[:maxOutlineText], "") + "…"
	}
	return text
}

// feedScheme undoes "feed:", with which some readers mark addresses.
func feedScheme(address string) string {
	if rest, ok := strings.CutPrefix(address, "feed:"); ok {
		if strings.HasPrefix(rest, "//") {
			return "http:" + rest
		}
		return rest
	}
	return address
}
