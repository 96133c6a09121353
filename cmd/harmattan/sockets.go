package main

import (
	"errors"
	"fmt"
	"net"

	"github.com/coreos/go-systemd/v22/activation"

	"harmattan/config"
)

// sockets are what the daemon listens on.
type sockets struct {
	public  []net.Listener // for readers and hubs
	metrics net.Listener   // nil: nobody asks
}

// metricsSocket is the FileDescriptorName= of a socket for the metrics.
const metricsSocket = "metrics"

// openSockets takes the sockets that systemd opened, and opens itself what it
// passes none for. In halves, the one that fetches has no public socket of its own,
// the other none for metrics.
func openSockets(s *session, cfg *config.Config, only string) (sockets, error) {
	var open sockets
	passed, err := activation.ListenersWithNames()
	if err != nil {
		return open, fmt.Errorf("sockets of systemd: %w", err)
	}
	for name, listeners := range passed {
		if name == metricsSocket {
			open.metrics = listeners[0]
			continue
		}
		open.public = append(open.public, listeners...)
	}
	if only != onlyFetch && len(open.public) == 0 {
		listener, err := listen(s, cfg.Publisher.Listen)
		if err != nil {
			return open, errors.Join(err, open.close())
		}
		open.public = []net.Listener{listener}
	}
	if only != onlyPublish && open.metrics == nil && cfg.Metrics.Listen != "" {
		if open.metrics, err = (&net.ListenConfig{}).Listen(s.ctx, "tcp", cfg.Metrics.Listen); err != nil {
			return open, errors.Join(fmt.Errorf("listen on %s for metrics: %w; choose another address with [metrics] listen",
				cfg.Metrics.Listen, err), open.close())
		}
	}
	return open, nil
}

// address is where readers find the daemon on this machine; otherwise when it is
// no port, or none is open.
func (o sockets) address(otherwise string) string {
	for _, listener := range o.public {
		if addr, ok := listener.Addr().(*net.TCPAddr); ok {
			return addr.String()
		}
	}
	return otherwise
}

func (o sockets) close() error {
	var errs []error
	for _, listener := range o.public {
		errs = append(errs, listener.Close())
	}
	if o.metrics != nil {
		errs = append(errs, o.metrics.Close())
	}
	return errors.Join(errs...)
}

func listen(s *session, addr string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(s.ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --listen", addr, err)
	}
	return listener, nil
}
