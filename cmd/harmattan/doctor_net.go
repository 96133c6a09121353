package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"harmattan/config"
	"harmattan/fetcher"
	"harmattan/news"
	"harmattan/storage"
)

// sources asks every source that may be asked now, stores nothing, and tells
// the failures by their class.
func (e *examination) sources(cfg *config.Config) {
	const matter = "sources"
	f, err := fetcher.New(cfg.Fetcher, version, cfg.Sources...)
	if err != nil {
		return // the configuration's finding says so
	}
	states := map[string]news.SourceState{}
	_ = readStore(e.session, e.dir, func(store *storage.Store) (err error) { // without a database all are new
		states, err = store.States(e.ctx)
		return err
	})
	var jobs []fetcher.Job
	for _, source := range cfg.Sources {
		state, ok := states[source.ID]
		if !ok {
			state = news.SourceState{SourceID: source.ID}
		}
		jobs = append(jobs, fetcher.Job{Source: source, State: state})
	}
	asked := f.Refreshable(jobs, e.session.clock())
	classes := map[string][]string{}
	for result := range f.Stream(e.ctx, asked, e.session.clock) {
		if result.Outcome == fetcher.OutcomeFailed {
			class := classOf(*result)
			classes[class] = append(classes[class], result.Source.ID)
		}
	}
	failed := 0
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		ids := classes[class]
		slices.Sort(ids)
		failed += len(ids)
		e.ill(matter, adviceFor(class), "%s: %s", class, strings.Join(ids, ", "))
	}
	e.well(matter, "%d of %d asked now, %d of them answered well; harmattan sources --health tells of each", len(asked), len(cfg.Sources), len(asked)-failed)
}

// The classes of failures.
const (
	classDNS     = "name not found"
	classTLS     = "TLS"
	classTimeout = "no answer in time"
	classConnect = "no connection"
	classBlocked = "refused to us"
	classMissing = "not there"
	classServer  = "trouble of the server"
	classContent = "not to be read"
)

// classOf is what kind of failure a fetch ended in.
func classOf(r fetcher.Result) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var wait net.Error
	switch {
	case errors.As(r.Err, &name):
		return classDNS
	case errors.As(r.Err, &certificate) || errors.As(r.Err, &record):
		return classTLS
	case errors.As(r.Err, &wait) && wait.Timeout() || errors.Is(r.Err, context.DeadlineExceeded):
		return classTimeout
	case r.State.Status == news.StatusBlocked:
		return classBlocked
	case r.Code == http.StatusNotFound || r.Code == http.StatusGone:
		return classMissing
	case r.Code >= 500:
		return classServer
	case r.Code == 0:
		return classConnect
	}
	return classContent
}

func adviceFor(class string) string {
	switch class {
	case classDNS:
		return "if it is all of them, look at /etc/resolv.conf and the line; else the site has gone or its address is misspelt"
	case classTLS:
		return "look whether ca-certificates is up to date and the clock right; else tell the site"
	case classTimeout, classConnect:
		return "if it is all of them, look at the line, the firewall and [fetcher] allow; else the server is down, and is asked again"
	case classBlocked:
		return "set contact below [fetcher], read it less often with its own schedule, or ask the site to let its feed be read"
	case classMissing:
		return "look for its new address with harmattan discover, or remove the source"
	case classServer:
		return "nothing: it is asked again, less and less often"
	}
	return "open its address in a browser: it may lead to a page now; harmattan discover finds the feed"
}

// answerWait bounds each look at an address of our own.
const answerWait = 10 * time.Second

// listening looks whether the daemon answers where it should, and whether
// subscribers reach it.
func (e *examination) listening(cfg *config.Config, offline bool) {
	const matter = "address"
	host, port, err := net.SplitHostPort(cfg.Publisher.Listen)
	if err != nil {
		return // the configuration's finding says so
	}
	near := host
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		near = "localhost"
		e.ill(matter, "listen on 127.0.0.1 and put a web server with TLS in front, unless the network is your own", "%s is open to every network that this machine is in", cfg.Publisher.Listen)
	}
	here := "http://" + net.JoinHostPort(near, port)
	switch status, err := look(e.ctx, here+"/healthz"); {
	case errors.Is(err, syscall.ECONNREFUSED):
		e.ill(matter, "start the daemon, or look in its log why it ended", "nobody answers at %s", here)
	case err != nil:
		e.ill(matter, "look in the daemon's log", "%s: %v", here, err)
	case status != http.StatusOK:
		e.ill(matter, "open "+here+"/healthz, it says what is wrong", "%s answers %d", here, status)
	default:
		e.well(matter, "%s answers", here)
	}
	e.public(matter, cfg.Publisher.BaseURL, offline)
}

// public looks at the address that subscribers have.
func (e *examination) public(matter, base string, offline bool) {
	u, err := url.Parse(base)
	switch {
	case base == "" || err != nil:
		e.well(matter, "no base_url: editions name this machine's own address")
	case offline:
		e.well(matter, "%s was not looked at", base)
	default:
		if u.Scheme != "https" {
			e.ill(matter, "put a web server with TLS in front and make base_url https", "%s: readers and hubs are not protected", base)
		}
		status, err := look(e.ctx, strings.TrimRight(base, "/")+"/healthz")
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("it answers %d", status)
		}
		if err != nil {
			e.ill(matter, "look at the web server in front and at the name's DNS records", "%s: %v", base, err)
			return
		}
		e.well(matter, "%s answers", base)
	}
}

func look(ctx context.Context, address string) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	return response.StatusCode, cmp.Or(err, response.Body.Close())
}
