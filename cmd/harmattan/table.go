package main

import (
	"bufio"
	"errors"
	"io"
	"text/tabwriter"
)

// table aligns columns. What it holds goes out at once when it is flushed, not
// cell by cell as tabwriter would have it.
type table struct {
	*tabwriter.Writer
	page *bufio.Writer
}

func newTable(out io.Writer) table {
	page := bufio.NewWriterSize(out, 64<<10)
	return table{tabwriter.NewWriter(page, 0, 0, 2, ' ', 0), page}
}

// Flush aligns and writes what the table holds.
func (t table) Flush() error { return errors.Join(t.Writer.Flush(), t.page.Flush()) }
