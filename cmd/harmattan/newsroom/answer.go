package newsroom

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// ServeHTTP answers a request for the outlet's feed as its server would.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", d.clock().UTC().Format(http.TimeFormat))
	if !d.isFeed(r.URL) {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if d.misbehave(w, r) {
		return
	}
	d.answer(w, r)
}

// isFeed tells whether the address is the feed's, its query in any order.
func (d *desk) isFeed(asked *url.URL) bool {
	feed, err := url.Parse(d.Address)
	return err == nil && asked.Path == feed.Path && asked.Query().Encode() == feed.Query().Encode()
}

// answer serves the document; conditional requests are net/http's.
func (d *desk) answer(w http.ResponseWriter, r *http.Request) {
	data, built, err := d.document()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", d.MediaType)
	if d.NoValidators {
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Write(data)
		return
	}
	sum := sha256.Sum256(data)
	w.Header().Set("Etag", fmt.Sprintf(`"%x"`, sum[:12]))
	http.ServeContent(w, r, "", built, bytes.NewReader(data))
	if r.Method == http.MethodGet {
		d.read.Store(true)
	}
}

// misbehave answers for a server in trouble; false means that it is well.
func (d *desk) misbehave(w http.ResponseWriter, r *http.Request) bool {
	if d.clock().Sub(d.start) < d.TroubleAfter.Duration {
		return false
	}
	switch d.Behaviour {
	case behaviourFails:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, noDatabase)
		return true
	case behaviourNotModified:
		if !d.read.Load() {
			return false
		}
		w.WriteHeader(http.StatusNotModified)
		return true
	case behaviourHangs:
		<-r.Context().Done()
		return true
	}
	return false
}

// noDatabase is what a blog says when its database does not answer.
const noDatabase = `<!DOCTYPE html>
<html lang="fr-FR">
<head>
<meta charset="utf-8">
<title>Erreur de la base de données</title>
</head>
<body>
<h1>Erreur lors de la connexion à la base de données</h1>
</body>
</html>
`
