package fetcher

import "time"

// refreshFloor is how long a source is left alone even by a person in a hurry
// (F-14), unless the configuration allows shorter intervals.
const refreshFloor = 10 * time.Minute

// Refreshable picks the jobs that a person may have fetched now, due or not.
// Disabled and gone sources are left out, and so are those whose address was
// asked just now or whose server wants silence.
func (f *Fetcher) Refreshable(jobs []Job, now time.Time) []Job {
	floor := min(refreshFloor, f.options.MinInterval.Duration)
	left := map[string]bool{}
	for job := range f.asked(jobs, now) {
		if job.State.HoldUntil.After(now) || now.Sub(job.State.CheckedAt) < floor {
			left[twinKey(job.Source)] = true
		}
	}
	picked := make([]Job, 0, len(jobs))
	for job := range f.asked(jobs, now) {
		if len(left) == 0 || !left[twinKey(job.Source)] {
			picked = append(picked, *job)
		}
	}
	return picked
}
