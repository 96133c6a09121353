package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"harmattan"
	"harmattan/cmd/harmattan/newsroom"
	"harmattan/config"
	"harmattan/news"
)

type demoCommand struct {
	Listen  string        `help:"Address to serve on." default:"${listen}" placeholder:"ADDR"`
	For     time.Duration `help:"Stop by itself after this time." placeholder:"30s"`
	State   string        `help:"Keep the database in this folder (default: a temporary one, removed at the end)." placeholder:"DIR"`
	Verbose bool          `help:"Log every fetch."`
}

func (c *demoCommand) Run(s *session) error {
	dir := c.State
	if dir == "" {
		temporary, err := os.MkdirTemp("", "harmattan-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	room, err := newsroom.Start(s.clock)
	if err != nil {
		return err
	}
	defer room.Close()
	listener, err := listen(s, c.Listen)
	if err != nil {
		return err
	}
	cfg, err := demoConfig(room.Sources(), listener.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	cfg.Editions = append(cfg.Editions, arabicEdition())
	if !c.Verbose {
		s.level.Set(slog.LevelError)
	}
	d, err := openDesk(s, cfg, dir)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	c.greet(s, cfg, len(room.Sources()), dir)
	ctx, cancel := bounded(s.ctx, c.For)
	defer cancel()
	err = errors.Join(d.serve(ctx, sockets{public: []net.Listener{listener}}, nil, nil), d.close())
	if err == nil {
		fmt.Fprintln(s.out, "The demo has ended.")
	}
	return err
}

// demoConfig is the built-in example with the newsroom's outlets in place of
// the real sources, looked at every other second.
func demoConfig(sources []news.Source, listen string) (*config.Config, error) {
	cfg, err := config.Parse("config.example.toml", harmattan.Example())
	if err != nil {
		return nil, err
	}
	cfg.Sources = sources
	cfg.Publisher.Listen = listen
	cfg.Publisher.BaseURL = ""
	cfg.Fetcher.Schedule = "@every 2s"
	cfg.Fetcher.MinInterval = news.Duration{}
	cfg.Fetcher.HostSpacing = news.Duration{}
	cfg.Fetcher.Timeout = news.Duration{Duration: 5 * time.Second}
	cfg.Fetcher.Allow = []string{"127.0.0.0/8"}
	return cfg, nil
}

// arabicEdition shows what an edition in Arabic looks like: the newsroom has
// outlets that write it.
func arabicEdition() news.Edition {
	return news.Edition{
		ID: "sahel-ar", Title: "الساحل بالعربية", Language: "ar",
		Description: "ما تنشره الصحف العربية عن مالي وبوركينا فاسو والنيجر وتشاد وموريتانيا.",
		Rule:        news.Rule{Countries: []string{"ML", "BF", "NE", "TD", "MR"}, Languages: []string{"ar"}},
	}
}

func (c *demoCommand) greet(s *session, cfg *config.Config, outlets int, dir string) {
	base := "http://" + cfg.Publisher.Listen
	fmt.Fprintf(s.out, "A newsroom of %d outlets is on the air; new articles come every few seconds.\n\n", outlets)
	fmt.Fprintf(s.out, "  look      %s/\n", base)
	for _, e := range cfg.Editions {
		fmt.Fprintf(s.out, "  subscribe %s/editions/%s.rss  (.atom, .json; page %s/editions/%s)\n", base, e.ID, base, e.ID)
	}
	fmt.Fprintf(s.out, "  database  %s\n\n", dir)
	if c.For > 0 {
		fmt.Fprintf(s.out, "It ends by itself after %s, or with Ctrl-C.\n", c.For)
	} else {
		fmt.Fprintln(s.out, "It ends with Ctrl-C.")
	}
}

// bounded ends ctx after the time; no time means never.
func bounded(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
	if after <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, after)
}
