package main

import (
	"runtime/debug"
	"runtime/metrics"
)

// roundMemory is what a round may take, in bytes, beyond twice what is in use
// when it begins. Documents come in many sizes: left to itself the collector
// lets a few large ones double the whole process, which is never given back.
const roundMemory = 48 << 20

// boundMemory makes the collector work harder before a round takes more than
// its share. It is no limit that anything fails at, and never above GOMEMLIMIT.
func (d *desk) boundMemory() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	debug.SetMemoryLimit(min(d.memoryLimit, 2*int64(live[0].Value.Uint64())+roundMemory)) //nolint:gosec // far below
}
