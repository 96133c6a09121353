package fetcher

import (
	"net/netip"
	"net/url"
	"strings"
	"time"

	"harmattan/news"
)

// Move is what a fetch found out about a permanent redirect that the fetch
// before did not know (F-50). The configured address is never rewritten.
type Move struct {
	Kind MoveKind
	// To is where the redirect leads, or led, without secrets.
	To string
	// Reason is why the move is refused.
	Reason string
}

// MoveKind says what becomes of a permanent redirect.
type MoveKind string

// The kinds of moves.
const (
	MoveSeen    MoveKind = "seen"    // kept once it has lasted
	MoveKept    MoveKind = "kept"    // from now on asked there
	MoveRefused MoveKind = "refused" // followed, never kept; Reason says why
	MoveUndone  MoveKind = "undone"  // the configured address is asked again
)

// address is where a source is asked: where it moved to when that was seen five
// times over two days, else its configured address (F-47). http to https on one
// host counts at once.
func address(state news.SourceState) string {
	const polls, span = 5, 48 * time.Hour
	if state.MovedTo == "" {
		return state.URL
	}
	lasting := state.MovedCount >= polls && state.CheckedAt.Sub(state.MovedSince) >= span
	if lasting || state.MovedTo == "https"+strings.TrimPrefix(state.URL, "http") {
		return state.MovedTo
	}
	return state.URL
}

// current is the state to begin a fetch with: as remembered, without a move
// that may not be kept.
func (f *Fetcher) current(job Job, now time.Time) news.SourceState {
	state := current(job, now)
	if state.MovedTo != "" && f.mayNotMove(job.Source, state.MovedTo, false) != "" {
		forgetMove(&state)
	}
	return state
}

func forgetMove(s *news.SourceState) { s.MovedTo, s.MovedCount, s.MovedSince = "", 0, time.Time{} }

// move notes where permanent redirects lead (F-47 to F-50).
func (v *visit) move(a *answer) {
	s := &v.state
	if a.moved == "" {
		if v.address != s.MovedTo {
			forgetMove(s)
		}
		return
	}
	why := v.fetcher.mayNotMove(v.job.Source, a.moved, a.inside)
	switch {
	case why != "":
		forgetMove(s)
		v.refusal = &Move{MoveRefused, news.RedactURL(a.moved), why}
	case a.moved == s.MovedTo:
		s.MovedCount++
	default:
		s.MovedTo, s.MovedCount, s.MovedSince = a.moved, 1, v.clock()
	}
}

// moved compares the state with the one before the visit. A refusal is told
// when the answer before came from elsewhere.
func (v *visit) moved() *Move {
	if v.refusal == nil && v.state.MovedTo == "" && v.job.State.MovedTo == "" {
		return nil
	}
	before := v.fetcher.current(*v.job, v.clock())
	was, is := address(before), address(v.state)
	switch {
	case v.refusal != nil && before.ValidatorsFor != v.state.ValidatorsFor:
		return v.refusal
	case is != was && is != v.state.URL:
		return &Move{Kind: MoveKept, To: news.RedactURL(is)}
	case v.state.MovedTo != "" && v.state.MovedTo != before.MovedTo:
		return &Move{Kind: MoveSeen, To: news.RedactURL(v.state.MovedTo)}
	case is != was:
		return &Move{Kind: MoveUndone, To: news.RedactURL(was)}
	}
	return nil
}

// mayNotMove says why a source's permanent redirect may not be kept, or nothing
// (F-49); inside tells that its host was reached at an address that is not
// public.
func (f *Fetcher) mayNotMove(source news.Source, to string, inside bool) string {
	for _, owner := range f.owners[sameDocument(to)] {
		if owner.ID != source.ID && !areTwins(owner, source) {
			return "it is the address of source " + owner.ID + "; one of the two can go"
		}
	}
	from, err := url.Parse(source.URL)
	if err != nil {
		return "the configured address cannot be read"
	}
	next, err := url.Parse(to)
	switch {
	case err != nil:
		return "it cannot be read"
	case from.Scheme == "https" && next.Scheme != "https":
		return "it gives up encryption"
	case next.User != nil, news.RedactURL(to) != to && news.RedactURL(source.URL) == source.URL:
		return "it adds what looks like a secret"
	}
	if addr, err := netip.ParseAddr(next.Hostname()); err == nil {
		inside = inside || !public(addr)
	}
	if inside && next.Hostname() != from.Hostname() {
		return "it is a private address"
	}
	return ""
}

// sameDocument gives addresses that lead to the same document, encrypted or not,
// the same form.
func sameDocument(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	scheme, host, port := strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()
	if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		port = ""
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return strings.TrimSuffix(host, ".") + ":" + port + path + "?" + u.RawQuery
}

// owners tells which sources have an address.
func owners(sources []news.Source) map[string][]news.Source {
	of := make(map[string][]news.Source, len(sources))
	for _, s := range sources {
		of[sameDocument(s.URL)] = append(of[sameDocument(s.URL)], s)
	}
	return of
}
