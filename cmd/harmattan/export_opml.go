package main

import (
	"bytes"
	"fmt"

	"harmattan/fetcher"
	"harmattan/news"
)

type exportOPMLCommand struct {
	Config string `help:"Configuration file; without it the built-in example is used." placeholder:"FILE" short:"c"`
	All    bool   `help:"Disabled sources too."`
	Output string `help:"File to write to, in place of standard output." placeholder:"FILE" short:"o"`
	Force  bool   `help:"Overwrite the file of --output."`
}

func (c *exportOPMLCommand) Run(s *session) error {
	cfg, err := settings{Config: c.Config}.load(s)
	if err != nil {
		return err
	}
	var sources []news.Source
	for _, source := range cfg.Sources {
		if c.All || !source.Disabled {
			sources = append(sources, source)
		}
	}
	var out bytes.Buffer
	title := cfg.Publisher.Title
	hidden, err := fetcher.WriteOPML(&out, title+": sources", title, s.clock(), sources)
	if err != nil {
		return err
	}
	for _, id := range hidden {
		fmt.Fprintf(s.errOut, "%s is left out: its address is not for strangers\n", id)
	}
	if c.Output != "" {
		return writeOnce(c.Output, out.Bytes(), c.Force, private)
	}
	_, err = s.out.Write(out.Bytes())
	return err
}
