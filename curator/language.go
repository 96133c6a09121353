package curator

import (
	_ "embed"
	"fmt"
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
	words        map[string][]string
	letters      map[rune][]string
	heads, tails map[string][]string // how words begin and end
}

//go:embed languages.toml
var languagesTOML []byte

func newLanguages() (*languages, error) {
	var data struct{ Words, Letters, Parts map[string]string }
	if err := toml.Unmarshal(languagesTOML, &data); err != nil {
		return nil, fmt.Errorf("languages.toml: %w", err)
	}
	l := &languages{map[string][]string{}, map[rune][]string{}, map[string][]string{}, map[string][]string{}}
	for tag, list := range data.Words {
		seen := map[string]bool{}
		for word := range strings.FieldsSeq(list) {
			if !seen[word] {
				l.words[word] = append(l.words[word], tag)
				seen[word] = true
			}
		}
	}
	for tag, letters := range data.Letters {
		for _, r := range letters {
			l.letters[r] = append(l.letters[r], tag)
		}
	}
	for tag, parts := range data.Parts {
		for part := range strings.FieldsSeq(parts) {
			if head, ok := strings.CutSuffix(part, "-"); ok {
				l.heads[head] = append(l.heads[head], tag)
			} else {
				l.tails[part[1:]] = append(l.tails[part[1:]], tag)
			}
		}
	}
	return l, nil
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
const maxMeasured = 2000

// measure tells the language of a text and how sure that is, from 0 to 1.
func (l *languages) measure(text string) (tag string, measure float64) {
	text = strings.ToLower(tidy(cutBytes(text, maxMeasured)))
	if tag, ok := byScript(text); ok {
		return tag, 1
	}
	scores := map[string]float64{}
	total := 0
	for word := range strings.FieldsFuncSeq(strings.ReplaceAll(text, "’", "'"), notInWord) {
		total++
		l.score(scores, word)
	}
	best, second := "", ""
	for tag, score := range scores {
		switch {
		case best == "" || score > scores[best] || score == scores[best] && tag < best:
			best, second = tag, best
		case second == "" || score > scores[second] || score == scores[second] && tag < second:
			second = tag
		}
	}
	if total == 0 || best == "" {
		return l.byTrigrams(text, total)
	}
	lead := (scores[best] - scores[second]) / scores[best]
	if scores[best] < 1 || lead < 0.12 {
		return l.tie(text, best, second, scores)
	}
	if utf8.RuneCountInString(text) < shortText {
		lead /= 2
	}
	return best, min(1, lead*min(1, scores[best]/2.5)+min(0.3, scores[best]/float64(total)))
}

// score adds what a word and its letters say. Elided words ("l'armée") say it
// with their first part.
func (l *languages) score(scores map[string]float64, word string) {
	word = strings.Trim(word, "'-")
	found := l.words[word]
	if head, _, elided := strings.Cut(word, "'"); elided && len(found) == 0 {
		found = l.words[head]
	}
	for _, tag := range found {
		scores[tag] += 1 / float64(len(found))
	}
	if len(found) == 0 {
		l.scoreParts(scores, word)
	}
	for _, r := range word {
		if r >= 0x80 {
			for _, tag := range l.letters[r] {
				scores[tag] += 0.5 / float64(len(l.letters[r]))
			}
		}
	}
}

// partWeight is what the beginning or ending of a word says beside a word.
const partWeight = 0.3

// scoreParts adds what the beginning and the longest known ending say.
func (l *languages) scoreParts(scores map[string]float64, word string) {
	add := func(tags []string) {
		for _, tag := range tags {
			scores[tag] += partWeight / float64(len(tags))
		}
	}
	for size := min(4, len(word)-3); size > 0; size-- {
		if tags := l.heads[word[:size]]; len(tags) > 0 {
			add(tags)
			break
		}
	}
	for size := min(6, len(word)-2); size > 0; size-- {
		if tags := l.tails[word[len(word)-size:]]; len(tags) > 0 {
			add(tags)
			return
		}
	}
}

func notInWord(r rune) bool {
	if r < 0x80 { // without the tables, for most of what there is
		return (r|0x20 < 'a' || r|0x20 > 'z') && r != '\''
	}
	return !unicode.IsLetter(r) && !unicode.In(r, unicode.Mn) && r != '\''
}

// byTrigrams asks whatlanggo when no small word was found.
func (l *languages) byTrigrams(text string, words int) (string, float64) {
	if words < 5 {
		return undetermined, 0
	}
	info := whatlanggo.DetectWithOptions(text, whatlanggo.Options{Whitelist: trigramLanguages()})
	tag := info.Lang.Iso6391()
	if tag == "" || info.Confidence < 0.3 {
		return undetermined, 0
	}
	return tag, sure / 2
}

// tie lets whatlanggo choose between the two best.
func (l *languages) tie(text, best, second string, scores map[string]float64) (string, float64) {
	tag, measure := l.byTrigrams(text, 5)
	if tag == best || tag == second {
		return tag, measure
	}
	if scores[best] >= 1 && scores[best] > scores[second] {
		return best, sure / 2
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
