package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"harmattan/news"
	"harmattan/storage"
)

type tokenCommand struct {
	Add    tokenAddCommand    `cmd:"" help:"Make a token for a private edition and print the addresses that it opens."`
	List   tokenListCommand   `cmd:"" help:"Print all tokens by their ids; a token itself is printed once, when it is made."`
	Revoke tokenRevokeCommand `cmd:"" help:"Forget a token: what it opened is closed at once."`
}

type tokenAddCommand struct {
	settings
	Edition string        `arg:"" help:"Id of a private edition."`
	Label   string        `help:"Whose it is, for your own list." required:"" placeholder:"TEXT"`
	Expires news.Duration `help:"How long it is valid (default: until it is revoked)." placeholder:"90d"`
}

func (c *tokenAddCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(cfg.Editions, func(e news.Edition) bool { return e.ID == c.Edition })
	switch {
	case i < 0:
		return fmt.Errorf("there is no edition %q in the configuration", c.Edition)
	case !cfg.Editions[i].Private:
		return fmt.Errorf("edition %q is public; set private = true in the configuration first", c.Edition)
	case c.Expires.Duration < 0:
		return errors.New("--expires is negative; give a span such as 90d")
	case strings.TrimSpace(c.Label) == "" || strings.ContainsFunc(c.Label, func(r rune) bool { return r < ' ' }):
		return errors.New("--label is empty or has line breaks; say in a few words whose the token is")
	}
	token := storage.Token{EditionID: c.Edition, Label: c.Label, CreatedAt: s.clock()}
	if c.Expires.Duration > 0 {
		token.ExpiresAt = token.CreatedAt.Add(c.Expires.Duration)
	}
	secret := rand.Text() // 130 bits
	err = writeStore(s, c.State, func(tx *storage.Tx) (err error) {
		token.ID, err = tx.SaveToken(s.ctx, secret, token)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Token %s for %s, valid %s. Its addresses are not shown again:\n\n", token.ID, token.Label, validUntil(token))
	for _, suffix := range []string{"", ".rss", ".atom", ".json"} {
		fmt.Fprintf(s.out, "  %s/private/%s/editions/%s%s\n", cfg.Publisher.Base(), secret, c.Edition, suffix)
	}
	return nil
}

type tokenListCommand struct {
	State string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
}

func (c *tokenListCommand) Run(s *session) error {
	var tokens []storage.Token
	err := readStore(s, c.State, func(store *storage.Store) (err error) {
		tokens, err = store.Tokens(s.ctx)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	table := newTable(s.out)
	fmt.Fprintln(table, "TOKEN\tEDITION\tMADE\tVALID\tLABEL")
	for _, t := range tokens {
		valid := validUntil(t)
		if !t.ExpiresAt.IsZero() && !t.ExpiresAt.After(s.clock()) {
			valid = "expired"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", t.ID, t.EditionID, t.CreatedAt.Format(time.DateOnly), valid, t.Label)
	}
	return table.Flush()
}

type tokenRevokeCommand struct {
	State string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
	ID    string `arg:"" help:"Id of the token, as the list shows it."`
}

func (c *tokenRevokeCommand) Run(s *session) error {
	err := writeStore(s, c.State, func(tx *storage.Tx) error { return tx.RevokeToken(s.ctx, c.ID) })
	if errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("%w; harmattan token list shows them", err)
	}
	if err == nil {
		fmt.Fprintf(s.out, "Token %s is revoked.\n", c.ID)
	}
	return err
}

func validUntil(t storage.Token) string {
	if t.ExpiresAt.IsZero() {
		return "until revoked"
	}
	return "until " + t.ExpiresAt.UTC().Format(time.DateOnly)
}

// writeStore writes to the database beside a running daemon.
func writeStore(s *session, state string, fn func(*storage.Tx) error) error {
	dir, err := stateFolder(state)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("state folder %s: %w; give another with --state DIR", dir, err)
	}
	if err := storage.Prepare(); err != nil {
		return err
	}
	store, err := storage.Open(s.ctx, filepath.Join(dir, databaseName))
	if err != nil {
		return err
	}
	return errors.Join(store.Write(s.ctx, fn), store.Close())
}

// opens tells whether a token opens an edition.
func (d *desk) opens(ctx context.Context, editionID, token string) bool {
	ok, err := d.store.Opens(ctx, token, editionID, d.clock())
	d.logQuestion(ctx, err)
	return ok && err == nil
}
