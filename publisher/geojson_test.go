package publisher_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"harmattan/news"
)

// places reads a GeoJSON document.
type places struct {
	Type, Title, Attribution string
	Features                 []struct {
		Type, ID string
		Geometry struct {
			Type        string
			Coordinates [2]float64
		}
		Properties struct {
			Place, Name, Entry, Title, URL, Publisher, Language string
			Publishers                                          int
			Countries, Topics                                   []string
		}
	}
}

func placesIn(t *testing.T, document string) places {
	t.Helper()
	var p places
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestGeoJSONHasAPointForEachPlaceOfAnEntry(t *testing.T) {
	list := entries()
	ansongo := tag(news.KindPlace, "ansongo", "Ansongo")
	ansongo.Point = &news.Point{Lat: 15.66, Lon: 0.5}
	list[0].Article.Tags = append(list[0].Article.Tags, ansongo)
	list[0].Article.Tags[0].Point = &news.Point{Lat: 12.65, Lon: -8} // a country's capital is no place of the news
	got := placesIn(t, body(t, published(t, list), ".geojson"))
	if got.Type != "FeatureCollection" || got.Title != "Sahel: security" || !strings.Contains(got.Attribution, "GeoNames") || len(got.Features) != 2 {
		t.Fatalf("%+v", got)
	}
	f := got.Features[0]
	if f.Type != "Feature" || f.Geometry.Type != "Point" || f.Geometry.Coordinates != [2]float64{-0.0447, 16.2717} || f.ID == got.Features[1].ID {
		t.Errorf("%+v", f)
	}
	if p := f.Properties; p.Place != "gao" || p.Name != "Gao" || p.Entry != list[0].Article.ID || p.URL != list[0].Article.Link || p.Publisher != "Gao Monitor" ||
		p.Publishers != 2 || p.Countries[0] != "ML" || p.Topics[0] != "ambush" || p.Language != "en" {
		t.Errorf("%+v", p)
	}
}

func TestGeoJSONWithoutPlacesIsAnEmptyCollection(t *testing.T) {
	document := body(t, published(t, nil), ".geojson")
	wants(t, document, `"features":[]`)
	placesIn(t, document)
}

func TestGeoJSONKeepsToTheEarth(t *testing.T) {
	list := entries()[:1]
	list[0].Article.Tags[1].Point = &news.Point{Lat: 91, Lon: 0}
	if got := placesIn(t, body(t, published(t, list), ".geojson")); len(got.Features) != 0 {
		t.Errorf("%+v", got.Features)
	}
}

func TestGeoJSONIsServedAndLinkedFromThePage(t *testing.T) {
	p := published(t, entries())
	r := get(p, "/editions/sahel-security.geojson")
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/geo+json" || r.Header.Get("Access-Control-Allow-Origin") != "*" ||
		r.Header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	if again := get(p, "/editions/sahel-security.geojson", "If-None-Match", r.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("again: %d", again.StatusCode)
	}
	wants(t, body(t, p, ""), `<a href="https://news.example.org/editions/sahel-security.geojson" `)
	refuses(t, read(t, p.Handler(), "/opml.xml"), "geojson")
}
