package fetcher

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"harmattan/news"
)

// Outcome says in a word what a fetch came to.
type Outcome string

// The outcomes of a fetch.
const (
	OutcomeNew       Outcome = "new"       // items came
	OutcomeUnchanged Outcome = "unchanged" // 304, the same bytes, or no item that was not known
	OutcomeFailed    Outcome = "failed"    // Err says why; items that could be saved are there all the same
	OutcomeHeld      Outcome = "held"      // not asked: the host wants silence
)

// Result is what a fetch came to. Its State is always ready to be saved, and
// its Items are to be stored with it whatever the Outcome.
type Result struct {
	Source news.Source
	State  news.SourceState
	// Items are those whose bytes the last documents did not hold.
	Items      []news.Item
	Outcome    Outcome
	Err        error
	Code       int   // HTTP status, 0 when no answer came
	Bytes      int64 // of the document, decompressed
	Requests   int   // hops of redirects included
	ReceivedAt time.Time
	// Move is news of a permanent redirect, nil when there is none.
	Move *Move
	// Raws are the responses as received, for the archive: none when the
	// document brought nothing that was not known, several when it led to others.
	Raws []news.Raw
}

// Fetcher fetches sources. It is safe for concurrent use; all it remembers is
// its manners towards hosts.
type Fetcher struct {
	options   Options
	fallback  cron.Schedule
	trusted   []allowed // what the operator lets pass
	transport *http.Transport
	http1     *http.Transport // for sources that want HTTP/1.1
	agent     string
	header    http.Header // of every request for a document
	hosts     *hosts
	robots    *robotsKnown
	reader    *reader
	owners    map[string][]news.Source // of configured addresses
	slots     chan struct{}            // requests under way
	parsers   chan struct{}            // documents being parsed
	wire      places                   // for bodies as they are sent
	read      chan struct{}            // for documents that are unpacked and not yet stored
	plain     places                   // for those of them that are large
}

// New makes a fetcher. The version stands in the User-Agent; sources are all
// that are configured: a permanent move onto the address of another of them is
// never kept.
func New(o Options, version string, sources ...news.Source) (*Fetcher, error) {
	var mistakes []error
	for _, problem := range o.Validate() {
		mistakes = append(mistakes, problem.Under("fetcher"))
	}
	for _, problem := range ValidateHostGroups(o.HostGroups) {
		mistakes = append(mistakes, problem.Under("host_group"))
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	schedule, err := ParseSchedule(o.Schedule, o.TimeZone)
	if err != nil {
		return nil, err
	}
	trusted, err := parseAllow(o.Allow)
	if err != nil {
		return nil, err
	}
	agent := userAgent(version, o.Contact)
	return &Fetcher{
		options:   o,
		fallback:  schedule,
		trusted:   trusted,
		transport: newTransport(trusted, true),
		http1:     newTransport(trusted, false),
		robots:    &robotsKnown{},
		agent:     agent,
		header:    http.Header{"User-Agent": {agent}, "Accept": {accept}, "Accept-Encoding": {acceptEncoding}},
		hosts:     newHosts(o.HostSpacing.Duration, o.HostGroups),
		reader:    &reader{limit: int(o.MaxBodyBytes)},
		owners:    owners(sources),
		slots:     make(chan struct{}, o.Concurrency),
		parsers:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		wire:      newPlaces(8, 2),
		read:      make(chan struct{}, readPlaces),
		plain:     newPlaces(4, 1),
	}, nil
}

// TakeOver goes on with what another fetcher knows of hosts and has under way, so
// that a new configuration asks no host twice at once. It comes before any use.
// What hosts are owed begins anew where that is configured otherwise.
func (f *Fetcher) TakeOver(before *Fetcher) {
	f.robots, f.parsers = before.robots, before.parsers
	f.wire, f.read, f.plain = before.wire, before.read, before.plain
	if f.options.Concurrency == before.options.Concurrency {
		f.slots = before.slots
	}
	if f.hosts.spacing == before.hosts.spacing && reflect.DeepEqual(f.hosts.groups, before.hosts.groups) {
		f.hosts = before.hosts
	}
}

// Stream fetches all jobs and sends each result as it comes, so that a slow
// source delays no other. Jobs of one host wait for each other without keeping
// anybody else from asking. The channel is closed when all are done, or soon
// after the context ends; fetches that this cuts short are not sent.
func (f *Fetcher) Stream(ctx context.Context, jobs []Job, clock func() time.Time) <-chan *Result {
	now := clock()
	f.recall(jobs, now)
	queues := map[string][][]Job{}
	var order []manners
	for _, twins := range families(jobs) {
		m := f.hosts.manners(address(f.current(twins[0], now)))
		if len(queues[m.key]) == 0 {
			order = append(order, m)
		}
		queues[m.key] = append(queues[m.key], twins)
	}
	results := make(chan *Result)
	var pending sync.WaitGroup
	for _, m := range order {
		queue := filled(soundFirst(queues[m.key]))
		for range min(m.concurrency, len(queue)) {
			pending.Go(func() { f.drain(ctx, queue, clock, results) })
		}
	}
	go func() {
		pending.Wait()
		close(results)
	}()
	return results
}

// soundFirst puts sources behind that failed the last time, so that those of
// their host that answer do not wait until they time out again.
func soundFirst(queue [][]Job) [][]Job {
	slices.SortStableFunc(queue, func(a, b []Job) int { return cmp.Compare(a[0].State.Failures, b[0].State.Failures) })
	return queue
}

// filled is a closed channel that holds the families.
func filled(families [][]Job) <-chan []Job {
	queue := make(chan []Job, len(families))
	for _, twins := range families {
		queue <- twins
	}
	close(queue)
	return queue
}

// drain fetches jobs of one host or group, one after the other. A slot is free again
// when its results are taken, so that fetching is never far ahead of storing.
func (f *Fetcher) drain(ctx context.Context, queue <-chan []Job, clock func() time.Time, results chan<- *Result) {
	for twins := range queue {
		v := f.visit(twins, clock)
		for _, result := range v.fetch(ctx) {
			if ctx.Err() != nil {
				break
			}
			select {
			case results <- result:
			case <-ctx.Done():
			}
		}
		v.exit()
		if ctx.Err() != nil {
			return
		}
	}
}

// Fetch asks a source for its document once, due or not, unless its host wants
// silence or it was asked a moment ago. It never panics.
func (f *Fetcher) Fetch(ctx context.Context, job Job, clock func() time.Time) Result {
	v := f.visit([]Job{job}, clock)
	defer v.exit()
	return *v.fetch(ctx)[0]
}

// limited bounds how many documents are parsed at once.
func (f *Fetcher) limited(do func()) {
	f.parsers <- struct{}{}
	defer func() { <-f.parsers }()
	do()
}

// UserAgent is how we name ourselves to every server.
func (f *Fetcher) UserAgent() string { return f.agent }
