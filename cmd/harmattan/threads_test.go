package main

import (
	"runtime"
	"testing"
)

// The threads for readers are there while anything is under way, and gone after.
func TestSpareThreads(t *testing.T) {
	t.Setenv("GOMAXPROCS", "")
	before := runtime.GOMAXPROCS(0)
	first, second := spareThreads(), spareThreads()
	if n := runtime.GOMAXPROCS(0); n != before+2 {
		t.Errorf("%d threads beside two rounds, %d before", n, before)
	}
	first()
	if n := runtime.GOMAXPROCS(0); n != before+2 {
		t.Errorf("%d threads beside one round, %d before", n, before)
	}
	second()
	if n := runtime.GOMAXPROCS(0); n != before {
		t.Errorf("%d threads after the rounds, %d before", n, before)
	}
}
