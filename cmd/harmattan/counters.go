package main

import (
	"net/http"
	"strconv"
	"time"
)

// counters are what the daemon counts while it runs.
type counters struct {
	rounds   histogram
	fetches  tally // by outcome
	articles tally // by what became of them
	requests tally // by class of status
	answers  histogram
	lag      histogram
}

// Bounds of the histograms, in seconds.
func roundBounds() []float64  { return []float64{1, 5, 15, 60, 300, 900} }
func answerBounds() []float64 { return []float64{0.001, 0.005, 0.025, 0.1, 0.5, 2, 10} }
func lagBounds() []float64 {
	return []float64{60, 300, 900, 1800, 3600, 2 * 3600, 6 * 3600, 24 * 3600}
}

// fetched counts what came of a source, and how long its new articles took from
// the date that it gives them into an edition that is served.
func (f *counters) fetched(o outcome, now time.Time) {
	f.fetches.add(string(o.Outcome), 1)
	f.articles.add("new", float64(o.New))
	f.articles.add("changed", float64(o.Changed))
	f.articles.add("quarantined", float64(o.Held))
	for _, published := range o.Entered {
		f.lag.observe(lagBounds(), max(0, now.Sub(published).Seconds()))
	}
}

// counted counts the requests that a handler answers.
func (f *counters) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			f.requests.add(class(seen.status), 1)
			f.answers.observe(answerBounds(), time.Since(began).Seconds())
		}()
		next.ServeHTTP(seen, r)
	})
}

// class is 2xx and so on; 304 stands alone, for it is what polling should get.
func class(status int) string {
	switch {
	case status == http.StatusNotModified:
		return "304"
	case status == http.StatusOK:
		return "2xx"
	}
	return strconv.Itoa(status/100) + "xx"
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
