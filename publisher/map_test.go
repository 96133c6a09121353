package publisher_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"harmattan/news"
)

// placed is an entry that is about a place.
func placed(n int, id, name string, lat, lon float64) news.Entry {
	e := englishEntry()
	e.ID, e.Article.ID, e.Article.Title = "", fmt.Sprintf("tag:%s:e/m%03d", authority, n), fmt.Sprintf("Article %d from %s", n, name)
	place := tag(news.KindPlace, id, name)
	place.Point = &news.Point{Lat: lat, Lon: lon}
	e.Article.Tags = []news.Tag{place}
	return e
}

func sahel() []news.Entry {
	return []news.Entry{
		placed(1, "gao", "Gao", 16.27, -0.04), placed(2, "gao", "Gao", 16.27, -0.04), placed(3, "gao", "Gao", 16.27, -0.04),
		placed(4, "niamey", "Niamey", 13.51, 2.11), placed(5, "diffa", "Diffa", 13.32, 12.61),
	}
}

var circle = regexp.MustCompile(`<a href="#place-([a-z]+)" aria-label="([^"]*)"><title>[^<]*</title><circle cx="(\d+)" cy="(\d+)" r="(\d+)"/>`)

func TestMapDrawsPlacesBySizeAndListsTheirEntries(t *testing.T) {
	page := body(t, published(t, sahel()), "/map")
	dots := map[string][]int{}
	for _, m := range circle.FindAllStringSubmatch(page, -1) {
		x, _ := strconv.Atoi(m[3])
		y, _ := strconv.Atoi(m[4])
		r, _ := strconv.Atoi(m[5])
		dots[m[1]] = []int{x, y, r}
	}
	gao, niamey, diffa := dots["gao"], dots["niamey"], dots["diffa"]
	if len(dots) != 3 || gao[0] > niamey[0] || niamey[0] > diffa[0] || gao[1] > niamey[1] || gao[2] <= niamey[2] {
		t.Fatalf("Gao is west and north of Niamey and has more entries, Diffa is in the east: %v", dots)
	}
	wants(t, page, `aria-label="Gao, Entries: 3"`, `id="place-gao"`, "Article 2 from Gao", ">Niger</text>", ">Nigeria</text>", "public domain", "GeoNames",
		`href="https://news.example.org/editions/sahel-security.geojson"`)
	refuses(t, page, "Portugal", "<script", "style=")
	safeHTML(t, page, true)
	wants(t, body(t, published(t, sahel()), ""), `href="/editions/sahel-security/map"`)
}

func TestMapLeavesWhatIsFarAwayToTheList(t *testing.T) {
	list := sahel()
	for i := range 20 {
		list = append(list, placed(10+i, "gao", "Gao", 16.27, -0.04))
	}
	page := body(t, published(t, append(list, placed(40, "geneva", "Geneva", 46.2, 6.14))), "/map")
	wants(t, page, `id="place-geneva"`, "Article 40 from Geneva", "Outside this window, in the list alone: 1.")
	refuses(t, page, `href="#place-geneva"`, ">Switzerland<")
}

func TestMapWithoutPlacesSaysSo(t *testing.T) {
	page := body(t, published(t, nil), "/map")
	wants(t, page, "No entry names a place whose position is known.", "</html>")
	refuses(t, page, "<svg")
}

func TestMapOfAnArabicEditionRunsFromTheRight(t *testing.T) {
	e := news.Edition{ID: "sahel-security", Title: "أمن الساحل", Language: "ar"}
	p := newPublisher(options(), e)
	if err := p.Publish(e, sahel(), changed); err != nil {
		t.Fatal(err)
	}
	wants(t, body(t, p, "/map"), `<html lang="ar" dir="rtl">`, "خريطة الأماكن", `aria-label="Gao, المواد: 3"`)
}

// Wherever places are, the map has a drawing of modest size.
func TestMapsOfAllTheEarth(t *testing.T) {
	for _, at := range [][2]float64{{0, 0}, {89.9, 179.9}, {-89.9, -179.9}, {64, -150}, {-41, 174}, {14, 120}} {
		page := body(t, published(t, []news.Entry{placed(1, "here", "Here", at[0], at[1])}), "/map")
		if !circle.MatchString(page) || len(page) > 100_000 || strings.Contains(page, "NaN") {
			t.Errorf("%v: %d bytes, %v", at, len(page), circle.FindString(page))
		}
	}
	var everywhere []news.Entry
	for i := range 100 {
		everywhere = append(everywhere, placed(i, "p"+strings.Repeat("x", i), "P", float64(i%12)*14-77, float64(i)*3.5-175))
	}
	p := newPublisher(options(), publisherEdition(100))
	if err := p.Publish(publisherEdition(100), everywhere, changed); err != nil {
		t.Fatal(err)
	}
	if page := body(t, p, "/map"); len(page) > 250_000 || strings.Count(page, "<path ") < 150 {
		t.Errorf("%d bytes, %d countries", len(page), strings.Count(page, "<path "))
	}
}

func publisherEdition(limit int) news.Edition {
	e := edition()
	e.Limit = limit
	return e
}
