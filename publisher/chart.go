package publisher

import (
	"fmt"
	"time"
)

// chart is a row of bars, drawn as SVG in its own units.
type chart struct {
	Width, Height int
	Bars          []bar
	Most, Total   int    // of all bars
	From, To      string // what the first and the last bar stand for
	Told          string // the same in words
}

// bar stands for a number; its name says of what.
type bar struct {
	Name                string
	Count               int
	X, Y, Width, Height int
}

// The drawing of a chart.
const (
	barWidth, barGap = 16, 4
	chartHeight      = 120
)

// newChart draws one bar for each number; names tell what they stand for.
func newChart(names []string, counts []int) chart {
	c := chart{Width: len(counts)*(barWidth+barGap) - barGap, Height: chartHeight}
	for _, n := range counts {
		c.Most, c.Total = max(c.Most, n), c.Total+n
	}
	for i, n := range counts {
		b := bar{Name: names[i], Count: n, X: i * (barWidth + barGap), Width: barWidth}
		if n > 0 {
			b.Height = max(3, n*chartHeight/c.Most)
		}
		b.Y = chartHeight - b.Height
		c.Bars = append(c.Bars, b)
	}
	if len(names) > 0 {
		c.From, c.To = names[0], names[len(names)-1]
	}
	return c
}

// daysOf counts moments by UTC day, up to the day of now.
func daysOf(w *words, moments []time.Time, now time.Time, span time.Duration) chart {
	const day = 24 * time.Hour
	last := now.UTC().Truncate(day)
	n := max(1, int(span/day))
	names, counts := make([]string, n), make([]int, n)
	for i := range names {
		d := last.Add(-time.Duration(n-1-i) * day)
		names[i] = fmt.Sprintf("%d %s", d.Day(), w.Months[d.Month()-1])
	}
	silent := n
	for _, t := range moments {
		if ago := int(last.Sub(t.UTC().Truncate(day)) / day); ago >= 0 && ago < n {
			if counts[n-1-ago]++; counts[n-1-ago] == 1 {
				silent--
			}
		}
	}
	c := newChart(names, counts)
	c.Told = fmt.Sprintf(w.Text["rhythmTold"], w.Count(c.Total, "articlesCount"), w.Count(n, "daysCount"), c.Most, w.Count(silent, "daysCount"))
	return c
}

// hoursOf counts moments by the UTC hour of the day.
func hoursOf(w *words, moments []time.Time) chart {
	names, counts := make([]string, 24), make([]int, 24)
	for i := range names {
		names[i] = fmt.Sprintf("%02d:00", i)
	}
	for _, t := range moments {
		counts[t.UTC().Hour()]++
	}
	c := newChart(names, counts)
	busiest := 0
	for i, n := range counts {
		if n > counts[busiest] {
			busiest = i
		}
	}
	if c.Total > 0 {
		c.Told = fmt.Sprintf(w.Text["hoursTold"], names[busiest])
	}
	return c
}
