package config

import (
	"slices"
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
	d.report(at, "%s", d.sentence(p, whole))
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

// sentence puts the setting before the message of a stage, and the source or
// edition too when the excerpt cannot show the setting.
func (d *document) sentence(p news.Problem, shown bool) string {
	key := ""
	for _, part := range p.Path[min(1, len(p.Path)):] {
		if _, err := strconv.Atoi(part); err != nil {
			key = part
		}
	}
	owner := ""
	if len(p.Path) > 1 && !shown {
		if id := d.root.child(p.Path[0]).childText(p.Path[1], "id"); id != "" {
			owner = p.Path[0] + " " + strconv.Quote(id) + ": "
		}
	}
	message, _, _ := strings.Cut(p.Message, "\n") // an expression's own excerpt would stand below
	switch first, _, _ := strings.Cut(message, " "); {
	case key == "":
		return owner + message
	case !shown && len(p.Path) == 3:
		return owner + "the key " + strconv.Quote(key) + " is missing"
	case slices.Contains([]string{"is", "are", "has", "holds", "must", "cannot", "lacks", "needs"}, first):
		return owner + key + " " + message
	}
	return owner + key + ": " + message
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
