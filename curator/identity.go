package curator

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"harmattan/news"
)

// sameLinkSpan is how long a link alone leads back to a known article.
const sameLinkSpan = 30 * 24 * time.Hour

// Identify lists the keys and the canonical links under which the items may be
// known already: what to look up before Curate.
func (c *Curator) Identify(_ news.Source, items []news.Item) (keys, canonical []string) {
	for _, item := range items {
		link := c.links.canonical(item.Link)
		keys = append(keys, candidates(item, link)...)
		if leads(link) {
			canonical = append(canonical, twins(link)...)
		}
	}
	return keys, canonical
}

// candidates are the keys that an item may have: its guid and, where guids
// repeat, guid and link; else its link and, where links repeat, link and part;
// else a hash of its text. No date.
func candidates(item news.Item, link string) []string {
	guid := strings.TrimSpace(item.GUID)
	switch {
	case guid != "" && link != "":
		return []string{guid, guid + "\n" + link}
	case guid != "":
		return []string{guid, guid + "\n" + textHash(item)}
	case link != "":
		return []string{link, link + "\n" + shortHash(part(item))}
	}
	return []string{textHash(item)}
}

// identifier is what an item is told by: its guid, else its link.
func (c *Curator) identifier(item news.Item) string {
	if guid := strings.TrimSpace(item.GUID); guid != "" {
		return guid
	}
	return c.links.canonical(item.Link)
}

// rest is what tells an item from another with the same identifier: the link, or
// the part of the page.
func (c *Curator) rest(item news.Item) string {
	if strings.TrimSpace(item.GUID) != "" {
		return c.links.key(item.Link)
	}
	return part(item)
}

// part names an item on a page that several share, by fragment and title.
func part(item news.Item) string {
	_, fragment, _ := strings.Cut(item.Link, "#")
	return fragment + "\n" + item.Title
}

func textHash(item news.Item) string {
	return "text:" + shortHash(item.Title+"\n"+item.Summary+"\n"+item.Content)
}

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:12])
}

// leads tells whether a link leads to one page below a site's front.
func leads(link string) bool {
	u, ok := parseWeb(link)
	return ok && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "")
}

// identities settles which article each item of one call is.
type identities struct {
	c       *Curator
	now     time.Time
	byKey   map[string]*news.Article
	byLink  map[string]*news.Article
	repeats map[string]bool // guids and links that stand on different items
	taken   map[string]bool // keys and ids that an item of this call has
}

func (c *Curator) newIdentities(items []news.Item, known []news.Article, now time.Time) *identities {
	n := &identities{c, now, map[string]*news.Article{}, map[string]*news.Article{}, map[string]bool{}, map[string]bool{}}
	for i := range known {
		n.byKey[known[i].Key] = &known[i]
		key := c.links.key(known[i].Link)
		if _, has := n.byLink[key]; !has && leads(known[i].Link) {
			n.byLink[key] = &known[i]
		}
		if guid, _, joined := strings.Cut(known[i].Key, "\n"); joined {
			n.repeats[guid] = true
		}
	}
	firsts := map[string]news.Item{}
	for _, item := range items {
		id := c.identifier(item)
		if first, has := firsts[id]; item.IDRepeats || has && c.rest(first) != c.rest(item) {
			n.repeats[id] = true
		} else if !has {
			firsts[id] = item
		}
	}
	return n
}

// settle gives a its key and id, or finds the known article that it is. Fresh
// is false for an item that stands twice in one document.
func (n *identities) settle(a *news.Article, item news.Item) (before *news.Article, fresh bool) {
	keys := candidates(item, a.Link)
	before = n.known(a, keys)
	if before != nil {
		a.Key = before.Key
		if !slices.Contains(keys, before.Key) { // known by its link
			a.Key = keys[0]
		}
		if n.taken[before.ID] {
			return nil, false
		}
		n.taken[before.ID] = true
		return before, true
	}
	a.Key = keys[0]
	if len(keys) > 1 && n.repeats[keys[0]] && (n.taken[keys[0]] || n.byKey[keys[0]] != nil) {
		a.Key = keys[1]
	}
	if n.taken[a.Key] {
		return nil, false
	}
	n.taken[a.Key] = true
	n.c.mint(a, item)
	return nil, true
}

// known finds the stored article that an item is: by guid and link, by guid,
// by link while that is young and the rest agrees.
func (n *identities) known(a *news.Article, keys []string) *news.Article {
	if found := n.byKey[keys[len(keys)-1]]; found != nil {
		return found
	}
	link := n.c.links.key(a.Link)
	if found := n.byKey[keys[0]]; found != nil {
		byLink := keys[0] == a.Link // no guid: the link cannot tell it apart
		if !n.repeats[keys[0]] || !byLink && n.c.links.key(found.Link) == link || byLink && found.RawLink == a.RawLink && found.Title == a.Title {
			return found
		}
	}
	found := n.byLink[link]
	if found == nil || n.now.Sub(found.FirstSeen) > sameLinkSpan || n.repeats[keys[0]] || n.taken[found.ID] {
		return nil
	}
	if namesArticle(a.Link) || alike(a.Title, found.Title) || a.ContentHash == found.ContentHash { // one that was purged has no title
		return found
	}
	return nil
}

// namesArticle tells a link that is one article's own, by the words of its
// headline or by a number, from one to a page where articles follow each other.
func namesArticle(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	if hasSlug(u.EscapedPath()) {
		return true
	}
	digits := 0
	for _, r := range u.Path + "?" + u.RawQuery {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits >= 4
}

// alike tells whether two titles share half of their words.
func alike(a, b string) bool {
	first, second := wordSet(a), wordSet(b)
	shared := 0
	for word := range first {
		if second[word] {
			shared++
		}
	}
	all := len(first) + len(second) - shared
	return all == 0 || 2*shared >= all
}

// idLetters write a hash in lower case.
var idLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// mint gives a its permanent id. An Atom entry's own id stays, RFC 4287 section
// 4.2.6, with ours beside it in case that another source owns it. An id of our
// own making in a source is a forgery or an echo and is not taken over.
func (c *Curator) mint(a *news.Article, item news.Item) {
	sum := sha256.Sum256([]byte(a.SourceID + "\n" + a.Key))
	minted := "tag:" + c.options.IDAuthority + ":e/" + idLetters.EncodeToString(sum[:15])
	guid := strings.TrimSpace(item.GUID)
	if fromAtom(item) && a.Key == guid && isIRI(guid) && !strings.HasPrefix(guid, "tag:"+c.options.IDAuthority+":") {
		a.ID, a.AltID = guid, minted
		return
	}
	a.ID = minted
}

// fromAtom tells an Atom entry by the names of its dates; every one has them.
func fromAtom(item news.Item) bool {
	return item.Updated.Field == "updated" || item.Published.Field == "published"
}

// maxIRI is the longest foreign id that we take over, in bytes.
const maxIRI = 500

// isIRI tells whether an id is an absolute IRI: a scheme, something behind it,
// no spaces.
func isIRI(id string) bool {
	if len(id) > maxIRI || strings.ContainsFunc(id, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>\"{}|\\^`", r) || invisible(r)
	}) {
		return false
	}
	u, err := url.Parse(id)
	return err == nil && len(u.Scheme) > 1 && (u.Opaque != "" || u.Host != "")
}

// contentHash covers what readers see, spaces aside: title and text are tidy, so
// that only line ends are left of them.
func contentHash(a news.Article) string {
	visible := append([]byte(a.Title+"\n"), a.Text...)
	for i := len(a.Title) + 1; i < len(visible); i++ {
		if visible[i] == '\n' {
			visible[i] = ' '
		}
	}
	sum := sha256.Sum256(visible)
	return hex.EncodeToString(sum[:16])
}

// wordSet is the set of folded words of a text.
func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range foldedWords(text) {
		set[word] = true
	}
	return set
}
