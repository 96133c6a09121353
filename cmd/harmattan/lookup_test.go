package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestPagesAnswerFromWhatIsStored(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"), kidnapping())
	b := newWorkbench(t, t.TempDir(), monday.Add(time.Hour), fleuve.source("fleuve"))
	b.after(time.Minute)
	fleuve.change(func(o *outlet) { o.stories[0] = battle("vingt") })
	b.after(20 * time.Minute)

	id := ""
	for _, item := range readBack(t, b.get("/editions/sahel-security.atom").body).Items {
		if strings.Contains(item.Title, "Ménaka") {
			id = item.GUID
		}
	}
	page := b.get("/articles?id=" + url.QueryEscape(id)).body
	for _, want := range []string{"<del>douze</del> <ins>vingt</ins>", `<mark class="country">Mali</mark>`, "Sahel security", `<span class="sign">not met</span>`, "SHA-256"} {
		if !strings.Contains(page, want) {
			t.Errorf("the article's page has no %s", want)
		}
	}
	story := regexp.MustCompile(`/stories\?id=[^"]+`).FindString(page)
	told := b.get(story).body
	for _, want := range []string{"<del>douze</del> <ins>vingt</ins>", `class="changed"`, "Sahel security"} {
		if !strings.Contains(told, want) {
			t.Errorf("the story's page has no %s", want)
		}
	}
	source := b.get("/sources?id=fleuve").body
	for _, want := range []string{"2 articles stored", `class="condition healthy"`, "2 articles in 28 days", "près de Ménaka"} {
		if !strings.Contains(source, want) {
			t.Errorf("the source's page has no %s", want)
		}
	}
	if found := b.get("/search?q=MENAKA").body; !strings.Contains(found, "près de Ménaka") || strings.Contains(found, "Diffa") {
		t.Error("capitals without accents do not find the article, or find another")
	}
	if found := b.get("/search?q=pres+de&edition=sahel-security").body; strings.Count(found, "<article") != 2 {
		t.Error("the edition's two articles are not found")
	}
	if found := b.get("/search?q=pres+de&edition=lake-chad").body; strings.Contains(found, "Ménaka") {
		t.Error("an article is found in an edition that it is not in")
	}
	for query, found := range map[string]bool{
		`"près de Ménaka"`: true, `"Ménaka de près"`: false, "title:menaka": true, "title:mena": false, "country:mali since:2026": true,
		"country:ML topic:kidnapping": false, "publisher:\"le fleuve\" menaka": true, "edition:lake-chad menaka": false, "before:2026-01-01 menaka": false,
	} {
		if got := b.get("/search?q=" + url.QueryEscape(query)).body; strings.Contains(got, "<h2><a href") && strings.Contains(got, "près de Ménaka</a>") != found {
			t.Errorf("%s finds it: %v", query, !found)
		}
	}
	for query, want := range map[string]string{"country:Malli": "did you mean “ML”?", "publisher:Fleuve": "There is no publisher “Fleuve” here."} {
		if status, text := b.answer("/search.atom?q=" + query); status != http.StatusBadRequest || !strings.Contains(text, want) {
			t.Errorf("%s: %d %s", query, status, text)
		}
	}
	if feed := readBack(t, b.get("/search.json?q=menaka").body); len(feed.Items) != 1 || feed.Items[0].GUID != id {
		t.Errorf("the search as a feed has %v, want the entry under its id %s", feed.Items, id)
	}
	for _, path := range []string{"/articles?id=unknown", "/stories?id=unknown", "/sources?id=unknown"} {
		w := httptest.NewRecorder()
		b.stages.Load().publisher.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestPagesGoOnAnsweringAfterAReload(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	b.after(time.Minute)
	if err := b.reload(t.Context(), b.stages.Load().cfg); err != nil {
		t.Fatal(err)
	}
	if found := b.get("/search?q=menaka").body; !strings.Contains(found, "Ménaka") {
		t.Error("nothing is found")
	}
	if page := b.get("/editions/sahel-security").body; !strings.Contains(page, "/articles?id=") {
		t.Error("the page of the edition no longer leads to its articles")
	}
}
