package publisher

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Manifests reads the signed manifests that are stored.
type Manifests struct {
	// Days are those that have one (2026-03-14, UTC), the earliest first.
	Days func() []string
	// Read reads one of them as it was signed.
	Read func(ctx context.Context, day string) ([]byte, error)
	// Key is the public key that verifies them.
	Key string
}

// SetManifests adds the manifests below /manifests/. It must be called before the
// first request.
func (p *Publisher) SetManifests(m Manifests) { p.manifests = &m }

// Manifest is what the editions that everybody may see said at the end of a day,
// as JSON; docs/publishing.md describes it.
type Manifest struct {
	Version  int               `json:"harmattan_manifest"` // 1
	Site     string            `json:"site"`
	Day      string            `json:"day"` // 2026-03-14, UTC
	Previous *ManifestLink     `json:"previous"`
	Editions []ManifestEdition `json:"editions"`
}

// ManifestLink chains a manifest to the one before.
type ManifestLink struct {
	Day    string `json:"day"`
	SHA256 string `json:"sha256"` // of the whole, with its signature
}

// ManifestEdition is one edition in a manifest.
type ManifestEdition struct {
	ID        string             `json:"id"`
	Changed   time.Time          `json:"changed"`
	Documents []ManifestDocument `json:"documents"`
	Entries   []ManifestEntry    `json:"entries"`
	Withdrawn []ManifestGone     `json:"withdrawn,omitempty"`
}

// ManifestDocument is a document as it was served, uncompressed.
type ManifestDocument struct {
	Address string `json:"address"`
	SHA256  string `json:"sha256"`
}

// ManifestEntry is an entry as the JSON Feed gives it: SHA256 is of its id, url,
// title and summary, with a line feed after each.
type ManifestEntry struct {
	ID     string `json:"id"`
	URL    string `json:"url,omitempty"`
	SHA256 string `json:"sha256"`
}

// ManifestGone is an entry that was withdrawn.
type ManifestGone struct {
	ID   string `json:"id"`
	When string `json:"when"`
}

// NewManifest tells what the editions say now, for a day that has just ended, with
// the archive documents that were written since it began.
func (p *Publisher) NewManifest(ctx context.Context, day time.Time, previous *ManifestLink) (Manifest, error) {
	m := Manifest{Version: 1, Site: p.base + "/", Day: day.Format(time.DateOnly), Previous: previous, Editions: []ManifestEdition{}}
	for _, e := range p.editions {
		now := p.issues[e.ID].Load()
		if now == nil {
			continue
		}
		edition := ManifestEdition{ID: e.ID, Changed: now.changedAt.UTC().Truncate(time.Second), Entries: now.said, Withdrawn: now.gone}
		for _, f := range formats() {
			if f.suffix != "" { // pages are for people and change with our words
				edition.Documents = append(edition.Documents, ManifestDocument{p.address(e.ID, f.suffix), sum(now.documents[f.suffix].identity())})
			}
		}
		pages, err := p.manifestPages(ctx, e.ID, day)
		if err != nil {
			return m, fmt.Errorf("manifest of %s: %w", m.Day, err)
		}
		edition.Documents = append(edition.Documents, pages...)
		m.Editions = append(m.Editions, edition)
	}
	return m, nil
}

func (p *Publisher) manifestPages(ctx context.Context, id string, since time.Time) (all []ManifestDocument, err error) {
	if p.history == nil {
		return nil, nil
	}
	for i, changed := range p.history.Pages(id) {
		if changed.Before(since) {
			continue
		}
		page, err := p.history.Page(ctx, id, i+1)
		if err != nil {
			return nil, err
		}
		all = append(all, ManifestDocument{p.pageAddress(id, i+1, ".atom"), sum(page.Atom)},
			ManifestDocument{p.pageAddress(id, i+1, ".json"), sum(page.JSON)})
	}
	return all, nil
}

// Text is the manifest as it is signed.
func (m Manifest) Text() (string, error) {
	text, err := json.MarshalIndent(m, "", " ")
	return string(text) + "\n", err
}

// said are the entries of a draft as a manifest lists them.
func (d *draft) said() []ManifestEntry {
	all := make([]ManifestEntry, 0, len(d.Pieces))
	for i := range d.Pieces {
		c := &d.Pieces[i]
		all = append(all, ManifestEntry{c.ID, c.Link, sum([]byte(c.ID + "\n" + c.Link + "\n" + c.Title + "\n" + c.Summary + "\n"))})
	}
	return all
}

func (d *draft) gone() []ManifestGone {
	var all []ManifestGone
	for _, stone := range d.Withdrawn {
		all = append(all, ManifestGone{stone.Ref, stone.When})
	}
	return all
}

func sum(b []byte) string {
	hash := sha256.Sum256(b)
	return hex.EncodeToString(hash[:])
}

const manifestDir = "/manifests/"

// serveManifest answers DAY.txt, latest.txt and key.txt.
func (p *Publisher) serveManifest(w http.ResponseWriter, r *http.Request, name string) {
	name, ok := strings.CutSuffix(name, ".txt")
	days := p.manifests.Days()
	day := name
	if name == "latest" && len(days) > 0 {
		day = days[len(days)-1]
	}
	var text []byte
	var err error
	switch _, known := slices.BinarySearch(days, day); {
	case ok && name == "key":
		text = []byte(p.manifests.Key + "\n")
	case !ok || !known:
		message(w, http.StatusNotFound, "There is no such manifest. There are key.txt, latest.txt and one for each day, such as 2026-03-14.txt.")
		return
	default:
		text, err = p.manifests.Read(r.Context(), day)
	}
	if err != nil {
		busy(w)
		return
	}
	d, err := p.manifestDocument(text, name == day && name != "key")
	if err != nil {
		busy(w)
		return
	}
	d.serve(w, r)
}

func (p *Publisher) manifestDocument(text []byte, final bool) (*document, error) {
	h := http.Header{}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	feedHeader(h)
	h.Set("Cache-Control", p.freshness())
	if final {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return quick(text, time.Time{}, h)
}

// manifestFiles are the manifests as files. The time of one is the end of its day.
func (p *Publisher) manifestFiles() []file {
	if p.manifests == nil {
		return nil
	}
	var files []file
	for _, day := range p.manifests.Days() {
		begun, err := time.Parse(time.DateOnly, day)
		if err != nil {
			continue
		}
		files = append(files, file{name: "manifests/" + day + ".txt", modified: begun.Add(24 * time.Hour),
			read: func() ([]byte, error) { return p.manifests.Read(context.Background(), day) }})
	}
	return append(files, file{name: "manifests/key.txt", body: []byte(p.manifests.Key + "\n")})
}
