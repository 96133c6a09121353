package config

import (
	"fmt"
	"net"

	"harmattan/news"
)

// ReloadOptions are the [reload] table of the configuration.
type ReloadOptions struct {
	// MaxChange is the greatest share of an edition that a new configuration may
	// bring in or take out: 0.5 is half of what it holds.
	MaxChange float64 `toml:"max_change"`
}

// Validate reports every mistake in the options.
func (o ReloadOptions) Validate() []news.Problem {
	if o.MaxChange > 0 {
		return nil
	}
	return []news.Problem{{Path: []string{"max_change"},
		Message: fmt.Sprintf("%v allows nothing to change; give a share such as 0.5", o.MaxChange)}}
}

// MetricsOptions are the [metrics] table of the configuration.
type MetricsOptions struct {
	// Listen is the address and port for Prometheus; empty means no metrics.
	Listen string `toml:"listen"`
}

// Validate reports every mistake in the options.
func (o MetricsOptions) Validate() []news.Problem {
	if o.Listen == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(o.Listen); err != nil {
		return []news.Problem{{Path: []string{"listen"},
			Message: fmt.Sprintf("%q is not an address with a port such as \"127.0.0.1:9025\"", o.Listen)}}
	}
	return nil
}
