package publisher

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// History reads the archive documents of editions (RFC 5005 section 4). Both
// functions must be safe for concurrent use.
type History struct {
	// Pages tells when each archive document of an edition last changed; the
	// first is number 1.
	Pages func(editionID string) []time.Time
	// Page reads one of them.
	Page func(ctx context.Context, editionID string, number int) (Page, error)
}

// Page is an archive document in its formats.
type Page struct{ Atom, JSON []byte }

// SetHistory adds the archive documents, and the links to them. It must be called
// before the first Publish and the first request.
func (p *Publisher) SetHistory(h History) { p.history = &h }

const (
	nsHistory  = "http://purl.org/syndication/history/1.0"
	historyDir = "/archive/"
)

// pages is how many archive documents an edition has.
func (p *Publisher) pages(editionID string) int {
	if p.history == nil {
		return 0
	}
	return len(p.history.Pages(editionID))
}

// pageAddress is where an archive document is.
func (p *Publisher) pageAddress(id string, number int, suffix string) string {
	return p.address(id, historyDir+strconv.Itoa(number)+suffix)
}

// self is the address of the document that the draft becomes.
func (p *Publisher) self(d *draft, suffix string) string {
	if d.Page > 0 {
		return p.pageAddress(d.ID, d.Page, suffix)
	}
	return p.at(d, suffix)
}

// historyLinks lead from a document to those with older entries, and from an
// archive document to the live one and to its successor, whose address is
// promised before it is written: an archive document never changes.
func (p *Publisher) historyLinks(d *draft) []xmlLink {
	const kind = "application/atom+xml"
	var links []xmlLink
	if d.Older > 0 {
		links = append(links, xmlLink{Href: p.pageAddress(d.ID, d.Older, ".atom"), Rel: "prev-archive", Type: kind})
	}
	if d.Page > 0 {
		links = append(links, xmlLink{Href: p.pageAddress(d.ID, d.Page+1, ".atom"), Rel: "next-archive", Type: kind},
			xmlLink{Href: p.address(d.ID, ".atom"), Rel: "current", Type: kind})
	}
	return links
}

// NewPage makes an archive document of an edition from entries, newest first. One
// that would be longer than MaxBytes holds the older ones alone: held tells how
// many of them, counted from the end. It depends on the entries and the options
// alone.
func (p *Publisher) NewPage(e news.Edition, entries []news.Entry, number int) (page Page, held int, err error) {
	carry := diets()
	for {
		d := p.newDraft(e, "", entries, time.Time{}, carry[0])
		d.Page, d.Older = number, number-1
		if page.Atom, err = p.atom(d); err == nil {
			page.JSON, err = p.json(d)
		}
		switch tooLong := max(len(page.Atom), len(page.JSON)) > p.options.MaxBytes; {
		case err != nil:
			return Page{}, 0, fmt.Errorf("archive %d of edition %q: %w", number, e.ID, err)
		case tooLong && len(carry) > 1:
			carry = carry[1:]
		case tooLong && len(entries) > 1:
			entries, carry = entries[len(entries)/2:], diets()
		default:
			return page, len(entries), p.checkPage(d, page)
		}
	}
}

func (p *Publisher) checkPage(d *draft, page Page) error {
	for suffix, body := range page.formats() {
		got, err := read(suffix, body)
		if err == nil {
			err = got.compare(d, p.self(d, suffix))
		}
		if err != nil {
			return fmt.Errorf("archive %d of edition %q: %s: %w", d.Page, d.ID, suffix, err)
		}
	}
	return nil
}

func (page Page) formats() map[string][]byte {
	return map[string][]byte{".atom": page.Atom, ".json": page.JSON}
}

// Without is the page with the entries of these ids cut out: a tombstone stands in
// Atom for each, with the time at which it was withdrawn. All else stays byte for
// byte.
func (page Page) Without(withdrawn map[string]time.Time) (Page, error) {
	atom, err := cutAtom(page.Atom, withdrawn)
	if err != nil {
		return page, err
	}
	text, err := cutJSON(page.JSON, withdrawn)
	return Page{atom, text}, err
}

// cutAtom replaces entries by tombstones (RFC 6721), which declare their namespace
// themselves.
func cutAtom(document []byte, withdrawn map[string]time.Time) ([]byte, error) {
	var out []byte
	decoder := xml.NewDecoder(bytes.NewReader(document))
	last := int64(0)
	for {
		start := decoder.InputOffset()
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return append(out, document[last:]...), nil
		}
		if err != nil {
			return nil, err
		}
		element, ok := token.(xml.StartElement)
		if !ok || element.Name.Local != "entry" || element.Name.Space != nsAtom {
			continue
		}
		var entry struct {
			ID     string `xml:"id"`
			Source *struct {
				Inner string `xml:",innerxml"`
			} `xml:"source"`
		}
		if err := decoder.DecodeElement(&entry, &element); err != nil {
			return nil, err
		}
		when, cut := withdrawn[entry.ID]
		if !cut {
			continue
		}
		out = append(out, document[last:start]...)
		last = decoder.InputOffset()
		stone := struct {
			XMLName xml.Name `xml:"at:deleted-entry"`
			Space   string   `xml:"xmlns:at,attr"`
			Ref     string   `xml:"ref,attr"`
			When    string   `xml:"when,attr"`
			Source  any      `xml:"source"`
		}{Space: nsDeleted, Ref: entry.ID, When: when.UTC().Format(time.RFC3339)}
		if entry.Source != nil {
			stone.Source = entry.Source
		}
		text, err := xml.Marshal(stone)
		if err != nil {
			return nil, err
		}
		out = append(out, text...)
	}
}

func cutJSON(document []byte, withdrawn map[string]time.Time) ([]byte, error) {
	var all struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(document, &all); err != nil {
		return nil, err
	}
	var kept []json.RawMessage
	for _, item := range all.Items {
		var named struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(item, &named); err != nil {
			return nil, err
		}
		if _, cut := withdrawn[named.ID]; !cut {
			kept = append(kept, item)
		}
	}
	before := append(append([]byte("["), bytes.Join(raws(all.Items), []byte(","))...), ']')
	after := append(append([]byte("["), bytes.Join(raws(kept), []byte(","))...), ']')
	if !bytes.Contains(document, before) {
		return nil, errors.New("an archive document in JSON is not as it was written")
	}
	return bytes.Replace(document, before, after, 1), nil
}

func raws(items []json.RawMessage) [][]byte {
	all := make([][]byte, len(items))
	for i := range items {
		all[i] = items[i]
	}
	return all
}

// servePage answers ID/archive/N.atom and .json.
func (p *Publisher) servePage(w http.ResponseWriter, r *http.Request, id, name string) {
	digits, suffix := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		digits, suffix = name[:dot], name[dot:]
	}
	number, err := strconv.Atoi(digits)
	if err != nil || strconv.Itoa(number) != digits || number < 1 || number > p.pages(id) || suffix != ".atom" && suffix != ".json" {
		message(w, http.StatusNotFound, "There is no such archive document, or not yet.")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), questionTime)
	defer cancel()
	done, err := p.turn(ctx)
	if err != nil {
		busy(w)
		return
	}
	defer done()
	d, err := p.pageDocument(ctx, id, number, suffix)
	if err != nil {
		busy(w)
		return
	}
	d.serve(w, r)
}

func busy(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "10")
	message(w, http.StatusServiceUnavailable, "This document cannot be read at the moment. Try again in a few seconds.")
}

// pageDocument reads an archive document and makes it ready to be served.
func (p *Publisher) pageDocument(ctx context.Context, id string, number int, suffix string) (*document, error) {
	page, err := p.history.Page(ctx, id, number)
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	feedHeader(h)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	for _, f := range formats() {
		if f.suffix == suffix {
			h.Set("Content-Type", f.mediaType)
		}
	}
	if p.isPrivate(id) {
		p.privateHeader(h, format{suffix: suffix})
	} else {
		h.Set("Link", fmt.Sprintf("<%s>; rel=\"self\"", p.pageAddress(id, number, suffix)))
	}
	return quick(page.formats()[suffix], p.history.Pages(id)[number-1], h)
}

// pageFiles are the archive documents of an edition as files.
func (p *Publisher) pageFiles(id string) []file {
	if p.history == nil {
		return nil
	}
	var files []file
	for i, changed := range p.history.Pages(id) {
		for _, suffix := range []string{".atom", ".json"} {
			files = append(files, file{
				name: "editions/" + id + historyDir + strconv.Itoa(i+1) + suffix, modified: changed.UTC().Truncate(time.Second),
				read: func() ([]byte, error) {
					page, err := p.history.Page(context.Background(), id, i+1)
					return page.formats()[suffix], err
				},
			})
		}
	}
	return files
}
