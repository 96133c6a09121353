package main

import (
	"errors"
	"fmt"
	"time"

	"harmattan/config"
)

const defaultListen = "127.0.0.1:8025"

type serveCommand struct {
	settings
	Listen string        `help:"Address to serve on (default: [publisher] listen, ${listen})." placeholder:"ADDR"`
	For    time.Duration `help:"Stop by itself after this time." placeholder:"30s"`
}

func (c *serveCommand) Run(s *session) error {
	cfg, err := c.load(s)
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
	open, err := openSockets(s, cfg, true)
	if err != nil {
		return err
	}
	cfg.Publisher.Listen = open.address(cfg.Publisher.Listen)
	d, err := openDesk(s, cfg, dir)
	if err != nil {
		return errors.Join(err, open.close())
	}
	fmt.Fprintf(s.out, "  look      http://%s/\n", cfg.Publisher.Listen)
	ctx, cancel := bounded(s.ctx, c.For)
	defer cancel()
	wishes := make(chan wish)
	hangups(ctx, wishes)
	if err := d.takeWishes(ctx, dir, wishes); err != nil {
		d.log.Warn("harmattan reload cannot reach this daemon; send SIGHUP instead", "err", err)
	}
	load := func() (*config.Config, error) { return c.load(s) }
	return errors.Join(d.serve(ctx, open, wishes, load), d.close())
}
