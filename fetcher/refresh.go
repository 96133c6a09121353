package fetcher

import (
	"slices"
	"time"
)

// refreshFloor is how long a source is left alone even by a person in a hurry
// (F-14), unless the configuration allows shorter intervals.
const refreshFloor = 10 * time.Minute

// Refreshable picks the jobs that a person may have fetched now, due or not.
// Disabled and gone sources are left out, and so are those whose address was
// asked just now or whose server wants silence.
func (f *Fetcher) Refreshable(jobs []Job, now time.Time) []Job {
	floor := min(refreshFloor, f.options.MinInterval.Duration)
	return withTwins(f.asked(jobs, now), func(twins []Job) bool {
		return !slices.ContainsFunc(twins, func(job Job) bool {
			return job.State.HoldUntil.After(now) || now.Sub(job.State.CheckedAt) < floor
		})
	})
}
