package main

import (
	"maps"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// value finds a sample of a metrics page, "" when there is none.
func value(page, sample string) string {
	for line := range strings.SplitSeq(page, "\n") {
		if rest, ok := strings.CutPrefix(line, sample+" "); ok {
			return rest
		}
	}
	return ""
}

func TestBinaryExposesItsFiguresOnASeparateListener(t *testing.T) {
	fleuve, broken := newOutlet(t, battle("douze")), newOutlet(t)
	broken.broken = true
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss", "broken": broken.URL + "/rss?key=SECRETTOKEN"}), t.TempDir()
	monitor := freeAddress(t)
	edit(t, config, "[[edition]]", "[metrics]\nlisten = \""+monitor+"\"\n\n[[edition]]")
	p := start(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	base := p.address(t)
	page := ""
	eventually(t, "both sources in the figures", func() bool {
		page = fetchBody(t, "http://"+monitor+"/metrics")
		return value(page, `harmattan_sources{state="healthy"}`) == "1" && value(page, `harmattan_sources{state="failing"}`) == "1"
	})
	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	eventually(t, "the new article in the edition", func() bool {
		return strings.Contains(fetchBody(t, base+"/editions/sahel-security.rss"), "Diffa")
	})
	if answers(base+"/metrics", 200) {
		t.Error("readers get the metrics too")
	}
	eventually(t, "the figures of the new article", func() bool {
		page = fetchBody(t, "http://"+monitor+"/metrics")
		return value(page, "harmattan_lag_seconds_count") == "1"
	})
	samples := map[string]string{
		`harmattan_articles_total{what="new"}`:                                         `^2$`,
		`harmattan_articles`:                                                           `^2$`,
		`harmattan_stories`:                                                            `^2$`,
		`harmattan_fetches_total{outcome="failed"}`:                                    `^[1-9]`,
		`harmattan_round_seconds_count`:                                                `^[1-9]`,
		`harmattan_round_seconds_bucket{le="+Inf"}`:                                    `^[1-9]`,
		`harmattan_lag_seconds_bucket{le="+Inf"}`:                                      `^1$`,
		`harmattan_edition_entries{edition="sahel-security"}`:                          `^2$`,
		`harmattan_edition_changed_timestamp_seconds{edition="sahel-security"}`:        `^1\.\d+e\+09$`,
		`harmattan_edition_newest_timestamp_seconds{edition="sahel-security"}`:         `^1\.\d+e\+09$`,
		`harmattan_database_bytes`:                                                     `^[1-9]`,
		`harmattan_database_wal_bytes`:                                                 `^[0-9]`,
		`harmattan_database_writable`:                                                  `^1$`,
		`harmattan_configuration_taken_over`:                                           `^1$`,
		`harmattan_http_requests_total{class="2xx"}`:                                   `^[1-9]`,
		`harmattan_http_seconds_count`:                                                 `^[1-9]`,
		`harmattan_sources{state="healthy"}`:                                           `^1$`,
		`harmattan_queue_sources`:                                                      `^[0-2]$`,
		`harmattan_queue_overdue_seconds`:                                              `^[0-9]`,
		`harmattan_quarantined_sources`:                                                `^0$`,
		`harmattan_quarantined_articles`:                                               `^0$`,
		`harmattan_tick_age_seconds`:                                                   `^[0-9]`,
		`harmattan_writer_wait_seconds`:                                                `^[0-9]`,
		`harmattan_configuration_timestamp_seconds`:                                    `^1\.\d+e\+09$`,
		`harmattan_queue_pushes`:                                                       `^0$`,
		`go_goroutines`:                                                                `^[1-9]`,
		`process_resident_memory_bytes`:                                                `^[1-9]`,
		`harmattan_build_info{version="` + version + `",go="` + goVersion(page) + `"}`: `^1$`,
	}
	for sample, want := range samples {
		if got := value(page, sample); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q, want %s", sample, got, want)
		}
	}
	for _, family := range regexp.MustCompile(`(?m)^# TYPE (harmattan_[a-z_]+) `).FindAllStringSubmatch(page, -1) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(samples)), func(sample string) bool { return strings.HasPrefix(sample, family[1]) }) {
			t.Errorf("%s has no value that is wanted here", family[1])
		}
	}
	if strings.Contains(page, "SECRETTOKEN") {
		t.Error("the metrics hold the secret")
	}
	if out := fetchBody(t, "http://"+monitor+"/readyz"); out != "ready\n" {
		t.Errorf("/readyz beside the metrics: %s", out)
	}
	if promtool, err := exec.LookPath("promtool"); err == nil {
		lint := exec.Command(promtool, "check", "metrics")
		lint.Stdin = strings.NewReader(page)
		if said, err := lint.CombinedOutput(); err != nil {
			t.Errorf("promtool: %v %s", err, said)
		}
	}
	p.stop(t)
}

func goVersion(page string) string {
	found := regexp.MustCompile(`harmattan_build_info\{.*go="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return found[1]
}

func TestAHistogramCountsEachValueInAllLargerBuckets(t *testing.T) {
	var h histogram
	for _, seconds := range []float64{0.5, 1, 1.5, 99} {
		h.observe([]float64{1, 2}, seconds)
	}
	e := &exposition{}
	h.write(e, []float64{1, 2}, "x_seconds", "Help.")
	want := "# HELP x_seconds Help.\n# TYPE x_seconds histogram\n" +
		"x_seconds_bucket{le=\"1\"} 2\nx_seconds_bucket{le=\"2\"} 3\nx_seconds_bucket{le=\"+Inf\"} 4\nx_seconds_sum 102\nx_seconds_count 4\n"
	if got := e.text.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	e = &exposition{}
	e.sample("x", 1, "name", "a\"b\\c\nd")
	if got := e.text.String(); got != `x{name="a\"b\\c\nd"} 1`+"\n" {
		t.Errorf("escaped: %s", got)
	}
}

func TestTheFirstLookAtASourceTellsNothingOfItsLag(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	b.after(time.Minute)
	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	b.after(time.Hour)
	page := b.expose(t.Context())
	if got := value(page, "harmattan_lag_seconds_count"); got != "1" {
		t.Errorf("%s articles tell of the lag, want the new one", got)
	}
	if got := value(page, "harmattan_lag_seconds_sum"); got != "2460" { // published 8:20, read at 9:01
		t.Errorf("the lag is %s s, want 2460", got)
	}
}

// freeAddress is an address on which nobody listened a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestAlertsAndDashboardNameMetricsThatExist(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	b := newWorkbench(t, t.TempDir(), monday, fleuve.source("fleuve"))
	b.takenOver(t.Context(), nil)
	b.after(time.Minute)
	page := b.expose(t.Context())
	for _, name := range []string{"alerts.yml", "dashboard.json"} {
		text, err := os.ReadFile("../../deploy/monitoring/" + name)
		if err != nil {
			t.Fatal(err)
		}
		used := regexp.MustCompile(`\b(?:harmattan|go|process)_[a-z_]+`).FindAllString(string(text), -1)
		if len(used) < 10 {
			t.Errorf("%s names %d metrics", name, len(used))
		}
		for _, metric := range used {
			if !regexp.MustCompile(`(?m)^` + metric + `[ {]`).MatchString(page) {
				t.Errorf("%s names %s, which does not exist", name, metric)
			}
		}
	}
}

func TestTheRunbookSaysWhatToDoAboutEachAlert(t *testing.T) {
	names := func(file, pattern string) (all []string) {
		text, err := os.ReadFile("../../deploy/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			all = append(all, found[1])
		}
		slices.Sort(all)
		return all
	}
	alerts, rows := names("monitoring/alerts.yml", `(?m)alert: (\w+)$`), names("README.md", `(?m)^\| (Harmattan\w+) \| [^|]{20,} \| [^|]{20,} \|$`)
	if len(alerts) < 10 || !slices.Equal(alerts, rows) {
		t.Errorf("alerts are %q, the runbook has %q", alerts, rows)
	}
}
