package publisher

import (
	"slices"
	"strings"
)

// change is a stretch of words that both texts hold, or only the new or the old.
type change struct {
	Op   string // "", "ins" or "del"
	Text string
}

// diffWords is how many words of a text are compared; diffCells bounds the work
// of one comparison (words of one text times words of the other, without their
// common beginning and end). Beyond it the middle counts as replaced.
const (
	diffWords = 5000
	diffCells = 250_000
)

// diff compares two texts word by word: the shortest list of changes that turns
// the old one into the new one.
func diff(before, after string) []change {
	a, b := wordsOf(before), wordsOf(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []change
	out = extend(out, "", a[:head])
	out = middle(out, a[head:len(a)-tail], b[head:len(b)-tail])
	return extend(out, "", a[len(a)-tail:])
}

func wordsOf(s string) []string {
	words := strings.Fields(clean(s))
	return words[:min(len(words), diffWords)]
}

// extend appends words to the changes, joining them with what is alike before.
func extend(out []change, op string, words []string) []change {
	if len(words) == 0 {
		return out
	}
	text := strings.Join(words, " ")
	if n := len(out); n > 0 && out[n-1].Op == op {
		out[n-1].Text += " " + text
		return out
	}
	return append(out, change{op, text})
}

// middle finds the longest common subsequence by its table of lengths.
func middle(out []change, a, b []string) []change {
	if len(a)*len(b) > diffCells {
		return extend(extend(out, "del", a), "ins", b)
	}
	width := len(b) + 1
	lengths := make([]uint16, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lengths[i*width+j] = lengths[(i+1)*width+j+1] + 1
			} else {
				lengths[i*width+j] = max(lengths[(i+1)*width+j], lengths[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = extend(out, "", a[i:i+1])
			i, j = i+1, j+1
		case lengths[(i+1)*width+j] >= lengths[i*width+j+1]:
			out = extend(out, "del", a[i:i+1])
			i++
		default:
			out = extend(out, "ins", b[j:j+1])
			j++
		}
	}
	return extend(extend(out, "del", a[i:]), "ins", b[j:])
}

// keptWords is how many words stay on each side of a change, changedWords how
// many of one change are shown, and shownWords how many in all.
const (
	keptWords    = 5
	changedWords = 20
	shownWords   = 100
)

// shorten leaves of a comparison what changed, with a few words around it: a
// text is not republished by the way of its revisions.
func shorten(all []change) []change {
	if !slices.ContainsFunc(all, func(c change) bool { return c.Op != "" }) {
		return nil
	}
	var out []change
	shown := 0
	for i, c := range all {
		words := strings.Fields(c.Text)
		limit := 2 * keptWords
		switch {
		case shown >= shownWords:
			return append(out, change{Text: "…"})
		case c.Op != "":
			limit = changedWords
			if len(words) > limit {
				c.Text = strings.Join(words[:limit], " ") + " …"
			}
		case i == 0 && len(words) > keptWords:
			c.Text = "… " + strings.Join(words[len(words)-keptWords:], " ")
		case i == len(all)-1 && len(words) > keptWords:
			c.Text = strings.Join(words[:keptWords], " ") + " …"
		case len(words) > limit:
			c.Text = strings.Join(words[:keptWords], " ") + " … " + strings.Join(words[len(words)-keptWords:], " ")
		}
		shown += min(len(words), limit)
		out = append(out, c)
	}
	return out
}
