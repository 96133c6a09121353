package curator_test

import (
	"testing"
	"time"

	"harmattan/curator"
	"harmattan/news"
)

func TestABurstIsGrowthAndNotSize(t *testing.T) {
	for _, c := range []struct {
		name  string
		today int
		usual float64
		want  bool
	}{
		{"much as always", 60, 55, false}, {"twice as much", 40, 20, false}, {"three times as much", 60, 20, true},
		{"out of nothing", 5, 0, true}, {"little out of nothing", 4, 0, false},
	} {
		rate := news.Rate{Country: "NE", Topic: "coup", Today: c.today, Usual: c.usual}
		if got := curator.Bursts([]news.Rate{rate}, nil, tuesday); (len(got) == 1) != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	began := news.Burst{Country: "NE", Topic: "coup", Since: tuesday, Stories: 9, Usual: 1}
	for _, c := range []struct {
		name  string
		rates []news.Rate
		goes  bool
	}{
		{"as much", []news.Rate{{Country: "NE", Topic: "coup", Today: 9, Usual: 1.2}}, true},
		{"less", []news.Rate{{Country: "NE", Topic: "coup", Today: 3, Usual: 1.2}}, true},
		{"as usual", []news.Rate{{Country: "NE", Topic: "coup", Today: 2, Usual: 1.4}}, false},
		{"silence", nil, false},
	} {
		got := curator.Bursts(c.rates, []news.Burst{began}, tuesday.Add(20*time.Hour))
		if (len(got) == 1) != c.goes || c.goes && got[0] != began {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
