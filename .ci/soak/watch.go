package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sample is one minute of the daemon.
type sample struct {
	memory, heap, goroutines, files float64
	database, log, articles         float64
}

// perArticle is how many bytes of the database an article takes.
func (s sample) perArticle() float64 { return s.database / max(1, s.articles) }

// watch prints a line each minute and tells at the end what was not as it has to be.
func watch(ctx context.Context, minutes int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	readers, beside := &crowd{server: public}, &crowd{server: bare}
	readers.readers(ctx, readerCount)
	beside.readers(ctx, readerCount/2)
	fmt.Println("minute  memory    heap  gorout  files  database    log  articles  B/article  answers  (full)  failed   p50 ms   p99 ms  bare p99")
	var samples []sample
	var all, allBeside []time.Duration
	var failures []string
	for minute := 1; minute <= minutes; minute++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Minute):
		}
		s, err := take(ctx)
		if err != nil {
			return err
		}
		took, full, failed := readers.look()
		tookBeside, _, failedBeside := beside.look()
		if len(failedBeside) > 0 {
			return fmt.Errorf("the bare server: %s", failedBeside[0])
		}
		fmt.Printf("%6d %7.1f %7.1f %7.0f %6.0f %9.1f %6.1f %9.0f %10.0f %8d %7d %7d %8.2f %8.2f %9.2f\n", minute, s.memory/1e6, s.heap/1e6, s.goroutines, s.files,
			s.database/1e6, s.log/1e6, s.articles, s.perArticle(), len(took), full, len(failed), share(took, 0.5), share(took, 0.99), share(tookBeside, 0.99))
		samples, all, failures = append(samples, s), append(all, took...), append(failures, failed...)
		allBeside = append(allBeside, tookBeside...)
		if _, err := ask(ctx, http.MethodPost, "http://"+farmControl+"/_advance?rate="+changing); err != nil {
			return fmt.Errorf("the farm: %w", err)
		}
	}
	slices.Sort(all)
	slices.Sort(allBeside)
	return errors.Join(judgeReaders(all, allBeside, failures), judgeGrowth(samples))
}

func judgeReaders(took, beside []time.Duration, failures []string) error {
	fmt.Printf("%d answers, %d failed, 99th percentile %.2f ms (wanted: below 50 on two quiet cores), of the bare server %.2f ms\n",
		len(took), len(failures), share(took, 0.99), share(beside, 0.99))
	if len(failures) > 0 {
		return fmt.Errorf("%d requests of readers failed, the first: %s", len(failures), failures[0])
	}
	return nil
}

// judgeGrowth holds the last third of the minutes against the one before. What comes
// and goes with each round is held against its least: a leak raises that too.
func judgeGrowth(samples []sample) error {
	if len(samples) < flatFrom {
		return nil
	}
	var errs []error
	third := len(samples) / 3
	for _, m := range []struct {
		name  string
		of    func(sample) float64
		pick  func([]sample, func(sample) float64) float64
		slack float64 // beyond the ratio, for what is small
	}{
		{"memory", func(s sample) float64 { return s.memory }, middle, 0},
		{"heap", func(s sample) float64 { return s.heap }, least, 8e6},
		{"goroutines", func(s sample) float64 { return s.goroutines }, least, 10},
		{"file descriptors", func(s sample) float64 { return s.files }, least, 10},
		{"bytes an article", sample.perArticle, middle, 0},
		{"log of the database", func(s sample) float64 { return s.log }, middle, 8e6},
	} {
		before, after := m.pick(samples[third:2*third], m.of), m.pick(samples[2*third:], m.of)
		flat := after <= before*1.15+m.slack
		fmt.Printf("%-20s %12.0f then %12.0f, ratio %.2f  %s\n", m.name, before, after, after/max(before, 1), map[bool]string{true: "flat", false: "GROWS"}[flat])
		if !flat {
			errs = append(errs, fmt.Errorf("%s grows", m.name))
		}
	}
	return errors.Join(errs...)
}

func least(samples []sample, of func(sample) float64) float64 {
	smallest := of(samples[0])
	for _, s := range samples {
		smallest = min(smallest, of(s))
	}
	return smallest
}

func middle(samples []sample, of func(sample) float64) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// take reads the daemon's metrics.
func take(ctx context.Context) (s sample, err error) {
	text, err := ask(ctx, http.MethodGet, "http://"+monitor+"/metrics")
	if err != nil {
		return s, fmt.Errorf("metrics: %w", err)
	}
	into := map[string]*float64{
		"process_resident_memory_bytes": &s.memory, "go_memstats_heap_alloc_bytes": &s.heap, "go_goroutines": &s.goroutines, "process_open_fds": &s.files,
		"harmattan_database_bytes": &s.database, "harmattan_database_wal_bytes": &s.log, "harmattan_articles": &s.articles,
	}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if field, wanted := into[name]; wanted {
			if *field, err = strconv.ParseFloat(value, 64); err != nil {
				return s, fmt.Errorf("metrics: %w", err)
			}
			delete(into, name)
		}
	}
	for name := range into {
		return s, fmt.Errorf("metrics: %s is missing", name)
	}
	return s, nil
}

// patiently asks again until there is an answer, for a minute.
func patiently(ctx context.Context, url string) (text string, err error) {
	for range 600 {
		if text, err = ask(ctx, http.MethodGet, url); err == nil || ctx.Err() != nil {
			return text, err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "", err
}

func ask(ctx context.Context, method, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, response.Status)
	}
	return string(body), err
}
