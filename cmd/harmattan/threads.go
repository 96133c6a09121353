package main

import (
	"os"
	"runtime"
	"sync"
)

// spares counts what keeps all processors busy beside readers.
var spares struct {
	mu   sync.Mutex
	open int
}

// spareThreads lets two goroutines more run at once than there are processors,
// until what it returns is called. A round keeps as many busy as there are, and
// Go looks at sockets only when one is free: a reader would wait for tens of
// milliseconds. The kernel shares processors out more finely. Without a round
// the spare ones cost a sixth of what can be answered.
func spareThreads() (done func()) {
	if os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	spares.mu.Lock()
	defer spares.mu.Unlock()
	if spares.open == 0 {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 2)
	}
	spares.open++
	return func() {
		spares.mu.Lock()
		defer spares.mu.Unlock()
		if spares.open--; spares.open == 0 {
			runtime.SetDefaultGOMAXPROCS()
		}
	}
}
