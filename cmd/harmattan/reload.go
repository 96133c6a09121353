package main

import (
	"context"
	"errors"

	"harmattan/config"
)

// reload puts the stages of another configuration in the place of the present
// ones. Nothing changes when they cannot be made or published. Rounds under way
// end with what they began; stored articles are judged again by rejudge.
func (d *desk) reload(ctx context.Context, cfg *config.Config) error {
	before := d.stages.Load()
	cfg.Publisher.Listen = before.cfg.Publisher.Listen // the open listener stays
	next, err := newStages(cfg)
	if err != nil {
		return err
	}
	if failing := next.curator.CheckExamples(); len(failing) > 0 {
		return errors.New(failing[0])
	}
	next.publisher.SetLookup(d.lookup(next))
	next.publisher.SetHistory(d.history())
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := errors.Join(d.arrange(ctx, next), d.leaveSources(ctx, next), d.publish(ctx, next, next.editionIDs())); err != nil {
		return errors.Join(err, d.arrange(ctx, before))
	}
	d.stages.Store(next) // readers never see an edition that is not there yet
	return nil
}
