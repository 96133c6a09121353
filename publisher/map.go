package publisher

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"harmattan/news"
)

// mapPage is what the template of an edition's map sees.
type mapPage struct {
	editionPage
	Canonical     string // address of the map itself
	Width, Height int
	Countries     []drawnCountry
	Dots          []dot
	Places        []placeView // as a list, those of most entries first
	Outside       int         // places that the drawing leaves out, for they are far away
}

// drawnCountry is a country in the units of the drawing.
type drawnCountry struct {
	Name, Path string
	Label      *label
}

// dot is a place in the drawing, the larger the more entries it has.
type dot struct {
	ID, Name string
	Count    int
	X, Y, R  int
	Label    *label
}

// label is a name in the drawing. What is not Major is too small for a phone.
type label struct {
	X, Y   int
	Anchor string
	Major  bool
}

// placeView is a place with the entries that are about it.
type placeView struct {
	ID, Name string
	Point    news.Point
	Pieces   []*piece
}

// The drawing, in its units: a phone shows it at a third of its size.
const (
	mapWidth, mapHeight = 1000, 680
	mapEdge             = 60   // no place is nearer to the frame
	leastDegrees        = 10.0 // from north to south
	dotsShown           = 60
	majorSize           = 34 // height of letters that a phone can show
	minorSize           = 19
)

// mapPage sets the places of the draft as a map for people.
func (p *Publisher) mapPage(d *draft) ([]byte, error) {
	v := mapPage{editionPage: p.editionPage(d, "../"), Canonical: p.at(d, "/map"), Width: mapWidth, Height: mapHeight, Places: placesOf(d)}
	if len(v.Places) > 0 {
		v.draw()
	}
	return execute("map.html", &v)
}

// placesOf lists the places that have a position, those of most entries first.
func placesOf(d *draft) []placeView {
	var all []placeView
	at := map[string]int{}
	for i := range d.Pieces {
		for _, t := range d.Pieces[i].Tags {
			if t.Point == nil {
				continue
			}
			n, seen := at[t.ID]
			if !seen {
				n = len(all)
				at[t.ID] = n
				all = append(all, placeView{ID: t.ID, Name: t.Label, Point: *t.Point})
			}
			if last := len(all[n].Pieces) - 1; last < 0 || all[n].Pieces[last] != &d.Pieces[i] {
				all[n].Pieces = append(all[n].Pieces, &d.Pieces[i])
			}
		}
	}
	slices.SortStableFunc(all, func(a, b placeView) int {
		return cmp.Or(cmp.Compare(len(b.Pieces), len(a.Pieces)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// draw chooses a window and draws what lies in it.
func (v *mapPage) draw() {
	s := newSheet(v.Places)
	for i := range v.Places {
		place := &v.Places[i]
		if at := (point{place.Point.Lon, place.Point.Lat}); !s.window.holds(at) || len(v.Dots) == dotsShown {
			v.Outside++
		} else {
			x, y := s.at(at)
			v.Dots = append(v.Dots, dot{ID: place.ID, Name: place.Name, Count: len(place.Pieces), X: x, Y: y, R: radius(len(place.Pieces))})
		}
	}
	for i := range v.Dots {
		s.taken = append(s.taken, around(v.Dots[i].X, v.Dots[i].Y, v.Dots[i].R))
	}
	for i := range v.Dots {
		v.Dots[i].Label = s.beside(&v.Dots[i], majorSize)
	}
	v.Countries = s.countries()
	for i := range v.Dots {
		if v.Dots[i].Label == nil {
			v.Dots[i].Label = s.beside(&v.Dots[i], minorSize)
		}
	}
}

func radius(entries int) int { return 6 + int(math.Round(6*math.Sqrt(float64(entries)))) }

func around(x, y, r int) box {
	return box{float64(x - r), float64(y - r), float64(x + r), float64(y + r)}
}

// sheet is the window on the earth and what is drawn of it. Degrees of
// longitude are as wide as they are in its middle.
type sheet struct {
	window box     // degrees
	perLon float64 // units for a degree
	perLat float64
	taken  []box // by names and dots
}

// newSheet chooses the window: it holds all places, but for a tenth of the
// entries at most whose places lie so far away that without them the window is
// much smaller.
func newSheet(places []placeView) *sheet {
	ordered := nearestFirst(places)
	best := frameOf(ordered)
	whole, left := best, 0
	for n := len(ordered) - 1; n > 0; n-- {
		if left += len(ordered[n].Pieces); left > entriesOf(ordered)/10 {
			break
		}
		if f := frameOf(ordered[:n]); f.tall < best.tall && f.tall < 0.6*whole.tall {
			best = f
		}
	}
	s := &sheet{perLat: float64(mapHeight-2*mapEdge) / best.tall}
	s.perLon = s.perLat * best.shrink
	s.window = box{
		left: best.middle.x - mapWidth/s.perLon/2, right: best.middle.x + mapWidth/s.perLon/2,
		bottom: best.middle.y - mapHeight/s.perLat/2, top: best.middle.y + mapHeight/s.perLat/2,
	}
	return s
}

func entriesOf(places []placeView) (n int) {
	for i := range places {
		n += len(places[i].Pieces)
	}
	return n
}

// nearestFirst orders places by how far they are from the middle of the entries.
func nearestFirst(places []placeView) []placeView {
	var lons, lats []float64
	for _, place := range places {
		for range place.Pieces {
			lons, lats = append(lons, place.Point.Lon), append(lats, place.Point.Lat)
		}
	}
	slices.Sort(lons)
	slices.Sort(lats)
	lon, lat := lons[len(lons)/2], lats[len(lats)/2]
	ordered := slices.Clone(places)
	slices.SortStableFunc(ordered, func(a, b placeView) int {
		return cmp.Compare(math.Hypot(a.Point.Lon-lon, a.Point.Lat-lat), math.Hypot(b.Point.Lon-lon, b.Point.Lat-lat))
	})
	return ordered
}

// frame is a window yet without its edge.
type frame struct {
	middle point
	tall   float64 // degrees from north to south
	shrink float64 // how wide a degree of longitude is, to one of latitude
}

func frameOf(places []placeView) frame {
	points := make([]point, len(places))
	for i := range places {
		points[i] = point{places[i].Point.Lon, places[i].Point.Lat}
	}
	b := boundsOf(points)
	f := frame{middle: point{(b.left + b.right) / 2, (b.bottom + b.top) / 2}}
	f.shrink = math.Cos(min(math.Abs(f.middle.y), 75) * math.Pi / 180)
	const inner = float64(mapHeight-2*mapEdge) / float64(mapWidth-2*mapEdge)
	f.tall = max(b.top-b.bottom, (b.right-b.left)*f.shrink*inner, leastDegrees)
	return f
}

// at is where a position is drawn.
func (s *sheet) at(p point) (x, y int) {
	q := s.project(p)
	return int(math.Round(q.x)), int(math.Round(q.y))
}

func (s *sheet) project(p point) point {
	return point{(p.x - s.window.left) * s.perLon, (s.window.top - p.y) * s.perLat}
}

// countries draws what lies in the window, and a little beyond, so that no
// border runs along the frame.
func (s *sheet) countries() []drawnCountry {
	w := s.window
	beyond := box{w.left - 1, w.bottom - 1, w.right + 1, w.top + 1}
	var all []drawnCountry
	known := outlines()
	for i := range known {
		var rings [][]point
		for _, r := range known[i].rings {
			if !r.bounds.meets(beyond) {
				continue
			}
			points := clip(r.points, beyond)
			for k := range points {
				points[k] = s.project(points[k])
			}
			rings = append(rings, points)
		}
		if d := outlinePath(rings); d != "" {
			all = append(all, drawnCountry{Name: known[i].Name, Path: d, Label: s.nameOf(&known[i])})
		}
	}
	return all
}

// nameOf finds room for a country's name in its middle.
func (s *sheet) nameOf(c *country) *label {
	at, wide := c.centre(s.window)
	x, y := s.at(at)
	for _, size := range []int{majorSize, minorSize} {
		half := nameWidth(c.Name, size) * 5 / 8 // capitals
		if float64(half) <= 0.7*wide*s.perLon && s.take(box{float64(x - half), float64(y - size), float64(x + half), float64(y)}) {
			return &label{X: x, Y: y, Anchor: "middle", Major: size == majorSize}
		}
	}
	return nil
}

// beside finds room for a place's name next to its dot.
func (s *sheet) beside(d *dot, size int) *label {
	width, gap := nameWidth(d.Name, size), d.R+6
	for _, l := range []label{
		{X: d.X + gap, Y: d.Y + size/3, Anchor: "start"}, {X: d.X - gap, Y: d.Y + size/3, Anchor: "end"},
		{X: d.X, Y: d.Y - gap, Anchor: "middle"}, {X: d.X, Y: d.Y + gap + size*3/4, Anchor: "middle"},
	} {
		left := l.X
		switch l.Anchor {
		case "end":
			left -= width
		case "middle":
			left -= width / 2
		}
		if s.take(box{float64(left), float64(l.Y - size*3/4), float64(left + width), float64(l.Y + size/4)}) {
			l.Major = size == majorSize
			return &l
		}
	}
	return nil
}

// take keeps a place of the drawing for a name, if it lies within the frame and
// nothing else is there.
func (s *sheet) take(b box) bool {
	if b.left < 4 || b.bottom < 4 || b.right > mapWidth-4 || b.top > mapHeight-4 || slices.ContainsFunc(s.taken, b.meets) {
		return false
	}
	s.taken = append(s.taken, b)
	return true
}

// nameWidth guesses how wide a name is: letters are about half as wide as high.
func nameWidth(name string, size int) int { return utf8.RuneCountInString(name) * size * 9 / 16 }
