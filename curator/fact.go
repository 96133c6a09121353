package curator

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"harmattan/curator/vocabulary"
)

// factWords are the words behind the facts of an event: who was hit and what,
// how many, and what became of them.
//
//go:embed facts.txt
var factWords string

// fact is what a word says of an event.
type fact struct{ kind, name string }

// newFacts reads the list: the facts behind each stem.
func newFacts() map[string][]fact {
	facts := map[string][]fact{}
	for line := range strings.Lines(factWords) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "#" {
			continue
		}
		first := 2
		f := fact{fields[0], fields[1]}
		if f.kind == "speech" || f.kind == "join" || f.kind == "besides" || f.kind == "deadline" || f.kind == "unit" {
			first = 1
		}
		seen := map[string]bool{}
		for _, word := range fields[first:] {
			root := factRoot(vocabulary.Fold(word))
			if !seen[root] {
				seen[root] = true
				facts[root] = append(facts[root], f)
			}
		}
	}
	return facts
}

// factRoot is what a folded word of the list is looked up by: the list holds the
// forms, so that only the plural is cut, lest a commission be a commissariat.
func factRoot(word string) string {
	if isArabic(word) || len(word) <= 4 {
		return rootOf(word)
	}
	return strings.TrimSuffix(strings.TrimSuffix(word, "s"), "e")
}

// reader reads the facts of one article off the tokens of title and lead.
type reader struct {
	tokens  []dateToken
	facts   [][]fact // of each token
	counts  []int    // the number that a token is, or -1
	counted bool     // the title says how many were killed, hurt or taken
	main    int      // the tokens before it tell the event: title and first sentence
	marks   []mark
}

// The weight of a fact tells where it stands: what the first sentence says is
// the event, the rest may be its background.
const (
	earlierFact = 1 // a stage that had passed
	background  = 3
	mainFact    = 5
	headFact    = 7 // a stage or a toll that the title names
	resultFact  = 8 // an outcome, or that it is an analysis
)

// readFacts lists the numbers, days and facts of title and lead.
func (c *Curator) readFacts(title, lead string, published time.Time) []mark {
	head := dateTokensOf(vocabulary.Fold(title))
	r := &reader{tokens: joinThousands(head)}
	first := len(r.tokens)
	r.tokens = append(r.tokens, dateToken{kind: 's', text: "."})
	r.tokens = append(r.tokens, joinThousands(dateTokensOf(vocabulary.Fold(lead)))...)
	r.main = r.sentenceEnd(first + 1)
	r.counts = countsIn(r.tokens)
	r.facts = make([][]fact, len(r.tokens))
	for i, t := range r.tokens {
		if t.kind == 'w' && !r.inDate(i) {
			r.facts[i], _ = listed(c.facts, factRoot(t.text))
		}
	}
	r.readNumbers(first)
	r.readDays(published)
	r.readWho(first)
	return r.marks
}

// sentenceEnd is where the first sentence from a token on ends; one of few
// words is a dateline or a label.
func (r *reader) sentenceEnd(from int) int {
	for i := from; i < len(r.tokens); i++ {
		if strings.Contains(".!?؟", r.tokens[i].text) && i-from > 8 {
			return i
		}
	}
	return len(r.tokens)
}

func (r *reader) add(at int, kind markKind, name, text string) {
	weight := uint8(background)
	if at < r.main {
		weight = mainFact
	}
	r.marks = append(r.marks, mark{uint32(hash(name)), kind, weight, text}) //nolint:gosec // 32 bits are enough
}

func (r *reader) is(at int, kind string) string {
	if at >= 0 && at < len(r.facts) {
		for _, f := range r.facts[at] {
			if f.kind == kind {
				return f.name
			}
		}
	}
	return ""
}

// readWho lists victims, targets, kinds of attack and nationalities. A word for
// people is one for victims where it is counted or stands beside their fate.
func (r *reader) readWho(first int) {
	post := -1
	gendarmes := false
	for i, t := range r.tokens {
		if victim := r.is(i, "victim"); victim != "" && victim != "people" && r.hit(i, victim) {
			r.add(i, markVictim, victim, t.text)
		}
		if target := r.is(i, "target"); target == "post" {
			post = i
		} else if target != "" {
			gendarmes = gendarmes || target == "gendarmerie"
			r.add(i, markTarget, target, t.text)
		}
		if mode := r.is(i, "mode"); mode != "" {
			r.add(i, markMode, mode, t.text)
		}
		r.readStage(i, first)
		if nation := r.is(i, "nation"); nation != "" && r.beside(i, "victim", 2) {
			r.add(i, markNation, nation, t.text)
		}
	}
	if post >= 0 && !gendarmes {
		r.add(post, markTarget, "base", r.tokens[post].text)
	}
}

// readStage lists the stages of an affair; a title that asks is an analysis. One
// that counts the dead and names who claims it tells the attack itself.
func (r *reader) readStage(at, first int) {
	stage := r.is(at, "stage")
	if strings.Contains("?؟", r.tokens[at].text) {
		stage = "analysis"
	}
	if stage == "" || stage == "analysis" && at >= first || stage == "result" && r.beside(at, "deadline", 7) {
		return
	}
	weight := uint8(background)
	if r.earlier(at) {
		weight = earlierFact
	} else if at < first && (stage != "claim" || !r.counted) {
		weight = headFact
		if stage == "result" || stage == "analysis" {
			weight = resultFact
		}
	}
	r.marks = append(r.marks, mark{uint32(hash(stage)), markStage, weight, r.tokens[at].text}) //nolint:gosec // as above
}

// pastWords stand before what was done earlier than what is told.
var pastWords = words("had avait avaient كان كانت")

// earlier tells what had been done before: "who had demanded", "qui avait été
// libéré". In what somebody said it is the event: "they said he had been freed".
func (r *reader) earlier(at int) bool {
	span := 2
	if at > 0 && r.tokens[at-1].text == "قد" {
		span = 5 // who did it stands between the two words
	}
	before := r.tokens[max(0, at-span):at]
	if !slices.ContainsFunc(before, func(t dateToken) bool { return pastWords[t.text] }) {
		return false
	}
	from, to := at, at
	for from > 0 && !strings.Contains(".!?؟", r.tokens[from-1].text) {
		from--
	}
	for to < len(r.tokens) && !strings.Contains(".!?؟", r.tokens[to].text) {
		to++
	}
	return !slices.ContainsFunc(r.facts[from:to], func(f []fact) bool { return len(f) > 0 && f[0].kind == "speech" })
}

// hit tells whether the people at a token are counted, or named beside their
// fate. Militants beside it are mostly those who kill.
func (r *reader) hit(at int, victim string) bool {
	for i := max(0, at-3); i < at; i++ {
		if r.counts[i] >= 0 {
			return true
		}
	}
	return victim != "militants" && r.beside(at, "role", 2)
}

func (r *reader) beside(at int, kind string, span int) bool {
	for i := max(0, at-span); i <= at+span; i++ {
		if i != at && r.is(i, kind) != "" {
			return true
		}
	}
	return false
}

// roles are what became of people, in the bits that a toll keeps of them.
var roles = map[string]uint32{"killed": 1, "hurt": 2, "taken": 3, "freed": 4}

// readNumbers lists the numbers, and those that count people with their fate.
func (r *reader) readNumbers(first int) {
	listed, tolls := 0, 0
	for i, n := range r.counts {
		if n < 2 || n >= 1990 && n <= 2040 || listed == maxNumbers || r.dated(i, n) {
			continue
		}
		listed++
		m := numberMark(n)
		if i < first {
			m.weight |= headNumber
		}
		r.marks = append(r.marks, m)
		if role := roles[r.roleOf(i)]; role != 0 && n < 1<<tollBits && r.is(i+1, "unit") == "" && (tolls > 0 || !r.besides(i)) {
			tolls++
			r.counted = r.counted || i < first
			weight := uint8(background)
			switch {
			case i < first:
				weight = headFact
			case i < r.main:
				weight = mainFact
			}
			r.marks = append(r.marks, mark{role<<tollBits | uint32(n), markToll, weight, r.tokens[i].text}) //nolint:gosec // n is below
		}
	}
}

// besides tells a number of those who come on top of others: of a professor and
// three other researchers it is no count of all. Behind another count it is: two
// killed, three others hurt.
func (r *reader) besides(at int) bool {
	return r.is(at-1, "besides") != "" || r.is(at+1, "besides") != ""
}

// inDate tells the name of a month beside a number: March is no market.
func (r *reader) inDate(at int) bool {
	if _, month := monthWords[r.tokens[at].text]; !month {
		return false
	}
	return at > 0 && r.tokens[at-1].kind == 'n' || at+1 < len(r.tokens) && r.tokens[at+1].kind == 'n'
}

// dated tells a number that is the day of a month.
func (r *reader) dated(at, n int) bool {
	for _, near := range []int{at - 1, at + 1} {
		if n <= 31 && near >= 0 && near < len(r.tokens) && len(r.tokens[near].text) >= 3 {
			if _, month := monthWords[r.tokens[near].text]; month {
				return true
			}
		}
	}
	return false
}

// roleOf is the fate that a number counts: that of the words behind it, up to
// the next number; else that of the words before it. Hostages who are freed are
// counted as freed.
func (r *reader) roleOf(at int) string {
	if before := r.roleNear(at, -1, 3); before != "" {
		return before
	}
	return r.roleNear(at, 1, 7)
}

func (r *reader) roleNear(at, step, span int) (found string) {
	for i := at + step; i >= 0 && i < len(r.tokens) && span > 0; i += step {
		if r.counts[i] >= 0 || r.is(i, "join") != "" || strings.Contains(".;:!?", r.tokens[i].text) {
			break
		}
		if role := r.is(i, "role"); role == "freed" || role != "" && found == "" {
			found = role
		}
		if found != "" && found != "taken" {
			break
		}
		span--
	}
	return found
}

// readDays lists the days that are named: dates, and weekdays as the last before
// it was published. The day of a statement is not that of the event.
func (r *reader) readDays(published time.Time) {
	listed := 0
	add := func(at int, day time.Time, words string) {
		if listed == maxDays || r.spoken(at) {
			return
		}
		listed++
		weight := uint8(background)
		if at < r.main {
			weight = mainFact
		}
		r.marks = append(r.marks, mark{dayOf(day), markDay, weight, words})
	}
	for i, t := range r.tokens {
		if weekday, ok := weekdays[t.text]; ok {
			back := (int(published.Weekday()) - weekday + 7) % 7
			add(i, published.AddDate(0, 0, -back), t.text)
		}
		if back, ok := relativeDays[t.text]; ok {
			add(i, published.AddDate(0, 0, -back), t.text)
		}
		month, ok := monthWords[t.text]
		if !ok || len(t.text) < 3 || r.dateline(i) {
			continue
		}
		for _, near := range []int{i - 1, i + 1} {
			if near < 0 || near >= len(r.tokens) || r.tokens[near].kind != 'n' || len(r.tokens[near].text) > 2 {
				continue
			}
			day := time.Date(published.Year(), time.Month(month), number(r.tokens[near].text), 0, 0, 0, 0, time.UTC)
			if apart := day.Sub(published).Abs(); apart < 60*24*time.Hour {
				add(i, day, r.tokens[near].text+" "+t.text)
			}
		}
	}
}

// dateline tells a month in the line that agencies begin with, "Abidjan, 8 août
// 2026 (AIP) –": that is when it was written.
func (r *reader) dateline(at int) bool {
	for _, t := range r.tokens[at+1 : min(at+5, len(r.tokens))] {
		switch {
		case strings.Contains("()-–—", t.text):
			return true
		case t.kind != 'n' && t.text != "." && t.text != ",":
			return false
		}
	}
	return false
}

// spoken tells a day on which something was said: "officials said on Tuesday".
func (r *reader) spoken(at int) bool {
	for i := at - 1; i >= max(0, at-3); i-- {
		if strings.Contains(".,;:", r.tokens[i].text) {
			return false
		}
		if len(r.facts[i]) > 0 && r.facts[i][0].kind == "speech" {
			return true
		}
	}
	return false
}
