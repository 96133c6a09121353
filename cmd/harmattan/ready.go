package main

import (
	"net/http"
	"net/url"
	"strings"
)

// readers answers monitors and readers.
func (d *desk) readers() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !d.monitored(w, r) {
			d.stages.Load().publisher.Handler().ServeHTTP(w, r)
		}
	})
}

// monitored answers what monitors ask for: /healthz, whether the daemon lives,
// and /readyz, whether it publishes and can store what comes. False: it was
// asked for something else, or /healthz has nothing to complain about here.
func (d *desk) monitored(w http.ResponseWriter, r *http.Request) bool {
	path := r.URL.Path
	if !strings.HasSuffix(path, "/healthz") && !strings.HasSuffix(path, "/readyz") {
		return false // before anything is read for it
	}
	st := d.stages.Load()
	if base, err := url.Parse(st.cfg.Publisher.Base()); err == nil {
		path = strings.TrimPrefix(path, base.Path)
	}
	switch path {
	case "/healthz":
		if standing := d.hearts.standing(stillAfter, st.cfg); standing != "" {
			say(w, http.StatusServiceUnavailable, standing+" stands still")
			return true
		}
		if why := d.writeFailure(); why != "" { // a restart mends none of these
			say(w, http.StatusOK, "ok, but the database cannot be written: "+why)
			return true
		}
		v := d.verdict.Load()
		if v == nil || v.Err == "" {
			return false
		}
		say(w, http.StatusOK, "ok, but the configuration of "+moment(v.At)+" was refused; the log says why")
		return true
	case "/readyz":
		if why := d.unready(st); why != "" {
			say(w, http.StatusServiceUnavailable, why)
		} else {
			say(w, http.StatusOK, "ready")
		}
		return true
	}
	return false
}

// unready tells what is missing, empty when nothing is. It names no paths: the
// log does.
func (d *desk) unready(st *stages) string {
	if missing := st.publisher.Unpublished(); len(missing) > 0 {
		return "not published yet: " + strings.Join(missing, ", ")
	}
	if d.hearts.writer.still() > stillAfter {
		return "the writer of the database stands still"
	}
	if why := d.writeFailure(); why != "" {
		return "the database cannot be written: " + why
	}
	return ""
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
