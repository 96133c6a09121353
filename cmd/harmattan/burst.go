package main

import (
	"context"
	"slices"
	"time"

	"harmattan/curator"
	"harmattan/storage"
)

// burstsEvery is how often it is looked whether far more is told of something
// than usual.
const burstsEvery = 10 * time.Minute

// noteBursts notes what begins and ends to be told far more than usual, and
// publishes the editions when that changed. The caller holds d.writing.
func (d *desk) noteBursts(ctx context.Context) error {
	now := d.clock()
	if now.Before(d.burstsAt) {
		return nil
	}
	d.burstsAt = now.Add(burstsEvery)
	rates, err := d.store.Rates(ctx, now)
	if err != nil {
		return err
	}
	before, err := d.store.Bursts(ctx)
	if err != nil {
		return err
	}
	after := curator.Bursts(rates, before, now)
	if slices.Equal(before, after) {
		return nil
	}
	for _, b := range after {
		if !slices.Contains(before, b) {
			d.log.Info("far more is told than usual", "country", b.Country, "topic", b.Topic, "stories", b.Stories, "usual", b.Usual)
		}
	}
	if err := d.store.Write(ctx, func(tx *storage.Tx) error { return tx.SaveBursts(ctx, after) }); err != nil {
		return err
	}
	st := d.stages.Load()
	return d.publish(ctx, st, st.editionIDs())
}
