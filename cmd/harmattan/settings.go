package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"harmattan"
	"harmattan/config"
)

// settings are the flags that most subcommands share.
type settings struct {
	Config string `help:"Configuration file; without it the built-in example is used." placeholder:"FILE" short:"c"`
	State  string `help:"Folder of the database (default: $$STATE_DIRECTORY, else the XDG state folder)." placeholder:"DIR"`
}

// load reads the configuration, or the built-in example when none is named.
func (f settings) load(s *session) (*config.Config, error) {
	if f.Config != "" {
		cfg, err := config.Load(f.Config)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s: no such file; run without --config to use the built-in example", f.Config)
		}
		return cfg, err
	}
	s.log.Info("no --config given: using the built-in config.example.toml")
	return config.Parse("config.example.toml", harmattan.Example())
}

// loadToFetch is load for what asks sources.
func (f settings) loadToFetch(s *session) (*config.Config, error) {
	cfg, err := f.load(s)
	if err == nil && len(cfg.Withheld) > 0 {
		return nil, fmt.Errorf("the addresses of %s need credentials, and $CREDENTIALS_DIRECTORY is not set: give the unit a LoadCredential= for each, or the variable the folder of their files",
			strings.Join(cfg.Withheld, ", "))
	}
	return cfg, err
}
