package main

import (
	"errors"
	"fmt"
	"os"
)

type exportCommand struct {
	settings
	Dir string `arg:"" help:"Folder to write to."`
}

func (c *exportCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	dir, err := stateFolder(c.State)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	d, err := openDeskBeside(s, cfg, dir)
	if err != nil {
		return err
	}
	if err := errors.Join(d.rejudge(s.ctx), d.start(s.ctx)); err != nil {
		return errors.Join(err, d.close())
	}
	d.showStatus(s.ctx)
	if err := d.stages.Load().publisher.Export(c.Dir); err != nil {
		return errors.Join(err, d.close())
	}
	fmt.Fprintf(s.out, "Wrote %d editions to %s.\n", len(cfg.Editions), c.Dir)
	return d.close()
}
