package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// crowd is what the readers saw since it was last asked.
type crowd struct {
	server   string // host and port
	mu       sync.Mutex
	took     []time.Duration
	full     int // answers with a document
	failures []string
}

// readers begin to poll, until ctx ends.
func (c *crowd) readers(ctx context.Context, n int) {
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: readerCount}}
	for range n {
		go func() {
			known := map[string]string{} // ETags
			for ctx.Err() == nil {
				c.poll(ctx, client, known)
				select {
				case <-ctx.Done():
				case <-time.After(time.Duration(500+rand.IntN(1000)) * time.Millisecond):
				}
			}
		}()
	}
}

// poll asks for one document, with the validator of the last answer half of the time.
func (c *crowd) poll(ctx context.Context, client *http.Client, known map[string]string) {
	ids := slices.Sorted(maps.Keys(editions()))
	formats := []string{".rss", ".atom", ".json", ""}
	url := "http://" + c.server + "/editions/" + ids[rand.IntN(len(ids))] + formats[rand.IntN(len(formats))]
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		panic(err)
	}
	if known[url] != "" && rand.IntN(2) == 0 {
		request.Header.Set("If-None-Match", known[url])
	}
	began := time.Now()
	response, err := client.Do(request)
	if err == nil {
		_, err = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
	took := time.Since(began)
	if ctx.Err() != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		c.failures = append(c.failures, err.Error())
	case response.StatusCode == http.StatusOK:
		c.full++
		known[url] = response.Header.Get("ETag")
	case response.StatusCode != http.StatusNotModified:
		c.failures = append(c.failures, fmt.Sprintf("%s: %s", url, response.Status))
	}
	c.took = append(c.took, took)
}

// look takes what was seen and begins anew.
func (c *crowd) look() (took []time.Duration, full int, failures []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	took, full, failures = c.took, c.full, c.failures
	c.took, c.full, c.failures = nil, 0, nil
	slices.Sort(took)
	return took, full, failures
}

// share is the time within which a share of the answers came, in milliseconds.
func share(took []time.Duration, of float64) float64 {
	if len(took) == 0 {
		return 0
	}
	return float64(took[min(len(took)-1, int(float64(len(took))*of))].Microseconds()) / 1000
}
