package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"harmattan/config"
	"harmattan/curator"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/publisher"
	"harmattan/storage"
)

// desk holds the stages of one running Harmattan.
type desk struct {
	cfg     *config.Config
	sources map[string]news.Source
	clock   func() time.Time
	log     *slog.Logger

	fetcher   *fetcher.Fetcher
	curator   *curator.Curator
	store     *storage.Store
	publisher *publisher.Publisher

	lock *os.File
	// writing serialises what follows a fetch: curate, store, publish.
	writing sync.Mutex
	// states are the sources' states as last stored; busy are the sources
	// that are being fetched. Both are guarded by mu.
	mu     sync.Mutex
	states map[string]news.SourceState
	busy   map[string]bool
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
func openDeskBeside(s *session, cfg *config.Config, dir string) (d *desk, err error) {
	d = &desk{cfg: cfg, clock: s.clock, log: s.log, sources: sourcesByID(cfg), busy: make(map[string]bool)}
	if d.fetcher, err = fetcher.New(cfg.Fetcher, version); err != nil {
		return nil, err
	}
	if d.curator, err = newCurator(cfg); err != nil {
		return nil, err
	}
	d.publisher = publisher.New(cfg.Publisher, cfg.Curator.IDAuthority, cfg.Editions, version)
	if err := storage.Prepare(); err != nil {
		return nil, err
	}
	if d.store, err = storage.Open(s.ctx, filepath.Join(dir, databaseName)); err != nil {
		return nil, err
	}
	if d.states, err = d.store.States(s.ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *desk) close() error {
	err := d.store.Close()
	if d.lock != nil {
		err = errors.Join(err, d.lock.Close())
	}
	return err
}

func sourcesByID(cfg *config.Config) map[string]news.Source {
	sources := make(map[string]news.Source, len(cfg.Sources))
	for _, source := range cfg.Sources {
		sources[source.ID] = source
	}
	return sources
}

// newCurator compiles the vocabulary and the editions' rules.
func newCurator(cfg *config.Config) (*curator.Curator, error) {
	c, err := curator.New(cfg.Curator, cfg.Editions, cfg.Vocabularies...)
	if err != nil {
		return nil, fmt.Errorf("curator: %w", err)
	}
	return c, nil
}

// jobs pairs every configured source with its state, in configuration order;
// sources that are being fetched are left out.
func (d *desk) jobs() []fetcher.Job {
	d.mu.Lock()
	defer d.mu.Unlock()
	jobs := make([]fetcher.Job, 0, len(d.cfg.Sources))
	for _, source := range d.cfg.Sources {
		if d.busy[source.ID] {
			continue
		}
		state, ok := d.states[source.ID]
		if !ok {
			state = news.SourceState{SourceID: source.ID}
		}
		jobs = append(jobs, fetcher.Job{Source: source, State: state})
	}
	return jobs
}

// setBusy marks the jobs' sources as being fetched, or no longer.
func (d *desk) setBusy(jobs []fetcher.Job, busy bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, job := range jobs {
		if busy {
			d.busy[job.Source.ID] = true
		} else {
			delete(d.busy, job.Source.ID)
		}
	}
}

// edition finds a configured edition.
func (d *desk) edition(id string) (news.Edition, bool) {
	for _, e := range d.cfg.Editions {
		if e.ID == id {
			return e, true
		}
	}
	return news.Edition{}, false
}

// start publishes every edition from what is stored.
func (d *desk) start(ctx context.Context) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	ids := make([]string, 0, len(d.cfg.Editions))
	for _, e := range d.cfg.Editions {
		ids = append(ids, e.ID)
	}
	return d.publish(ctx, ids)
}
