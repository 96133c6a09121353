package main

import (
	"runtime/debug"
	"runtime/metrics"
)

// roundMemory is what a round may take, in bytes, beyond what is in use when it
// begins, or as much again where that is more. Documents come in many sizes: left
// to itself the collector lets a few large ones double the whole process, which
// is never given back.
const roundMemory = 62 << 20

// gcPercent is what GOGC says, 100 when it says nothing and less than 0 for off.
func gcPercent() int {
	percent := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(percent)
	return int(percent[0].Value.Uint64()) //nolint:gosec // off is all ones
}

// boundMemory makes the collector work harder before a round takes more than
// its share, and half as hard within it: going over what lives costs as much as
// asking hundreds of sources. It is no limit that anything fails at, and never
// above GOMEMLIMIT.
func (d *desk) boundMemory() {
	debug.SetGCPercent(2 * d.gcPercent)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	used := int64(live[0].Value.Uint64()) //nolint:gosec // far below
	debug.SetMemoryLimit(min(d.memoryLimit, used+max(used, roundMemory)))
}
