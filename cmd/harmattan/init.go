package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"harmattan"
	"harmattan/config"
)

type initCommand struct {
	File      string `arg:"" optional:"" default:"config.toml" help:"Configuration file to write (default: config.toml)."`
	Region    string `help:"What to follow: sahel, lake-chad, gulf-of-guinea, west-africa, or countries such as ML,BF,NE." placeholder:"REGION"`
	Languages string `help:"Languages to read, the first one is that of the editions: en, fr, ar." placeholder:"en,fr,ar"`
	Contact   string `help:"Your e-mail address or web page, which publishers and readers see." placeholder:"ADDRESS"`
	BaseURL   string `help:"Public address of the site, if it has one." placeholder:"URL"`
	Yes       bool   `help:"Ask nothing: what no flag says is as in the example." short:"y"`
	Force     bool   `help:"Overwrite the file."`
}

// schemaName is the file beside the configuration that editors read.
const schemaName = "config.schema.json"

func (c *initCommand) Run(s *session) error {
	if !c.Yes && term.IsTerminal(int(os.Stdin.Fd())) {
		if err := c.ask(os.Stdin, s.out); err != nil {
			return err
		}
	}
	text, err := c.text(s.clock())
	if err != nil {
		return err
	}
	made, err := config.Parse(c.File, []byte(text))
	if err != nil {
		return err
	}
	schema, err := config.Schema(string(harmattan.Example()))
	if err != nil {
		return err
	}
	if err := writeOnce(c.File, []byte(text), c.Force, public); err != nil {
		return err
	}
	if err := writeOnce(filepath.Join(filepath.Dir(c.File), schemaName), schema, true, public); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %d sources, %d editions. Start it:\n\n    harmattan serve --config %s\n",
		c.File, len(made.Sources), len(made.Editions), c.File)
	return nil
}

// ask puts the questions that no flag has answered; an empty line takes what
// stands in brackets.
func (c *initCommand) ask(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	for _, q := range []struct {
		question, usual string
		answer          *string
	}{
		{"Region: sahel, lake-chad, gulf-of-guinea, west-africa, or countries such as ML,BF,NE", "sahel", &c.Region},
		{"Languages to read, yours first", "en,fr,ar", &c.Languages},
		{"Your e-mail address or web page, which publishers see", "", &c.Contact},
		{"Public address of the site, if it will have one", "", &c.BaseURL},
	} {
		if *q.answer != "" {
			continue
		}
		fmt.Fprintf(out, "%s [%s]: ", q.question, q.usual)
		if !lines.Scan() {
			return cmp.Or(lines.Err(), errors.New("no answer; give the flags of harmattan init --help, or --yes"))
		}
		*q.answer = cmp.Or(strings.TrimSpace(lines.Text()), q.usual)
	}
	return nil
}

// text is the configuration.
func (c *initCommand) text(now time.Time) (string, error) {
	known, err := config.Parse("config.example.toml", harmattan.Example())
	if err != nil {
		return "", err
	}
	r, err := regionOf(cmp.Or(c.Region, "sahel"))
	if err != nil {
		return "", err
	}
	languages, err := languagesOf(cmp.Or(c.Languages, "en,fr,ar"))
	if err != nil {
		return "", err
	}
	sources := r.sources(known, languages)
	if len(sources) == 0 {
		return "", fmt.Errorf("no source is known for region %q in %s; find feeds with harmattan discover URL", c.Region, strings.Join(languages, ", "))
	}
	var b strings.Builder
	c.writeHead(&b, r, languages[0], now)
	for _, e := range r.editions(known, languages[0]) {
		b.WriteString("\n" + config.EditionTable(e))
	}
	b.WriteString("\n# Sources. Find more with harmattan discover URL.\n")
	for _, s := range sources {
		b.WriteString("\n" + config.SourceTable(s))
	}
	return b.String(), nil
}

func (c *initCommand) writeHead(b *strings.Builder, r region, language string, now time.Time) {
	fmt.Fprintf(b, "#:schema ./%s\n# Harmattan. Every key is explained in config.example.toml; check this file with\n# harmattan check --config FILE.\n", schemaName)
	if c.Contact != "" {
		fmt.Fprintf(b, "\n[fetcher]\ncontact = %q\n", c.Contact)
	}
	fmt.Fprintf(b, "\n[curator]\n# What the ids of all entries begin with. Never change it.\nid_authority = %q\n", authority(c.BaseURL, c.Contact, now))
	fmt.Fprintf(b, "\n[backup]\ndirectory = \"backups\"\n\n[publisher]\ntitle = %q\n", cmp.Or(r.names[language], "Harmattan"))
	if c.Contact != "" {
		fmt.Fprintf(b, "contact = %q\n", c.Contact)
	}
	if c.BaseURL != "" {
		fmt.Fprintf(b, "base_url = %q\n", c.BaseURL)
	}
}

// authority is a name that the operator holds today (RFC 4151): the host of the
// site, else that of the contact.
func authority(site, contact string, now time.Time) string {
	host := ""
	if u, err := url.Parse(cmp.Or(site, contact)); err == nil {
		host = u.Hostname()
	}
	if _, domain, ok := strings.Cut(contact, "@"); ok && host == "" {
		host = domain
	}
	return strings.ToLower(cmp.Or(host, "harmattan.invalid")) + "," + now.UTC().Format("2006")
}

func languagesOf(list string) ([]string, error) {
	var languages []string
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.ToLower(strings.TrimSpace(tag))
		if !slices.Contains([]string{"en", "fr", "ar"}, tag) {
			return nil, fmt.Errorf("language %q: give one or more of en, fr, ar", tag)
		}
		languages = append(languages, tag)
	}
	return languages, nil
}
