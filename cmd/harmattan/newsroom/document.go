package newsroom

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// page is what an outlet's template writes.
type page struct {
	*outlet
	Self    string    // the feed's own address
	Now     time.Time // of the request
	Built   time.Time // of the last change
	Entries []entry   // newest first
}

// entry is an article on a page, as it stands at that moment.
type entry struct {
	text
	Path, Link         string
	Author             string
	Categories         []string
	Published, Updated time.Time
}

// document writes the outlet's feed as it stands now, in the outlet's charset,
// and tells when it last changed.
func (d *desk) document() (data []byte, built time.Time, err error) {
	p := d.page()
	var b bytes.Buffer
	if err := d.feed.Execute(&b, p); err != nil {
		return nil, time.Time{}, fmt.Errorf("newsroom: write the feed of %s: %w", d.ID, err)
	}
	encoder, err := encoderOf(d.Charset)
	if err != nil {
		return nil, time.Time{}, err
	}
	data, err = encoder.Bytes(b.Bytes())
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("newsroom: write %s in %s: %w", d.ID, d.Charset, err)
	}
	return data, p.Built, nil
}

// page collects what the outlet has published by now. Dates have whole seconds.
func (d *desk) page() page {
	now := d.clock()
	elapsed := now.Sub(d.start)
	day := d.start.Truncate(time.Second).In(d.zone())
	p := page{outlet: d.outlet, Self: d.address(), Now: now.Truncate(time.Second).In(d.zone())}
	for _, a := range d.Articles {
		if a.After.Duration > elapsed {
			continue
		}
		e := entry{
			text: a.edited(elapsed), Path: a.Path, Link: d.Homepage + a.Path,
			Author: a.Author, Categories: a.Categories,
			Published: day.Add(a.After.Duration - a.Ago.Duration),
		}
		e.Updated = e.Published
		for _, change := range a.Edits {
			if change.After.Duration <= elapsed {
				e.Updated = day.Add(change.After.Duration)
			}
		}
		p.Entries = append(p.Entries, e)
		if e.Updated.After(p.Built) {
			p.Built = e.Updated
		}
	}
	slices.SortStableFunc(p.Entries, func(a, b entry) int {
		return cmp.Compare(b.Published.Unix(), a.Published.Unix())
	})
	return p
}

// encoderOf returns the encoder of a charset. What ISO-8859-1 lacks becomes a
// numeric reference, as the CMS of the time wrote it.
func encoderOf(charset string) (*encoding.Encoder, error) {
	switch charset {
	case "":
		return encoding.Nop.NewEncoder(), nil
	case "iso-8859-1":
		return encoding.HTMLEscapeUnsupported(charmap.ISO8859_1.NewEncoder()), nil
	case "windows-1256":
		return charmap.Windows1256.NewEncoder(), nil
	}
	return nil, fmt.Errorf("newsroom: charset %q is not one of iso-8859-1, windows-1256", charset)
}
