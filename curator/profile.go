package curator

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// markKind is what a mark of an article speaks of.
type markKind uint8

const (
	markWord markKind = iota // a stem of title or lead
	markHead                 // a stem of the title
	markAct                  // what is done, in the title
	markNumber
	markDay // the day of the event, counted from 1970
	markCountry
	markPlace
	markActor // group, institution or person
	markTopic
	markToll   // how many were killed, hurt or taken
	markVictim // who
	markTarget // what was hit
	markMode   // how
	markNation // whose people they were
	markStage  // claim, arrest, funeral: a later stage of an affair
	markKinds
)

// mark is something that two tellings of one event may share.
type mark struct {
	hash   uint32
	kind   markKind
	weight uint8  // how much it tells, 1 to 10
	text   string // as evidence names it; not stored
}

// profile is what the curator compares of an article.
type profile struct {
	title    uint64 // hash of the folded title, 0 when it is too short to tell
	language uint16
	slots    [slots]uint16
	marks    []mark // by kind, then hash; one of each
}

const (
	// storyLead is how much of the text counts as its lead: what happened
	// stands there, background follows.
	storyLead = 420
	// maxWords bounds the stems of a profile, the rarest stay.
	maxWords = 60
	// minTitleWords is how many words a title needs to tell one article.
	minTitleWords = 4
)

// profile draws up what to compare of an article; its tags are set.
func (c *Curator) profile(a news.Article) (profile, [slots]uint64) {
	var p profile
	title := foldedWords(withoutOutlet(a.Title, a.Publisher))
	if len(title) >= minTitleWords {
		p.title = hash(strings.Join(title, " "))
	}
	p.language = uint16(hash(baseLanguage(a.Language))) //nolint:gosec // the low bits tell languages apart
	lead := c.lead(a)
	unknown := rareIn(a.Language)
	p.marks = append(c.words(markHead, title, unknown), c.words(markWord, append(title, foldedWords(lead)...), unknown)...)
	p.marks = append(p.marks, c.readFacts(a.Title, lead, a.Published.Time)...)
	p.marks = append(p.marks, tagMarks(a.Tags)...)
	slices.SortStableFunc(p.marks, compareMarks)
	p.marks = slices.CompactFunc(p.marks, func(a, b mark) bool { return compareMarks(a, b) == 0 })
	text := foldedWords(a.Title + "\n" + cutBytes(a.Text, maxShingledBytes))
	signature := minHash(text[:min(len(text), maxShingled)])
	for i, slot := range signature {
		p.slots[i] = uint16(slot) //nolint:gosec // the low bits are wanted
	}
	return p, signature
}

func compareMarks(a, b mark) int {
	return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.hash, b.hash))
}

func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(tag, "-")
	return base
}

// lead is the beginning of the text, without the title that some sources put
// before it and the outlet that others put behind it.
func (c *Curator) lead(a news.Article) string {
	lead := a.Text
	title := withoutOutlet(a.Title, a.Publisher)
	if at := strings.Index(lead, title); at >= 0 && at < 150 && title != "" {
		lead = lead[at+len(title):]
	}
	lead = strings.TrimSuffix(strings.TrimSpace(cutBytes(lead, storyLead)), a.Publisher)
	if len(lead) < len(a.Text) && len(strings.Fields(lead)) <= signatureWords && !strings.ContainsAny(lead, ".!?؟…") {
		return ""
	}
	return lead
}

// signatureWords is how many words an outlet puts behind a repeated title.
const signatureWords = 8

// withoutOutlet cuts " - Outlet" from a title.
func withoutOutlet(title, publisher string) string {
	for _, dash := range []string{" - ", " – ", " — ", " | "} {
		if at := strings.LastIndex(title, dash); at > 0 && len(title)-at < 40 {
			if publisher != "" && strings.Contains(strings.ToLower(publisher), strings.ToLower(title[at+len(dash):])) {
				return title[:at]
			}
		}
	}
	return title
}

// afterWords stand in a title between what is told and what came before it.
var afterWords = words("after following apres suite بعد إثر عقب")

// words are the rarest stems of folded words; unknown is what a stem weighs that
// is not listed.
func (c *Curator) words(kind markKind, folded []string, unknown uint8) []mark {
	var marks []mark
	seen := map[string]bool{}
	acted, before := false, false
	for _, word := range folded {
		before = before || acted && afterWords[word]
		if word[0] <= '9' || len(word) < 2 {
			continue
		}
		root := rootOf(word)
		if event, ok := listed(c.roots, root); ok {
			root = event
		}
		weight, common := c.weights[root]
		if !common {
			weight = unknown
		}
		if weight == 0 || seen[root] {
			continue
		}
		seen[root] = true
		if kind == markHead && strings.HasPrefix(root, actRoot) && !before {
			acted = true
			marks = append(marks, mark{uint32(hash(root)), markAct, weight, word}) //nolint:gosec // 32 bits are enough
		}
		marks = append(marks, mark{uint32(hash(root)), kind, weight, word}) //nolint:gosec // 32 bits are enough
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(b.weight, a.weight) })
	return marks[:min(len(marks), maxWords)]
}

// tagMarks are the concepts that an article is about. They are the same in
// every language.
func tagMarks(tags []news.Tag) []mark {
	var marks []mark
	for _, tag := range tags {
		kind := markActor
		weight := uint8(8)
		switch tag.Kind {
		case news.KindCountry:
			kind, weight = markCountry, 3
		case news.KindRegion:
			continue // follows from the countries
		case news.KindPlace:
			kind = markPlace
		case news.KindTopic:
			kind, weight = markTopic, 3
		}
		marks = append(marks, mark{uint32(hash(string(tag.Kind), tag.ID)), kind, weight, tag.Label}) //nolint:gosec // as above
	}
	return marks
}

// encode lays a profile out in bytes; decode reads it back without the texts.
func (p profile) encode() []byte {
	b := []byte{sketchVersion}
	b = binary.LittleEndian.AppendUint64(b, p.title)
	b = binary.LittleEndian.AppendUint16(b, p.language)
	for _, slot := range p.slots {
		b = binary.LittleEndian.AppendUint16(b, slot)
	}
	for _, m := range p.marks {
		b = binary.LittleEndian.AppendUint32(b, m.hash)
		b = append(b, byte(m.kind)<<4|m.weight)
	}
	return b
}

// sketchVersion is the version of the encoding: others are not compared.
const sketchVersion = 2

const headBytes = 1 + 8 + 2 + 2*slots

func decodeProfile(b []byte) (p profile, ok bool) {
	if len(b) < headBytes || b[0] != sketchVersion || (len(b)-headBytes)%5 != 0 {
		return p, false
	}
	p.title = binary.LittleEndian.Uint64(b[1:])
	p.language = binary.LittleEndian.Uint16(b[9:])
	for i := range p.slots {
		p.slots[i] = binary.LittleEndian.Uint16(b[11+2*i:])
	}
	p.marks = make([]mark, 0, (len(b)-headBytes)/5)
	for rest := b[headBytes:]; len(rest) > 0; rest = rest[5:] {
		p.marks = append(p.marks, mark{hash: binary.LittleEndian.Uint32(rest), kind: markKind(rest[4] >> 4), weight: rest[4] & 15})
	}
	return p, true
}

// dayOf counts the days from 1970.
func dayOf(t time.Time) uint32 {
	return uint32(t.Unix() / (24 * 3600)) //nolint:gosec // articles are younger than 1970
}
