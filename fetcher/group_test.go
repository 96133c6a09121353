package fetcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// grouped is a fetcher in no hurry to be polite but for its groups.
func grouped(t *testing.T, groups ...fetcher.HostGroup) *fetcher.Fetcher {
	t.Helper()
	o := fetcher.Default()
	o.Allow = []string{"127.0.0.1"}
	o.MinInterval.Duration, o.HostSpacing.Duration = 0, 0
	o.HostGroups = groups
	f, err := fetcher.New(o, "1.2")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// collect runs a round and returns its results by source.
func collect(t *testing.T, f *fetcher.Fetcher, jobs []fetcher.Job, clock func() time.Time) map[string]fetcher.Result {
	t.Helper()
	results := map[string]fetcher.Result{}
	for r := range f.Stream(t.Context(), jobs, clock) {
		if _, twice := results[r.Source.ID]; twice {
			t.Errorf("%s came twice", r.Source.ID)
		}
		results[r.Source.ID] = *r
	}
	return results
}

func TestAGroupKeepsToItsRequestsPerHourAndPutsTheOthersOffInTurn(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	f := grouped(t, fetcher.HostGroup{Name: "loop", Hosts: []string{"127.0.0.1"}, RequestsPerHour: 4})
	jobs := many(s, 10)
	results := collect(t, f, jobs, at(noon))
	if got := len(s.asked()); got != 4 {
		t.Fatalf("%d requests", got)
	}
	slots := map[time.Time]bool{}
	for i, job := range jobs {
		r := results[job.Source.ID]
		jobs[i].State = r.State
		if r.Outcome != fetcher.OutcomeHeld {
			continue
		}
		slots[r.State.DueAt] = true
		if r.State.DueAt.Before(noon.Add(time.Hour)) || !strings.Contains(r.State.DueReason, "host group loop has spent its requests_per_hour (4)") {
			t.Errorf("%s: due %s, %s", job.Source.ID, r.State.DueAt, r.State.DueReason)
		}
	}
	if len(slots) != 6 {
		t.Errorf("6 sources were put off to %d moments", len(slots))
	}

	// A restart does not forget what was asked.
	f = grouped(t, fetcher.HostGroup{Name: "loop", Hosts: []string{"127.0.0.1"}, RequestsPerHour: 4})
	f.Due(jobs, noon.Add(30*time.Minute))
	fresh := fetcher.Job{Source: news.Source{ID: "fresh", URL: s.URL + "/fresh"}}
	if r := collect(t, f, []fetcher.Job{fresh}, at(noon.Add(30*time.Minute)))["fresh"]; r.Outcome != fetcher.OutcomeHeld || len(s.asked()) != 0 {
		t.Errorf("after a restart: %s", r.Outcome)
	}
	if r := collect(t, f, []fetcher.Job{fresh}, at(noon.Add(61*time.Minute)))["fresh"]; r.Outcome != fetcher.OutcomeNew {
		t.Errorf("an hour later: %s %v", r.Outcome, r.Err)
	}
}

func TestARedirectWithinAGroupIsARequestToo(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/there") {
			http.Redirect(w, r, "/there"+r.URL.Path, http.StatusFound)
			return
		}
		write(w, twoItems)
	})
	f := grouped(t, fetcher.HostGroup{Name: "loop", Hosts: []string{"127.0.0.1"}, RequestsPerHour: 4})
	collect(t, f, many(s, 5), at(noon))
	if got := len(s.asked()); got != 4 {
		t.Errorf("%d requests", got)
	}
}

func TestAGroupHasItsOwnConcurrencyAndSpacing(t *testing.T) {
	var mu sync.Mutex
	var starts []time.Time
	busy, worst := 0, 0
	handler := func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		starts = append(starts, time.Now())
		busy++
		worst = max(worst, busy)
		mu.Unlock()
		time.Sleep(100 * time.Millisecond)
		mu.Lock()
		busy--
		mu.Unlock()
		write(w, twoItems)
	}
	one, two := serve(t, handler), serve(t, handler)
	jobs := many(one, 3)
	for i, job := range many(two, 3) {
		job.Source.ID = fmt.Sprint("two-", i)
		jobs = append(jobs, job)
	}
	f := grouped(t, fetcher.HostGroup{Name: "loop", Hosts: []string{"127.0.0.1"}, Concurrency: 2,
		Spacing: news.Duration{Duration: 30 * time.Millisecond}})
	if results := collect(t, f, jobs, ticking()); len(results) != 6 || worst != 2 {
		t.Errorf("%d results, %d requests at once, want 6 and 2", len(results), worst)
	}
	for i := 1; i < len(starts); i++ {
		if gap := starts[i].Sub(starts[i-1]); gap < 20*time.Millisecond {
			t.Errorf("requests %d and %d started %s apart", i-1, i, gap)
		}
	}
}

func TestAWishForSilenceCountsForFeedHostOrGroup(t *testing.T) {
	for _, c := range []struct {
		scope               string
		sameHost, otherHost fetcher.Outcome
	}{
		{"feed", fetcher.OutcomeNew, fetcher.OutcomeNew},
		{"host", fetcher.OutcomeHeld, fetcher.OutcomeNew},
		{"group", fetcher.OutcomeHeld, fetcher.OutcomeHeld},
		{"", fetcher.OutcomeHeld, fetcher.OutcomeHeld},
	} {
		handler := func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/busy" {
				w.Header().Set("Retry-After", "7200")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			write(w, twoItems)
		}
		one, two := serve(t, handler), serve(t, handler)
		group := fetcher.HostGroup{Name: "loop", Hosts: []string{"127.0.0.1"}, RetryAfter: c.scope}
		busy := fetcher.Job{Source: news.Source{ID: "busy", URL: one.URL + "/busy"}}
		same := fetcher.Job{Source: news.Source{ID: "same", URL: one.URL + "/same"}}
		other := fetcher.Job{Source: news.Source{ID: "other", URL: two.URL + "/other"}}
		f := grouped(t, group)
		busy.State = collect(t, f, []fetcher.Job{busy}, at(noon))["busy"].State
		again := collect(t, f, []fetcher.Job{busy, same, other}, at(noon.Add(time.Hour)))
		restarted := collect(t, grouped(t, group), []fetcher.Job{busy, same, other}, at(noon.Add(time.Hour)))
		for when, got := range map[string]map[string]fetcher.Result{"at once": again, "after a restart": restarted} {
			if got["busy"].Outcome != fetcher.OutcomeHeld || got["same"].Outcome != c.sameHost || got["other"].Outcome != c.otherHost {
				t.Errorf("scope %q %s: busy %s, same host %s, other host %s", c.scope, when, got["busy"].Outcome, got["same"].Outcome, got["other"].Outcome)
			}
		}
	}
}

func TestMistakesInHostGroupsAreTold(t *testing.T) {
	sound := fetcher.HostGroup{Name: "a", Hosts: []string{"example.org", "127.0.0.1"}, RequestsPerHour: 60, Concurrency: 2, RetryAfter: "feed"}
	if problems := fetcher.ValidateHostGroups([]fetcher.HostGroup{sound}); len(problems) != 0 {
		t.Errorf("a sound group: %v", problems)
	}
	for path, change := range map[string]func(*fetcher.HostGroup){
		"1.name":              func(g *fetcher.HostGroup) { g.Name = "a" },
		"1.hosts":             func(g *fetcher.HostGroup) { g.Hosts = nil },
		"1.hosts.0":           func(g *fetcher.HostGroup) { g.Hosts[0] = "https://example.net/" },
		"1.hosts.1":           func(g *fetcher.HostGroup) { g.Hosts = append(g.Hosts, "example.org") },
		"1.requests_per_hour": func(g *fetcher.HostGroup) { g.RequestsPerHour = 5000 },
		"1.concurrency":       func(g *fetcher.HostGroup) { g.Concurrency = -1 },
		"1.spacing":           func(g *fetcher.HostGroup) { g.Spacing.Duration = -1 },
		"1.retry_after":       func(g *fetcher.HostGroup) { g.RetryAfter = "domain" },
	} {
		g := fetcher.HostGroup{Name: "b", Hosts: []string{"example.net"}}
		change(&g)
		problems := fetcher.ValidateHostGroups([]fetcher.HostGroup{sound, g})
		if len(problems) != 1 || strings.Join(problems[0].Path, ".") != path {
			t.Errorf("%s: %v", path, problems)
		}
	}
	o := fetcher.Default()
	o.HostGroups = []fetcher.HostGroup{{Name: "x"}}
	if _, err := fetcher.New(o, "1"); err == nil || !strings.Contains(err.Error(), "host_group.0.hosts") {
		t.Errorf("New took it: %v", err)
	}
}
