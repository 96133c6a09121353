package fetcher

import (
	"slices"

	"harmattan/news"
)

// Twins are sources with one address. Their server is asked once for all of
// them, when the first is due, and each makes of the answer what its own
// settings say.

// twinKey is the same for twins. A sitemap has none: it leads to documents that
// would be asked for again.
func twinKey(s news.Source) string {
	if s.Kind == news.SourceNewsSitemap {
		return "sitemap of " + s.ID
	}
	return news.SameAddress(s.URL)
}

func areTwins(a, b news.Source) bool { return twinKey(a) == twinKey(b) }

// families gathers the jobs of twins, in the order of the jobs. The one that was
// answered last comes first: it asks, for it knows most of the server.
func families(jobs []Job) [][]Job {
	at := make(map[string]int, len(jobs))
	all := make([][]Job, 0, len(jobs))
	for n := range jobs {
		key := twinKey(jobs[n].Source)
		i, known := at[key]
		if !known {
			at[key] = len(all)
			all = append(all, jobs[n:n+1:n+1]) // most have no twins
			continue
		}
		all[i] = append(all[i], jobs[n])
	}
	for _, twins := range all {
		slices.SortStableFunc(twins, func(a, b Job) int { return b.State.CheckedAt.Compare(a.State.CheckedAt) })
	}
	return all
}

// agreed tells whether one answer "not modified" would be true for all twins:
// whether all have read the same document.
func (v *visit) agreed() bool {
	return !slices.ContainsFunc(v.twins, func(twin *visit) bool {
		s, t := v.state, twin.state
		return s.ETag != t.ETag || s.LastModified != t.LastModified || s.ValidatorsFor != t.ValidatorsFor || s.BodyHash != t.BodyHash
	})
}
