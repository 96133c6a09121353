package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

const (
	// digestRead is how many entries a digest looks through.
	digestRead = 500
	// digestReach is how long before its period a story may have begun that a
	// digest still tells because it grew.
	digestReach = 7 * 24 * time.Hour
)

// issueDigest issues the digest that is due, if one is: for all the time since
// the last one, so that one is late after a pause, and none is issued twice.
// The first one is for the last period that has ended. It notes when the next
// one is due. The caller holds d.writing.
func (d *desk) issueDigest(ctx context.Context, st *stages, e news.Edition) error {
	schedule, err := fetcher.ParseSchedule(e.DigestSchedule(), e.TimeZone)
	if err != nil {
		return err
	}
	now := d.clock()
	d.renewAt[e.ID] = schedule.Next(now)
	since, err := d.store.DigestedUntil(ctx, e.ID)
	if err != nil {
		return err
	}
	until, before := lastTwo(schedule.Next, now)
	if since.IsZero() {
		since = before
	}
	if since.IsZero() || !until.After(since) {
		return nil
	}
	of, facet := cmp.Or(e.Of, e.ID), news.Facet{}
	if e.Of != "" {
		facet = e.Facet()
	}
	facet.Since = since.Add(-digestReach)
	entries, err := d.store.Select(ctx, of, facet, digestRead, until)
	if err != nil {
		return err
	}
	st.attribute(entries)
	digest := st.publisher.Digest(e, entries, since, until, now, zoneOf(e))
	d.log.Info("digest", "edition", e.ID, "since", since, "until", until, "issued", digest.ID != "")
	return d.store.Write(ctx, func(tx *storage.Tx) error { return tx.SaveDigest(ctx, e.ID, digest) })
}

// lastTwo are the last two moments of a schedule that are not after now; zero
// when there were none in two months.
func lastTwo(next func(time.Time) time.Time, now time.Time) (last, before time.Time) {
	for _, days := range []int{2, 16, 63} {
		last, before = time.Time{}, time.Time{}
		for at := next(now.AddDate(0, 0, -days)); !at.IsZero() && !at.After(now); at = next(at) {
			last, before = at, last
		}
		if !before.IsZero() {
			break
		}
	}
	return last, before
}

// zoneOf is the zone of a digest's days; its name was checked with the
// configuration.
func zoneOf(e news.Edition) *time.Location {
	if zone, err := time.LoadLocation(e.TimeZone); err == nil {
		return zone
	}
	return time.UTC
}

// digests are the issues of a digest edition as its entries.
func (d *desk) digests(ctx context.Context, st *stages, e news.Edition) ([]news.Entry, error) {
	issued, err := d.store.Digests(ctx, e.ID, st.cfg.Publisher.LimitOf(e))
	if err != nil {
		return nil, err
	}
	of, ok := st.edition(cmp.Or(e.Of, e.ID))
	if !ok {
		return nil, fmt.Errorf("edition %s is not configured", e.Of)
	}
	return st.publisher.DigestEntries(e, of, issued), nil
}
