package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/config"
	"harmattan/news"
)

// code is what an address answers.
func (b *workbench) code(path string) int {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.stages.Load().publisher.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code
}

const deskConfig = `[[edition]]
id = "desk-only"
title = "For the desk"
countries = ["ML"]
private = true
[[edition]]
id = "mali"
title = "Mali"
countries = ["ML"]
[[source]]
id = "fleuve"
url = "https://fleuve.example/feed"
`

func TestP92_TokensAreGivenListedAndRevokedBesideTheDaemon(t *testing.T) {
	o, dir := newOutlet(t, battle("douze")), t.TempDir()
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, []byte(deskConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := roundsConfig(t, o.source("fleuve"))
	parsed, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Editions = parsed.Editions
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, dir)
	b.after(time.Minute)

	shared := settings{Config: file, State: dir}
	for name, c := range map[string]tokenAddCommand{
		"public": {Edition: "mali", Label: "x"}, "absent": {Edition: "none", Label: "x"}, "no label": {Edition: "desk-only", Label: " "},
	} {
		c.settings = shared
		if out, err := command(t, b.hand.read(), c.Run); err == nil {
			t.Errorf("%s: %s", name, out)
		}
	}
	add := tokenAddCommand{settings: shared, Edition: "desk-only", Label: "Aïcha", Expires: news.Duration{Duration: 24 * time.Hour}}
	out, err := command(t, b.hand.read(), add.Run)
	path := regexp.MustCompile(`/private/[A-Z2-7]{26}/editions/desk-only\.atom`).FindString(out)
	if err != nil || path == "" || !strings.Contains(out, "valid until 2026-03-03") {
		t.Fatalf("%v: %s", err, out)
	}
	second := tokenAddCommand{settings: shared, Edition: "desk-only", Label: "the office"}
	out, err = command(t, b.hand.read(), second.Run)
	other := regexp.MustCompile(`/private/\S+\.json`).FindString(out)
	if err != nil || b.code(path) != http.StatusOK || b.code(other) != http.StatusOK || b.code("/editions/desk-only.atom") != http.StatusNotFound {
		t.Fatalf("%v: %s: %d, %s: %d", err, path, b.code(path), other, b.code(other))
	}
	if !strings.Contains(b.get(path).body, "Ménaka") {
		t.Error("the edition is empty")
	}

	list := tokenListCommand{State: dir}
	told, err := command(t, b.hand.read(), list.Run)
	secret := strings.Split(path, "/")[2]
	if err != nil || !strings.Contains(told, "Aïcha") || !strings.Contains(told, "until revoked") || strings.Contains(told, secret) {
		t.Errorf("%v:\n%s", err, told)
	}
	for _, name := range []string{databaseName, databaseName + "-wal"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil && strings.Contains(string(data), secret) {
			t.Errorf("the token stands in %s", name)
		}
	}
	b.hand.move(25 * time.Hour)
	if b.code(path) != http.StatusNotFound || b.code(other) != http.StatusOK {
		t.Error("it did not expire, or the wrong one did")
	}
	told, _ = command(t, b.hand.read(), list.Run)
	id := regexp.MustCompile(`(?m)^([0-9a-f]{12})  desk-only .*the office$`).FindStringSubmatch(told)
	if id == nil || !strings.Contains(told, "expired") {
		t.Fatalf("list:\n%s", told)
	}
	revoke := tokenRevokeCommand{State: dir, ID: id[1]}
	if _, err := command(t, b.hand.read(), revoke.Run); err != nil || b.code(other) != http.StatusNotFound {
		t.Errorf("not revoked: %v", err)
	}
	if _, err := command(t, b.hand.read(), revoke.Run); err == nil {
		t.Error("revoked twice")
	}
}

func TestP90_AnEditionTakenOutSaysSoForAMonthAndIsGoneForGood(t *testing.T) {
	o, dir := newOutlet(t, battle("douze")), t.TempDir()
	b := newWorkbench(t, dir, monday, o.source("fleuve"))
	b.after(time.Minute)
	cfg := roundsConfig(t, o.source("fleuve"))
	cfg.Editions = slices.DeleteFunc(slices.Clone(cfg.Editions), func(e news.Edition) bool { return e.ID == "sahel-security" })
	if err := b.reload(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	last := readBack(t, b.get("/editions/sahel-security.atom").body)
	if len(last.Items) != 1 || last.Items[0].Title != "This edition has been closed" {
		t.Fatalf("last entries %+v", last.Items)
	}
	b.hand.move(29 * 24 * time.Hour)
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	b.open(t, cfg, dir)
	if again := readBack(t, b.get("/editions/sahel-security.atom").body); !slices.Equal([]string{again.Items[0].GUID, again.Items[0].Published}, []string{last.Items[0].GUID, last.Items[0].Published}) {
		t.Error("a restart told it again")
	}
	b.hand.move(2 * 24 * time.Hour)
	if err := b.renew(t.Context()); err != nil || b.code("/editions/sahel-security.atom") != http.StatusGone {
		t.Errorf("after a month: %d, %v", b.code("/editions/sahel-security.atom"), err)
	}
	b.hand.move(400 * 24 * time.Hour)
	if err := b.reload(t.Context(), cfg); err != nil || b.code("/editions/sahel-security.rss") != http.StatusGone {
		t.Errorf("after more than a year: %d, %v", b.code("/editions/sahel-security.rss"), err)
	}
	if err := b.reload(t.Context(), roundsConfig(t, o.source("fleuve"))); err != nil || b.code("/editions/sahel-security.rss") != http.StatusOK {
		t.Errorf("configured again: %d, %v", b.code("/editions/sahel-security.rss"), err)
	}
}

func TestP90_ARenamedEditionKeepsItsEntriesAndIDs(t *testing.T) {
	o := newOutlet(t, battle("douze"), earlier(kidnapping()))
	b := newWorkbench(t, t.TempDir(), monday, o.source("fleuve"))
	b.after(time.Minute)
	before := readBack(t, b.get("/editions/sahel-security.atom").body)
	cfg := roundsConfig(t, o.source("fleuve"))
	for i := range cfg.Editions {
		if cfg.Editions[i].ID == "sahel-security" {
			cfg.Editions[i].ID, cfg.Editions[i].Formerly = "security", []string{"sahel-security"}
		}
	}
	if err := b.reload(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if b.code("/editions/sahel-security.atom") != http.StatusPermanentRedirect {
		t.Errorf("the old address answers %d", b.code("/editions/sahel-security.atom"))
	}
	for range 2 { // before and after the articles are judged again
		document := b.get("/editions/security.atom").body
		after := readBack(t, document)
		if len(after.Items) != 2 || len(before.Items) != 2 || after.Items[0].GUID != before.Items[0].GUID || after.Items[1].GUID != before.Items[1].GUID ||
			!strings.Contains(document, ":edition/sahel-security</id>") || strings.Contains(document, "deleted-entry") {
			t.Errorf("entries or ids changed: %.1500s", document)
		}
		if err := b.rejudge(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// An article about Niger is in the private edition alone.
func TestP92_WhatIsInPrivateEditionsAloneIsOnNoPage(t *testing.T) {
	o := newOutlet(t, battle("douze"), kidnapping())
	cfg := roundsConfig(t, o.source("fleuve"))
	cfg.Editions = []news.Edition{
		{ID: "mali", Title: "Mali", Rule: news.Rule{Countries: []string{"ML"}}},
		{ID: "desk-only", Title: "For the desk", Private: true, Rule: news.Rule{Countries: []string{"NE"}}},
		{ID: "desk-only-fr", Of: "desk-only", Title: "For the desk, in French", Rule: news.Rule{Languages: []string{"fr"}}},
	}
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	b.after(time.Minute)
	stored, err := b.store.Articles(t.Context(), time.Time{}, "", 10)
	if err != nil || len(stored) != 2 {
		t.Fatalf("%d articles, %v", len(stored), err)
	}
	for _, a := range stored {
		secret := strings.Contains(a.Title, "Diffa")
		for _, path := range []string{"/articles?id=" + url.QueryEscape(a.ID), "/articles?id=" + url.QueryEscape(a.Link), "/stories?id=" + url.QueryEscape(a.StoryID)} {
			if found := b.code(path) == http.StatusOK; found == secret {
				t.Errorf("%s: found %v", path, found)
			}
		}
		if strings.Contains(b.get("/sources?id=fleuve").body, a.Title) == secret || strings.Contains(b.get("/search?q=source:fleuve").body, a.Title) == secret {
			t.Errorf("the source or the search shows %q, or does not: private %v", a.Title, secret)
		}
	}
	for _, path := range []string{"/", "/about", "/opml.xml", "/sources.opml", "/coverage", "/coverage.json", "/editions/health.atom", "/editions/mali-health.json", "/search", "/sources?id=fleuve"} {
		if body := b.get(path).body; strings.Contains(body, "desk") || strings.Contains(body, "Diffa") {
			t.Errorf("%s speaks of what is private", path)
		}
	}
	if text := b.expose(t.Context()); strings.Contains(text, "desk-only") || !strings.Contains(text, `edition="mali"`) {
		t.Error("metrics name the private edition, or no public one")
	}
}
