package main

import (
	"context"
	"errors"
	"math"
	"os"
	"os/signal"
	"syscall"
	"time"

	"harmattan/config"
	"harmattan/storage"
)

// wish asks the daemon to read its configuration again.
type wish struct {
	force  bool         // whatever it does to the editions
	answer chan<- error // nil: nobody waits; else it has room for the answer
}

// hangups turns each SIGHUP into a wish until ctx ends.
func hangups(ctx context.Context, wishes chan<- wish) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case <-ctx.Done():
				return
			case <-signals:
			}
			select {
			case wishes <- wish{}:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// verdict is how the last taking over of a configuration ended.
type verdict struct {
	At  time.Time
	Err string // empty: it was taken over
}

// takeOver reads the configuration and goes on with it, or tells why the old
// one goes on.
func (d *desk) takeOver(ctx context.Context, load func() (*config.Config, error), force bool) error {
	cfg, err := load()
	if err == nil && force {
		cfg.Reload.MaxChange = math.Inf(1)
	}
	if err == nil {
		err = d.reload(ctx, cfg)
	}
	d.takenOver(ctx, err)
	if noteErr := d.noteConfiguration(ctx, err); noteErr != nil {
		d.log.Error("health of the configuration", "err", noteErr)
	}
	if err != nil {
		d.log.Error("the new configuration is refused; the old one goes on", "err", err)
		return err
	}
	d.log.Info("reloaded", "sources", len(cfg.Sources), "editions", len(cfg.Editions))
	return nil
}

// reload puts the stages of another configuration in the place of the present
// ones. Nothing changes when they cannot be made or published, or when they would
// change an edition by more than [reload] max_change. Rounds under way end with
// what they began; stored articles are judged again by rejudge.
func (d *desk) reload(ctx context.Context, cfg *config.Config) error {
	before := d.stages.Load()
	cfg.Publisher.Listen = before.cfg.Publisher.Listen // the open listeners stay
	cfg.Metrics.Listen = before.cfg.Metrics.Listen
	next, err := newStages(cfg)
	if err != nil {
		return err
	}
	if failing := next.curator.CheckExamples(); len(failing) > 0 {
		return errors.New(failing[0])
	}
	if err := d.bound(ctx, before, next); err != nil {
		return err
	}
	next.fetcher.TakeOver(before.fetcher)
	d.equip(next)
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := d.arrangeFor(ctx, before, next); err != nil {
		return errors.Join(err, d.arrange(ctx, before))
	}
	d.stages.Store(next) // readers never see an edition that is not there yet
	return nil
}

// arrangeFor brings the entries in step with the next stages and publishes
// them. The caller holds d.writing and goes back when it fails.
func (d *desk) arrangeFor(ctx context.Context, before, next *stages) error {
	shown, err := d.shown(ctx, before)
	if err != nil {
		return err
	}
	if err := d.arrange(ctx, next); err != nil {
		return err
	}
	if err := d.boundShown(ctx, shown, next); err != nil {
		return err
	}
	if err := errors.Join(d.renameEditions(ctx, next), d.leaveSources(ctx, next), d.closeEditions(ctx, next)); err != nil {
		return err
	}
	return d.publish(ctx, next, next.editionIDs())
}

const (
	// reloadRefused is the meta key of why the last configuration was refused.
	reloadRefused = "reload_refused"
	// takenConfiguration is the meta key of the fingerprint of the last one that
	// was not: who only publishes takes that one alone.
	takenConfiguration = "configuration"
	// manifestPublic is the meta key of the key that verifies manifests, for who
	// only publishes them; empty when none are signed.
	manifestPublic = "manifest_key"
)

// takenOver remembers how taking over a configuration ended, and tells systemd.
// What is stored is for those who look without the daemon.
func (d *desk) takenOver(ctx context.Context, err error) {
	v := verdict{At: d.clock()}
	if err != nil {
		v.Err = redact(err.Error())
	}
	d.verdict.Store(&v)
	d.tellState()
	ctx = context.WithoutCancel(ctx)
	err = d.store.Write(ctx, func(tx *storage.Tx) error {
		note := ""
		if v.Err != "" {
			note = moment(v.At) + " " + v.Err
		} else if err := noteTaken(ctx, tx, d.stages.Load()); err != nil {
			return err
		}
		return setMeta(ctx, tx, reloadRefused, note)
	})
	if err != nil {
		d.log.Error("how the configuration was taken over is not remembered", "err", err)
	}
}

// noteTaken tells who only publishes what is gone on with.
func noteTaken(ctx context.Context, tx *storage.Tx, st *stages) error {
	public := ""
	if st.key != nil {
		public = st.key.public
	}
	return errors.Join(setMeta(ctx, tx, manifestPublic, public), setMeta(ctx, tx, takenConfiguration, st.cfg.Fingerprint))
}

// setMeta stores a value where another one is.
func setMeta(ctx context.Context, tx *storage.Tx, key, value string) error {
	stored, err := tx.Meta(ctx, key)
	if err != nil || stored == value {
		return err
	}
	return tx.SetMeta(ctx, key, value)
}
