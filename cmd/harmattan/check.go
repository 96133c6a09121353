package main

import (
	"errors"
	"fmt"

	"harmattan/config"
)

type checkCommand struct {
	Config string `help:"Configuration file; without it the built-in example is checked." placeholder:"FILE" short:"c"`
}

func (c *checkCommand) Run(s *session) error {
	cfg, err := settings{Config: c.Config}.load(s)
	var mistakes config.Errors
	if errors.As(err, &mistakes) {
		fmt.Fprintln(s.out, mistakes)
		return errPartial
	}
	if err != nil {
		return err
	}
	judge, err := newCurator(cfg)
	if err != nil {
		return err
	}
	if failing := judge.CheckExamples(); len(failing) > 0 {
		for _, example := range failing {
			fmt.Fprintln(s.out, example)
		}
		fmt.Fprintf(s.out, "%d examples do not come out as they say.\n", len(failing))
		return errPartial
	}
	enabled := 0
	for _, source := range cfg.Sources {
		if !source.Disabled {
			enabled++
		}
	}
	fmt.Fprintf(s.out, "The configuration is sound: %d sources (%d enabled), %d editions.\n",
		len(cfg.Sources), enabled, len(cfg.Editions))
	return nil
}
