package vocabulary

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Layers are matched independently of one another: a name inside a phrase that
// speaks for a topic is still a name.
const (
	layerNames = iota
	layerTopics
	layerCues
)

// form is one way to write a concept, or a cue of a rule.
type form struct {
	text    string
	concept int32 // topic number in the layer of topics, cue number in that of cues, -1 for nothing
	rule    int32 // ambiguity rule, -1 for none
	weight  float32
	layer   uint8
	// language is the set of languages that it is valid in, 0 for all.
	language uint16

	exact    bool // as written, with case and accents
	upper    bool // begins with a capital
	context  bool // counts only beside other evidence
	locative bool // counts only after a word such as "in" or "ville de"
	loose    bool // holds a comma or a bracket
	capital  bool // names a seat of power
	demonym  bool // names people, or says that something is theirs
}

// node is a place in the trie of tokens: outputs[names:others] are the names
// that end there, outputs[others:to] the terms of topics and the cues.
type node struct{ names, others, to int32 }

// insert adds a form under its tokens; Arabic words get their article too.
func (c *compiler) insert(f form) {
	number := int32(len(c.forms))
	c.forms = append(c.forms, f)
	for _, words := range variants(f) {
		at := int32(0)
		for _, token := range words {
			id, ok := c.tokens[token]
			if !ok {
				id = uint32(len(c.tokens) + 1)
				c.tokens[token] = id
				c.common = append(c.common, false)
			}
			if f.layer == layerTopics {
				c.common[id] = true
			}
			key := uint64(at)<<32 | uint64(id)
			child, ok := c.next[key]
			if !ok {
				child = int32(len(c.nodes))
				c.nodes = append(c.nodes, node{})
				c.next[key] = child
			}
			at = child
		}
		if at != 0 {
			c.pending = append(c.pending, output{at, number})
		}
	}
}

// output is a form that ends at a node.
type output struct{ node, form int32 }

// freeze lays the outputs of each node side by side.
func (c *compiler) freeze() {
	sort.Slice(c.pending, func(i, k int) bool {
		a, b := c.pending[i], c.pending[k]
		if a.node != b.node {
			return a.node < b.node
		}
		if x, y := c.forms[a.form].layer, c.forms[b.form].layer; x != y {
			return x < y
		}
		return a.form < b.form
	})
	for i, o := range c.pending {
		if i > 0 && c.pending[i-1] == o {
			continue
		}
		n := &c.nodes[o.node]
		if n.to == 0 {
			n.names, n.others = int32(len(c.outputs)), int32(len(c.outputs))
		}
		c.outputs = append(c.outputs, o.form)
		n.to = int32(len(c.outputs))
		if c.forms[o.form].layer == layerNames {
			n.others = n.to
		}
	}
	c.first = make([]int32, len(c.tokens)+1)
	for token, id := range c.tokens {
		c.heads.add([]byte(token))
		c.first[id] = c.next[uint64(id)]
	}
}

// variants are the token sequences under which a form is found. A term of a
// topic in Arabic is found with the article on its last or on all its words.
func variants(f form) [][]string {
	tokens := strings.FieldsFunc(Fold(f.text), func(r rune) bool { return !isWord(r) })
	all := [][]string{tokens}
	if f.layer == layerNames || len(tokens) == 0 || !isArabic(tokens[0]) {
		return all
	}
	last, every := append([]string{}, tokens...), append([]string{}, tokens...)
	for i, token := range tokens {
		if !strings.HasPrefix(token, article) {
			every[i] = article + token
			if i == len(tokens)-1 {
				last[i] = article + token
			}
		}
	}
	return append(all, last, every)
}

const article = "ال"

func isArabic(token string) bool {
	r, _ := utf8.DecodeRuneInString(token)
	return unicode.Is(unicode.Arabic, r)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
