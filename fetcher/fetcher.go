package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
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
	options  Options
	fallback cron.Schedule
	trusted  []allowed // what the operator lets pass
	client   *http.Client
	http1    *http.Client // for sources that want HTTP/1.1
	agent    string
	hosts    *hosts
	robots   *robotsKnown
	reader   *reader
	owners   map[string]string // of configured addresses: source ids
	slots    chan struct{}     // requests under way
	parsers  chan struct{}     // documents being parsed
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
	return &Fetcher{
		options:  o,
		fallback: schedule,
		trusted:  trusted,
		client:   newClient(trusted, true),
		http1:    newClient(trusted, false),
		robots:   &robotsKnown{},
		agent:    userAgent(version, o.Contact),
		hosts:    newHosts(o.HostSpacing.Duration, o.HostGroups),
		reader:   &reader{limit: o.MaxBodyBytes},
		owners:   owners(sources),
		slots:    make(chan struct{}, o.Concurrency),
		parsers:  make(chan struct{}, runtime.GOMAXPROCS(0)),
	}, nil
}

// Stream fetches all jobs and sends each result as it comes, so that a slow
// source delays no other. Jobs of one host wait for each other without keeping
// anybody else from asking. The channel is closed when all are done, or soon
// after the context ends; fetches that this cuts short are not sent.
func (f *Fetcher) Stream(ctx context.Context, jobs []Job, clock func() time.Time) <-chan Result {
	now := clock()
	f.recall(jobs, now)
	queues := map[string][]Job{}
	var order []manners
	for _, job := range jobs {
		m := f.hosts.manners(address(f.current(job, now)))
		if len(queues[m.key]) == 0 {
			order = append(order, m)
		}
		queues[m.key] = append(queues[m.key], job)
	}
	results := make(chan Result)
	var pending sync.WaitGroup
	for _, m := range order {
		queue := filled(queues[m.key])
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

// filled is a closed channel that holds the jobs.
func filled(jobs []Job) <-chan Job {
	queue := make(chan Job, len(jobs))
	for _, job := range jobs {
		queue <- job
	}
	close(queue)
	return queue
}

// drain fetches jobs of one host or group, one after the other. A slot is free again
// when its result is taken, so that fetching is never far ahead of storing.
func (f *Fetcher) drain(ctx context.Context, queue <-chan Job, clock func() time.Time, results chan<- Result) {
	for job := range queue {
		v := f.visit(job, clock)
		result := v.fetch(ctx)
		if ctx.Err() == nil {
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
	v := f.visit(job, clock)
	defer v.exit()
	return v.fetch(ctx)
}

func (f *Fetcher) visit(job Job, clock func() time.Time) *visit {
	now := clock()
	state := f.current(job, now)
	return &visit{fetcher: f, job: job, state: state, address: address(state), clock: clock}
}

// fetch makes the visit; what it entered is left to the caller to exit.
func (v *visit) fetch(ctx context.Context) Result {
	if until, why := v.tooSoon(); !until.IsZero() {
		return v.hold(until, why)
	}
	result := v.safely(ctx)
	if ctx.Err() != nil {
		return v.cancelled(ctx.Err())
	}
	result.Move = v.moved()
	return result
}

// cancelled leaves the state as it was: that we stop says nothing of a source.
func (v *visit) cancelled(err error) Result {
	v.state = v.fetcher.current(v.job, v.clock())
	r := v.result(OutcomeFailed, nil)
	r.Err = fmt.Errorf("source %s: %w", v.job.Source.ID, err)
	return r
}

// safely turns a panic into the source's own failure.
func (v *visit) safely(ctx context.Context) (result Result) {
	defer func() {
		if r := recover(); r != nil {
			v.state = v.fetcher.current(v.job, v.clock())
			result = v.fail(failure{err: fmt.Errorf("the fetch panicked: %v", r)})
		}
	}()
	return v.parts(ctx, v.run(ctx))
}

// enter waits until the host of an address may be asked, then for a free slot:
// waiting for a host keeps nobody else from asking.
func (v *visit) enter(ctx context.Context, address string) error {
	if v.permit != nil {
		if err := v.permit(ctx, address); err != nil {
			return err
		}
	}
	leave, err := v.fetcher.hosts.enter(ctx, address, v.clock)
	if err != nil {
		return err
	}
	select {
	case v.fetcher.slots <- struct{}{}:
		v.leave = func() { <-v.fetcher.slots; leave() }
		return nil
	case <-ctx.Done():
		leave()
		return ctx.Err()
	}
}

// exit gives back what enter took.
func (v *visit) exit() {
	if v.leave != nil {
		v.leave()
		v.leave = nil
	}
}

// limited bounds how many documents are parsed at once.
func (f *Fetcher) limited(do func()) {
	f.parsers <- struct{}{}
	defer func() { <-f.parsers }()
	do()
}

// UserAgent is how we name ourselves to every server.
func (f *Fetcher) UserAgent() string { return f.agent }
