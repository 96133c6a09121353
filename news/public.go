package news

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// hidden stands where a secret was.
const hidden = "REDACTED"

// PublicURL is the address of the feed as strangers may see it: PublicAs, else
// URL without what may be a secret.
func (s Source) PublicURL() string {
	if s.PublicAs != "" {
		return s.PublicAs
	}
	return RedactURL(s.URL)
}

// Public is the source and what is remembered of it as an output may show them:
// with PublicURL for its address and no secret in any other.
func (s Source) Public(state SourceState) (Source, SourceState) {
	show := func(raw string) string {
		if s.URL != "" && strings.HasPrefix(raw, s.URL) {
			raw = s.PublicURL() + raw[len(s.URL):]
		}
		return RedactURL(raw)
	}
	validators := func(raw string) string {
		at := strings.LastIndexByte(raw, ' ') + 1
		return raw[:at] + show(raw[at:])
	}
	state.URL, state.MovedTo, state.ValidatorsFor = show(state.URL), show(state.MovedTo), validators(state.ValidatorsFor)
	state.FeedID, state.FeedLink = show(state.FeedID), show(state.FeedLink)
	state.Pace.Hub, state.Pace.Topic, state.Pace.Barred = show(state.Pace.Hub), show(state.Pace.Topic), show(state.Pace.Barred)
	state.Parts = slices.Clone(state.Parts)
	for i := range state.Parts {
		p := &state.Parts[i]
		p.URL, p.ValidatorsFor = show(p.URL), validators(p.ValidatorsFor)
	}
	s.URL = s.PublicURL()
	return s, state
}

// RedactURL drops the user and password of an address and hides the values of
// its query that a name or a random look makes likely secrets, those of
// addresses within the query too. What is no address stays as it is.
func RedactURL(raw string) string {
	if !strings.ContainsAny(raw, "@?#") { // nowhere a secret could stand
		return raw
	}
	u, err := url.Parse(raw)
	if err != nil {
		return redactBroken(raw)
	}
	if u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		return raw
	}
	before := *u
	u.User, u.RawQuery = nil, redactQuery(u.RawQuery)
	if strings.ContainsRune(u.Fragment, '=') && redactQuery(u.Fragment) != u.Fragment {
		u.Fragment, u.RawFragment = hidden, ""
	}
	if *u == before {
		return raw
	}
	return u.String()
}

// redactBroken cuts an address that cannot be read where a secret could stand.
func redactBroken(raw string) string {
	if before, _, found := strings.Cut(raw, "?"); found {
		raw = before + "?" + hidden
	}
	scheme, rest, found := strings.Cut(raw, "://")
	if at := strings.LastIndexByte(rest, '@'); found && at >= 0 {
		return scheme + "://" + rest[at+1:]
	}
	return raw
}

// redactQuery keeps order and spelling of all that is no secret.
func redactQuery(query string) string {
	var b strings.Builder
	for query != "" {
		end := strings.IndexAny(query, "&;")
		if end < 0 {
			end = len(query)
		}
		b.WriteString(redactPair(query[:end]))
		if end < len(query) {
			b.WriteByte(query[end])
			end++
		}
		query = query[end:]
	}
	return b.String()
}

func redactPair(pair string) string {
	name, value, found := strings.Cut(pair, "=")
	if !found {
		if looksRandom(unescape(pair)) {
			return hidden
		}
		return pair
	}
	plain := unescape(value)
	switch {
	case value == "":
		return pair
	case secretName(unescape(name)), !identifier(name) && looksRandom(plain):
		return name + "=" + hidden
	case strings.Contains(plain, "://") && RedactURL(plain) != plain:
		return name + "=" + url.QueryEscape(RedactURL(plain))
	}
	return pair
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

var (
	noLetter = regexp.MustCompile(`[^a-z0-9]+`)
	// secretPart matches names without their punctuation.
	secretPart = regexp.MustCompile(`token|secret|passw|passphrase|signature|credential|session|sessid|bearer|oauth|hmac|` +
		`key$|auth$|^auth(key|code|orization)|^(sig|sign|pwd|pass|sid|jwt|pin|nonce|wpnonce|otp|login)$`)
)

// secretName tells whether a query's name says that its value is a secret.
func secretName(name string) bool {
	return secretPart.MatchString(noLetter.ReplaceAllString(strings.ToLower(name), ""))
}

// identifier tells whether a name says that its value is one that everybody may
// know, however random: YouTube's channel_id, a page's id.
func identifier(name string) bool {
	name = strings.ToLower(name)
	return name == "id" || name == "list" || strings.HasSuffix(name, "_id")
}

// looksRandom tells whether a value is long and changes between letters and
// digits as no word does: a UUID, hexadecimal or base64.
func looksRandom(value string) bool {
	const long, restless = 16, 4
	changes, last := 0, rune(0)
	for _, r := range value {
		kind := last
		switch {
		case r >= '0' && r <= '9':
			kind = '0'
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			kind = 'a'
		case !strings.ContainsRune("-_.~+/=", r):
			return false
		}
		if last != 0 && kind != last {
			changes++
		}
		last = kind
	}
	return len(value) >= long && changes >= restless
}
