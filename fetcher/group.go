package fetcher

import (
	"fmt"
	"iter"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// HostGroup is a [[host_group]] table: hosts that share one budget, because one
// server or one company counts their requests together. The hosts of a group
// are treated as one.
type HostGroup struct {
	// Name names the group in messages.
	Name string `toml:"name"`
	// Hosts are host names, each with all that lies below it, or addresses
	// without a port. A host belongs to the group that names it most closely.
	Hosts []string `toml:"hosts"`
	// RequestsPerHour bounds the requests of any sixty minutes; 0 means no
	// bound. Sources beyond it are put off in turn.
	RequestsPerHour int `toml:"requests_per_hour"`
	// Concurrency is how many requests may be under way at once; 0 means 1.
	Concurrency int `toml:"concurrency"`
	// Spacing is the least time between the starts of two requests; 0 means
	// host_spacing of [fetcher].
	Spacing news.Duration `toml:"spacing"`
	// RetryAfter is whom a server's wish for silence counts for: "feed", "host"
	// or "group"; empty means "group".
	RetryAfter string `toml:"retry_after"`
}

// The scopes of a wish for silence.
const (
	scopeFeed  = "feed"
	scopeHost  = "host"
	scopeGroup = "group"
)

// mostPerHour bounds what is remembered of a group: one request a second.
const mostPerHour = 3600

var hostName = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)

// ValidateHostGroups reports every mistake in the [[host_group]] tables; paths
// begin with the index of the table.
func ValidateHostGroups(groups []HostGroup) []news.Problem {
	var problems []news.Problem
	names, owners := map[string]bool{}, map[string]string{}
	for i, g := range groups {
		complain := func(message string, path ...string) {
			problems = append(problems, news.Problem{Path: append([]string{fmt.Sprint(i)}, path...), Message: message})
		}
		switch {
		case g.Name == "":
			complain("is missing: give the group a name for messages", "name")
		case names[g.Name]:
			complain(fmt.Sprintf("%q is already the name of a group", g.Name), "name")
		}
		names[g.Name] = true
		g.validate(complain)
		for j, host := range g.Hosts {
			if owner, taken := owners[host]; taken {
				complain(fmt.Sprintf("%q is already in the group %q", host, owner), "hosts", fmt.Sprint(j))
			}
			owners[host] = g.Name
		}
	}
	return problems
}

func (g HostGroup) validate(complain func(message string, path ...string)) {
	if len(g.Hosts) == 0 {
		complain(`is missing: name the hosts of the group, such as ["wordpress.com", "feeds.example.org"]`, "hosts")
	}
	for j, host := range g.Hosts {
		if _, err := netip.ParseAddr(host); err != nil && !hostName.MatchString(host) {
			complain(fmt.Sprintf("%q is not a host such as \"example.org\": small letters, no port, no path", host), "hosts", fmt.Sprint(j))
		}
	}
	if g.RequestsPerHour < 0 || g.RequestsPerHour > mostPerHour {
		complain(fmt.Sprintf("%d is not a number of requests from 1 to %d, or 0 for no bound", g.RequestsPerHour, mostPerHour), "requests_per_hour")
	}
	if g.Concurrency < 0 || g.Concurrency > 100 {
		complain(fmt.Sprintf("%d is not a number of requests from 1 to 100", g.Concurrency), "concurrency")
	}
	if g.Spacing.Duration < 0 {
		complain(fmt.Sprintf("%s is negative", g.Spacing), "spacing")
	}
	if !slices.Contains([]string{"", scopeFeed, scopeHost, scopeGroup}, g.RetryAfter) {
		complain(fmt.Sprintf("%q is not \"feed\", \"host\" or \"group\"", g.RetryAfter), "retry_after")
	}
}

// manners are what is owed to a host, or to the hosts of a group together.
type manners struct {
	key         string
	concurrency int
	spacing     time.Duration
	perHour     int
}

// manners finds what is owed to the host of an address.
func (h *hosts) manners(rawURL string) manners {
	g := h.group(rawURL)
	if g == nil {
		return manners{key: hostKey(rawURL), concurrency: 1, spacing: h.spacing}
	}
	m := manners{"host group " + g.Name, max(g.Concurrency, 1), g.Spacing.Duration, g.RequestsPerHour}
	if m.spacing == 0 {
		m.spacing = h.spacing
	}
	return m
}

// group is the group that names the host of an address most closely, or nil.
func (h *hosts) group(rawURL string) *HostGroup {
	if len(h.groups) == 0 {
		return nil
	}
	name, longest := bareHost(rawURL), -1
	var found *HostGroup
	for i, g := range h.groups {
		for _, host := range g.Hosts {
			if (name == host || strings.HasSuffix(name, "."+host)) && len(host) > longest {
				found, longest = &h.groups[i], len(host)
			}
		}
	}
	return found
}

// silence notes a server's wish not to be asked, for those that it counts for.
func (h *hosts) silence(rawURL string, until time.Time) {
	g := h.group(rawURL)
	switch {
	case g != nil && g.RetryAfter == scopeFeed: // its state remembers it
	case g != nil && g.RetryAfter == scopeHost:
		h.hold(manners{key: ownKey(rawURL), concurrency: 1}, until)
	default:
		h.hold(h.manners(rawURL), until)
	}
}

// silent is the end of the silence that counts for an address to which manners
// are owed, zero when there is none.
func (h *hosts) silent(rawURL string, m manners, now time.Time) time.Time {
	until := h.held(m.key, now)
	if g := h.group(rawURL); g != nil && g.RetryAfter == scopeHost {
		if own := h.held(ownKey(rawURL), now); own.After(until) {
			return own
		}
	}
	return until
}

// count notes a request that needed no turn of its own.
func (h *hosts) count(m manners, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entry(m, at).spend(at)
}

// remember fills the budgets with the requests of the last hour, as far as it is
// known when addresses were asked last. Only the first call does so.
func (h *hosts) remember(asked iter.Seq2[string, time.Time], now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.remembered {
		return
	}
	h.remembered = true
	for address, at := range asked {
		if m := h.manners(address); m.perHour > 0 && now.Sub(at) < time.Hour {
			e := h.entry(m, now)
			e.starts = append(e.starts, at)
		}
	}
	for _, e := range h.known {
		slices.SortFunc(e.starts, time.Time.Compare)
	}
}

// spend notes the start of a request where starts are counted.
func (e *host) spend(now time.Time) {
	if e.perHour > 0 {
		e.starts = append(e.starts, now)
	}
}

// wait tells until when a spent budget puts a request off; zero when there is
// something left. Those that come in vain get times one after the other, as far
// apart as the budget has them.
func (e *host) wait(now time.Time) time.Time {
	e.starts = slices.DeleteFunc(e.starts, func(at time.Time) bool { return now.Sub(at) >= time.Hour || at.After(now.Add(time.Hour)) })
	if e.perHour == 0 || len(e.starts) < e.perHour {
		return time.Time{}
	}
	until := e.starts[len(e.starts)-e.perHour].Add(time.Hour)
	if e.promised.After(until) {
		until = e.promised
	}
	e.promised = until.Add(time.Hour / time.Duration(e.perHour))
	return until
}
