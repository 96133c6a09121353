package config

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// broken is a line that is not TOML.
type broken struct {
	line  string
	from  int    // the offset of the line
	at    int    // where in the line the parser stopped
	key   string // what stands before the equals sign, or empty
	value string // what stands after it, without a comment
	start int    // where in the line the value begins
}

var assignment = regexp.MustCompile(`^\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=\s*`)

// diagnose turns the library's words about a line into advice where the cause
// can be seen. It returns what to underline too.
func (d *document) diagnose(number int, at span, message string) (span, string) {
	line := d.line(number)
	b := broken{line: d.text(line), from: line.from, at: clamp(at.from, line.from, line.to) - line.from}
	if m := assignment.FindStringSubmatchIndex(b.line); m != nil {
		b.key, b.start = b.line[m[2]:m[3]], m[1]
		b.value = strings.TrimSpace(withoutComment(b.line[b.start:]))
	}
	for _, cause := range []func(broken) (span, string){
		strangeCharacter, badHeader, badComment, conflict, noEquals, noValue, openQuote, openText, noQuotes, badEscape, afterValue, notTOML,
	} {
		if found, advice := cause(b); advice != "" {
			return span{b.from + found.from, b.from + found.to}, advice
		}
	}
	if found, advice := d.openList(b, at); advice != "" {
		return found, advice
	}
	return at, message
}

// strangeCharacter finds what editors and web pages put for plain characters.
func strangeCharacter(b broken) (span, string) {
	r, size := utf8.DecodeRuneInString(b.line[b.at:])
	at := span{b.at, b.at + size}
	switch {
	case strings.ContainsRune("“”„‟«»‘’", r):
		return at, "this is a typographic quote; write a straight one (\")"
	case unicode.IsSpace(r) && r > unicode.MaxASCII, r == '\u200b', r == '\ufeff':
		return at, "this is an invisible character, not a plain space; delete it"
	}
	return span{}, ""
}

// badHeader finds the header of a table with a bracket too few or too many.
func badHeader(b broken) (span, string) {
	m := brokenHeader.FindStringSubmatch(b.line)
	if m == nil {
		return span{}, ""
	}
	text := strings.TrimSpace(b.line)
	from := strings.Index(b.line, text)
	return span{from, from + len(text)}, "this is not a table header: write " + place(m[1])
}

// badComment finds the comments of other languages.
func badComment(b broken) (span, string) {
	text := strings.TrimSpace(b.line)
	for _, mark := range []string{"//", ";", "--", "/*"} {
		if strings.HasPrefix(text, mark) {
			from := strings.Index(b.line, mark)
			return span{from, from + len(mark)}, "a comment begins with #"
		}
	}
	return span{}, ""
}

// conflict finds what version control leaves where two versions disagree.
func conflict(b broken) (span, string) {
	for _, mark := range []string{"<<<<<<<", "=======", ">>>>>>>", "|||||||"} {
		if strings.HasPrefix(b.line, mark) {
			return span{0, len(b.line)}, "this is the mark of a merge conflict; choose one version and delete the marks"
		}
	}
	return span{}, ""
}

// notTOML finds lines of another language.
func notTOML(b broken) (span, string) {
	text := strings.TrimSpace(b.line)
	if b.key != "" || text == "" {
		return span{}, ""
	}
	from := strings.Index(b.line, text)
	return span{from, from + len(text)}, "this is not TOML; a line is a [table], key = value, or a # comment"
}

var (
	colon = regexp.MustCompile(`^\s*[\w-]+\s*(:)`)
	word  = regexp.MustCompile(`^\s*([A-Za-z_][\w-]*)\s`)
)

// noEquals finds a key without an equals sign.
func noEquals(b broken) (span, string) {
	if b.key != "" {
		return span{}, ""
	}
	if m := colon.FindStringSubmatchIndex(b.line); m != nil {
		return span{m[2], m[3]}, "write = between a key and its value, not :"
	}
	if m := word.FindStringSubmatchIndex(b.line + " "); m != nil {
		return span{m[2], m[3]}, "an = and a value must follow the key " + b.line[m[2]:m[3]]
	}
	return span{}, ""
}

// noValue finds a key whose value is missing.
func noValue(b broken) (span, string) {
	if b.key == "" || b.value != "" {
		return span{}, ""
	}
	end := max(0, len(strings.TrimRight(b.line[:b.start], " \t")))
	return span{end - 1, end}, "the value of " + b.key + " is missing"
}

// openQuote finds text whose quote is not closed on its line.
func openQuote(b broken) (span, string) {
	for at := b.start; b.key != "" && at < len(b.line); {
		switch quote := b.line[at]; quote {
		case '#':
			return span{}, ""
		case '"', '\'':
			if strings.HasPrefix(b.line[at:], strings.Repeat(string(quote), 3)) {
				return span{}, ""
			}
			end := closing(b.line, at)
			if end < 0 {
				return span{at, len(b.line)}, "the text is not closed: a " + string(quote) + " is missing"
			}
			at = end
		}
		at++
	}
	return span{}, ""
}

// closing returns the index of the quote that closes the one at from, or -1.
func closing(line string, from int) int {
	for i := from + 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && line[from] == '"':
			i++
		case line[i] == line[from]:
			return i
		}
	}
	return -1
}

// noQuotes finds text that should stand in quotes.
func noQuotes(b broken) (span, string) {
	if b.value == "" || strings.ContainsAny(b.value[:1], `"'[{`) ||
		strings.ContainsAny(b.line[b.start:max(b.start, b.at)], " \t") {
		return span{}, ""
	}
	bare := strings.Trim(strings.TrimRight(b.value, ","), `"'`)
	at := span{b.start, b.start + len(b.value)}
	if known := truth(bare); known != "" && bare != "1" && bare != "0" {
		return at, "write " + b.key + " = " + known
	}
	if strings.ContainsAny(bare, `"'\`) || strings.ContainsFunc(bare, unicode.IsControl) {
		return at, "text must stand in quotes"
	}
	return at, "text must stand in quotes: write " + b.key + ` = "` + bare + `"`
}

// badEscape finds a backslash that stands for itself.
func badEscape(b broken) (span, string) {
	if at := strings.LastIndexByte(b.line[:min(len(b.line), b.at+1)], '\\'); at >= b.start && at >= b.at-2 && b.key != "" {
		return span{at, min(at+2, len(b.line))}, `a backslash in "text" must be doubled (\\), or write the text in single quotes`
	}
	return span{}, ""
}

// openText finds text of several lines that is not closed.
func openText(b broken) (span, string) {
	for _, quotes := range []string{`"""`, "'''"} {
		if strings.HasPrefix(b.value, quotes) && strings.Count(b.value, quotes) == 1 {
			return span{b.start, b.start + len(quotes)}, "the text that begins here is not closed: " + quotes + " is missing"
		}
	}
	return span{}, ""
}

// openList finds a list that is not closed, or that lacks a comma.
func (d *document) openList(b broken, at span) (span, string) {
	if b.value == "" || b.value[0] != '[' {
		return span{}, ""
	}
	text := d.textOf(d.lineOf(at))
	if at.from < len(d.data) && strings.IndexByte("\"'[{", d.data[at.from]) >= 0 &&
		(d.lineOf(at) == d.lineOf(span{b.from, b.from}) || !headerLine.Match(text)) {
		return at, "a comma is missing before this value"
	}
	if d.lineOf(at) > d.lineOf(span{b.from, b.from}) || at.from+1 >= len(d.data) {
		from := b.from + b.start
		return span{from, from + 1}, "the list that begins here is not closed: a ] is missing"
	}
	return span{}, ""
}

// afterValue finds what stands behind a sound value.
func afterValue(b broken) (span, string) {
	rest := strings.TrimSpace(b.line[min(b.at, len(b.line)):])
	switch {
	case b.key == "" || rest == "" || b.at <= b.start || b.value[0] == '[' && !strings.HasSuffix(strings.TrimSpace(b.line[:b.at]), "]"):
		return span{}, ""
	case rest == "," || strings.HasPrefix(rest, ",") && strings.HasPrefix(strings.TrimSpace(rest[1:]), "#"):
		return span{b.at, b.at + 1}, "a line does not end with a comma; take it away"
	}
	return span{b.at, b.at + len(rest)}, "nothing but a comment (# …) may follow the value; begin each key on a new line"
}

// withoutComment cuts a comment off the rest of a line, minding quotes.
func withoutComment(s string) string {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '#':
			return s[:i]
		case '"', '\'':
			if end := closing(s, i); end > 0 {
				i = end
			}
		}
	}
	return s
}
