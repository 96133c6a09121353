package main

import (
	"fmt"
	"slices"

	"github.com/robfig/cron/v3"

	"harmattan/config"
	"harmattan/curator"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/publisher"
)

// stages are what one configuration makes of the stages. They never change: a
// reload puts new ones in their place.
type stages struct {
	cfg       *config.Config
	health    []news.Edition // that tell how the sources are
	sources   map[string]news.Source
	fetcher   *fetcher.Fetcher
	curator   *curator.Curator
	publisher *publisher.Publisher
	key       *manifestKey // nil: no manifests
	limiter   *publisher.Limiter
	backups   cron.Schedule // nil: no backups
}

func newStages(cfg *config.Config) (*stages, error) {
	st := &stages{cfg: cfg, sources: sourcesByID(cfg)}
	var err error
	if st.fetcher, err = fetcher.New(cfg.Fetcher, version, cfg.Sources...); err != nil {
		return nil, err
	}
	if st.curator, err = newCurator(cfg); err != nil {
		return nil, err
	}
	if cfg.Backup.Directory != "" {
		if st.backups, err = fetcher.ParseSchedule(cfg.Backup.Schedule, cfg.Fetcher.TimeZone); err != nil {
			return nil, fmt.Errorf("[backup] schedule: %w", err)
		}
	}
	if st.key, err = readManifestKey(cfg.Publisher.ManifestKey); err != nil {
		return nil, err
	}
	st.limiter = publisher.NewLimiter(cfg.Publisher)
	st.health = cfg.Publisher.HealthEditions(cfg.Editions)
	st.publisher = publisher.New(cfg.Publisher, cfg.Curator.IDAuthority, slices.Concat(cfg.Editions, st.health), version)
	return st, nil
}

// newCurator compiles the vocabulary and the editions' rules.
func newCurator(cfg *config.Config) (*curator.Curator, error) {
	c, err := curator.New(cfg.Curator, cfg.Editions, cfg.Vocabularies...)
	if err != nil {
		return nil, fmt.Errorf("curator: %w", err)
	}
	return c, nil
}

func sourcesByID(cfg *config.Config) map[string]news.Source {
	sources := make(map[string]news.Source, len(cfg.Sources))
	for _, source := range cfg.Sources {
		sources[source.ID] = source
	}
	return sources
}

// edition finds an edition, configured or of health.
func (st *stages) edition(id string) (news.Edition, bool) {
	for _, e := range slices.Concat(st.cfg.Editions, st.health) {
		if e.ID == id {
			return e, true
		}
	}
	return news.Edition{}, false
}

// editionIDs are all editions in configuration order, those of health last.
func (st *stages) editionIDs() []string {
	ids := make([]string, 0, len(st.cfg.Editions)+len(st.health))
	for _, e := range slices.Concat(st.cfg.Editions, st.health) {
		ids = append(ids, e.ID)
	}
	return ids
}
