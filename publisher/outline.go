package publisher

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
)

// country is the outline of a country in degrees. A ring is closed.
type country struct {
	Name  string
	rings []ring
}

type ring struct {
	points []point
	bounds box
}

// point is a position in degrees: x is the longitude, y the latitude.
type point struct{ x, y float64 }

// box is a stretch of the earth in degrees, or of a drawing in its units.
type box struct{ left, bottom, right, top float64 }

func (b box) meets(other box) bool {
	return b.left <= other.right && other.left <= b.right && b.bottom <= other.top && other.bottom <= b.top
}

func (b box) holds(at point) bool {
	return at.x >= b.left && at.x <= b.right && at.y >= b.bottom && at.y <= b.top
}

// outlines are the countries of the earth: Natural Earth at 1:50 million, made
// simpler (see docs/decisions). They are part of the program, so a mistake in
// them is one of whoever built it.
var outlines = sync.OnceValue(func() []country {
	raw, err := site.ReadFile("site/countries.json")
	if err != nil {
		panic(err)
	}
	all, err := readTopology(raw)
	if err != nil {
		panic(err)
	}
	return all
})

// topology is a TopoJSON document: countries share the arcs of their borders.
type topology struct {
	Transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Arcs    [][][2]int `json:"arcs"`
	Objects struct {
		Countries struct {
			Geometries []shape `json:"geometries"`
		} `json:"countries"`
	} `json:"objects"`
}

type shape struct {
	Type       string          `json:"type"`
	Arcs       json.RawMessage `json:"arcs"`
	Properties struct {
		Name string `json:"name"`
	} `json:"properties"`
}

func readTopology(raw []byte) ([]country, error) {
	var t topology
	if err := json.Unmarshal(raw, &t); err != nil {
		return nil, fmt.Errorf("outlines of countries: %w", err)
	}
	arcs := t.positions()
	all := make([]country, 0, len(t.Objects.Countries.Geometries))
	for _, s := range t.Objects.Countries.Geometries {
		parts, err := s.parts()
		if err != nil {
			return nil, fmt.Errorf("outline of %s: %w", s.Properties.Name, err)
		}
		c := country{Name: s.Properties.Name}
		for _, part := range parts {
			for _, indexes := range part {
				c.rings = append(c.rings, newRing(arcs, indexes))
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// positions undoes the coding of the arcs: steps on a grid of whole numbers.
func (t *topology) positions() [][]point {
	arcs := make([][]point, len(t.Arcs))
	for i, steps := range t.Arcs {
		x, y := 0, 0
		for _, step := range steps {
			x, y = x+step[0], y+step[1]
			arcs[i] = append(arcs[i], point{
				float64(x)*t.Transform.Scale[0] + t.Transform.Translate[0], float64(y)*t.Transform.Scale[1] + t.Transform.Translate[1],
			})
		}
	}
	return arcs
}

// parts are the polygons of a shape: rings, each a list of arcs.
func (s shape) parts() (parts [][][]int, err error) {
	if s.Type == "Polygon" {
		parts = make([][][]int, 1)
		return parts, json.Unmarshal(s.Arcs, &parts[0])
	}
	return parts, json.Unmarshal(s.Arcs, &parts)
}

// newRing joins arcs; the complement of an index stands for the arc reversed.
func newRing(arcs [][]point, indexes []int) ring {
	var r ring
	for _, i := range indexes {
		arc := arcs[max(i, ^i)]
		if i < 0 {
			arc = slices.Clone(arc)
			slices.Reverse(arc)
		}
		if len(r.points) > 0 {
			arc = arc[1:] // where the arc before ended
		}
		r.points = append(r.points, arc...)
	}
	r.bounds = boundsOf(r.points)
	return r
}

func boundsOf(points []point) box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, at := range points {
		b = box{min(b.left, at.x), min(b.bottom, at.y), max(b.right, at.x), max(b.top, at.y)}
	}
	return b
}

// area is twice the size of a closed ring, whichever way it runs.
func area(points []point) float64 {
	sum := 0.0
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		sum += a.x*b.y - b.x*a.y
	}
	return math.Abs(sum)
}

// centre is the middle of what lies in the window of the country's largest
// ring there, where its name can stand, and how many degrees wide that is: 0
// when nothing lies there.
func (c *country) centre(window box) (at point, wide float64) {
	best := 0.0
	for _, r := range c.rings {
		if !r.bounds.meets(window) {
			continue
		}
		inside := clip(r.points, window)
		if size := area(inside); size > best {
			best = size
			b := boundsOf(inside)
			at, wide = middleOf(inside), b.right-b.left
		}
	}
	return at, wide
}

// middleOf is the centre of mass of a closed ring that has an area.
func middleOf(points []point) point {
	var x, y, sum float64
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		cross := a.x*b.y - b.x*a.y
		x, y, sum = x+(a.x+b.x)*cross, y+(a.y+b.y)*cross, sum+cross
	}
	return point{x / (3 * sum), y / (3 * sum)}
}

// clip keeps of a closed ring what lies in the window (Sutherland and Hodgman).
func clip(points []point, window box) []point {
	for _, side := range []struct {
		in  func(point) bool
		cut func(a, b point) point
	}{
		{func(p point) bool { return p.x >= window.left }, func(a, b point) point { return atX(a, b, window.left) }},
		{func(p point) bool { return p.x <= window.right }, func(a, b point) point { return atX(a, b, window.right) }},
		{func(p point) bool { return p.y >= window.bottom }, func(a, b point) point { return atY(a, b, window.bottom) }},
		{func(p point) bool { return p.y <= window.top }, func(a, b point) point { return atY(a, b, window.top) }},
	} {
		var kept []point
		for i, p := range points {
			before := points[(i+len(points)-1)%len(points)]
			if side.in(p) != side.in(before) {
				kept = append(kept, side.cut(before, p))
			}
			if side.in(p) {
				kept = append(kept, p)
			}
		}
		points = kept
	}
	if n := len(points); n > 0 && points[0] != points[n-1] {
		points = append(points, points[0])
	}
	return points
}

func atX(a, b point, x float64) point { return point{x, a.y + (b.y-a.y)*(x-a.x)/(b.x-a.x)} }
func atY(a, b point, y float64) point { return point{a.x + (b.x-a.x)*(y-a.y)/(b.y-a.y), y} }

// outlinePath draws rings as the d of an SVG path, in whole units.
func outlinePath(rings [][]point) string {
	var b []byte
	for _, points := range rings {
		x, y, n := 0, 0, 0
		for _, p := range points {
			nx, ny := int(math.Round(p.x)), int(math.Round(p.y))
			switch {
			case n == 0:
				b = append(b, 'M')
				b = pair(b, nx, ny)
			case nx == x && ny == y:
				continue
			default:
				b = append(b, 'l')
				b = pair(b, nx-x, ny-y)
			}
			x, y, n = nx, ny, n+1
		}
		if n > 0 {
			b = append(b, 'z')
		}
	}
	return string(b)
}

func pair(b []byte, x, y int) []byte {
	b = strconv.AppendInt(b, int64(x), 10)
	if y >= 0 {
		b = append(b, ' ')
	}
	return strconv.AppendInt(b, int64(y), 10)
}
