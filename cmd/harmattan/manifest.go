package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"harmattan/publisher"
	"harmattan/storage"
)

// manifestCredential is the systemd credential that holds the key.
const manifestCredential = "manifest-key"

type keyCommand struct {
	settings
	Name string `help:"What the key is called (default: the host of base_url)." placeholder:"HOST"`
	File string `arg:"" help:"File to write it to; it must not exist."`
}

func (c *keyCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	name := c.Name
	if base, err := url.Parse(cfg.Publisher.Base()); err == nil && name == "" {
		name = base.Hostname()
	}
	private, public, err := note.GenerateKey(rand.Reader, name)
	if err == nil {
		_, err = note.NewVerifier(public) // the name is checked here
	}
	if err != nil {
		return fmt.Errorf("key called %q: %w; give a name without spaces and plus signs", name, err)
	}
	file, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("key: %w", err)
	}
	_, err = fmt.Fprintf(file, "%s\n%s\n", private, public)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	fmt.Fprintf(s.out, "%s\n", public)
	return nil
}

// manifestKey signs manifests; public verifies them.
type manifestKey struct {
	signer note.Signer
	public string
}

// readManifestKey reads the configured key, or that which systemd passes on; nil
// when there is none.
func readManifestKey(file string) (*manifestKey, error) {
	if dir := os.Getenv("CREDENTIALS_DIRECTORY"); file == "" && dir != "" {
		file = filepath.Join(dir, manifestCredential)
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
	}
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("manifest key: %w", err)
	}
	lines := strings.Fields(string(text))
	if len(lines) != 2 {
		return nil, fmt.Errorf("manifest key %s: want two lines as harmattan key writes them", file)
	}
	signer, err := note.NewSigner(lines[0])
	if err != nil {
		return nil, fmt.Errorf("manifest key %s: first line: %w", file, err)
	}
	verifier, err := note.NewVerifier(lines[1])
	if err != nil {
		return nil, fmt.Errorf("manifest key %s: second line: %w", file, err)
	}
	if signer.Name() != verifier.Name() || signer.KeyHash() != verifier.KeyHash() {
		return nil, fmt.Errorf("manifest key %s: the lines are of different keys", file)
	}
	return &manifestKey{signer, lines[1]}, nil
}

// manifests lets the publisher read what is stored, beside the key that verifies it.
func (d *desk) manifests(public string) publisher.Manifests {
	return publisher.Manifests{
		Key: public,
		Days: func() []string {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.manifestDays
		},
		Read: func(ctx context.Context, day string) ([]byte, error) {
			text, err := d.store.Manifest(ctx, day)
			d.logQuestion(ctx, err)
			return text, err
		},
	}
}

// keepManifest writes the manifest of the day that ended last, once. The caller
// holds d.writing.
func (d *desk) keepManifest(ctx context.Context) error {
	st := d.stages.Load()
	if st.key == nil {
		return nil
	}
	today := d.clock().UTC().Truncate(24 * time.Hour)
	day := today.Add(-24 * time.Hour)
	days := d.manifests(st.key.public).Days()
	if n := len(days); n > 0 && days[n-1] >= day.Format(time.DateOnly) {
		return nil
	}
	previous, err := d.previous(ctx, days)
	if err != nil {
		return err
	}
	m, err := st.publisher.NewManifest(ctx, day, previous)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(m.Editions, func(e publisher.ManifestEdition) bool { return e.Changed.Before(today) }) {
		return nil // nothing was published yet on that day
	}
	text, err := m.Text()
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: text}, st.key.signer)
	if err != nil {
		return fmt.Errorf("manifest of %s: %w", m.Day, err)
	}
	if err := d.store.Write(ctx, func(tx *storage.Tx) error { return tx.SaveManifest(ctx, m.Day, signed) }); err != nil {
		return err
	}
	d.mu.Lock()
	d.manifestDays = append(slices.Clone(days), m.Day)
	d.mu.Unlock()
	d.filesDue = true
	d.log.Info("manifest signed", "day", m.Day)
	return nil
}

// previous names the manifest of the last of the days.
func (d *desk) previous(ctx context.Context, days []string) (*publisher.ManifestLink, error) {
	if len(days) == 0 {
		return nil, nil
	}
	last := days[len(days)-1]
	text, err := d.store.Manifest(ctx, last)
	if err != nil {
		return nil, err
	}
	return &publisher.ManifestLink{Day: last, SHA256: hashOf(text)}, nil
}

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
