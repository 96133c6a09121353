package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

// answer asks for what may be refused.
func (b *workbench) answer(path string) (status int, text string) {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.stages.Load().publisher.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

// facetBench has an edition with stories in two languages and a variant of it.
func facetBench(t *testing.T) (*workbench, []*outlet) {
	t.Helper()
	outlets, sources := tellers(t)
	cfg := roundsConfig(t, sources...)
	cfg.Editions = []news.Edition{
		{ID: "sahel-security", Title: "Sahel", Language: "en", Limit: 1, Rule: news.Rule{Topics: []string{"security"}}},
		{ID: "sahel-french", Title: "Sahel, French", Language: "fr", Of: "sahel-security", Rule: news.Rule{Languages: []string{"fr"}}},
	}
	b := &workbench{hand: hand{now: monday.Add(2 * time.Hour)}}
	b.open(t, cfg, t.TempDir())
	outlets[0].change(func(o *outlet) { o.stories = []story{ambush(0)} })
	outlets[2].change(func(o *outlet) {
		o.stories = []story{{id: "abduction", title: "Niger: gunmen abduct three aid workers near Diffa", published: monday.Add(90 * time.Minute),
			text: "Gunmen abducted three aid workers on Monday on the road to Diffa in southeastern Niger, the governor said."}}
	})
	b.after(time.Minute)
	return b, outlets
}

func TestAFacetFindsWhatTheEditionNoLongerShows(t *testing.T) {
	b, _ := facetBench(t)
	if _, links := b.links("sahel-security"); !slices.Equal(links, []string{"abduction"}) {
		t.Fatalf("the edition shows %v", links)
	}
	_, whole := b.answer("/editions/sahel-security.atom?country=ML")
	if got := readBack(t, whole).Items; len(got) != 1 || !strings.HasSuffix(got[0].Link, "riviere-1") {
		t.Errorf("of Mali: %v", got)
	}
	for query, want := range map[string]string{
		"topic=abduktion": "no topic “abduktion” here", "country=XY": "no country “XY”", "source=riviere-2": "no source “riviere-2”", "publisher=La%20Mer": "no publisher “La Mer”",
		"group=nusrat-islam": "no group “nusrat-islam”",
	} {
		if status, text := b.answer("/editions/sahel-security.rss?" + query); status != http.StatusBadRequest || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", query, status, text)
		}
	}
}

func TestAVariantFollowsItsEdition(t *testing.T) {
	b, outlets := facetBench(t)
	ids, links := b.links("sahel-french")
	if !slices.Equal(links, []string{"riviere-1"}) {
		t.Fatalf("the variant shows %v", links)
	}
	outlets[2].change(func(o *outlet) { o.stories = nil })
	outlets[1].change(func(o *outlet) {
		o.stories = []story{{id: "enlevement", title: "Mali : le maire de Ménaka enlevé par des hommes armés", published: monday.Add(3 * time.Hour),
			text: "Le maire de Ménaka a été enlevé lundi par des hommes armés, selon la gendarmerie malienne."}}
	})
	b.after(2 * time.Hour)
	after, links := b.links("sahel-french")
	if !slices.Equal(links, []string{"enlevement", "riviere-1"}) || after[1] != ids[0] {
		t.Fatalf("it then shows %v", links)
	}
	whole, _ := b.links("sahel-security")
	if after[0] != whole[0] {
		t.Errorf("the entry is %s in the variant and %s in its edition", after[0], whole[0])
	}
}

func TestAReloadWithAnotherVariantIsTakenOver(t *testing.T) {
	b, _ := facetBench(t)
	next := *b.stages.Load().cfg
	next.Editions = slices.Clone(next.Editions)
	next.Editions[1].Languages = []string{"en"}
	next.Editions[0].Topics = []string{"security", "politics"}
	next.Reload.MaxChange = 1
	if err := b.reload(t.Context(), &next); err != nil {
		t.Fatal(err)
	}
	if _, links := b.links("sahel-french"); !slices.Equal(links, []string{"abduction"}) {
		t.Errorf("the variant shows %v", links)
	}
}
