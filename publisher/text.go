package publisher

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// clean is the one filter that every published string passes: valid UTF-8,
// only characters that XML 1.0 (section 2.2) allows and that cannot reorder the
// text around them, in normal form C.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	return norm.NFC.String(legal(s))
}

// legal is clean without the normal form: for ids, which must not change.
func legal(s string) string {
	return strings.Map(func(r rune) rune {
		if unwanted(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// isPlain is the fast path: printable ASCII and line ends need no filter.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 0x20 && c != '\n' && c != '\t') || c >= 0x7f {
			return false
		}
	}
	return true
}

// unwanted tells whether a character is forbidden in XML 1.0, is a control
// character, a noncharacter, a bidi override or isolate, or invisible junk.
// Joiners stay: Persian and emoji need them.
func unwanted(r rune) bool {
	switch {
	case r == '\t' || r == '\n':
		return false
	case r < 0x20, r >= 0x7f && r <= 0x9f, r >= 0xd800 && r <= 0xdfff:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	case r == 0x200b, r == 0x2060, r == 0xfeff:
		return true
	}
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// oneLine is clean with every run of spaces and line ends made one space.
// No-break spaces stay: French sets them before its punctuation.
func oneLine(s string) string {
	s = clean(s)
	last := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c == '\n' || c == '\t' || c == ' ' && last == ' ' || c == 0xe2 && isLineEnd(s[i:]) {
			return strings.Join(strings.FieldsFunc(s, isBreak), " ")
		}
		last = c
	}
	return strings.TrimSuffix(s, " ")
}

func isBreak(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == 0x2028 || r == 0x2029
}

// isLineEnd tells whether s begins with a Unicode line or paragraph separator.
func isLineEnd(s string) bool {
	return strings.HasPrefix(s, "\u2028") || strings.HasPrefix(s, "\u2029")
}

// excerpt cuts a text to at most limit characters, on a word.
func excerpt(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, n := 0, 0
	for i := range s {
		if n == limit-1 {
			end = i
			break
		}
		n++
	}
	if space := strings.LastIndexFunc(s[:end], unicode.IsSpace); space > end/2 {
		end = space
	}
	return strings.TrimRightFunc(s[:end], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-", r)
	}) + "…"
}

// link returns an absolute http or https address in ASCII, or nothing: what is
// not an address is never published as one.
func link(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if isAddress(s) {
		return s
	}
	if u.Host, err = idna.Lookup.ToASCII(u.Host); err != nil {
		return ""
	}
	u.RawQuery = escapeQuery(u.RawQuery)
	if s = u.String(); !isAddress(s) {
		return ""
	}
	return s
}

// iri is the id of a document as it came, or nothing when it does not begin with a
// scheme (RFC 4287 section 4.2.6 wants an absolute IRI).
func iri(s string) string {
	s = legal(s)
	scheme, rest, found := strings.Cut(s, ":")
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if !found || rest == "" || strings.ContainsAny(rest, " \n\t") || strings.Trim(scheme, letters+"0123456789+-.") != "" || strings.IndexAny(scheme, letters) != 0 {
		return ""
	}
	return s
}

// isAddress tells whether s holds only characters of RFC 3986.
func isAddress(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= 0x20 || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	return true
}

// escapeQuery escapes what isAddress refuses and leaves the rest alone.
func escapeQuery(q string) string {
	var b strings.Builder
	const hex = "0123456789ABCDEF"
	for i := range len(q) {
		if c := q[i]; isAddress(q[i : i+1]) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// languageTag returns a well-formed BCP 47 tag, or nothing.
func languageTag(s string) string {
	if s == "" || s == "en" || s == "fr" || s == "ar" {
		return s
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

// isRTL tells whether text of this language runs from right to left. Without a
// language the first strong letter decides, as readers do (dir="auto").
func isRTL(lang string, texts ...string) bool {
	switch lang {
	case "en", "fr":
		return false
	case "ar":
		return true
	case "":
	default:
		script, _ := language.Make(lang).Script()
		switch script.String() {
		case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm":
			return true
		}
		return false
	}
	for _, text := range texts {
		if first := strings.IndexFunc(text, unicode.IsLetter); first >= 0 {
			r, _ := utf8.DecodeRuneInString(text[first:])
			return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam)
		}
	}
	return false
}
