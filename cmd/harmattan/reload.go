package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"harmattan/storage"
)

type reloadCommand struct {
	State string        `help:"Folder of the daemon (default: $$RUNTIME_DIRECTORY, else as for serve)." placeholder:"DIR"`
	Force bool          `help:"Take the configuration over however much it changes the editions."`
	Wait  time.Duration `help:"How long to wait for the daemon's answer." default:"10m" placeholder:"10m"`
}

// Run asks and waits. The daemon reads the file that it was started with.
func (c *reloadCommand) Run(s *session) error {
	dir := runtimeFolder()
	if dir == "" || c.State != "" {
		var err error
		if dir, err = stateFolder(c.State); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(s.ctx, c.Wait)
	defer cancel()
	answer, err := askDaemon(ctx, dir, controlRequest{Force: c.Force})
	if err != nil {
		return err
	}
	if answer.Refused == "" {
		fmt.Fprintln(s.out, "The daemon goes on with the new configuration.")
		return nil
	}
	fmt.Fprint(s.out, answer.Plan)
	fmt.Fprintf(s.out, "Refused, the old configuration goes on: %s\n", answer.Refused)
	return errPartial
}

// printRefusal tells when the daemon refused its configuration since it began.
func printRefusal(s *session, state string) error {
	refused := ""
	err := readStore(s, state, func(store *storage.Store) (err error) {
		refused, err = store.Meta(s.ctx, reloadRefused)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing has run yet
	}
	if refused != "" {
		fmt.Fprintf(s.out, "The daemon goes on with an older configuration, for it refused the new one: %s\n", refused)
	}
	return err
}
