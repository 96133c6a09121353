// Command bare asks for documents and does nothing with them but inflate them:
// what .ci/farm holds a round of harmattan against. It makes the same requests over
// as many connections: those of a host one after the other. Usage:
// bare STATE WORKERS <addresses. STATE keeps the validators between two rounds.
// It prints seconds of the clock and of the processor, and how often it was told "not modified".
package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

type validators struct{ ETag, LastModified string }

func main() {
	workers, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	known := map[string]validators{}
	if data, err := os.ReadFile(os.Args[1]); err == nil {
		_ = json.Unmarshal(data, &known)
	}
	queue := hosts(bufio.NewScanner(os.Stdin))
	start, before := time.Now(), processor()
	unchanged := round(queue, known, workers)
	wall, busy := time.Since(start), processor()-before
	fmt.Printf("%.3f %.3f %d\n", wall.Seconds(), busy.Seconds(), unchanged)
	data, err := json.Marshal(known)
	if err == nil {
		err = os.WriteFile(os.Args[1], data, 0o600)
	}
	if err != nil {
		panic(err)
	}
}

// hosts gathers the addresses of each host.
func hosts(lines *bufio.Scanner) <-chan []string {
	at := map[string]int{}
	var all [][]string
	for lines.Scan() {
		u, err := url.Parse(lines.Text())
		if err != nil {
			panic(err)
		}
		i, known := at[u.Host]
		if !known {
			i, at[u.Host] = len(all), len(all)
			all = append(all, nil)
		}
		all[i] = append(all[i], lines.Text())
	}
	queue := make(chan []string, len(all))
	for _, addresses := range all {
		queue <- addresses
	}
	close(queue)
	return queue
}

func processor() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func round(queue <-chan []string, known map[string]validators, workers int) (unchanged int) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 1}}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for addresses := range queue {
				for _, address := range addresses {
					mu.Lock()
					v := known[address]
					mu.Unlock()
					same, v := get(client, address, v)
					mu.Lock()
					if known[address] = v; same {
						unchanged++
					}
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return unchanged
}

func get(client *http.Client, address string, v validators) (same bool, now validators) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set("User-Agent", "Harmattan/1.0 (feed aggregator)")
	req.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "+
		"application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5")
	req.Header.Set("Accept-Encoding", "gzip")
	if v.ETag != "" {
		req.Header.Set("If-None-Match", v.ETag)
	}
	if v.LastModified != "" {
		req.Header.Set("If-Modified-Since", v.LastModified)
	}
	res, err := client.Do(req)
	if err != nil {
		return false, v
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusNotModified {
		return true, v
	}
	var body io.Reader = res.Body
	if res.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(res.Body); err != nil {
			return false, v
		}
	}
	_, _ = io.Copy(io.Discard, body)
	return false, validators{res.Header.Get("ETag"), res.Header.Get("Last-Modified")}
}
