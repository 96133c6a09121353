package fetcher

import (
	"bytes"
	"encoding/binary"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode turns a document into clean UTF-8: no byte order mark, no byte that
// cannot be decoded, no character that XML forbids (F-77 to F-81). What it had
// to mend is counted in mended. The XML declaration is left where it stands;
// the guard drops it.
func decode(document []byte, contentType string, mended tally) []byte {
	text := transcode(document, contentType, mended)
	if once := decodeAgain(text); once != nil {
		mended.add("UTF-8 encoded twice")
		text = once
	}
	return dropReferences(dropForbidden(text, mended), mended)
}

// tally counts what had to be mended, by kind.
type tally map[string]int

func (t tally) add(kind string) { t[kind]++ }

// transcode finds the encoding: byte order mark, UTF-16 without one, then
// UTF-8 when the bytes are valid in it, then the charset parameter, then the
// XML declaration. What it returns is valid UTF-8.
func transcode(document []byte, contentType string, mended tally) []byte {
	if rest, ok := bytes.CutPrefix(document, []byte("\xEF\xBB\xBF")); ok {
		return validated(rest, mended)
	}
	if utf16 := wide(document); utf16 != nil {
		if document[0] < utf8.RuneSelf {
			mended.add("UTF-16 without a mark")
		}
		return convert(utf16, document, mended)
	}
	label, enc := declared(document, contentType)
	if utf8.Valid(document) && label != "iso-2022-jp" {
		if enc != nil && label != "utf-8" && !ascii(document) {
			mended.add("wrong charset label")
		}
		return document
	}
	if enc != nil && label != "utf-8" {
		return convert(enc, document, mended)
	}
	if enc := legacy(document); enc != nil {
		mended.add("windows-1252 without a label")
		return convert(enc, document, mended)
	}
	return validated(document, mended)
}

// validated puts U+FFFD for bytes that are no UTF-8.
func validated(text []byte, mended tally) []byte {
	if utf8.Valid(text) {
		return text
	}
	mended.add("undecodable bytes")
	return bytes.ToValidUTF8(text, []byte("\uFFFD"))
}

// wide recognises UTF-16, with a mark or by the zero bytes around the first
// character of a document.
func wide(document []byte) encoding.Encoding {
	if len(document) < 4 {
		return nil
	}
	first, second := document[0], document[1]
	opens := func(b byte) bool { return b == '<' || b == '{' || b == '\n' || b == '\r' || b == ' ' }
	switch {
	case first == 0xFE && second == 0xFF, first == 0xFF && second == 0xFE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case opens(first) && second == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case first == 0 && opens(second):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// declared finds the label that the document comes with. A UTF-16 label on
// bytes that are not UTF-16 is no label.
func declared(document []byte, contentType string) (string, encoding.Encoding) {
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		if enc, name := charset.Lookup(params["charset"]); enc != nil && !strings.HasPrefix(name, "utf-16") {
			return name, enc
		}
	}
	if match := xmlEncoding.FindSubmatch(document[:min(len(document), 1024)]); match != nil {
		if enc, name := charset.Lookup(string(match[1])); enc != nil && !strings.HasPrefix(name, "utf-16") {
			return name, enc
		}
	}
	return "", nil
}

var xmlEncoding = regexp.MustCompile(`<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

func convert(enc encoding.Encoding, document []byte, mended tally) []byte {
	text, err := enc.NewDecoder().Bytes(document)
	if err != nil {
		return validated(document, mended)
	}
	return bytes.TrimPrefix(text, []byte("\uFEFF"))
}

// legacy tells apart a document with a few broken bytes, which get U+FFFD, and
// one that is not UTF-8 at all in spite of its label: the bytes above 127 that
// break UTF-8 outnumber by far the sequences that it allows, which do occur by
// accident ("Ã©"), and they stand alone between letters, as in western languages.
func legacy(document []byte) encoding.Encoding {
	const enough, farMore = 4, 3
	broken, crowded, valid := 0, 0, 0
	for i := 0; i < len(document); {
		if document[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(document[i:])
		switch {
		case r != utf8.RuneError || size > 1:
			valid++
		case i > 0 && document[i-1] >= utf8.RuneSelf:
			crowded++
			broken++
		default:
			broken++
		}
		i += size
	}
	if broken < enough || broken <= farMore*valid || 2*crowded > broken {
		return nil
	}
	enc, _ := charset.Lookup("windows-1252")
	return enc
}

// decodeAgain undoes what a program does that takes UTF-8 for windows-1252 and
// encodes it once more ("sÃ©curitÃ©"): nil unless everything beyond ASCII, and
// that is a good deal, reads as UTF-8 when it is taken back.
func decodeAgain(text []byte) []byte {
	const enough = 8
	var out []byte
	sequences, done := 0, 0
	for i := beyondASCII(text); i < len(text); i += beyondASCII(text[i:]) {
		run, size := takenBack(text[i:])
		if !utf8.Valid(run) || size == 0 {
			return nil
		}
		if out == nil {
			out = make([]byte, 0, len(text))
		}
		out = append(append(out, text[done:i]...), run...)
		sequences += utf8.RuneCount(run)
		i += size
		done = i
	}
	if sequences < enough {
		return nil
	}
	return append(out, text[done:]...)
}

// takenBack encodes the characters beyond ASCII at the start of a text in
// windows-1252; size is 0 when one has no place there.
func takenBack(text []byte) (run []byte, size int) {
	for size < len(text) && text[size] >= utf8.RuneSelf {
		r, n := utf8.DecodeRune(text[size:])
		b, ok := charmap.Windows1252.EncodeRune(r)
		if r <= 0x9F { // windows-1252 leaves some of these out, Latin-1 none
			b, ok = byte(r), true
		}
		if !ok {
			return nil, 0
		}
		run = append(run, b)
		size += n
	}
	return run, size
}

func ascii(text []byte) bool { return beyondASCII(text) == len(text) }

// beyondASCII is the place of the first byte that is not ASCII, else the length.
func beyondASCII(text []byte) int {
	i := 0
	for i+8 <= len(text) && binary.LittleEndian.Uint64(text[i:])&0x8080808080808080 == 0 {
		i += 8
	}
	for i < len(text) && text[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// dropForbidden removes the characters outside XML 1.0's Char; the text is
// valid UTF-8, so only C0 controls, U+FFFE and U+FFFF are left to look for.
func dropForbidden(text []byte, mended tally) []byte {
	if !forbiddenIn(text) {
		return text
	}
	mended.add("forbidden characters")
	return bytes.Map(func(r rune) rune {
		if !permitted(r) {
			return -1
		}
		return r
	}, text)
}

func forbiddenIn(text []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for i := 0; i < len(text); i++ {
		for i+8 <= len(text) { // eight bytes at once while none is below 0x20
			word := binary.LittleEndian.Uint64(text[i:])
			if (word-0x20*ones)&^word&tops != 0 {
				break
			}
			i += 8
		}
		if i < len(text) && text[i] < 0x20 && text[i] != '\t' && text[i] != '\n' && text[i] != '\r' {
			return true
		}
	}
	return bytes.Contains(text, []byte("\uFFFE")) || bytes.Contains(text, []byte("\uFFFF"))
}

// permitted is the Char production of XML 1.0 section 2.2.
func permitted(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF ||
		r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// dropReferences removes numeric references to forbidden characters.
func dropReferences(text []byte, mended tally) []byte {
	var out []byte
	done := 0
	for i := 0; ; {
		k := bytes.Index(text[i:], []byte("&#"))
		if k < 0 {
			break
		}
		i += k
		end, r := reference(text[i:])
		if end > 0 && !permitted(r) {
			out = append(out, text[done:i]...)
			done = i + end
		}
		i += max(end, 2)
	}
	if done == 0 {
		return text
	}
	mended.add("forbidden characters")
	return append(out, text[done:]...)
}

// reference reads the numeric character reference at the start of text: its
// length, 0 when it is none, and its character, capped beyond Unicode.
func reference(text []byte) (length int, r rune) {
	const beyond = 0x110000
	i, base := 2, rune(10)
	if i < len(text) && (text[i] == 'x' || text[i] == 'X') {
		i, base = 3, 16
	}
	start := i
	for ; i < len(text); i++ {
		digit := hexDigit(text[i])
		if digit < 0 || digit >= base {
			break
		}
		r = min(r*base+digit, beyond)
	}
	if i == start || i == len(text) || text[i] != ';' {
		return 0, 0
	}
	return i + 1, r
}

func hexDigit(b byte) rune {
	switch {
	case b >= '0' && b <= '9':
		return rune(b - '0')
	case b >= 'a' && b <= 'f':
		return rune(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return rune(b-'A') + 10
	}
	return -1
}
