package curator

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/norm"
)

// maxHTML is how much of an item's HTML is read, in bytes.
const maxHTML = 512 << 10

// plainText returns what a reader sees of HTML: a line for each block, one
// space between words, no scripts.
func plainText(source string) string {
	source = cutBytes(source, maxHTML)
	if strings.IndexByte(source, '<') < 0 {
		return tidy(html.UnescapeString(source))
	}
	var out strings.Builder
	out.Grow(len(source))
	z := nethtml.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(0)
	hidden := atom.Atom(0)
	for {
		switch z.Next() {
		case nethtml.ErrorToken:
			return tidy(out.String())
		case nethtml.TextToken:
			if hidden == 0 {
				out.Write(z.Text())
			}
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			switch {
			case hidden == 0 && unseen(tag):
				hidden = tag
			case breaks(tag):
				out.WriteByte('\n')
			case tag == atom.Td || tag == atom.Th:
				out.WriteByte(' ')
			}
		case nethtml.EndTagToken:
			name, _ := z.TagName()
			tag := atom.Lookup(name)
			if tag == hidden {
				hidden = 0
			}
			if breaks(tag) {
				out.WriteByte('\n')
			}
		}
	}
}

// unseen are elements whose text nobody reads.
func unseen(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Object, atom.Noembed, atom.Noframes, atom.Select,
		atom.Textarea, atom.Button, atom.Svg, atom.Math, atom.Title, atom.Audio, atom.Video, atom.Canvas:
		return true
	}
	return false
}

// breaks are elements that begin on a line of their own.
func breaks(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Div, atom.Br, atom.Hr, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Blockquote, atom.Pre,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Tr, atom.Section, atom.Article, atom.Aside,
		atom.Header, atom.Footer, atom.Nav, atom.Main, atom.Figure, atom.Figcaption, atom.Form, atom.Address, atom.Details, atom.Summary:
		return true
	}
	return false
}

// tidy composes letters, drops what nobody sees and leaves one space between
// words and one line end between lines.
func tidy(s string) string {
	end, composed := tidyRun(s)
	if end < len(s) {
		s, composed = tidied(s, end, composed)
	}
	if composed {
		return s
	}
	return norm.NFC.String(s)
}

// tidied is s without what is not tidy behind its first bytes.
func tidied(s string, end int, composed bool) (string, bool) {
	var out strings.Builder
	out.Grow(len(s))
	out.WriteString(s[:end])
	var gap byte
	for s = s[end:]; s != ""; {
		if end, same := tidyRun(s); end > 0 {
			if gap != 0 && out.Len() > 0 {
				out.WriteByte(gap)
			}
			out.WriteString(s[:end])
			s, gap, composed = s[end:], 0, composed && same
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			gap = '\n'
		case unicode.IsSpace(r):
			if gap == 0 {
				gap = ' '
			}
		case r == utf8.RuneError: // a byte that is none of UTF-8: it shows that something was lost
			if gap != 0 && out.Len() > 0 {
				out.WriteByte(gap)
			}
			out.WriteRune(r)
			gap = 0
		}
	}
	return out.String(), composed
}

// tidyRun is how many of the first bytes of s are tidy as they are, and whether
// their letters are composed for certain.
func tidyRun(s string) (end int, composed bool) {
	composed = true
	marked := true // as what stands before s may be
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c > ' ' && c < 0x7f:
			i++
			end, marked = i, false
		case (c == ' ' || c == '\n') && end == i && i > 0:
			i++ // tidy if something visible follows
		case c < utf8.RuneSelf:
			return end, composed
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			seen := r >= 0xc0 && r < 0x1680 || r >= '‐' && r <= '‧' // letters, marks and signs
			if !seen && (r == utf8.RuneError && size == 1 || unicode.IsSpace(r) || invisible(r)) {
				return end, composed
			}
			alone := runeIs(r)&aloneRune != 0
			composed = composed && (alone || !marked && vowelMark(r))
			marked = !alone
			i += size
			end = i
		}
	}
	return end, composed
}

// vowelMark tells the marks of short and doubled letters in Arabic: one alone
// behind a letter composes with none.
func vowelMark(r rune) bool { return r >= '\u064b' && r <= '\u0652' }

// invisible are control characters, overrides of direction and junk of no
// width. The joiners that Arabic and Indic scripts write with stay, and so do
// the marks of direction and U+FFFD, which shows that something was lost.
func invisible(r rune) bool {
	switch {
	case r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == '\u00ad' || r == '\u180e':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r >= '\ufff9' && r <= '\ufffb', r == '\ufffe' || r == '\uffff':
		return true
	}
	return unicode.IsControl(r) || r >= 0xe0000 && r <= 0xe007f
}

// maxTitle is how many characters a title has at most.
const maxTitle = 200

// titleText is a title as one plain line. Sources write titles as text, as HTML
// and as HTML escaped twice; angle brackets around no known element are text.
func titleText(title string) string {
	title = cutBytes(title, 8<<10)
	for range 2 {
		if !hasEntity(title) && !hasElement(title) {
			break
		}
		title = stripElements(title)
	}
	return cutWords(oneLine(title), maxTitle)
}

func hasEntity(s string) bool {
	at := strings.IndexByte(s, '&')
	return at >= 0 && html.UnescapeString(s[at:]) != s[at:]
}

func hasElement(s string) bool {
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			return false
		}
		s = strings.TrimPrefix(s[at+1:], "/")
		end := strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if end > 0 && atom.Lookup([]byte(strings.ToLower(s[:end]))) != 0 {
			return true
		}
	}
}

func stripElements(s string) string {
	if !hasElement(s) {
		return html.UnescapeString(s)
	}
	return plainText(s)
}

func oneLine(s string) string {
	return strings.ReplaceAll(tidy(s), "\n", " ")
}

// cutBytes cuts s to at most limit bytes, between characters.
func cutBytes(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

// cutWords cuts s to at most limit characters, behind a word, and marks that
// with an ellipsis. A text without spaces is cut between characters.
func cutWords(s string, limit int) string {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	count, end, space := 0, 0, 0
	for i, r := range s {
		if count == limit-2 {
			end = i
			break
		}
		if unicode.IsSpace(r) {
			space = i
		}
		count++
	}
	if space > end/2 {
		end = space
	}
	return strings.TrimRight(s[:end], " \n,;:–—-(«\"") + " …"
}
