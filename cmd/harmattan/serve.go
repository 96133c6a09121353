package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
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
	return errors.Join(d.serve(ctx, listener, c.reloads(ctx, s)), d.close())
}

func listen(s *session, addr string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --listen", addr, err)
	}
	return listener, nil
}

// reloads reads the configuration again at each SIGHUP. A file with mistakes is
// told and passed over.
func (c *serveCommand) reloads(ctx context.Context, s *session) <-chan *config.Config {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	configs := make(chan *config.Config)
	go func() {
		defer signal.Stop(hangups)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
			}
			cfg, err := c.load(s)
			if err != nil {
				s.log.Error("the new configuration has mistakes; the old one goes on", "err", err)
				continue
			}
			select {
			case configs <- cfg:
			case <-ctx.Done():
				return
			}
		}
	}()
	return configs
}
