package main

import (
	"fmt"
	"strings"
	"testing"
)

// counted counts how often it is written to.
type counted struct {
	strings.Builder
	writes int
}

func (c *counted) Write(p []byte) (int, error) {
	c.writes++
	return c.Builder.Write(p)
}

func TestATableGoesOutAtOnce(t *testing.T) {
	out := &counted{}
	table := newTable(out)
	for i := range 100 {
		fmt.Fprintf(table, "source-%d\tunchanged\t304\n", i)
	}
	if out.writes != 0 {
		t.Error("written before it could be aligned")
	}
	if err := table.Flush(); err != nil || out.writes != 1 {
		t.Errorf("%d writes, %v", out.writes, err)
	}
	if lines := strings.Split(out.String(), "\n"); lines[0] != "source-0   unchanged  304" || lines[99] != "source-99  unchanged  304" {
		t.Errorf("%q … %q", lines[0], lines[99])
	}
}
