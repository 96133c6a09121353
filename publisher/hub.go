package publisher

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// OwnHub is the value of Options.Hub for the hub of this program.
const OwnHub = "own"

// HubPath is where the own hub is, below the public address.
const HubPath = "/hub"

// HubAddress is the hub that editions name (WebSub section 4), empty for none.
func (o Options) HubAddress() string {
	if o.Hub == OwnHub {
		return o.Base() + HubPath
	}
	return o.Hub
}

func hubProblem(hub string) string {
	if hub == "" || hub == OwnHub {
		return ""
	}
	if u, err := url.Parse(hub); err != nil || link(hub) == "" || u.User != nil {
		return fmt.Sprintf("%q is neither \"own\" nor the http or https address of a hub", hub)
	}
	return ""
}

// hubLinks name the hub in the live document of an edition that everybody may see.
func (p *Publisher) hubLinks(d *draft) []xmlLink {
	if hub := p.hubOf(d.ID); hub != "" && d.Page == 0 && d.Query == "" {
		return []xmlLink{{Href: hub, Rel: "hub"}}
	}
	return nil
}

// hubOf is the hub that an edition names: a private one has none.
func (p *Publisher) hubOf(id string) string {
	if p.isPrivate(id) {
		return ""
	}
	return p.options.HubAddress()
}

// Topic is a feed document that a hub tells of.
type Topic struct {
	Address string
	ETag    string
	Body    []byte
	Header  http.Header // to be sent along: its media type and links
}

// Topics are the feed documents of all editions that everybody may see.
func (p *Publisher) Topics() []string {
	var all []string
	for _, e := range p.editions {
		for _, f := range formats() {
			if f.isFeed {
				all = append(all, p.address(e.ID, f.suffix))
			}
		}
	}
	return all
}

// Topic is the feed document at an address of ours. now is false when there is
// none at the moment, ours when none will ever be.
func (p *Publisher) Topic(address string) (topic Topic, now, ours bool) {
	name, ok := strings.CutPrefix(address, p.base+"/editions/")
	id, kind, dotted := strings.Cut(name, ".")
	if !ok || !dotted || p.issues[id] == nil || p.isPrivate(id) {
		return Topic{}, false, false
	}
	for _, f := range formats() {
		if !f.isFeed || f.suffix != "."+kind {
			continue
		}
		issue := p.issues[id].Load()
		if issue == nil {
			return Topic{}, false, true
		}
		d := issue.documents[f.suffix]
		whole := d.variants[len(d.variants)-1]
		h := http.Header{"Content-Type": whole.header["Content-Type"], "Link": whole.header["Link"]}
		return Topic{address, whole.etag, whole.body, h}, true, true
	}
	return Topic{}, false, false
}
