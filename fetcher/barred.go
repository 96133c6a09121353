package fetcher

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"harmattan/news"
)

// A source is one that a person chose, so robots.txt does not speak of us
// unless it names us (F-64). It is looked at a day after the first fetch, for
// that is to cost one request alone, then weekly; daily while it bars us.
const (
	robotsEvery  = week
	robotsFirst  = 24 * time.Hour
	robotsMemory = 12 * time.Hour
)

// robotsKnown remembers for half a day what the hosts' robots.txt say, so that sources
// of one host ask once.
type robotsKnown struct {
	mu    sync.Mutex
	known map[string]robotsFile
}

type robotsFile struct {
	at   time.Time
	data robots // empty when there is none to obey
}

// barred looks whether the host's robots.txt names us and closes the source's
// address; the error tells that, or that the host cannot be asked now.
func (v *visit) barred(ctx context.Context) error {
	p, now := &v.state.Pace, v.clock()
	if p.RobotsAt.IsZero() || p.Barred == "" && now.Sub(p.RobotsAt) < robotsEvery {
		return nil
	}
	u, err := url.Parse(v.address)
	if err != nil {
		return nil
	}
	place := u.Scheme + "://" + u.Host + "/robots.txt"
	data, err := v.robotsFile(ctx, place, now)
	if err != nil {
		return err
	}
	p.RobotsAt, p.Barred = now, ""
	if !data.named || data.allows(u.RequestURI()) {
		return nil
	}
	p.Barred = place
	return failure{status: news.StatusBlocked, atLeast: 24 * time.Hour, exactly: true,
		err: fmt.Errorf("%s names Harmattan and closes this address; ask the site, or disable the source", place)}
}

// robotsFile gets a robots.txt, from memory where it is known. One that cannot
// be had bars nobody.
func (v *visit) robotsFile(ctx context.Context, place string, now time.Time) (robots, error) {
	r := v.fetcher.robots
	r.mu.Lock()
	file, known := r.known[place]
	r.mu.Unlock()
	if known && now.Sub(file.at) < robotsMemory {
		return file.data, nil
	}
	if err := v.enter(ctx, place); err != nil {
		return robots{}, err
	}
	defer v.exit()
	file = robotsFile{at: now, data: v.askRobots(ctx, place)}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) > 1024 {
		r.known = map[string]robotsFile{}
	}
	r.known[place] = file
	return file.data, nil
}

func (v *visit) askRobots(ctx context.Context, place string) robots {
	ctx, cancel := context.WithTimeout(ctx, v.fetcher.options.Timeout.Duration)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
	if err != nil {
		return robots{}
	}
	req.Header.Set("User-Agent", v.fetcher.agent)
	v.requests++
	res, err := v.transport().RoundTrip(req)
	if err != nil {
		return robots{}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxRobots))
	if err != nil || res.StatusCode != http.StatusOK {
		return robots{}
	}
	return parseRobots(text)
}
