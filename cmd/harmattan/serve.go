package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"harmattan/config"
)

const defaultListen = "127.0.0.1:8025"

// The halves of the work, by --only. The one that fetches also stores and judges;
// the one that publishes reads what is stored.
const (
	onlyFetch   = "fetch"
	onlyPublish = "publish"
)

type serveCommand struct {
	settings
	Listen string        `help:"Address to serve on (default: [publisher] listen, ${listen})." placeholder:"ADDR"`
	Only   string        `help:"Do one half of the work, fetch or publish, beside a daemon that does the other." enum:"fetch,publish," default:"" placeholder:"fetch|publish"`
	For    time.Duration `help:"Stop by itself after this time." placeholder:"30s"`
}

func (c *serveCommand) Run(s *session) error {
	load := c.loadToFetch
	if c.Only == onlyPublish {
		load = c.load
	}
	cfg, err := load(s)
	if err != nil {
		return err
	}
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	if c.Listen != "" {
		cfg.Publisher.Listen = c.Listen
	}
	open, err := openSockets(s, cfg, c.Only)
	if err != nil {
		return err
	}
	cfg.Publisher.Listen = open.address(cfg.Publisher.Listen)
	ctx, cancel := bounded(s.ctx, c.For)
	defer cancel()
	wishes := make(chan wish)
	hangups(ctx, wishes)
	again := func() (*config.Config, error) { return load(s) }
	if c.Only == onlyPublish {
		c.control(ctx, s, runtimeFolder(), wishes) // the state folder may not be written to
		c.greet(s, cfg)
		f := &follower{s: s, dir: dir, load: again}
		return f.serve(ctx, open, wishes, cfg)
	}
	d, err := openDesk(s, cfg, dir)
	if err != nil {
		return errors.Join(err, open.close())
	}
	if len(open.public) > 0 {
		c.greet(s, cfg)
	}
	c.control(ctx, s, cmp.Or(runtimeFolder(), dir), wishes)
	return errors.Join(d.serve(ctx, open, wishes, again), d.close())
}

func (c *serveCommand) greet(s *session, cfg *config.Config) {
	fmt.Fprintf(s.out, "  look      http://%s/\n", cfg.Publisher.Listen)
}

// control lets harmattan reload reach this daemon by way of a folder, if any.
func (c *serveCommand) control(ctx context.Context, s *session, dir string, wishes chan<- wish) {
	if dir == "" {
		return
	}
	if err := takeWishes(ctx, s.log, dir, wishes); err != nil {
		s.log.Warn("harmattan reload cannot reach this daemon; send SIGHUP instead", "err", err)
	}
}
