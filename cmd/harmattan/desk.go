package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"harmattan/config"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

// desk is one running Harmattan: its stages, its database and its clock.
type desk struct {
	stages atomic.Pointer[stages]
	store  *storage.Store
	clock  func() time.Time
	log    *slog.Logger

	lock *os.File
	// memoryLimit is what GOMEMLIMIT says, gcPercent what GOGC says.
	memoryLimit int64
	gcPercent   int
	// writing serialises what follows a fetch: curate, store, publish.
	writing sync.Mutex
	// filesDue says that the folder of files is behind; filesTold that this
	// was logged. Both are guarded by writing.
	filesDue, filesTold bool
	// closedAt is when a closed edition has said so for long enough; guarded by
	// writing.
	closedAt time.Time
	// renewAt is when an edition changes by time alone; guarded by writing.
	renewAt map[string]time.Time
	// burstsAt is when bursts are looked for next; guarded by writing.
	burstsAt time.Time
	// watchAt is when sources are looked at next for health editions; guarded
	// by writing.
	watchAt time.Time
	// backupAt is when the next backup is due under the configuration of
	// backupFor; only the tick looks at them.
	backupAt  time.Time
	backupFor *stages
	// judging lets one pass over the stored articles run at a time.
	judging sync.Mutex
	// states are the sources' states as last stored, pushes what is remembered
	// of their hubs; busy are the ids and addresses of the sources that are being
	// fetched. All are guarded by mu.
	mu     sync.Mutex
	states map[string]news.SourceState
	pushes map[string]news.Subscription
	busy   map[string]bool
	// pages tells when the archive documents of each edition last changed;
	// guarded by mu, its lists never change.
	pages map[string][]time.Time
	hub   *publicHub
	// manifestDays are those that have a manifest; guarded by mu, never changed.
	manifestDays []string
	// pushing bounds the pushes that wait to be stored, asking the hubs that
	// are being asked.
	pushing, asking chan struct{}
	// hearts beat while the work goes on; unwritten is why the last writing
	// failed, guarded by mu.
	hearts    hearts
	unwritten string
	counters  *counters
	// verdict is how the last taking over of a configuration ended.
	verdict atomic.Pointer[verdict]
}

// openDesk takes the state folder for this process alone, opens the database
// and builds the stages. The caller closes the desk.
func openDesk(s *session, cfg *config.Config, dir string) (*desk, error) {
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	d, err := openDeskBeside(s, cfg, dir)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	d.lock = lock
	return d, nil
}

// openDeskBeside is openDesk for what may work beside a running daemon: it
// fetches nothing.
func openDeskBeside(s *session, cfg *config.Config, dir string) (*desk, error) {
	d, err := openDeskOn(s, cfg, dir, storage.Open)
	if err != nil {
		return nil, err
	}
	if err := d.renameEditions(s.ctx, d.stages.Load()); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// openDeskOn is openDeskBeside on a store that is opened otherwise, perhaps for
// reading alone.
func openDeskOn(s *session, cfg *config.Config, dir string, open func(context.Context, string) (*storage.Store, error)) (*desk, error) {
	d := &desk{clock: s.clock, log: s.log, counters: &counters{}, busy: make(map[string]bool), renewAt: make(map[string]time.Time),
		pushing: make(chan struct{}, pushesWaiting), asking: make(chan struct{}, hubsAsked), memoryLimit: debug.SetMemoryLimit(-1),
		gcPercent: gcPercent()}
	st, err := newStages(cfg)
	if err != nil {
		return nil, err
	}
	d.stages.Store(st)
	if err := storage.Prepare(); err != nil {
		return nil, err
	}
	if d.store, err = open(s.ctx, filepath.Join(dir, databaseName)); err != nil {
		return nil, err
	}
	if d.states, err = d.store.States(s.ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	if d.pushes, err = d.store.Subscriptions(s.ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	if d.hub, err = d.newHub(s.ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	if d.manifestDays, err = d.store.ManifestDays(s.ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.equip(st)
	if err := d.arrange(s.ctx, st); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// equip lets the publisher of these stages read what is stored.
func (d *desk) equip(st *stages) {
	st.publisher.SetLookup(d.lookup(st))
	st.publisher.SetHistory(d.history())
	st.publisher.SetAccess(d.opens)
	if st.key != nil {
		st.publisher.SetManifests(d.manifests(st.key.public))
	}
}

// arrange brings the stored entries in step with the configuration.
func (d *desk) arrange(ctx context.Context, st *stages) error {
	changed, err := d.store.Arrange(ctx, st.cfg.Storage, st.cfg.Editions, st.cfg.Sources, d.clock())
	if len(changed) > 0 {
		d.log.Info("entries arranged anew", "editions", changed)
	}
	return err
}

func (d *desk) close() error {
	debug.SetMemoryLimit(d.memoryLimit)
	debug.SetGCPercent(d.gcPercent)
	err := d.store.Close()
	if d.lock != nil {
		err = errors.Join(err, d.lock.Close())
	}
	return err
}

// jobs pairs every configured source with its state, in configuration order;
// sources that are being fetched are left out, and so is what has their address.
func (d *desk) jobs() []fetcher.Job {
	st := d.stages.Load()
	d.mu.Lock()
	defer d.mu.Unlock()
	jobs := make([]fetcher.Job, 0, len(st.cfg.Sources))
	for _, source := range st.cfg.Sources {
		if d.busy[source.ID] || d.busy[source.URL] {
			continue
		}
		state, ok := d.states[source.ID]
		if !ok {
			state = news.SourceState{SourceID: source.ID}
		}
		jobs = append(jobs, fetcher.Job{Source: source, State: state,
			PushedUntil: fetcher.PushedUntil(d.pushes[source.ID], state, d.clock())})
	}
	return jobs
}

// setBusy marks the jobs' sources as being fetched, or no longer.
func (d *desk) setBusy(jobs []fetcher.Job, busy bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, job := range jobs {
		for _, key := range []string{job.Source.ID, job.Source.URL} {
			if busy {
				d.busy[key] = true
			} else {
				delete(d.busy, key)
			}
		}
	}
}

// start lets go what the configuration no longer carries and publishes every
// edition from what is stored.
func (d *desk) start(ctx context.Context) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	st := d.stages.Load()
	if err := errors.Join(d.leaveSources(ctx, st), d.closeEditions(ctx, st)); err != nil {
		return err
	}
	err := d.publish(ctx, st, st.editionIDs())
	if cause := unwritable(err); cause != nil && cause != storage.ErrDamaged {
		d.wrote(err) // readers get what can be published; the rest is tried again
		return nil
	}
	return err
}
