package vocabulary

import (
	"time"
	"unicode/utf8"
)

// Field is a piece of an article's plain text.
type Field struct {
	Name string // title, summary or text
	Text string
	// From and To bound what is read, in bytes of Text.
	From, To int
	// Wide tells that most of its letters take two bytes.
	Wide bool
}

// Mention is a form found in a field.
type Mention struct {
	Concept  int // number of a concept
	Field    int // index of the field
	From, To int // bytes of the field's text
	Token    int // counts from 0 in the field
	Weight   float64
	// Note says which rule raised or lowered it.
	Note string
	// Capital, Demonym and Dateline say what kind of name it is.
	Capital, Demonym, Dateline bool

	form   int32
	tokens int
}

// TopicHit is a term of a topic found in a field.
type TopicHit struct {
	Topic    int // number in Topics
	Field    int
	From, To int
	Weight   float64
}

// Reading is what the vocabulary finds in an article.
type Reading struct {
	Mentions []Mention
	Hits     []TopicHit

	unlessMet []bool // by topic
}

// Held tells that an article holds a word for which topic does not lower
// others.
func (r *Reading) Held(topic int) bool { return r.unlessMet[topic] }

// cueHit is a cue found in a field.
type cueHit struct{ cue, field, token int }

// token is a word of a field with the ways to look it up.
type token struct {
	id       uint32
	alt      [3]uint32 // Arabic: without what is written together with it
	from, to int32
	gap      gap
	upper    bool // begins with a capital
}

// gap is what stands before a token.
type gap uint8

const (
	gapSoft  gap = iota // space, hyphen, apostrophe
	gapLoose            // comma, bracket
	gapHard             // end of a sentence or of a line, a quotation mark
)

// buffer is the working space of one reading.
type buffer struct {
	tokens  []token
	word    []byte
	hits    []cueHit
	cues    []bool
	lastEnd []int32 // by topic, token after the last hit
	fields  [][2]int
}

// Read finds everything in the fields of an article. Language is its BCP 47
// tag; terms of other languages' topics are left out. At is when the article
// was published, zero when unknown: names of what came later do not count. The
// countries that the source writes about are support for names that need some.
func (v *Vocabulary) Read(fields []Field, language string, at time.Time, beat []int) *Reading {
	b := v.buffers.Get().(*buffer)
	defer v.buffers.Put(b)
	b.reset(v)
	r := &Reading{unlessMet: make([]bool, len(v.topics))}
	bit := languageOf(language)
	for i, field := range fields {
		b.fields = append(b.fields, [2]int{len(b.tokens), 0})
		start := len(b.tokens)
		v.tokenize(b, field)
		b.fields[i][1] = len(b.tokens)
		clear(b.lastEnd)
		v.scan(b, r, &span{i, field.Text, b.tokens[start:], bit})
	}
	v.resolve(b, r, fields, language, at, beat)
	v.combine(b, r, bit)
	return r
}

func (b *buffer) reset(v *Vocabulary) {
	b.tokens, b.hits, b.fields = b.tokens[:0], b.hits[:0], b.fields[:0]
	if len(b.cues) != v.cues {
		b.cues = make([]bool, v.cues)
		b.lastEnd = make([]int32, len(v.topics))
	}
	clear(b.cues)
}

// span is a field that was cut into tokens.
type span struct {
	field    int
	text     string
	tokens   []token
	language uint16
}

// scan walks the trie from every token.
func (v *Vocabulary) scan(b *buffer, r *Reading, s *span) {
	free := 0
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.id != 0 {
			free = v.walk(b, r, s, i, t.id, free)
		}
		for _, id := range t.alt {
			if id != 0 {
				free = v.walk(b, r, s, i, id, free)
			}
		}
	}
}

// walk follows the trie from token i, which is looked up as id. It adds what
// it finds: the longest name when no earlier one covers the token, every cue,
// and the longest term of each topic. It returns the first token that no name
// covers.
func (v *Vocabulary) walk(b *buffer, r *Reading, s *span, i int, id uint32, free int) int {
	at, loose := int32(0), false
	longest, end := int32(0), 0
	hitsFrom := len(r.Hits)
	for k := i; k < len(s.tokens); k++ {
		if k > i {
			if id = s.tokens[k].id; id == 0 || s.tokens[k].gap == gapHard {
				break
			}
			loose = loose || s.tokens[k].gap == gapLoose
		}
		if at = v.step(at, id); at == 0 {
			break
		}
		n := v.nodes[at]
		for _, number := range v.outputs[n.names:n.others] {
			if i >= free && v.forms[number].fits(s, i, k, loose) {
				longest, end = at, k+1
				break
			}
		}
		for _, number := range v.outputs[n.others:n.to] {
			if w := &v.forms[number]; w.fits(s, i, k, loose) {
				b.add(r, s, hitsFrom, i, k, w)
			}
		}
	}
	if end == 0 {
		return free
	}
	v.addNames(r, s, i, end, longest)
	return end
}

// step follows the trie from a node, 0 being the root, and returns 0 where it
// ends.
func (v *Vocabulary) step(at int32, id uint32) int32 {
	if at == 0 {
		return v.first[id]
	}
	return v.next[uint64(at)<<32|uint64(id)]
}

// add notes a cue or a term of a topic. A longer term replaces a shorter one
// of the same topic that begins at the same word.
func (b *buffer) add(r *Reading, s *span, hitsFrom, i, k int, w *form) {
	if w.layer == layerCues {
		b.cues[w.concept] = true
		b.hits = append(b.hits, cueHit{int(w.concept), s.field, i})
		return
	}
	hit := TopicHit{Topic: int(w.concept), Field: s.field, Weight: float64(w.weight),
		From: int(s.tokens[i].from), To: int(s.tokens[k].to)}
	for n := hitsFrom; n < len(r.Hits); n++ {
		if r.Hits[n].Topic == hit.Topic {
			if hit.To > r.Hits[n].To || hit.Weight > r.Hits[n].Weight {
				b.lastEnd[hit.Topic] = int32(k + 1)
				r.Hits[n] = hit
			}
			return
		}
	}
	if int32(i) >= b.lastEnd[hit.Topic] {
		b.lastEnd[hit.Topic] = int32(k + 1)
		r.Hits = append(r.Hits, hit)
	}
}

// addNames adds what the form that ends at a node may mean.
func (v *Vocabulary) addNames(r *Reading, s *span, i, end int, at int32) {
	loose := false
	for _, t := range s.tokens[i+1 : end] {
		loose = loose || t.gap == gapLoose
	}
	n := v.nodes[at]
	for _, number := range v.outputs[n.names:n.others] {
		w := &v.forms[number]
		if w.concept < 0 || !w.fits(s, i, end-1, loose) || r.has(int(w.concept), s.field, i) {
			continue
		}
		r.Mentions = append(r.Mentions, Mention{Concept: int(w.concept), Field: s.field,
			From: int(s.tokens[i].from), To: int(s.tokens[end-1].to),
			Token: i, tokens: end - i,
			Weight: float64(w.weight), Capital: w.capital, Demonym: w.demonym, form: number})
	}
}

// has tells that the concept was found at the same word in another language.
func (r *Reading) has(concept, field, token int) bool {
	for k := len(r.Mentions) - 1; k >= 0 && r.Mentions[k].Field == field && r.Mentions[k].Token == token; k-- {
		if r.Mentions[k].Concept == concept {
			return true
		}
	}
	return false
}

// fits tells whether the text from token i to token k is written as the form
// asks.
func (w *form) fits(s *span, i, k int, loose bool) bool {
	if w.language != 0 && s.language != 0 && w.language&s.language == 0 || loose && !w.loose {
		return false
	}
	if w.upper && !s.tokens[i].upper {
		return false
	}
	return !w.exact || sameWords(w.text, s.text[s.tokens[i].from:s.tokens[k].to])
}

// sameWords compares letters and digits as they are written.
func sameWords(a, b string) bool {
	for {
		ra, sa := nextWordRune(a)
		rb, sb := nextWordRune(b)
		if ra != rb {
			return false
		}
		if ra == 0 {
			return true
		}
		a, b = a[sa:], b[sb:]
	}
}

func nextWordRune(s string) (r rune, end int) {
	for i, r := range s {
		if isWord(r) {
			return r, i + utf8.RuneLen(r)
		}
	}
	return 0, len(s)
}
