package publisher

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"harmattan/news"
)

// privateDir is the path below which a token opens private editions:
// /private/TOKEN/editions/ID.atom.
const privateDir = "/private/"

// SetAccess lets who has a token read private editions: opens tells whether it
// opens this one. It must be safe for concurrent use, and be set before the first
// request. Without it nobody reads them.
func (p *Publisher) SetAccess(opens func(ctx context.Context, editionID, token string) bool) {
	p.access = opens
}

// cutToken parts the token from the path. An empty one opens as little as a wrong
// one.
func cutToken(path string) (token, rest string) {
	below, ok := strings.CutPrefix(path, privateDir)
	if !ok {
		return "", path
	}
	token, rest, _ = strings.Cut(below, "/")
	return cmp.Or(token, "-"), "/" + rest
}

// mayRead tells whether an edition is shown: to everybody or, when it is private,
// to who has a token for it. Private editions have no other address, others none
// with a token.
func (p *Publisher) mayRead(r *http.Request, id, token string) bool {
	if !p.isPrivate(id) {
		return token == "" && p.isPublic(id)
	}
	return token != "" && p.access != nil && p.access(r.Context(), p.private[id], token)
}

// about is the edition that another one is a selection of, or tells the health of;
// the edition itself where it is neither.
func about(e news.Edition) string {
	if e.Health {
		return HealthOf(e)
	}
	return firstOf(e.Of, e.ID)
}

func (p *Publisher) isPrivate(id string) bool { return p.private[id] != "" }

// isPublic tells whether there is, or was, an edition that everybody may see.
func (p *Publisher) isPublic(id string) bool {
	if p.issues[id] != nil {
		return !p.isPrivate(id)
	}
	_, closed := p.issue(id)
	return closed
}

// privateHeader keeps a document of a private edition out of shared caches, search
// engines and the words that browsers tell other sites. Nothing in it names the
// token: one document serves all who may read it.
func (p *Publisher) privateHeader(h http.Header, f format) {
	if f.isPage() {
		pageHeader(h)
	}
	h.Set("Cache-Control", "private, no-cache") // a token that is revoked ends at once
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	for _, key := range []string{"Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Link"} {
		h.Del(key)
	}
}

// redirect leads from a former address to the present one, for good.
func (p *Publisher) redirect(w http.ResponseWriter, r *http.Request, id, rest, token string) {
	if r.URL.RawQuery != "" {
		rest += "?" + r.URL.RawQuery
	}
	to := p.address(id, rest)
	if token != "" {
		to = p.base + privateDir + token + "/editions/" + id + rest
		w.Header().Set("Cache-Control", "private, no-cache")
	} else {
		w.Header().Set("Cache-Control", p.freshness())
	}
	w.Header().Set("Location", to)
	message(w, http.StatusPermanentRedirect, "This edition has moved to "+to)
}
