package main

import "syscall"

// unsynchronised is what the kernel says of a clock that nothing keeps right
// (adjtimex, TIME_ERROR).
const unsynchronised = 5

// clockKept tells whether something keeps the clock right, if that is known.
func clockKept() (kept, known bool) {
	var state syscall.Timex
	verdict, err := syscall.Adjtimex(&state)
	return verdict != unsynchronised, err == nil
}
