package publisher

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"harmattan/news"
)

// manifestName is the file in which Export remembers what it wrote, one path a
// line: it removes nothing else.
const manifestName = ".harmattan-files"

// Export writes every document as a file into the directory, which is made when
// missing: editions/ID.rss, .atom, .json, .geojson, .opml, editions/ID/index.html and
// editions/ID/map/index.html, editions/ID/archive/, manifests/, coverage.json, coverage/index.html,
// index.html, about/index.html and the rest: all that has an address without a query. The bytes are those that Handler serves. A file
// is written aside and renamed, and only when it differs; its time is that of
// Last-Modified. A renamed edition is written under its former ids too. Files of
// editions that left the configuration are removed if an earlier Export wrote them. Editions that were not published yet keep
// their files.
func (p *Publisher) Export(dir string) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	files, err := p.files()
	if err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	defer root.Close()
	if err := export(root, files, p.pending()); err != nil {
		return fmt.Errorf("export to %s: %w", dir, err)
	}
	return nil
}

// file is a document with its place in the directory.
type file struct {
	name     string // slash-separated, relative
	body     []byte
	modified time.Time
	// read gives the body of one whose time tells whether it changed; nil where
	// the body is there already.
	read func() ([]byte, error)
}

// files lists all documents; those of editions first and the index last, so
// that it never points at what is not there yet.
func (p *Publisher) files() ([]file, error) {
	var files []file
	add := func(name string, d *document) {
		files = append(files, file{name: name, body: d.identity(), modified: d.modified})
	}
	for _, f := range fixedFiles {
		add(strings.TrimPrefix(f.path, "/"), p.fixed[f.path])
	}
	for _, e := range p.editions {
		now := p.issues[e.ID].Load()
		if now == nil {
			continue
		}
		for _, f := range formats() {
			for _, name := range f.files(e) {
				add(name, now.documents[f.suffix])
			}
		}
		files = append(files, p.pageFiles(e.ID)...)
	}
	files = append(files, p.manifestFiles()...)
	for _, now := range p.closing() {
		for _, f := range formats() {
			add(f.file(now.edition.ID), now.documents[f.suffix])
		}
	}
	covered, err := p.coverageFiles()
	if err != nil {
		return nil, err
	}
	files = append(files, covered...)
	for _, w := range slices.Backward(p.spoken) { // English, at the root, last
		front, err := p.currentFront(w)
		if err != nil {
			return nil, err
		}
		for _, page := range []string{"/opml.xml", "/sources.opml", "/about", "/"} {
			if isFront(w, page) {
				add(pageFile(p.frontOf(w)+page[1:]), front.documents[page])
			}
		}
	}
	return files, nil
}

// pageFile is the name of a page of the site in the directory.
func pageFile(address string) string {
	if path.Ext(address) == "" {
		address = path.Join(address, "index.html")
	}
	return strings.TrimPrefix(address, "/")
}

// file is the name of an edition's document in the directory.
func (f format) file(id string) string {
	name := "editions/" + id + f.suffix
	if f.isPage() {
		name += "/index.html"
	}
	return name
}

// files are the names of an edition's document, the former ones among them: a
// file cannot lead from there to where the edition is now.
func (f format) files(e news.Edition) []string {
	names := []string{f.file(e.ID)}
	for _, id := range e.Formerly {
		names = append(names, f.file(id))
	}
	return names
}

// pending are the names of editions that are configured but not published yet.
func (p *Publisher) pending() map[string]bool {
	names := map[string]bool{}
	for _, e := range p.editions {
		if p.issues[e.ID].Load() != nil {
			continue
		}
		for _, f := range formats() {
			for _, name := range f.files(e) {
				names[name] = true
			}
		}
	}
	return names
}

// export writes all that differs aside, then renames it all, then removes what
// is no longer published.
func export(root *os.Root, files []file, keep map[string]bool) error {
	written, err := readManifest(root)
	if err != nil {
		return err
	}
	var changed []file
	manifest := map[string]bool{}
	for _, f := range files {
		manifest[f.name] = true
		if same(root, f) {
			continue
		}
		if err := writeAside(root, f); err != nil {
			return err
		}
		changed = append(changed, f)
	}
	for _, f := range changed {
		if err := root.Rename(aside(f.name), f.name); err != nil {
			return err
		}
	}
	for _, name := range written {
		switch {
		case manifest[name]:
		case keep[name]:
			manifest[name] = true
		default:
			if err := remove(root, name); err != nil {
				return err
			}
		}
	}
	return writeManifest(root, manifest)
}

func same(root *os.Root, f file) bool {
	info, err := root.Stat(f.name)
	if f.read != nil {
		return err == nil && info.ModTime().Equal(f.modified)
	}
	if err != nil || info.Size() != int64(len(f.body)) {
		return false
	}
	body, err := root.ReadFile(f.name)
	return err == nil && bytes.Equal(body, f.body)
}

func aside(name string) string { return path.Join(path.Dir(name), "."+path.Base(name)+".new") }

func writeAside(root *os.Root, f file) (err error) {
	if f.read != nil {
		if f.body, err = f.read(); err != nil {
			return err
		}
	}
	if err := root.MkdirAll(path.Dir(f.name), 0o755); err != nil {
		return err
	}
	name := aside(f.name)
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = out.Write(f.body)
	err = errors.Join(err, out.Sync(), out.Close())
	if err == nil && !f.modified.IsZero() {
		err = root.Chtimes(name, f.modified, f.modified)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", f.name, err), root.Remove(name))
	}
	return nil
}

// remove takes away a file and its folders when they are empty then.
func remove(root *os.Root, name string) error {
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for folder := path.Dir(name); strings.HasPrefix(folder, "editions/"); folder = path.Dir(folder) {
		_ = root.Remove(folder) // not empty: somebody else's files are in it
	}
	return nil
}

func readManifest(root *os.Root) ([]string, error) {
	text, err := root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Fields(string(text)), err
}

func writeManifest(root *os.Root, names map[string]bool) error {
	lines := make([]string, 0, len(names))
	for name := range names {
		lines = append(lines, name)
	}
	sort.Strings(lines)
	f := file{name: manifestName, body: []byte(strings.Join(lines, "\n") + "\n")}
	if same(root, f) {
		return nil
	}
	if err := writeAside(root, f); err != nil {
		return err
	}
	return root.Rename(aside(f.name), f.name)
}
