package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// exposition is a page in the text format of Prometheus, version 0.0.4.
type exposition struct{ text strings.Builder }

// family begins a metric; its samples follow. kind is counter, gauge or
// histogram.
func (e *exposition) family(name, kind, help string) {
	fmt.Fprintf(&e.text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

// sample writes a value. Labels are names and values in turn.
func (e *exposition) sample(name string, value float64, labels ...string) {
	e.text.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		e.text.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		e.text.WriteString(labels[i] + `="` + escapeLabel.Replace(labels[i+1]) + `"`)
	}
	if len(labels) > 0 {
		e.text.WriteByte('}')
	}
	e.text.WriteString(" " + strconv.FormatFloat(value, 'g', -1, 64) + "\n")
}

var escapeLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// one writes a metric that has one sample.
func (e *exposition) one(name, kind, help string, value float64) {
	e.family(name, kind, help)
	e.sample(name, value)
}

// tally counts by one label. It is safe for concurrent use, as is the zero value.
type tally struct {
	mu     sync.Mutex
	counts map[string]float64
}

func (t *tally) add(label string, n float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[string]float64{}
	}
	t.counts[label] += n
}

// write writes a sample for each of the known values, 0 until it was counted:
// what appears late has no rate.
func (t *tally) write(e *exposition, name, help, label string, known ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e.family(name, "counter", help)
	for _, value := range known {
		e.sample(name, t.counts[value], label, value)
	}
}

// histogram counts seconds in buckets. It is safe for concurrent use; the bounds
// are the same at each call.
type histogram struct {
	mu     sync.Mutex
	counts []uint64
	sum    float64
}

func (h *histogram) observe(bounds []float64, seconds float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.counts == nil {
		h.counts = make([]uint64, len(bounds)+1)
	}
	at, _ := slices.BinarySearch(bounds, seconds) // a bound is part of its bucket
	h.counts[at]++
	h.sum += seconds
}

func (h *histogram) write(e *exposition, bounds []float64, name, help string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e.family(name, "histogram", help)
	total := uint64(0)
	for i, bound := range append(slices.Clone(bounds), math.Inf(1)) {
		if h.counts != nil {
			total += h.counts[i]
		}
		le := strconv.FormatFloat(bound, 'g', -1, 64)
		e.sample(name+"_bucket", float64(total), "le", le)
	}
	e.sample(name+"_sum", h.sum)
	e.sample(name+"_count", float64(total))
}
