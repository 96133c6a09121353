package fetcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"harmattan/news"
)

const (
	// maxParts bounds the sitemaps of an index that are read.
	maxParts = 8
	// maxKnown bounds the hashes that are kept of all of them.
	maxKnown = 20_000
)

// acceptSitemap keeps what a sitemap brought that was read to its end. One
// without any entry is not suspect: it holds the articles of two days alone.
func (v *visit) acceptSitemap(a *answer, doc Document) *Result {
	switch {
	case doc.Sitemaps != nil && v.within:
		return v.fail(failure{err: errors.New("a sitemap index within an index is not followed"), answer: a})
	case doc.Sitemaps != nil:
		return v.acceptIndex(a, doc)
	case doc.Total == 0 && doc.Recoveries[withoutNews] > 0 && !v.within:
		return v.fail(failure{err: errNoNews, answer: a})
	}
	v.state.Parts = nil
	return v.accept(a, doc)
}

var errNoNews = errors.New("no entry has a news:news element: not a sitemap of news")

// acceptIndex keeps which sitemaps an index leads to. What they hold is read
// after it, whether the index changed or not.
func (v *visit) acceptIndex(a *answer, doc Document) *Result {
	known := map[string]news.Part{}
	for _, p := range v.state.Parts {
		known[p.URL] = p
	}
	v.state.Parts = nil
	for _, s := range chosenSitemaps(doc.Sitemaps, a.url, doc.Recoveries) {
		p := known[s.URL]
		if p.Idle && p.ModifiedAt != s.ModifiedAt {
			p = news.Part{} // read afresh
		}
		p.URL, p.ModifiedAt = s.URL, s.ModifiedAt
		v.state.Parts = append(v.state.Parts, p)
	}
	v.state.BodyHash, v.state.Recoveries = doc.BodyHash, doc.Recoveries
	v.follow(a)
	if len(v.state.Parts) == 0 {
		return v.fail(failure{err: errors.New("the sitemap index leads to no sitemap of its own host"), answer: a})
	}
	return v.unchanged(a)
}

// chosenSitemaps are those of the index's own host: the ones with "news" in
// their address when there are any, the latest first. An index of a whole site
// lists its archive as well.
func chosenSitemaps(all []Sitemap, index string, mended tally) []Sitemap {
	seen := map[string]bool{}
	own := slices.DeleteFunc(slices.Clone(all), func(s Sitemap) bool {
		if !sameHost(s.URL, index) || checkURL(s.URL) != nil {
			mended.add("sitemap of another host left out")
			return true
		}
		twice := seen[s.URL]
		seen[s.URL] = true
		return twice
	})
	of := slices.DeleteFunc(slices.Clone(own), func(s Sitemap) bool { return !namesNews(s.URL) })
	if len(of) == 0 {
		of = own
	}
	slices.SortStableFunc(of, func(a, b Sitemap) int {
		left, right := date(a.ModifiedAt), date(b.ModifiedAt)
		if left == nil || right == nil {
			return cmp.Compare(b.ModifiedAt, a.ModifiedAt)
		}
		return right.Compare(*left)
	})
	if more := len(of) - maxParts; more > 0 {
		mended["sitemaps left out for their number"] = more
		of = of[:maxParts]
	}
	return of
}

func sameHost(a, b string) bool {
	left, err := url.Parse(a)
	if err != nil {
		return false
	}
	right, err := url.Parse(b)
	return err == nil && strings.EqualFold(left.Host, right.Host)
}

// namesNews tells whether the path of an address speaks of news.
func namesNews(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	path := strings.ToLower(u.Path)
	return strings.Contains(path, "news") || strings.Contains(path, "actu")
}

// parts reads the sitemaps of an index and adds what they brought to the
// result. One that fails makes the visit a failure; the items of the others are
// kept.
func (v *visit) parts(ctx context.Context, r *Result) *Result {
	if v.job.Source.Kind != news.SourceNewsSitemap || len(v.state.Parts) == 0 || r.Outcome == OutcomeFailed || r.Outcome == OutcomeHeld {
		return r
	}
	before := current(*v.job, v.clock())
	v.state.Parts = slices.Clone(v.state.Parts)
	recoveries := tally{}
	maps.Copy(recoveries, v.state.Recoveries)
	v.state.Recoveries = recoveries
	idle := 0
	for i := range v.state.Parts {
		p := &v.state.Parts[i]
		if !p.Idle || p.ModifiedAt == "" {
			of := v.part(ctx, p, before)
			if ctx.Err() != nil {
				return r
			}
			v.take(r, p, of)
			if of.State.HoldUntil.After(v.clock()) || of.Outcome == OutcomeHeld {
				break
			}
		}
		if p.Idle {
			idle++
		}
	}
	if idle == len(v.state.Parts) {
		v.state.Failures, v.state.FailingSince = before.Failures, before.FailingSince
		failed := v.fail(failure{err: errNoNews})
		r.Outcome, r.Err = failed.Outcome, failed.Err
	}
	r.State, r.Requests, r.ReceivedAt = v.state, v.requests, v.clock()
	return r
}

// part fetches one sitemap as if it were a source of its own. What it entered
// is the visit's own to exit.
func (v *visit) part(ctx context.Context, p *news.Part, before news.SourceState) *Result {
	of := visit{fetcher: v.fetcher, job: v.job, address: p.URL, clock: v.clock, http1: v.http1, within: true}
	of.state = news.SourceState{SourceID: before.SourceID, URL: p.URL, ETag: p.ETag, LastModified: p.LastModified,
		ValidatorsFor: p.ValidatorsFor, ValidatorsAt: p.ValidatorsAt, BodyHash: p.BodyHash, ItemHashes: v.state.ItemHashes,
		Failures: before.Failures, FailingSince: before.FailingSince}
	v.exit()
	defer func() { v.leave = of.leave }()
	r := of.run(ctx)
	v.requests += of.requests
	return r
}

// take adds what a sitemap brought.
func (v *visit) take(r *Result, p *news.Part, of *Result) {
	s, from := &v.state, of.State
	p.ETag, p.LastModified, p.ValidatorsFor, p.ValidatorsAt = from.ETag, from.LastModified, from.ValidatorsFor, from.ValidatorsAt
	if from.BodyHash != p.BodyHash || len(of.Items) > 0 {
		p.BodyHash = from.BodyHash
		p.Idle = len(from.ItemHashes) == 0 && from.Recoveries[withoutNews] > 0
		s.ItemHashes = renew(s.ItemHashes, from.ItemHashes)
		for kind, n := range from.Recoveries {
			s.Recoveries[kind] = n
		}
	}
	s.FeedTitle, s.FeedLanguage = first(from.FeedTitle, s.FeedTitle), first(from.FeedLanguage, s.FeedLanguage)
	r.Bytes += of.Bytes
	r.Raws = append(r.Raws, of.Raws...)
	for _, item := range of.Items {
		item.Position = len(r.Items)
		r.Items = append(r.Items, item)
	}
	if len(of.Items) > 0 {
		s.ChangedAt = v.clock()
	}
	switch {
	case of.Outcome == OutcomeFailed:
		v.adopt(r, p, of)
	case of.Outcome == OutcomeHeld:
		if from.DueAt.After(s.DueAt) {
			s.DueAt, s.DueReason = from.DueAt, from.DueReason
		}
	case len(of.Items) > 0 && r.Outcome == OutcomeUnchanged:
		r.Outcome = OutcomeNew
	}
}

// renew puts the hashes that were seen behind the others and forgets the
// oldest beyond the bound.
func renew(known, seen []uint64) []uint64 {
	fresh := make(map[uint64]bool, len(seen))
	for _, hash := range seen {
		fresh[hash] = true
	}
	all := slices.DeleteFunc(slices.Clone(known), func(hash uint64) bool { return fresh[hash] })
	all = append(all, seen...)
	return all[max(0, len(all)-maxKnown):]
}

// adopt makes the failure of a sitemap that of its source.
func (v *visit) adopt(r *Result, p *news.Part, of *Result) {
	s, from := &v.state, of.State
	err := fmt.Errorf("sitemap %s: %s", shown(p.URL), from.LastError)
	s.Status, s.Failures, s.FailingSince = from.Status, from.Failures, from.FailingSince
	if s.Status == news.StatusGone {
		s.Status = news.StatusFailing
	}
	s.LastError, s.LastCode, s.HoldUntil = oneLine(err.Error()), from.LastCode, from.HoldUntil
	if from.DueAt.After(s.DueAt) {
		s.DueAt, s.DueReason = from.DueAt, from.DueReason
	}
	r.Outcome, r.Code, r.Err = OutcomeFailed, from.LastCode, fmt.Errorf("source %s: %w", v.job.Source.ID, err)
}
