package config

import (
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"harmattan/news"
)

// reportProblem finds the place of a problem and reports it there, unless it
// only follows from a mistake that was told already.
func (d *document) reportProblem(p news.Problem) {
	path := strings.Join(p.Path, ".")
	at, whole, sound := d.find(p.Path)
	if !sound || d.told[path] || len(p.Path) == 0 && d.damaged {
		return
	}
	d.told[path] = true
	d.report(at, "%s", d.label(p.Path, whole)+p.Message)
}

// find returns the place of a path: the value or, when it is not there, the
// header of the innermost table that is. Whole says that the path was found to
// its end; it is not sound when a mistake was told of what lies there.
func (d *document) find(path []string) (at span, whole, sound bool) {
	n := d.root
	for _, part := range path {
		next := n.child(part)
		if next == nil {
			return n.at, false, true
		}
		n = next
		if n.bad {
			return n.at, false, false
		}
	}
	return n.at, true, true
}

// child is the value of a key or the item of that index.
func (n *node) child(part string) *node {
	if i, err := strconv.Atoi(part); err == nil && n.kind != unstable.Table {
		if i < len(n.items) {
			return n.items[i]
		}
		return nil
	}
	if n.kind == unstable.ArrayTable {
		n = n.items[0]
	}
	if e := n.entry(part); e != nil {
		return e.value
	}
	return nil
}

// label names the setting before the message of a stage, and the source or
// edition when the excerpt cannot show the setting.
func (d *document) label(path []string, shown bool) string {
	label := ""
	if len(path) > 1 && !shown {
		if id := d.root.child(path[0]).childText(path[1], "id"); id != "" {
			label = path[0] + " " + strconv.Quote(id) + ": "
		}
	}
	for i := len(path) - 1; i > 0; i-- {
		if _, err := strconv.Atoi(path[i]); err != nil {
			return label + path[i] + ": "
		}
	}
	return label
}

// childText is the text of a value some levels below, or empty.
func (n *node) childText(path ...string) string {
	for _, part := range path {
		if n == nil {
			return ""
		}
		n = n.child(part)
	}
	if n == nil || n.bad {
		return ""
	}
	return n.text
}
