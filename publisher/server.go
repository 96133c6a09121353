package publisher

import (
	"io"
	"net/http"
	"strings"
	"time"
)

// Handler answers the addresses that are promised to subscribers
// (/editions/ID.rss, .atom, .json and the page /editions/ID) and the pages
// around them. It takes paths with or without the path of BaseURL, never
// redirects, sets no cookies and looks at no User-Agent.
func (p *Publisher) Handler() http.Handler { return http.HandlerFunc(p.serve) }

// Server returns a server for the handler whose limits keep slow or silent
// clients from holding it. ReadTimeout bounds the header too; a limit of its own
// would cost each request a timer. Two minutes suffice for an edition at 1 kB/s.
func Server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:        handler,
		ReadTimeout:    15 * time.Second,
		WriteTimeout:   2 * time.Minute,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
}

const allowed = "GET, HEAD, OPTIONS"

func (p *Publisher) serve(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if p.path != "" {
		if rest, ok := strings.CutPrefix(path, p.path); ok && strings.HasPrefix(rest, "/") {
			path = rest
		}
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		preflight(w)
		return
	default:
		w.Header().Set("Allow", allowed)
		message(w, http.StatusMethodNotAllowed, "Only GET and HEAD are answered here.")
		return
	}
	token, path := cutToken(path)
	name, isEdition := strings.CutPrefix(path, "/editions/")
	switch {
	case isEdition && r.URL.RawQuery != "":
		p.serveFacet(w, r, name, token)
	case isEdition:
		p.serveEdition(w, r, name, token)
	case token != "":
		message(w, http.StatusNotFound, "There is nothing at this address.")
	case p.manifests != nil && strings.HasPrefix(path, manifestDir):
		p.serveManifest(w, r, strings.TrimPrefix(path, manifestDir))
	case path == "/healthz":
		p.serveHealth(w)
	case p.fixed[path] != nil:
		p.fixed[path].serve(w, r)
	default:
		p.serveSite(w, r, path)
	}
}

// serveEdition takes ID.rss, ID.atom, ID.json, ID.geojson, ID.opml, ID, ID/map
// and, as web servers present exported pages, both with a slash at the end; and
// ID/archive/N.atom. The token is that of the address, empty when it has none.
func (p *Publisher) serveEdition(w http.ResponseWriter, r *http.Request, name, token string) {
	id, suffix := editionName(name)
	if !p.admit(w, r, id, suffix, token) {
		return
	}
	if page, ok := strings.CutPrefix(suffix, historyDir); ok {
		if p.standing(w, id) != nil {
			p.servePage(w, r, id, page)
		}
		return
	}
	if now := p.ready(w, id, suffix); now != nil {
		now.documents[suffix].serve(w, r)
	}
}

func editionName(name string) (id, suffix string) {
	id = name
	if cut := strings.IndexAny(name, "./"); cut >= 0 {
		id, suffix = name[:cut], name[cut:]
	}
	if suffix == "/" || suffix == "/map/" {
		suffix = strings.TrimSuffix(suffix, "/")
	}
	return id, suffix
}

// admit tells whether who asks may read an edition of that id; else it sends him
// where it is now, or says that there is none.
func (p *Publisher) admit(w http.ResponseWriter, r *http.Request, id, suffix, token string) bool {
	if present, ok := p.formerly[id]; ok && p.mayRead(r, present, token) {
		p.redirect(w, r, present, suffix, token)
		return false
	}
	if !p.mayRead(r, id, token) {
		message(w, http.StatusNotFound, "There is no such edition.")
		return false
	}
	return true
}

// standing is an edition that has documents; when it has none, it says so and
// returns nil.
func (p *Publisher) standing(w http.ResponseWriter, id string) *issue {
	now, closed := p.issue(id)
	switch {
	case now == nil && closed:
		w.Header().Set("Cache-Control", p.freshness())
		message(w, http.StatusGone, "This edition was closed. The other editions are at "+p.base+"/")
	case now == nil:
		w.Header().Set("Retry-After", "60")
		message(w, http.StatusServiceUnavailable, "This edition is being prepared. Try again in a minute.")
	}
	return now
}

// ready is an edition that has the format; when there is none, it says so and
// returns nil.
func (p *Publisher) ready(w http.ResponseWriter, id, suffix string) *issue {
	now := p.standing(w, id)
	if now != nil && now.documents[suffix] == nil {
		message(w, http.StatusNotFound, "There is no such format. An edition has .rss, .atom, .json, .geojson and .opml.")
		return nil
	}
	return now
}

// serveHealth answers monitors and load balancers; never cached.
func (p *Publisher) serveHealth(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	if trouble := p.status.Load().Trouble; trouble != "" {
		message(w, http.StatusServiceUnavailable, trouble)
		return
	}
	message(w, http.StatusOK, "ok")
}

// serveSite answers with the pages around the editions, in the language that their
// address names.
func (p *Publisher) serveSite(w http.ResponseWriter, r *http.Request, path string) {
	in, path := p.cutLanguage(path)
	if q, ok := questions()[path]; ok && p.lookup != nil && (in == english || q.mediaType == htmlType) {
		p.serveQuestion(w, r, q, in)
		return
	}
	if !isFront(in, path) {
		message(w, http.StatusNotFound, "There is nothing at this address.")
		return
	}
	f, err := p.currentFront(in)
	if err != nil {
		message(w, http.StatusInternalServerError, "This page cannot be made at the moment.")
		return
	}
	f.documents[path].serve(w, r)
}

// serve answers with the variant that the client can read, or with 304 or 412
// when its conditions say so.
func (d *document) serve(w http.ResponseWriter, r *http.Request) {
	v := d.negotiate(r.Header["Accept-Encoding"])
	header := w.Header()
	switch d.precondition(v, r.Header) {
	case http.StatusNotModified:
		put(header, v.notModified)
		w.WriteHeader(http.StatusNotModified)
	case http.StatusPreconditionFailed:
		message(w, http.StatusPreconditionFailed, "The document is not the one that the request asks for.")
	default:
		put(header, v.header)
		w.WriteHeader(http.StatusOK)
		if r.Method != http.MethodHead {
			_, _ = w.Write(v.body) // the client went away: nobody to tell
		}
	}
}

// put shares the ready-made values: nothing writes into them afterwards.
func put(dst, src http.Header) {
	for key, values := range src {
		dst[key] = values
	}
}

// preflight lets scripts of other sites send conditional requests.
func preflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Allow", allowed)
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", allowed)
	h.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// message is a short answer for people and logs.
func message(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
