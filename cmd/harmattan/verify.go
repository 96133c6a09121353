package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"harmattan/publisher"
)

type verifyCommand struct {
	Key      string   `help:"Public key, or a file or address that holds it: get it from whoever runs the site, not from the site alone." required:"" placeholder:"KEY"`
	Document string   `help:"Tell whether this saved document is what an edition said." placeholder:"FILE" type:"path"`
	From     []string `arg:"" name:"file|url" help:"Manifests."`
}

// Bounds of what verify reads.
const (
	manifestMost = 32 << 20
	verifyWait   = 30 * time.Second
)

// verified is a manifest whose signature is good.
type verified struct {
	publisher.Manifest
	from, hash string
}

func (c *verifyCommand) Run(s *session) error {
	verifier, err := readVerifier(s.ctx, c.Key)
	if err != nil {
		return err
	}
	var good []verified
	bad := false
	for _, from := range c.From {
		m, err := verify(s.ctx, from, verifier)
		if err != nil {
			bad = true
			fmt.Fprintf(s.out, "%s: BAD: %v\n", from, err)
			continue
		}
		good = append(good, m)
	}
	slices.SortFunc(good, func(a, b verified) int { return cmp.Compare(a.Day, b.Day) })
	for i := range good {
		bad = report(s.out, good, i) || bad
	}
	if c.Document != "" {
		found, err := tellDocument(s.out, c.Document, good)
		if err != nil {
			return err
		}
		bad = bad || !found
	}
	if bad {
		return errPartial
	}
	return nil
}

func readVerifier(ctx context.Context, key string) (note.Verifier, error) {
	if v, err := note.NewVerifier(key); err == nil {
		return v, nil
	}
	text, err := readAny(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("--key is neither a public key nor readable: %w", err)
	}
	lines := strings.Fields(string(text))
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s holds no key", key)
	}
	v, err := note.NewVerifier(lines[len(lines)-1])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return v, nil
}

func verify(ctx context.Context, from string, verifier note.Verifier) (verified, error) {
	m := verified{from: from}
	text, err := readAny(ctx, from)
	if err != nil {
		return m, err
	}
	signed, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(signed.Text), &m.Manifest); err != nil || m.Version != 1 {
		return m, errors.Join(errors.New("it is signed, but is no manifest that this program reads"), err)
	}
	m.hash = hashOf(text)
	return m, nil
}

// report tells what a good manifest says, and whether it breaks the chain: the one
// that it names must be the one before, if that was given.
func report(out io.Writer, good []verified, i int) (broken bool) {
	m, entries := &good[i], 0
	for _, e := range m.Editions {
		entries += len(e.Entries)
	}
	chain := "begins the chain"
	if p := m.Previous; p != nil {
		chain = "follows " + p.Day + ", which was not given"
		at := slices.IndexFunc(good, func(v verified) bool { return v.Day == p.Day })
		switch {
		case at >= 0 && good[at].hash == p.SHA256:
			chain = "follows " + p.Day
		case at >= 0:
			chain, broken = "BROKEN: it follows another manifest of "+p.Day, true
		}
	}
	if i > 0 && (m.Day == good[i-1].Day && m.hash != good[i-1].hash || m.Previous == nil || m.Previous.Day < good[i-1].Day && m.Day != good[i-1].Day) {
		chain, broken = "BROKEN: it does not follow that of "+good[i-1].Day, true
	}
	fmt.Fprintf(out, "%s: good, %d editions with %d entries of %s; %s\n", m.Day, len(m.Editions), entries, m.Site, chain)
	return broken
}

// tellDocument looks for a document in the manifests.
func tellDocument(out io.Writer, name string, good []verified) (found bool, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return false, err
	}
	hash := hashOf(text)
	for _, m := range good {
		for _, e := range m.Editions {
			for _, d := range e.Documents {
				if d.SHA256 == hash {
					fmt.Fprintf(out, "%s: is %s at the end of %s\n", name, d.Address, m.Day)
					found = true
				}
			}
		}
	}
	if !found {
		fmt.Fprintf(out, "%s: is in none of these manifests\n", name)
	}
	return found, nil
}

// readAny reads a file or what is at an address.
func readAny(ctx context.Context, from string) ([]byte, error) {
	if !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://") {
		return os.ReadFile(from)
	}
	ctx, cancel := context.WithTimeout(ctx, verifyWait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", from, res.Status)
	}
	return io.ReadAll(io.LimitReader(res.Body, manifestMost))
}
