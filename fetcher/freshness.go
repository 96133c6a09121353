package fetcher

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The longest silence that a server's headers can impose.
const (
	maxFreshness  = 24 * time.Hour
	maxRetryAfter = 7 * 24 * time.Hour
)

// freshness is how long a response stays fresh for a private cache: max-age,
// else Expires minus Date, less its Age (F-17 to F-21). kept is the max-age that still
// holds when the header has none. no-cache, no-store and private do not shorten
// it: they do not invite more requests.
func freshness(h http.Header, kept time.Duration, now time.Time) time.Duration {
	life, ok := maxAge(h)
	switch {
	case ok:
	case kept > 0:
		life = kept
	default:
		life = expires(h, now)
	}
	return max(life-seconds(strings.TrimSpace(h.Get("Age")), maxFreshness), 0)
}

// maxAge reads max-age from every Cache-Control field; an invalid one is 0,
// and the last one counts (F-20).
func maxAge(h http.Header) (life time.Duration, ok bool) {
	for _, field := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(field, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			if !strings.EqualFold(strings.TrimSpace(name), "max-age") {
				continue
			}
			life, ok = seconds(strings.Trim(strings.TrimSpace(value), `"`), maxFreshness), true
		}
	}
	return life, ok
}

// expires is Expires minus Date, so that neither clock has to be right. What
// is not a date has expired already.
func expires(h http.Header, now time.Time) time.Duration {
	value := h.Get("Expires")
	if value == "" {
		return 0
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		date = now
	}
	return min(max(until.Sub(date), 0), maxFreshness)
}

// retryAfter is the silence that a server asks for, in seconds or until a
// date; 0 when it asks for none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if until, err := http.ParseTime(value); err == nil {
		if date, err := http.ParseTime(h.Get("Date")); err == nil {
			now = date
		}
		return min(max(until.Sub(now), 0), maxRetryAfter)
	}
	return seconds(value, maxRetryAfter)
}

// seconds reads a count of seconds, at most the given span; 0 when it is none.
func seconds(value string, most time.Duration) time.Duration {
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n > int64(most/time.Second) {
		return most
	}
	return time.Duration(n) * time.Second
}
