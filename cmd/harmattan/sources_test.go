package main

import (
	"strings"
	"testing"
	"time"
)

func TestSourcesTellHealthAdviceAndNextDueTime(t *testing.T) {
	odd := battle("douze & plus")
	odd.title += "&nbsp;!"
	fleuve, dir := newOutlet(t, odd), t.TempDir()
	broken := newOutlet(t)
	broken.broken = true
	b := newWorkbench(t, dir, monday.Add(time.Hour), fleuve.source("fleuve"), broken.source("broken"))
	b.after(time.Minute)
	now := b.hand.read()
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	shared := settings{State: dir, Config: configure(t, map[string]string{
		"fleuve": fleuve.URL + "/rss", "broken": broken.URL + "/rss", "young": fleuve.URL + "/new"})}
	for _, c := range []struct {
		name    string
		command sourcesCommand
		want    []string
	}{
		{"table", sourcesCommand{}, []string{"HEALTH", "fleuve  healthy", "broken  failing", "young   new"}},
		{"health", sourcesCommand{Health: true}, []string{"broken (broken): failing since 2026-03-02 09:01:00Z\n  failed once since",
			"\n  -> ", "fleuve (fleuve): healthy\n  1 articles in four weeks",
			"\n  mended in its last document: "}},
		{"next", sourcesCommand{Next: true}, []string{"DUE", "fleuve  schedule @every 1s", "young   never fetched yet"}},
		{"json", sourcesCommand{JSON: true}, []string{`"health": "failing"`, `"health_advice": "nothing yet`, `"bare &": `, `"entity of HTML": 1`}},
	} {
		c.command.settings = shared
		told, err := command(t, now, c.command.Run)
		for _, want := range c.want {
			if err != nil || !strings.Contains(told, want) {
				t.Errorf("%s: %v: no %q in\n%s", c.name, err, want, told)
			}
		}
		if c.name == "health" && strings.Index(told, "broken (") > strings.Index(told, "fleuve (") {
			t.Errorf("who needs somebody does not stand first:\n%s", told)
		}
	}
}
