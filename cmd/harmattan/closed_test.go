package main

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// More entries than a reload may take away carry a new id.
func TestP90_ARenameIsNoChangeToRefuseAndCarriesTheHealthAlong(t *testing.T) {
	var stories []story
	for n := range alwaysAllowed + 2 {
		stories = append(stories, numbered(battle("douze"), n))
	}
	o := newOutlet(t, stories...)
	cfg := roundsConfig(t, o.source("fleuve"))
	for i := range cfg.Editions {
		cfg.Editions[i].Stories = "list"
	}
	b := &workbench{hand: hand{now: monday}}
	b.open(t, cfg, t.TempDir())
	b.after(time.Minute)
	o.change(func(o *outlet) { o.broken = true })
	for range 3 {
		b.after(26 * time.Hour)
		if err := b.watchSources(t.Context(), b.stages.Load()); err != nil {
			t.Fatal(err)
		}
	}
	before := readBack(t, b.get("/editions/sahel-security-health.atom").body)

	renamed := roundsConfig(t, o.source("fleuve"))
	for i := range renamed.Editions {
		renamed.Editions[i].Stories = "list"
		if e := &renamed.Editions[i]; e.ID == "sahel-security" {
			e.ID, e.Formerly = "security", []string{"sahel-security"}
		}
	}
	if err := b.reload(t.Context(), renamed); err != nil {
		t.Fatal(err)
	}
	if n := len(readBack(t, b.get("/editions/security.atom").body).Items); n != len(stories) {
		t.Errorf("%d entries", n)
	}
	document := b.get("/editions/security-health.atom").body
	after := readBack(t, document)
	if len(before.Items) == 0 || len(after.Items) != len(before.Items) || !strings.Contains(document, ":edition/sahel-security-health</id>") ||
		b.code("/editions/sahel-security-health.atom") != http.StatusPermanentRedirect {
		t.Errorf("its health: %d notices, %d before, the old address answers %d", len(after.Items), len(before.Items), b.code("/editions/sahel-security-health.atom"))
	}
}
