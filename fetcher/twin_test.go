package fetcher_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
)

// twins are two sources of a site with one address, the second written otherwise.
func (s *site) twins() []fetcher.Job {
	return []fetcher.Job{
		{Source: news.Source{ID: "monde", URL: s.URL + "/feed", Schedule: "0 * * * *"}},
		{Source: news.Source{ID: "afrique", URL: strings.Replace(s.URL, "http", "HTTP", 1) + "/feed", Schedule: "*/5 * * * *", TimeZone: "Africa/Niamey"}},
	}
}

// versioned answers conditional requests for the document of the moment.
func versioned(document *string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		etag := fmt.Sprintf("%q", fmt.Sprint(len(*document)))
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		write(w, *document)
	}
}

// keep puts the states of a round's results into the jobs.
func keep(jobs []fetcher.Job, results map[string]fetcher.Result) {
	for i := range jobs {
		if r, ok := results[jobs[i].Source.ID]; ok {
			jobs[i].State = r.State
		}
	}
}

func TestTwoSourcesWithOneAddressAreFetchedOnce(t *testing.T) {
	document := twoItems
	s := serve(t, versioned(&document))
	f := newFetcher(t)
	jobs := s.twins()
	round := func(now time.Time) map[string]fetcher.Result {
		t.Helper()
		results := collect(t, f, f.Due(jobs, now), at(now))
		keep(jobs, results)
		return results
	}
	first := round(noon)
	if asked := s.asked(); len(asked) != 1 || len(first) != 2 {
		t.Fatalf("%d requests, %d results", len(asked), len(first))
	}
	for id, r := range first {
		if r.Outcome != fetcher.OutcomeNew || len(r.Items) != 2 || r.Items[0].SourceID != id || len(r.Raws) != 1 || r.Raws[0].SourceID != id {
			t.Errorf("%s: %s, %d items, %d raw responses: %v", id, r.Outcome, len(r.Items), len(r.Raws), r.Err)
		}
	}
	if hourly, often := jobs[0].State, jobs[1].State; !strings.Contains(hourly.DueReason, "0 * * * *") || !often.DueAt.Before(hourly.DueAt) {
		t.Errorf("due %s (%s) and %s", hourly.DueAt, hourly.DueReason, often.DueAt)
	}

	// The one that is due brings the other along, and one answer serves both.
	second := round(jobs[1].State.DueAt)
	asked := s.asked()
	if len(asked) != 1 || asked[0].Header.Get("If-None-Match") == "" || len(second) != 2 {
		t.Fatalf("%d requests, %d results", len(asked), len(second))
	}
	document = channel(story(3, "Convoi attaqué près de Ménaka"), story(1, "Pluies à Agadez"))
	third := round(jobs[1].State.DueAt)
	for id, r := range third {
		if len(r.Items) != 1 || r.Items[0].GUID != "tenere-3" || second[id].Outcome != fetcher.OutcomeUnchanged {
			t.Errorf("%s: %d items after %s: %v", id, len(r.Items), second[id].Outcome, r.Err)
		}
	}
	if len(s.asked()) != 1 {
		t.Error("the third round asked more than once")
	}
}

func TestASourceThatIsAddedToAnAddressWaitsAndThenGetsEverything(t *testing.T) {
	document := twoItems
	s := serve(t, versioned(&document))
	f := newFetcher(t, func(o *fetcher.Options) { o.MinInterval.Duration = 15 * time.Minute })
	jobs := s.twins()
	keep(jobs, collect(t, f, jobs[:1], at(noon)))
	s.asked()

	// A minute later the second is new: the server has just been asked.
	if again := f.Refreshable(jobs, noon.Add(time.Minute)); len(again) != 0 {
		t.Errorf("%d jobs may be refreshed", len(again))
	}
	now := noon.Add(time.Minute)
	held := collect(t, f, f.Due(jobs, now), at(now))
	keep(jobs, held)
	if len(s.asked()) != 0 || held["afrique"].Outcome != fetcher.OutcomeHeld || held["monde"].Outcome != fetcher.OutcomeHeld {
		t.Fatalf("outcomes %s and %s", held["afrique"].Outcome, held["monde"].Outcome)
	}

	now = jobs[1].State.DueAt
	got := collect(t, f, f.Due(jobs, now), at(now))
	keep(jobs, got)
	asked := s.asked()
	if len(asked) != 1 || asked[0].Header.Get("If-None-Match") != "" {
		t.Fatalf("%d requests; one has nothing to compare a 304 with", len(asked))
	}
	if len(got["afrique"].Items) != 2 || got["monde"].Outcome != fetcher.OutcomeUnchanged || len(got["monde"].Items) != 0 {
		t.Errorf("%d and %d items", len(got["afrique"].Items), len(got["monde"].Items))
	}
	now = jobs[1].State.DueAt
	keep(jobs, collect(t, f, f.Due(jobs, now), at(now)))
	if asked := s.asked(); len(asked) != 1 || asked[0].Header.Get("If-None-Match") == "" {
		t.Error("they are not of one mind afterwards")
	}
}

func TestTwinsFailMoveAndAreBarredTogether(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed":
			http.Redirect(w, r, "/there", http.StatusMovedPermanently)
		case "/robots.txt":
			http.NotFound(w, r)
		default:
			write(w, twoItems)
		}
	})
	jobs := s.twins()
	f := among(t, []string{"127.0.0.1"}, jobs[0].Source, jobs[1].Source)
	now := noon
	for range 8 {
		keep(jobs, collect(t, f, f.Due(jobs, now), at(now)))
		now = now.Add(12 * time.Hour)
	}
	for _, job := range jobs {
		if job.State.MovedTo != s.URL+"/there" || job.State.MovedCount < 5 {
			t.Errorf("%s moved to %q, seen %d times", job.Source.ID, job.State.MovedTo, job.State.MovedCount)
		}
	}
	s.asked()
	keep(jobs, collect(t, f, f.Due(jobs, now), at(now)))
	if asked := s.askedFor(); len(asked) != 1 || asked[0].URL.Path != "/there" {
		t.Errorf("%d requests after the move", len(asked))
	}
	s.Close()
	now = now.Add(12 * time.Hour)
	for id, r := range collect(t, f, f.Due(jobs, now), at(now)) {
		if r.Outcome != fetcher.OutcomeFailed || r.State.Failures != 1 || !strings.Contains(r.Err.Error(), "source "+id) {
			t.Errorf("%s: %s: %v", id, r.Outcome, r.Err)
		}
	}
}

func TestADisabledTwinGetsNothing(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { write(w, twoItems) })
	jobs := s.twins()
	jobs[0].Source.Disabled = true
	due := newFetcher(t).Due(jobs, noon)
	if !slices.EqualFunc(due, jobs[1:], func(a, b fetcher.Job) bool { return a.Source.ID == b.Source.ID }) {
		t.Errorf("%d jobs are due", len(due))
	}
}
