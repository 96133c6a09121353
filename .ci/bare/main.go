// Command bare asks for documents and does nothing with them but inflate them:
// what .ci/farm holds a round of harmattan against: a plain loop, each worker taking the next
// address, whatever host it is of. Usage:
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
	queue := make(chan string, 100_000)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		queue <- lines.Text()
	}
	close(queue)
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

func processor() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func round(queue <-chan string, known map[string]validators, workers int) (unchanged int) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 1}}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for address := range queue {
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
