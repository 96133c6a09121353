package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

type documentCommand struct {
	State string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
	Ref   string `arg:"" name:"sha256|url|id" help:"SHA-256 of a document, or link or entry id of an article: the document that brought its present state."`
	Head  bool   `help:"Print how it was received in place of the document: addresses, status, time and header."`
}

// documentRow cites a document; the JSON names are a promise. What is not known
// of it any more is null or empty.
type documentRow struct {
	SHA256     string              `json:"sha256"`
	Revision   int                 `json:"revision"` // of the article, that it brought
	URL        string              `json:"url"`
	FinalURL   string              `json:"final_url"`
	Status     int                 `json:"status"`
	ReceivedAt *time.Time          `json:"received_at"`
	Size       int64               `json:"size"` // bytes
	Archived   bool                `json:"archived"`
	Header     map[string][]string `json:"header"`
}

var sha256Hex = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

func (c *documentCommand) Run(s *session) error {
	var raw news.Raw
	err := readStore(s, c.State, func(store *storage.Store) (err error) {
		source, hash := "", c.Ref
		if !sha256Hex.MatchString(hash) {
			a, err := articleOf(s.ctx, store, c.Ref)
			if err != nil {
				return err
			}
			source, hash = a.SourceID, a.BodyHash
		}
		raw, err = store.Raw(s.ctx, source, hash)
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("nothing is stored yet; run harmattan serve or harmattan fetch first")
	case errors.Is(err, storage.ErrNotFound):
		return fmt.Errorf("%w; it was let go, or received while no archive was kept", err)
	case err != nil:
		return err
	case c.Head:
		printHead(s.out, raw)
		return nil
	case raw.Body == nil:
		return fmt.Errorf("document %s: the archive has let it go (see [archive] in the configuration); --head tells what is left", raw.Hash)
	}
	_, err = s.out.Write(raw.Body)
	return err
}

func printHead(out io.Writer, raw news.Raw) {
	row := rowOf(raw, 0)
	row.printAs(out, "document")
	field(out, "source", "%s", raw.SourceID)
	for _, name := range slices.Sorted(maps.Keys(raw.Header)) {
		for _, value := range raw.Header[name] {
			fmt.Fprintf(out, "  %s: %s\n", name, value)
		}
	}
}

// documentsOf cites the documents that brought an article's states, the present
// one first.
func documentsOf(ctx context.Context, store *storage.Store, a news.Article, revisions []news.Revision) ([]documentRow, error) {
	states := append(slices.Clone(revisions), news.Revision{Number: a.Revision, BodyHash: a.BodyHash})
	slices.Reverse(states)
	rows := make([]documentRow, 0, len(states))
	for _, state := range states {
		raw, err := store.Raw(ctx, a.SourceID, state.BodyHash)
		if errors.Is(err, storage.ErrNotFound) {
			raw, err = news.Raw{Hash: state.BodyHash}, nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, rowOf(raw, state.Number))
	}
	return rows, nil
}

func rowOf(raw news.Raw, revision int) documentRow {
	return documentRow{SHA256: raw.Hash, Revision: revision, URL: news.RedactURL(raw.URL), FinalURL: news.RedactURL(raw.FinalURL), Status: raw.Status,
		ReceivedAt: when(raw.ReceivedAt), Size: raw.Size, Archived: raw.Body != nil, Header: raw.Header}
}

// print cites the document of an article's state.
func (d documentRow) print(out io.Writer) {
	d.printAs(out, fmt.Sprintf("document %d", d.Revision))
}

func (d documentRow) printAs(out io.Writer, name string) {
	field(out, name, "SHA-256 %s", d.SHA256)
	if d.ReceivedAt == nil {
		field(out, "", "not in the archive, and how it was received is not known")
		return
	}
	field(out, "", "received %s, %d bytes, status %s", moment(*d.ReceivedAt), d.Size, code(d.Status))
	field(out, "", "from %s", d.URL)
	if d.FinalURL != d.URL {
		field(out, "", "redirected to %s", d.FinalURL)
	}
	if d.Archived {
		field(out, "", "in the archive: harmattan document %s", d.SHA256)
	} else {
		field(out, "", "no longer in the archive")
	}
}
