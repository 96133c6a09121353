package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"harmattan/news"
)

func TestF50_F105_AMoveIsLoggedOnceAndShownWithoutSecrets(t *testing.T) {
	o, dir := newOutlet(t, battle("douze")), t.TempDir()
	old := httptest.NewServer(http.RedirectHandler(o.URL+"/rss?token=SECRETTOKEN", http.StatusMovedPermanently))
	t.Cleanup(old.Close)
	address := old.URL + "/en?token=SECRETTOKEN"
	b := newWorkbench(t, dir, monday.Add(time.Hour), news.Source{ID: "fleuve", URL: address, Language: "fr"})
	var log bytes.Buffer
	b.log = slog.New(slog.NewTextHandler(&log, nil))
	b.after(time.Minute)
	for range 3 {
		b.after(time.Hour)
	}
	if n := strings.Count(log.String(), "redirects for good"); n != 1 || strings.Contains(log.String(), "SECRETTOKEN") {
		t.Errorf("the move is logged %d times:\n%s", n, log.String())
	}
	id, now := b.ids()[0], b.hand.read()
	for _, path := range []string{"/", "/sources.opml", "/editions/sahel-security", "/editions/sahel-security.atom"} {
		if page := b.get(path); strings.Contains(page.body, "SECRETTOKEN") {
			t.Errorf("%s holds the secret", path)
		}
	}
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	shared := settings{State: dir, Config: configure(t, map[string]string{"fleuve": address})}
	to := o.URL + "/rss?token=REDACTED"
	for name, c := range map[string]struct {
		run  func(*session) error
		want string
	}{
		"sources":          {(&sourcesCommand{settings: shared}).Run, "fleuve redirects for good to " + to},
		"sources --health": {(&sourcesCommand{settings: shared, Health: true}).Run, "redirected for good to " + o.URL},
		"sources --json":   {(&sourcesCommand{settings: shared, JSON: true}).Run, `"moved_to": "` + to},
		"explain":          {(&explainCommand{settings: shared, Ref: id}).Run, to + ", where it redirects for good since"},
		"explain --json":   {(&explainCommand{settings: shared, Ref: id, JSON: true}).Run, to},
		"document --head":  {(&documentCommand{State: dir, Ref: id, Head: true}).Run, to},
	} {
		told, err := command(t, now, c.run)
		if err != nil || strings.Contains(told, "SECRETTOKEN") || !strings.Contains(told, c.want) {
			t.Errorf("%s: %v, want %q and no secret:\n%s", name, err, c.want, told)
		}
	}
}
