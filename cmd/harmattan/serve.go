package main

import (
	"errors"
	"fmt"
	"net"
	"time"
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
	listener, err := listen(s, cfg.Publisher.Listen)
	if err != nil {
		return err
	}
	cfg.Publisher.Listen = listener.Addr().String()
	d, err := openDesk(s, cfg, dir)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(s.out, "  look      http://%s/\n", cfg.Publisher.Listen)
	ctx, cancel := bounded(s.ctx, c.For)
	defer cancel()
	return errors.Join(d.serve(ctx, listener), d.close())
}

func listen(s *session, addr string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --listen", addr, err)
	}
	return listener, nil
}
