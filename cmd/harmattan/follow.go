package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"harmattan/config"
	"harmattan/publisher"
	"harmattan/storage"
)

const (
	// followEvery is how often the database is asked whether it changed.
	followEvery = time.Second
	// renewEvery is how often editions are published anew without a change, for
	// some change by time alone.
	renewEvery = time.Minute
)

// follower serves the editions of a database that another daemon writes. It
// changes nothing on the machine and opens no connection.
type follower struct {
	s    *session
	dir  string
	load func() (*config.Config, error)

	counters counters
	taken    string // fingerprint of the configuration that was last seen to be taken over

	mu  sync.RWMutex
	now *edifice // never nil while it serves
}

// edifice is a desk over a store that is read alone, with who still needs it.
type edifice struct {
	*desk
	watch    *storage.Watch
	requests sync.WaitGroup
}

// open opens the database and publishes all editions from it.
func (f *follower) open(ctx context.Context, cfg *config.Config) (*edifice, error) {
	if cfg.Publisher.Hub == publisher.OwnHub {
		cfg.Publisher.Hub = "" // who serves can keep no subscribers
	}
	cfg.Publisher.ManifestKey = "" // who serves signs nothing
	d, err := openDeskOn(f.s, cfg, f.dir, storage.OpenReadOnly)
	if err != nil {
		return nil, err
	}
	d.counters = &f.counters // of all that served before
	st := d.stages.Load()
	st.publisher.SetLookup(d.lookup(st))
	public, err := d.store.Meta(ctx, manifestPublic)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	if public != "" {
		st.publisher.SetManifests(d.manifests(public))
	}
	watch, err := d.store.Watch(ctx) // before anything is read: nothing is missed
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	built := &edifice{desk: d, watch: watch}
	if err := d.republish(ctx); err != nil {
		return nil, errors.Join(err, built.close())
	}
	d.verdict.Store(&verdict{At: d.clock()})
	return built, nil
}

// await waits for a database to be there and as new as this program: one that
// begins or updates it does so in steps.
func (f *follower) await(ctx context.Context, cfg *config.Config) (*edifice, error) {
	for told := false; ; told = true {
		built, err := f.open(ctx, cfg)
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, storage.ErrOlder) {
			return built, err
		}
		if !told {
			f.s.log.Info("waiting for the daemon that fetches to begin a database or to update it", "folder", f.dir)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(followEvery):
		}
	}
}

func (e *edifice) close() error { return errors.Join(e.watch.Close(), e.desk.close()) }

// swap serves from another one from now on and closes the old one when its last
// request is answered.
func (f *follower) swap(next *edifice) {
	f.mu.Lock()
	old := f.now
	f.now = next
	f.mu.Unlock()
	go func() {
		old.requests.Wait()
		if err := old.close(); err != nil {
			f.s.log.Warn("closing the database", "err", err)
		}
	}()
}

// handle answers with what serves now.
func (f *follower) handle(answer func(*edifice) http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.RLock()
		now := f.now
		now.requests.Add(1)
		f.mu.RUnlock()
		defer now.requests.Done()
		answer(now).ServeHTTP(w, r)
	})
}

// serve publishes and serves until ctx ends.
func (f *follower) serve(ctx context.Context, open sockets, wishes <-chan wish, first *config.Config) error {
	var err error
	if f.now, err = f.await(ctx, first); err != nil {
		return errors.Join(err, open.close())
	}
	server := publisher.Server(f.counters.counted(f.handle(func(e *edifice) http.Handler { return e.limited(e.readers()) })))
	monitor := publisher.Server(f.handle(func(e *edifice) http.Handler { return e.metricsHandler() }))
	served := serveAll(server, open.public, monitor, open.metrics)
	f.now.tellState()
	cfg := f.now.stages.Load().cfg
	if f.taken, err = f.now.store.Meta(ctx, takenConfiguration); err == nil && f.taken != "" && f.taken != cfg.Fingerprint {
		f.s.log.Warn("the daemon that fetches has not taken this configuration over, or not yet")
	}
	f.s.log.Info("serving what another daemon stores", "url", cfg.Publisher.Base()+"/", "database", f.now.store.Path())
	f.now.notify(daemon.SdNotifyReady)
	err = f.wait(ctx, served, wishes)
	f.now.notify(daemon.SdNotifyStopping)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	_ = errors.Join(server.Shutdown(drain), monitor.Shutdown(drain)) // what is still open is cut
	return errors.Join(err, f.now.close())
}

// wait follows the database and meets wishes until ctx ends. The watchdog hears
// of each look at the database that came to an end.
func (f *follower) wait(ctx context.Context, served <-chan error, wishes <-chan wish) error {
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	published, told := time.Now(), ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-served:
			return fmt.Errorf("serve: %w", err)
		case w := <-wishes:
			err := f.reopen(ctx, true)
			if w.answer != nil {
				w.answer <- err
			}
		case <-ticker.C:
			changed, err := f.now.watch.Changed(ctx)
			switch {
			case f.now.watch.Replaced():
				err = f.reopen(ctx, false)
			case changed || time.Since(published) > renewEvery:
				err, published = errors.Join(f.followConfiguration(ctx), f.now.republish(ctx)), time.Now()
			}
			f.now.wrote(err)
			if err != nil && err.Error() != told && ctx.Err() == nil {
				f.s.log.Error("the editions stay as they are", "err", err)
			}
			told = fmt.Sprint(err)
			f.now.notify(daemon.SdNotifyWatchdog)
		}
	}
}

// reopen begins anew on the database, with the configuration as it is now or, for
// a wish, as the file says. What cannot be opened or read changes nothing.
func (f *follower) reopen(ctx context.Context, wished bool) error {
	cfg := f.now.stages.Load().cfg
	if !wished {
		next, err := f.open(ctx, cfg)
		if err == nil {
			f.swap(next)
		}
		return err
	}
	before := cfg.Publisher.Listen
	cfg, err := f.load()
	if err == nil {
		err = f.allowed(ctx, cfg)
	}
	if err == nil {
		cfg.Publisher.Listen = before
		var next *edifice
		if next, err = f.open(ctx, cfg); err == nil {
			f.swap(next)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err() // ended meanwhile, not refused
	}
	if err != nil {
		f.now.verdict.Store(&verdict{At: f.now.clock(), Err: redact(err.Error())})
		f.s.log.Error("the new configuration is refused; the old one goes on", "err", err)
	} else {
		f.s.log.Info("reloaded", "sources", len(cfg.Sources), "editions", len(cfg.Editions))
	}
	f.now.tellState()
	return err
}

// allowed tells whether the daemon that fetches goes on with this configuration:
// it alone bounds what a configuration may change.
func (f *follower) allowed(ctx context.Context, cfg *config.Config) error {
	taken, err := f.now.store.Meta(ctx, takenConfiguration)
	if err == nil && taken != "" && taken != cfg.Fingerprint {
		err = errors.New("the daemon that fetches goes on with another one: reload it, and this one follows by itself when it takes it over")
	}
	return err
}

// followConfiguration takes over what the daemon that fetches has taken over
// since it was last looked at.
func (f *follower) followConfiguration(ctx context.Context) error {
	taken, err := f.now.store.Meta(ctx, takenConfiguration)
	if err != nil || taken == f.taken {
		return err
	}
	if f.taken = taken; taken != f.now.stages.Load().cfg.Fingerprint {
		_ = f.reopen(ctx, true) // it tells
	}
	return nil
}

// republish publishes every edition as it is stored and as it was last published
// by who writes; one that never was is not there yet.
func (d *desk) republish(ctx context.Context) error {
	st := d.stages.Load()
	states, err := d.store.States(ctx)
	if err != nil {
		return err
	}
	pages, err := d.store.Pages(ctx)
	if err != nil {
		return err
	}
	days, err := d.store.ManifestDays(ctx)
	if err != nil {
		return err
	}
	stats, err := d.store.EditionStats(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.states, d.pages, d.manifestDays = states, pages, days
	d.mu.Unlock()
	var errs []error
	for _, e := range slices.Concat(st.cfg.Editions, st.health) {
		entries, err := d.entries(ctx, st, e)
		if changedAt := stats[e.ID].ChangedAt; err == nil && !changedAt.IsZero() {
			err = st.publisher.Publish(e, entries, changedAt)
		}
		errs = append(errs, err)
	}
	errs = append(errs, d.showClosed(ctx, st))
	d.showStatus(ctx)
	return errors.Join(errs...)
}
