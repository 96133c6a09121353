package main

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"os"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// metricsHandler answers Prometheus, and monitors as the public listener does.
func (d *desk) metricsHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/metrics":
			w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
			_, _ = w.Write([]byte(d.expose(r.Context())))
		case !d.monitored(w, r):
			d.stages.Load().publisher.Handler().ServeHTTP(w, r)
		}
	})
}

// expose writes all metrics. What cannot be read is left out, so that an alert on
// its absence fires.
func (d *desk) expose(ctx context.Context) string {
	e := &exposition{}
	e.family("harmattan_build_info", "gauge", "The program; always 1.")
	e.sample("harmattan_build_info", 1, "version", version, "go", runtime.Version())
	d.exposeRounds(e)
	d.exposeSources(e)
	d.exposeStored(ctx, e)
	d.exposeReaders(e)
	exposeProcess(e)
	return e.text.String()
}

func (d *desk) exposeRounds(e *exposition) {
	d.counters.rounds.write(e, roundBounds(), "harmattan_round_seconds", "How long rounds over the sources that were due took.")
	d.counters.fetches.write(e, "harmattan_fetches_total", "Sources read, by outcome.", "outcome",
		string(fetcher.OutcomeNew), string(fetcher.OutcomeUnchanged), string(fetcher.OutcomeFailed), string(fetcher.OutcomeHeld))
	d.counters.articles.write(e, "harmattan_articles_total", "Articles that came, by whether they are new, changed or wait in quarantine.", "what", "new", "changed", "quarantined")
	d.counters.lag.write(e, lagBounds(), "harmattan_lag_seconds",
		"Time from the date that a source gives a new article until it stands in a served edition.")
	e.one("harmattan_tick_age_seconds", "gauge", "Time since the scheduler last looked for what is due.", d.hearts.ticks.still().Seconds())
	e.one("harmattan_writer_wait_seconds", "gauge", "How long the database has been waited for; 0 when nobody waits.", d.hearts.writer.still().Seconds())
	writable := 1.0
	if d.writeFailure() != "" {
		writable = 0
	}
	e.one("harmattan_database_writable", "gauge", "Whether the last writing to the database went well.", writable)
	v := d.verdict.Load()
	if v == nil {
		return
	}
	taken := 1.0
	if v.Err != "" {
		taken = 0
	}
	e.one("harmattan_configuration_taken_over", "gauge", "Whether the last configuration was taken over.", taken)
	e.one("harmattan_configuration_timestamp_seconds", "gauge", "When the last configuration was taken over or refused.", seconds(v.At))
}

func (d *desk) exposeSources(e *exposition) {
	states, busy, late := map[string]float64{}, 0, 0.0
	for _, status := range []news.Status{news.StatusNew, news.StatusHealthy, news.StatusFailing, news.StatusBlocked, news.StatusGone} {
		states[string(status)] = 0
	}
	now := d.clock()
	d.mu.Lock()
	for _, source := range d.stages.Load().cfg.Sources {
		if source.Disabled {
			states["disabled"]++
			continue
		}
		state, ok := d.states[source.ID]
		if !ok {
			state.Status = news.StatusNew
		}
		states[string(state.Status)]++
		if d.busy[source.ID] {
			busy++
		} else if !state.DueAt.IsZero() {
			late = max(late, now.Sub(state.DueAt).Seconds())
		}
	}
	d.mu.Unlock()
	e.family("harmattan_sources", "gauge", "Configured sources, by state.")
	for _, state := range slices.Sorted(maps.Keys(states)) {
		e.sample("harmattan_sources", states[state], "state", state)
	}
	e.one("harmattan_queue_sources", "gauge", "Sources that are being read or wait for their host.", float64(busy))
	e.one("harmattan_queue_overdue_seconds", "gauge", "How long the source that is due longest has not been asked.", late)
	e.one("harmattan_queue_pushes", "gauge", "Pushes of hubs that wait to be stored.", float64(len(d.pushing)))
}

func (d *desk) exposeStored(ctx context.Context, e *exposition) {
	if articles, stories, err := d.store.Totals(ctx); err == nil {
		e.one("harmattan_articles", "gauge", "Stored articles.", float64(articles))
		e.one("harmattan_stories", "gauge", "Stored stories.", float64(stories))
	} else {
		d.log.Warn("metrics", "err", err)
	}
	if waiting, err := d.store.Quarantines(ctx); err == nil {
		held := 0
		for _, q := range waiting {
			held += q.Held
		}
		e.one("harmattan_quarantined_sources", "gauge", "Sources whose new articles are in no edition until somebody decides.", float64(len(waiting)))
		e.one("harmattan_quarantined_articles", "gauge", "Articles that wait in quarantine.", float64(held))
	} else {
		d.log.Warn("metrics", "err", err)
	}
	for name, suffix := range map[string]string{"harmattan_database_bytes": "", "harmattan_database_wal_bytes": "-wal"} {
		if info, err := os.Stat(d.store.Path() + suffix); err == nil {
			e.one(name, "gauge", map[bool]string{true: "Size of the database.", false: "Size of the database's log of changes."}[suffix == ""],
				float64(info.Size()))
		}
	}
	stats, err := d.store.EditionStats(ctx)
	if err != nil {
		d.log.Warn("metrics", "err", err)
		return
	}
	st := d.stages.Load()
	for _, m := range []struct {
		name, help string
		value      func(id string) float64
	}{
		{"harmattan_edition_entries", "Entries of an edition, beyond those that it shows too.", func(id string) float64 { return float64(stats[id].Entries) }},
		{"harmattan_edition_changed_timestamp_seconds", "When an edition last changed.", func(id string) float64 { return seconds(stats[id].ChangedAt) }},
		{"harmattan_edition_newest_timestamp_seconds", "The date of an edition's newest entry.", func(id string) float64 { return seconds(stats[id].Newest) }},
	} {
		e.family(m.name, "gauge", m.help)
		for _, edition := range st.cfg.Editions {
			if whole, _ := st.edition(cmp.Or(edition.Of, edition.ID)); whole.Private {
				continue // nobody is to learn that there is one
			}
			e.sample(m.name, m.value(edition.ID), "edition", edition.ID)
		}
	}
}

func (d *desk) exposeReaders(e *exposition) {
	d.counters.requests.write(e, "harmattan_http_requests_total", "Requests answered, by class of status.", "class", "2xx", "304", "3xx", "4xx", "5xx")
	d.counters.answers.write(e, answerBounds(), "harmattan_http_seconds", "How long answers took.")
}

// exposeProcess names the basics as other Go programs do.
func exposeProcess(e *exposition) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(samples)
	e.one("go_goroutines", "gauge", "Goroutines that exist.", float64(runtime.NumGoroutine()))
	e.one("go_memstats_heap_alloc_bytes", "gauge", "Bytes of the heap in use.", float64(samples[0].Value.Uint64()))
	e.one("go_memstats_sys_bytes", "gauge", "Bytes taken from the system.", float64(samples[1].Value.Uint64()))
	e.one("go_gc_cycles_total", "counter", "Collections of garbage.", float64(samples[2].Value.Uint64()))
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		e.one("process_open_fds", "gauge", "Open file descriptors.", float64(len(files)))
	}
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			pages, _ := strconv.ParseFloat(fields[1], 64)
			e.one("process_resident_memory_bytes", "gauge", "Resident memory.", pages*float64(os.Getpagesize()))
		}
	}
}

// seconds is a time as Prometheus has it, 0 for never.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
