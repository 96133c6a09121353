package curator

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"

	"harmattan/news"
)

// undetermined is the BCP 47 tag of a language that we cannot tell.
const undetermined = "und"

// sure is the measure from which the text is believed against what the source
// declares.
const sure = 0.6

// languages tells the language of short texts by script, by letters and by
// small words.
type languages struct {
	tags         []string // sorted; the others hold places in it
	letters      map[rune][]uint8
	words        parts
	heads, tails parts // how words begin and end
}

// parts are words or parts of words. Their outer byte and their size are looked
// up first, for most words are none and have none.
type parts struct {
	tags  map[string][]uint8
	sizes [256]uint64 // by first byte, of tails by last: a bit for each size that there is
}

func (p *parts) add(part string, outer byte, tag uint8) {
	p.tags[part] = append(p.tags[part], tag)
	p.sizes[outer] |= 1 << len(part)
}

func (p *parts) find(part []byte, outer byte) []uint8 {
	if p.sizes[outer]>>len(part)&1 == 0 {
		return nil
	}
	return p.tags[string(part)]
}

//go:embed languages.toml
var languagesTOML []byte

func newLanguages() (*languages, error) {
	var data struct{ Words, Letters, Parts map[string]string }
	if err := toml.Unmarshal(languagesTOML, &data); err != nil {
		return nil, fmt.Errorf("languages.toml: %w", err)
	}
	l := &languages{letters: map[rune][]uint8{}, words: parts{tags: map[string][]uint8{}},
		heads: parts{tags: map[string][]uint8{}}, tails: parts{tags: map[string][]uint8{}}}
	for _, lists := range []map[string]string{data.Words, data.Letters, data.Parts} {
		l.tags = append(l.tags, slices.Collect(maps.Keys(lists))...)
	}
	slices.Sort(l.tags)
	l.tags = slices.Compact(l.tags)
	for i, tag := range l.tags {
		l.learn(uint8(i), data.Words[tag], data.Letters[tag], data.Parts[tag]) //nolint:gosec // there are a few dozen
	}
	return l, nil
}

// learn adds the words, letters and parts of words of one language.
func (l *languages) learn(tag uint8, words, letters, parts string) {
	seen := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		if !seen[word] {
			l.words.add(word, word[0], tag)
			seen[word] = true
		}
	}
	for _, r := range letters {
		l.letters[r] = append(l.letters[r], tag)
	}
	for part := range strings.FieldsSeq(parts) {
		if head, ok := strings.CutSuffix(part, "-"); ok {
			l.heads.add(head, head[0], tag)
		} else {
			l.tails.add(part[1:], part[len(part)-1], tag)
		}
	}
}

// of decides the language of an article: what the item or its document
// declares, unless the text clearly speaks another; else the text; else the
// source's own. From says which.
func (l *languages) of(text, declared string, source news.Source) (tag, from string) {
	measured, measure := l.measure(text)
	declared = validTag(declared)
	own := validTag(source.Language)
	switch {
	case declared != "" && (measured == undetermined || sameLanguage(declared, measured)):
		return declared, "declared"
	case declared != "" && measure >= sure:
		return measured, "measured, against " + declared + " as declared"
	case declared != "":
		return declared, "declared"
	case own != "" && (measured == undetermined || sameLanguage(own, measured) || measure < sure):
		return own, "source"
	case measured != undetermined:
		return measured, "measured"
	}
	return undetermined, "not told"
}

// validTag returns a declared tag in its BCP 47 form, or nothing.
func validTag(declared string) string {
	declared = strings.TrimSpace(strings.ReplaceAll(declared, "_", "-"))
	if declared == "" {
		return ""
	}
	tag, err := language.Parse(declared)
	if err != nil || tag == language.Und {
		return ""
	}
	return tag.String()
}

func sameLanguage(a, b string) bool {
	base := func(s string) string { first, _, _ := strings.Cut(s, "-"); return first }
	return base(a) == base(b)
}

// maxMeasured is how much of a text is measured, in bytes.
const maxMeasured = 600

// measure tells the language of a text and how sure that is, from 0 to 1.
func (l *languages) measure(text string) (tag string, measure float64) {
	text = tidy(cutBytes(text, maxMeasured))
	if tag, ok := byScript(text); ok {
		return tag, 1
	}
	scores := make([]float64, len(l.tags))
	total := 0
	eachLowered(text, func(word []byte) {
		total++
		l.score(scores, word)
	})
	best, second := twoBest(scores)
	if scores[best] == 0 {
		return l.byTrigrams(text, total)
	}
	lead := (scores[best] - scores[second]) / scores[best]
	if scores[best] < 1 || lead < 0.12 {
		return l.tie(text, best, second, scores)
	}
	if !longEnough(text) {
		lead /= 2
	}
	return l.tags[best], min(1, lead*min(1, scores[best]/2.5)+min(0.3, scores[best]/float64(total)))
}

// twoBest are the places of the two highest scores, of equal ones the first.
func twoBest(scores []float64) (best, second int) {
	second = -1
	for i := 1; i < len(scores); i++ {
		switch {
		case scores[i] > scores[best]:
			best, second = i, best
		case second < 0 || scores[i] > scores[second]:
			second = i
		}
	}
	return best, second
}

// score adds what a word and its letters say. Elided words ("l'armée") say it
// with their first part.
func (l *languages) score(scores []float64, word []byte) {
	word = bytes.Trim(word, "'")
	if len(word) == 0 {
		return
	}
	found := l.words.find(word, word[0])
	if head, _, elided := bytes.Cut(word, []byte{'\''}); elided && len(found) == 0 {
		found = l.words.find(head, word[0])
	}
	for _, tag := range found {
		scores[tag] += 1 / float64(len(found))
	}
	if len(found) == 0 {
		l.scoreParts(scores, word)
	}
	for i := 0; i < len(word); {
		if word[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(word[i:])
		i += size
		tags := l.letters[r]
		for _, tag := range tags {
			scores[tag] += 0.5 / float64(len(tags))
		}
	}
}

// partWeight is what the beginning or ending of a word says beside a word.
const partWeight = 0.3

// scoreParts adds what the longest known beginning and ending say.
func (l *languages) scoreParts(scores []float64, word []byte) {
	add := func(tags []uint8) bool {
		for _, tag := range tags {
			scores[tag] += partWeight / float64(len(tags))
		}
		return len(tags) > 0
	}
	for size := min(4, len(word)-3); size > 0; size-- {
		if add(l.heads.find(word[:size], word[0])) {
			break
		}
	}
	for size := min(6, len(word)-2); size > 0; size-- {
		if add(l.tails.find(word[len(word)-size:], word[len(word)-1])) {
			return
		}
	}
}

// eachLowered calls do with each word of a text in lower case, its marks and
// apostrophes included; do may not keep it.
func eachLowered(text string, do func(word []byte)) {
	word := make([]byte, 0, 64)
	for i := 0; i < len(text); {
		if c := text[i] | 0x20; c >= 'a' && c <= 'z' {
			word = append(word, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		is := runeIs(r)
		switch {
		case r == '\'' || r == '’':
			word = append(word, '\'')
		case is&(letterRune|markRune) == 0:
			if len(word) > 0 {
				do(word)
				word = word[:0]
			}
		case is&raisedRune != 0:
			word = utf8.AppendRune(word, unicode.ToLower(r))
		default:
			word = append(word, text[i-size:i]...)
		}
	}
	if len(word) > 0 {
		do(word)
	}
}

// byTrigrams asks whatlanggo when no small word was found.
func (l *languages) byTrigrams(text string, words int) (string, float64) {
	if words < 5 {
		return undetermined, 0
	}
	info := whatlanggo.DetectWithOptions(strings.ToLower(text), whatlanggo.Options{Whitelist: trigramLanguages()})
	tag := info.Lang.Iso6391()
	if tag == "" || info.Confidence < 0.3 {
		return undetermined, 0
	}
	return tag, sure / 2
}

// tie lets whatlanggo choose between the two best.
func (l *languages) tie(text string, best, second int, scores []float64) (string, float64) {
	tag, measure := l.byTrigrams(text, 5)
	if tag == l.tags[best] || tag == l.tags[second] && scores[second] > 0 {
		return tag, measure
	}
	if scores[best] >= 1 && scores[best] > scores[second] {
		return l.tags[best], sure / 2
	}
	return undetermined, 0
}

func trigramLanguages() map[whatlanggo.Lang]bool {
	return map[whatlanggo.Lang]bool{
		whatlanggo.Eng: true, whatlanggo.Fra: true, whatlanggo.Por: true, whatlanggo.Spa: true, whatlanggo.Deu: true, whatlanggo.Ita: true,
		whatlanggo.Hau: true, whatlanggo.Som: true, whatlanggo.Yor: true, whatlanggo.Ibo: true, whatlanggo.Tur: true, whatlanggo.Pol: true,
		whatlanggo.Nld: true, whatlanggo.Swe: true, whatlanggo.Aka: true,
	}
}
