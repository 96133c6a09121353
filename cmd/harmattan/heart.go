package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"harmattan/config"
	"harmattan/storage"
)

// heart tells whether what is under way goes on.
type heart struct {
	mu   sync.Mutex
	open int       // how much is under way
	last time.Time // when it last went on; the clock's steps do not count
}

func (h *heart) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == 0 {
		h.last = time.Now()
	}
	h.open++
}

func (h *heart) beat() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = time.Now()
}

func (h *heart) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open--
	h.last = time.Now()
}

// still is how long nothing has gone on, zero when nothing is under way.
func (h *heart) still() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == 0 {
		return 0
	}
	return time.Since(h.last)
}

// hearts are what must not stand still: the ticks that find what is due, the
// rounds, and the writer.
type hearts struct {
	ticks, rounds, writer heart
}

// stillAfter is how long a tick or a write may take before the daemon says that
// it is not well.
const stillAfter = 2 * time.Minute

// standing names what stands still, empty when all goes on. A round may take
// its time with each source; the others not longer than limit.
func (h *hearts) standing(limit time.Duration, cfg *config.Config) string {
	switch {
	case h.ticks.still() > limit:
		return "the scheduler"
	case h.writer.still() > limit:
		return "the writer of the database"
	case h.rounds.still() > limit+longestPause(cfg):
		return "a round"
	}
	return ""
}

// longestPause bounds the time between two results of a round: a source is asked
// a few times over redirects, retries and pages, each after the host's spacing.
func longestPause(cfg *config.Config) time.Duration {
	const requests = 20
	spacing := cfg.Fetcher.HostSpacing.Duration
	for _, group := range cfg.HostGroups {
		spacing = max(spacing, group.Spacing.Duration)
	}
	return requests * (cfg.Fetcher.Timeout.Duration + spacing)
}

// probeEvery is how often the database is tried.
const probeEvery = 10 * time.Second

// watch tries the writer again and again and tells systemd's watchdog that all
// goes on. It says nothing when something stands still: systemd then ends the
// daemon with a signal that makes it tell what each goroutine was doing.
func (d *desk) watch(ctx context.Context) {
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		d.log.Warn("the watchdog's settings cannot be read; it gets no sign of life", "err", err)
	}
	every := probeEvery
	if limit > 0 {
		every = min(every, limit/4)
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		moves := d.probe(ctx)
		standing := ""
		if limit > 0 {
			standing = d.hearts.standing(limit, d.stages.Load().cfg)
		}
		switch {
		case standing != "":
			d.log.Error("something stands still; the watchdog will end the daemon", "what", standing)
		case moves && limit > 0:
			d.notify(daemon.SdNotifyWatchdog)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// triedAt is the meta key of when writing was last tried again.
const triedAt = "tried_at"

// probe begins and ends a transaction behind whatever is being written, and
// tells whether the writer moves. One that fails at once moves too: a restart
// does not mend a full disk. It writes only to see whether what failed goes again.
func (d *desk) probe(ctx context.Context) (moves bool) {
	d.hearts.writer.begin()
	defer d.hearts.writer.end()
	d.writing.Lock()
	defer d.writing.Unlock()
	failed := d.writeFailure() != ""
	err := d.store.Write(ctx, func(tx *storage.Tx) error {
		if !failed {
			return nil
		}
		return tx.SetMeta(ctx, triedAt, moment(d.clock()))
	})
	if ctx.Err() == nil {
		d.wrote(err)
	}
	return !errors.Is(err, storage.ErrBusy)
}

// unwritable is what is wrong with the whole database when a writing failed, nil
// when only one source's articles were concerned.
func unwritable(err error) error {
	for _, cause := range []error{storage.ErrBusy, storage.ErrReadOnly, storage.ErrFull, storage.ErrIO, storage.ErrDamaged} {
		if errors.Is(err, cause) {
			return cause
		}
	}
	return nil
}

// wrote notes how the last writing went, and tells when that changed. What was
// found damaged stays so, though other pages can be written.
func (d *desk) wrote(err error) {
	message := ""
	if cause := unwritable(err); cause != nil {
		message = cause.Error()
	}
	d.mu.Lock()
	before := d.unwritten
	if before == storage.ErrDamaged.Error() {
		message = before
	}
	d.unwritten = message
	d.mu.Unlock()
	switch {
	case message == before:
		return
	case message == "":
		d.log.Info("the database can be written again")
	default:
		d.log.Error("the database cannot be written; what is published goes on being served, and sources are asked again for what could not be stored", "err", err)
	}
	d.tellState()
}

// trouble tells what failed, but of the database only when that is news.
func (d *desk) trouble(ctx context.Context, what string, err error) {
	switch {
	case err == nil || ctx.Err() != nil:
	case unwritable(err) != nil:
		d.wrote(err)
	default:
		d.log.Error(what, "err", err)
	}
}

// writeFailure is why the last writing failed, without paths, empty when it did
// not.
func (d *desk) writeFailure() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unwritten
}
