package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/robfig/cron/v3"

	"harmattan/config"
	"harmattan/fetcher"
	"harmattan/publisher"
)

// tickEvery is how often the daemon looks whether a source is due.
const tickEvery = time.Second

// tidyEvery is how often the database is tidied.
const tidyEvery = 6 * time.Hour

// drainTime bounds how long open connections are waited for at the end.
const drainTime = 5 * time.Second

// serve runs the daemon on the sockets until ctx ends, then drains: rounds
// store what they received and open requests are answered. For each wish it
// loads the configuration again.
func (d *desk) serve(ctx context.Context, open sockets, wishes <-chan wish, load func() (*config.Config, error)) error {
	if err := d.start(ctx); err != nil {
		return errors.Join(err, open.close())
	}
	d.takenOver(ctx, nil)
	d.showStatus(ctx)
	var rounds, calls sync.WaitGroup // calls: pushes of hubs, verifications of ours
	server, monitor := publisher.Server(d.counters.counted(d.handler(ctx, &calls))), publisher.Server(d.metricsHandler())
	served := serveAll(server, open.public, monitor, open.metrics)

	rounds.Go(func() { d.rejudgeAside(ctx) })
	ticks := d.ticks(ctx, &rounds)
	rounds.Go(func() { d.watch(ctx) })
	d.log.Info("serving", "url", d.stages.Load().cfg.Publisher.Base()+"/",
		"sources", len(d.jobs()), "editions", len(d.stages.Load().cfg.Editions))
	d.notify(daemon.SdNotifyReady)

	err := d.wait(ctx, served, wishes, load, &rounds)
	d.notify(daemon.SdNotifyStopping)
	<-ticks.Stop().Done()
	rounds.Wait()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	closeErr := errors.Join(server.Shutdown(drain), monitor.Shutdown(drain))
	if closeErr != nil && !errors.Is(closeErr, http.ErrServerClosed) {
		d.log.Warn("some connections were cut", "err", closeErr)
	}
	calls.Wait()
	d.log.Info("stopped")
	return err
}

// serveAll serves on every listener; the channel tells when one fails.
func serveAll(server *http.Server, listeners []net.Listener, monitor *http.Server, metrics net.Listener) <-chan error {
	served := make(chan error, len(listeners)+1)
	for _, listener := range listeners {
		go func() { served <- server.Serve(listener) }()
	}
	if metrics != nil {
		go func() { served <- monitor.Serve(metrics) }()
	}
	return served
}

// handler answers hubs, monitors and readers.
func (d *desk) handler(ctx context.Context, calls *sync.WaitGroup) http.Handler {
	readers := d.readers()
	return d.limited(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !d.servePush(ctx, calls, w, r) && !d.serveHub(ctx, calls, w, r) {
			readers.ServeHTTP(w, r)
		}
	}))
}

// limited lets a client that asks too often wait.
func (d *desk) limited(answer http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := d.stages.Load().limiter.Wait(r, d.clock()); wait > 0 {
			publisher.TooMany(w, wait)
			return
		}
		answer.ServeHTTP(w, r)
	})
}

// wait lasts until ctx ends or the server fails, and meets wishes meanwhile.
func (d *desk) wait(ctx context.Context, served <-chan error, wishes <-chan wish, load func() (*config.Config, error), rounds *sync.WaitGroup) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-served:
			return fmt.Errorf("serve: %w", err)
		case w := <-wishes:
			err := d.takeOver(ctx, load, w.force)
			if w.answer != nil {
				w.answer <- err
			}
			if err == nil {
				rounds.Go(func() { d.rejudgeAside(ctx) })
			}
		}
	}
}

// rejudgeAside judges again while news goes on coming.
func (d *desk) rejudgeAside(ctx context.Context) {
	defer spareThreads()()
	if err := d.rejudge(ctx); err != nil && ctx.Err() == nil {
		d.log.Error("rejudge", "err", err)
	}
	d.showStatus(context.WithoutCancel(ctx))
}

// ticks starts the one cron entry that wakes the daemon. Rounds overlap, for a
// slow source must not keep others waiting; a source is never in two at once.
func (d *desk) ticks(ctx context.Context, rounds *sync.WaitGroup) *cron.Cron {
	log := cronLog{d.log}
	c := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(log),
		cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	c.Schedule(cron.Every(tickEvery), cron.FuncJob(func() { d.tick(ctx, rounds) }))
	c.Schedule(cron.Every(tidyEvery), cron.FuncJob(func() { d.tidy(ctx) }))
	d.hearts.ticks.begin()
	c.Start()
	return c
}

// cronLog tells what cron has to say of failures, panics among them; that it
// wakes every second is no news.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(string, ...any) {}

func (l cronLog) Error(err error, message string, args ...any) {
	l.log.Error(message, append([]any{"err", err}, args...)...)
}

// tick starts a round over the sources that are due.
func (d *desk) tick(ctx context.Context, rounds *sync.WaitGroup) {
	defer d.hearts.ticks.beat()
	if d.writing.TryLock() {
		d.writeFiles(d.stages.Load())
		d.trouble(ctx, "publishing what changed meanwhile", errors.Join(d.renew(ctx), d.publishTouched(ctx), d.noteBursts(ctx)))
		d.trouble(ctx, "health of the sources", d.watchSources(ctx, d.stages.Load()))
		d.writing.Unlock()
	}
	d.subscribe(ctx, rounds)
	d.distribute(ctx, rounds)
	d.backUp(ctx, rounds)
	due := d.stages.Load().fetcher.Due(d.jobs(), d.clock())
	if len(due) == 0 || ctx.Err() != nil {
		return
	}
	d.setBusy(due, true) // before the next tick looks
	rounds.Go(func() {
		defer d.setBusy(due, false)
		defer func() { // cron's Recover does not reach this goroutine
			if r := recover(); r != nil {
				d.log.Error("round", "panic", r, "stack", string(debug.Stack()))
			}
		}()
		defer spareThreads()()
		d.trouble(context.WithoutCancel(ctx), "round", d.round(ctx, due, d.logSources))
		d.showStatus(context.WithoutCancel(ctx))
	})
}

func (d *desk) logSources(stored []outcome) {
	for _, o := range stored {
		d.logSource(o)
	}
}

// logSource writes the one line about a source in a round.
func (d *desk) logSource(o outcome) {
	args := []any{"source", o.Source.ID, "outcome", o.Outcome, "status", o.Code,
		"items", o.Received, "new", o.New, "changed", o.Changed}
	if o.Held > 0 {
		args = append(args, "quarantined", o.Held)
	}
	if o.Err != nil {
		d.log.Warn("fetched", append(args, "err", o.Err, "due", o.State.DueAt.UTC().Format(time.RFC3339))...)
		return
	}
	d.log.Info("fetched", args...)
}

// logMove tells where a source's permanent redirects lead, once.
func (d *desk) logMove(o outcome) {
	if o.Move == nil {
		return
	}
	args := []any{"source", o.Source.ID, "from", o.Source.PublicURL(), "to", o.Move.To}
	switch o.Move.Kind {
	case fetcher.MoveSeen:
		d.log.Info("redirects for good; followed without detour once that has lasted", args...)
	case fetcher.MoveKept:
		d.log.Warn("moved; asked at its new address from now on: write it into the configuration", args...)
	case fetcher.MoveRefused:
		d.log.Warn("redirects for good, which is not kept", append(args, "why", o.Move.Reason)...)
	case fetcher.MoveUndone:
		d.log.Warn("its new address failed; asked at the configured one again", args...)
	}
}

// notify tells systemd; without systemd it does nothing.
func (d *desk) notify(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		d.log.Warn("systemd was not told", "state", state, "err", err)
	}
}

// tellState writes the line that systemctl status shows.
func (d *desk) tellState() {
	cfg := d.stages.Load().cfg
	state := fmt.Sprintf("%d editions of %d sources", len(cfg.Editions), len(cfg.Sources))
	if why := d.writeFailure(); why != "" {
		state = "the database cannot be written: " + why
	} else if v := d.verdict.Load(); v != nil && v.Err != "" {
		why, _, _ := strings.Cut(v.Err, "\n")
		state = "the configuration of " + moment(v.At) + " is refused, the old one goes on: " + why
	}
	d.notify("STATUS=" + state)
}
