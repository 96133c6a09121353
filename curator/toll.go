package curator

import (
	"slices"
	"strings"
	"unicode/utf8"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// Tolls are the numbers of people killed, injured, abducted and displaced that
// the title of an article gives, else the beginning of its text: one of each
// kind, the first that stands there. Where it is not plain who is counted there
// is none: a correction that was not one would be worse than one unseen.
func Tolls(a news.Article) []news.Toll {
	lead := a.Text
	if lead == "" {
		lead = a.Summary
	}
	found := map[news.TollKind]int{}
	for _, part := range []string{a.Title, cutRunes(lead, tollLead)} {
		here := map[news.TollKind]int{}
		for _, sentence := range sentencesOf(tollTokens(part)) {
			sentence.tolls(here)
		}
		for kind, n := range here {
			if _, known := found[kind]; !known {
				found[kind] = n
			}
		}
	}
	var tolls []news.Toll
	for _, kind := range []news.TollKind{news.TollKilled, news.TollInjured, news.TollAbducted, news.TollDisplaced} {
		if n := found[kind]; n > 0 {
			tolls = append(tolls, news.Toll{Kind: kind, Number: n})
		}
	}
	return tolls
}

// MarkTolls notes in each article its tolls, and how they differ from those of
// the known article that it is a new state of.
func MarkTolls(articles, known []news.Article) {
	before := make(map[string]*news.Article, len(known))
	for i := range known {
		before[known[i].ID] = &known[i]
	}
	for i := range articles {
		a := &articles[i]
		a.Tolls = Tolls(*a)
		if old := before[a.ID]; old != nil {
			was := old.Tolls
			if len(was) == 0 {
				was = Tolls(*old) // from before tolls were noted: its title and summary
			}
			a.TollChanges = news.TollChanges(was, a.Tolls, old.TollChanges, a.ModifiedAt)
		}
	}
}

// KeepTolls notes in articles that were read again their tolls, and the
// corrections that are known: a better reading corrects nothing that was said.
func KeepTolls(articles, known []news.Article) {
	for i := range articles {
		articles[i].Tolls = Tolls(articles[i])
		for _, old := range known {
			if old.ID == articles[i].ID {
				articles[i].TollChanges = old.TollChanges
			}
		}
	}
}

// tollLead is how far into a text its own toll is looked for, in characters:
// further down are those of other days.
const tollLead = 600

// cutRunes cuts s to at most limit characters.
func cutRunes(s string, limit int) string {
	count := 0
	for i := range s {
		if count == limit {
			return s[:i]
		}
		count++
	}
	return s
}

// tollToken is a word, a number (n > 0) or a sign, folded.
type tollToken struct {
	text string
	n    int
}

// tollSizes tells by the second byte of a word, for the first is the same in most
// of Arabic, which lengths the words have that say what became of people.
var tollSizes = func() (sizes [256]uint64) {
	for word := range tollWords {
		sizes[word[1]] |= 1 << len(word)
	}
	for word := range tollPairs {
		sizes[word[1]] |= 1 << len(word)
	}
	return sizes
}()

// speaksOfToll tells whether a word of a folded text says what became of people.
func speaksOfToll(folded string) bool {
	begin := 0
	for i := 0; i < len(folded); {
		r, size := rune(folded[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(folded[i:])
		}
		if runeIs(r)&letterRune == 0 {
			if countsPeople(folded[begin:i]) {
				return true
			}
			begin = i + size
		}
		i += size
	}
	return countsPeople(folded[begin:])
}

func countsPeople(word string) bool {
	if len(word) < 2 || tollSizes[word[1]]>>len(word)&1 == 0 {
		return false
	}
	_, alone := tollWords[word]
	_, pair := tollPairs[word]
	return alone || pair
}

// tollTokens cuts a text and reads its numbers, digits and words alike. There
// are none where no word speaks of a toll.
func tollTokens(text string) []tollToken {
	folded := vocabulary.Fold(text)
	if !speaksOfToll(folded) {
		return nil // as most texts
	}
	raw := joinThousands(dateTokensOf(folded))
	tokens := make([]tollToken, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i].kind == 'n' && len(raw[i].text) <= 7 {
			tokens = append(tokens, tollToken{raw[i].text, number(raw[i].text)})
			i++
			continue
		}
		if n, used := spelled(raw[i:]); used > 0 {
			tokens = append(tokens, tollToken{"", n})
			i += used
			continue
		}
		tokens = append(tokens, tollToken{text: raw[i].text})
		i++
	}
	return tokens
}

// spelled reads a number in words: "vingt-sept", "quatre-vingt-dix", "two
// hundred and five", "سبعة وعشرون". It returns how many tokens it took.
func spelled(tokens []dateToken) (n, used int) {
	for used < len(tokens) {
		at := used
		if used > 0 && at+1 < len(tokens) && (tokens[at].text == "-" || tokens[at].text == "et" || tokens[at].text == "and") {
			at++
		}
		word := tokens[at].text
		if at == used { // Arabic writes "and" as one with the word
			if rest, ok := strings.CutPrefix(word, "و"); ok && countWords[rest] > 0 {
				word = rest
			}
		}
		value, ok := countWords[word]
		if word == "vingts" || word == "cents" {
			value, ok = countWords[strings.TrimSuffix(word, "s")], used > 0
		}
		if !ok && used > 0 && n >= 20 && (word == "un" || word == "une" || word == "one") {
			value, ok = 1, true
		}
		joined := at > used || word != tokens[at].text
		switch {
		case !ok:
			return n, used
		case used == 0:
			n = value
		case value == 20 && n == 4: // quatre-vingts
			n = 80
		case n == 10 && value >= 7 && value < 10 && joined: // dix-sept
			n += value
		case value == 100 && n < 20:
			n *= 100
		case n >= 100 && value < 100 && n%100 == 0:
			n += value
		case n%10 == 0 && n%100 >= 20 && value < 20 && (value < 10 || n%100 == 60 || n%100 == 80):
			n += value
		case joined && n < 20 && value >= 20 && value < 100 && strings.HasPrefix(tokens[at].text, "و"):
			n += value // سبعة وعشرون
		default:
			return n, used
		}
		used = at + 1
	}
	return n, used
}

// tollSentence are the tokens between two signs that part.
type tollSentence []tollToken

func sentencesOf(tokens []tollToken) []tollSentence {
	var all []tollSentence
	start := 0
	for i, t := range tokens {
		if t.n == 0 && strings.Contains(".,;:!?()[]|–—،؛؟«»\"“”", t.text) && t.text != "" {
			all = append(all, tokens[start:i])
			start = i + 1
		}
	}
	return append(all, tokens[start:])
}

// tolls adds the first number of each kind that the sentence gives.
func (s tollSentence) tolls(found map[news.TollKind]int) {
	taken := make([]bool, len(s))
	for i, t := range s {
		if twice, ok := tollPairs[t.text]; ok {
			note(found, twice, 2)
			continue
		}
		word, ok := tollWords[t.text]
		if !ok {
			continue
		}
		if n, at := s.behind(i, word); at >= 0 && !taken[at] {
			taken[at] = true
			note(found, word.kind, n)
		} else if n, at := s.before(i, taken); at >= 0 && !taken[at] {
			taken[at] = true
			note(found, word.kind, n)
		}
	}
}

func note(found map[news.TollKind]int, kind news.TollKind, n int) {
	if _, known := found[kind]; !known {
		found[kind] = n
	}
}

// behind finds the number in "killing at least 12", "death toll rises to 27".
func (s tollSentence) behind(i int, word tollWord) (n, at int) {
	for j := i + 1; j < len(s); j++ {
		switch {
		case s[j].n > 0 && (word.leads || j > i+1 && word.counts) && s.counts(j):
			return s[j].n + s.sumBehind(j), j
		case s[j].n > 0 || !(tollFillers[s[j].text] || word.counts && tollRises[s[j].text]):
			return 0, -1
		}
	}
	return 0, -1
}

// before finds the number in "12 dead", "douze soldats maliens ont été tués",
// "12 soldiers and 3 civilians killed".
func (s tollSentence) before(i int, taken []bool) (n, at int) {
	people := false
	for j := i - 1; j >= 0 && i-j <= tollReach; j-- {
		t := s[j]
		if n = max(t.n, s.one(j, i)); n > 0 {
			if t.n > 0 && !people && !s.onlyVerbs(j+1, i) || !s.counts(j) {
				return 0, -1
			}
			more, sure := s.sumBefore(j, people, taken)
			if !sure {
				return 0, -1
			}
			return n + more, j
		}
		if _, other := tollWords[t.text]; other || tollBreaks[t.text] {
			return 0, -1
		}
		people = people || tollPeople[t.text]
	}
	return 0, -1
}

// one is 1 for "un soldat", "one killed", but not for an article before anything
// else, nor for the United Nations.
func (s tollSentence) one(j, word int) int {
	if tollOnes[s[j].text] && (j+1 == word || tollPerson[s[j+1].text]) {
		return 1
	}
	return 0
}

// sumBehind is what an "and" adds to the number at j: "ten civilians and three
// soldiers".
func (s tollSentence) sumBehind(j int) int {
	and := j + 1
	for and < len(s) && !tollAnds[s[and].text] {
		and++
	}
	k := and + 1
	if k >= len(s) || s[k].n == 0 || !s.counts(k) || and-j > tollReach || !s.names(j+1, and) || !s.names(k+1, min(k+4, len(s))) {
		return 0
	}
	for _, t := range s[k+1 : min(k+1+tollReach, len(s))] {
		if _, other := tollWords[t.text]; other { // "and three soldiers wounded"
			return 0
		}
	}
	return s[k].n
}

// names tells whether people are named between two places.
func (s tollSentence) names(from, to int) bool {
	return slices.ContainsFunc(s[from:to], func(t tollToken) bool { return tollPeople[t.text] })
}

// sumBefore is what stands before an "and" in front of the number at j, when
// both count people. It is not sure when the "and" joins something else.
func (s tollSentence) sumBefore(j int, people bool, taken []bool) (n int, sure bool) {
	if j == 0 || !tollAnds[s[j-1].text] || !people {
		return 0, true
	}
	named := false
	for k := j - 2; k >= 0 && j-k <= tollReach; k-- {
		if _, other := tollWords[s[k].text]; other {
			return 0, true // "killed 4 and 3 civilians injured"
		}
		if s[k].n > 0 && taken[k] { // "kill ten civilians and three soldiers are wounded"
			return 0, true
		}
		if s[k].n > 0 {
			return s[k].n, named && s.counts(k)
		}
		named = named || tollPeople[s[k].text]
	}
	return 0, true
}

// onlyVerbs tells whether nothing but "were", "ont été" stands between.
func (s tollSentence) onlyVerbs(from, to int) bool {
	return !slices.ContainsFunc(s[from:to], func(t tollToken) bool { return !tollVerbs[t.text] })
}

// counts tells whether the number at j may count people: it is no year, day of
// a month, age, span of time, distance or share.
func (s tollSentence) counts(j int) bool {
	if n := s[j].n; n >= 1990 && n <= 2040 && s[j].text != "" {
		return false
	}
	for _, k := range []int{j - 1, j + 1} {
		if k >= 0 && k < len(s) && (monthWords[s[k].text] > 0 && len(s[k].text) > 3 || tollUnits[s[k].text] && k > j) {
			return false
		}
	}
	return j+2 >= len(s) || s[j+1].text != "-" || !tollUnits[s[j+2].text]
}

// tollReach is how many words may stand between a number and what became of
// the people.
const tollReach = 7
