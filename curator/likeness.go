package curator

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"harmattan/news"
)

// likeness is what two profiles share, kind by kind.
type likeness struct {
	sameTitle  bool
	share      float64            // of equal shingles
	cosine     [markKinds]float64 // of the marks' weights
	sum        [markKinds]float64 // weight of what is shared
	conflict   [markKinds]bool    // both have marks of the kind and share none
	counts     bool               // each title names numbers of which the other article has none
	rareAct    bool               // the titles share what is seldom done
	partners   bool               // each is about a country that the other is not
	titles     [2]float64         // how much of each title the other article says
	acts       [2]float64         // and of what its title says is done
	contradict [markKinds]bool    // what each tells first is not what the other tells
	tolls      float64            // the greater of two tolls by the lesser
	result     bool               // the title of one asks, or names an outcome that the other knows nothing of
	toll       bool               // both name one number of killed, hurt or taken
	rareToll   uint8              // weight of that number
	violent    bool               // both tell of violence
	stage      bool               // the title of one names a stage that the other knows nothing of
	later      bool               // the title of one names a stage that to the other had passed before
	freed      bool               // the title of one says that people were freed, the other does not
	numbers    bool               // either names numbers
	telling    float64            // weight of the numbers above twelve that are shared
	foreign    bool               // written in two languages
	sameVoice  bool               // published by the same outlet
	apart      time.Duration
	adds       bool // the first names a kind of fact that the second does not
	link       *news.StoryLink
	shared     []mark
}

func compareProfiles(a, b profile) likeness {
	l := likeness{sameTitle: a.title != 0 && a.title == b.title, foreign: a.language != b.language}
	equal := 0
	for i := range a.slots {
		if a.slots[i] == b.slots[i] {
			equal++
		}
	}
	l.share = float64(equal) / slots
	l.compareMarks(a.marks, b.marks)
	l.titles = [2]float64{cover(a, b, markHead), cover(b, a, markHead)}
	l.compareFacts(a, b)
	l.acts = [2]float64{cover(a, b, markAct), cover(b, a, markAct)}
	return l
}

// compareMarks walks two sorted lists side by side.
func (l *likeness) compareMarks(a, b []mark) {
	var first, second, both [markKinds]float64
	for len(a) > 0 || len(b) > 0 {
		side := 0
		switch {
		case len(a) == 0:
			side = 1
		case len(b) == 0:
			side = -1
		default:
			side = compareMarks(a[0], b[0])
		}
		if side == 0 {
			m := a[0]
			m.weight = min(m.weight, b[0].weight) // both orders are alike
			both[m.kind] += square(m)
			l.sum[m.kind] += tells(m)
			switch {
			case m.kind == markNumber && m.weight >= roundNumber:
				l.telling += tells(m)
			case m.kind == markAct && m.weight >= rareAct:
				l.rareAct = true
			}
			l.shared = append(l.shared, m)
		}
		if side <= 0 {
			first[a[0].kind] += square(a[0])
			a = a[1:]
		}
		if side >= 0 {
			second[b[0].kind] += square(b[0])
			b = b[1:]
		}
	}
	l.numbers = first[markNumber]+second[markNumber] > 0
	l.partners = first[markCountry] > both[markCountry] && second[markCountry] > both[markCountry]
	for kind := range markKinds {
		if first[kind] > 0 && second[kind] > 0 {
			l.cosine[kind] = both[kind] / math.Sqrt(first[kind]*second[kind])
			l.conflict[kind] = both[kind] == 0
		}
	}
}

// tells is how much a mark tells, wherever a number stands.
func tells(m mark) float64 {
	if m.kind == markNumber {
		return float64(m.weight &^ headNumber)
	}
	return float64(m.weight)
}

func square(m mark) float64 { return tells(m) * tells(m) }

// cover tells how much of a's marks of a kind b says in its title or lead.
func cover(a, b profile, kind markKind) float64 {
	found, all := 0.0, 0.0
	for _, m := range a.marks {
		if m.kind != kind {
			continue
		}
		all += float64(m.weight)
		if _, said := slices.BinarySearchFunc(b.marks, mark{hash: m.hash, kind: markWord}, compareMarks); said {
			found += float64(m.weight)
		}
	}
	if all == 0 {
		return 1
	}
	return found / all
}

const (
	// copyShare is the share of equal shingles from which two texts are one.
	copyShare = 0.6
	// sureCopy is the share that needs no equal numbers beside it.
	sureCopy = 0.9
	// copyTitles is how like the titles of copies at one outlet are: videos and
	// notices carry the same text under other titles.
	copyTitles = 0.5
	// columnSpan is how far apart two texts of one outlet under one title may
	// be: columns have the same title every day.
	columnSpan = 12 * time.Hour
)

// isCopy tells whether two articles are one text. One outlet fills the same
// form with other numbers every day, so that its numbers must agree.
func (l *likeness) isCopy() bool {
	switch {
	case l.sameVoice:
		return l.share >= sureCopy && l.sameNumbers() && l.cosine[markHead] >= copyTitles && l.apart <= columnSpan
	case l.share >= sureCopy:
		return !l.violent || !l.apartEvents()
	case l.sameTitle:
		return !l.violent || !l.apartEvents()
	}
	return l.share >= copyShare && !l.conflict[markNumber] && !l.apartEvents()
}

// sameNumbers tells whether two articles name the same numbers, or none.
func (l *likeness) sameNumbers() bool {
	return !l.numbers || l.cosine[markNumber] > 0.99
}

// isStory tells whether two articles tell the same event. One outlet tells an
// event once; what it writes in the same words is a column, a form, a series.
func (l *likeness) isStory() bool {
	if l.apartEvents() {
		return false
	}
	if l.sameVoice {
		return !l.sameTitle && l.share < copyShare && !l.conflict[markNumber] && !l.conflict[markDay] &&
			l.cosine[markHead] < seriesTitles && min(l.titles[0], l.titles[1]) >= sameVoiceTitles && l.score() >= storyScore
	}
	return l.score() >= storyScore || l.agree()
}

// storyScore is the score from which two articles tell one event.
const storyScore = -0.4

// rareAct is the weight from which what is done tells an event by itself: he who
// is pardoned had been convicted, and titles may say so or not.
const rareAct = 6

// stageApart is what another stage of an affair costs.
const stageApart = 0.7

// tollShared is what a rare number of killed, taken or freed in one country adds.
const tollShared = 0.9

// countsApart is what titles that count different things cost where nobody was
// hurt: of two ministries one met half of its aims, the other three quarters.
const countsApart = 1.3

// partnersApart is what a country that only one of them is about costs, if both
// have one: an embassy celebrates in every capital.
const partnersApart = 1.7

// sameVoiceTitles is how much of either title the other article must say when
// both are of one outlet: a form differs in the one word that matters.
const sameVoiceTitles = 0.85

// seriesTitles is the likeness of the titles of a series ("Day one", "Day two").
const seriesTitles = 0.7

// score weighs what two articles share: above storyScore they tell the same
// event. The weights come from pairs of articles that people judged.
func (l *likeness) score() float64 {
	if l.conflict[markDay] && l.conflict[markNumber] {
		return -1 // another day, another toll: another event of the kind
	}
	score := -3.15
	score += 0.65 * l.cosine[markWord]
	score += 1.1 * math.Log1p(l.sum[markWord]/10)
	score += 1.15*min(l.titles[0], l.titles[1]) + 1.45*max(l.titles[0], l.titles[1])
	score += 0.6 * min(1.5, l.sum[markAct]/4)
	score -= 1.3*(1-min(l.acts[0], l.acts[1])) + 0.65*(1-max(l.acts[0], l.acts[1]))
	score += 0.6 * min(2.5, l.sum[markCountry]/3)
	if l.sum[markCountry] == 0 {
		score -= 0.6
	}
	if l.sum[markCountry] > 0 && (l.sum[markAct] > 0 || l.sum[markTopic] > 0) {
		score += 0.3 * min(1, l.sum[markNumber]/6)
	}
	for _, apart := range [...]struct {
		kind markKind
		cost float64
	}{{markDay, 0.95}, {markCountry, 1.3}, {markPlace, 1.4}, {markActor, 0.5}} {
		if l.conflict[apart.kind] {
			score -= apart.cost
		}
	}
	if l.stage && !l.toll && !l.rareAct {
		score -= stageApart
	}
	if l.toll && l.rareToll >= roundNumber && l.sum[markCountry] > 0 {
		score += tollShared * float64(l.rareToll) / oddNumber
	}
	if l.counts && !l.violent {
		score -= countsApart
	}
	if l.partners && !l.conflict[markCountry] {
		score -= partnersApart
	}
	return score - 0.75*l.apart.Hours()/24
}

// foreignPoints is what two articles in different languages need to share.
const foreignPoints = 6

// foreignSpan is how far apart they may be.
const foreignSpan = 36 * time.Hour

// agree tells whether articles in two languages tell the same event: they share
// no words, so that places, names, numbers and days must do.
func (l *likeness) agree() bool {
	if !l.foreign || l.apart > foreignSpan || l.conflict[markPlace] && !l.unlisted() || l.conflict[markCountry] || l.partners && !l.toll || l.contradict[markDay] {
		return false
	}
	if l.sum[markPlace] >= 8 && l.foreignNumbers() >= oddNumber && l.sum[markTarget]+l.sum[markVictim] > 0 {
		return true
	}
	if l.conflict[markActor] && l.sum[markPlace] == 0 {
		return false
	}
	if l.decided() {
		return true
	}
	if l.sum[markAct] == 0 && l.sum[markTopic] == 0 || l.sum[markPlace]+l.sum[markActor]+l.foreignNumbers() < 8 {
		return false
	}
	needed := float64(foreignPoints)
	switch {
	case l.sum[markAct] == 0:
		needed += 2
	case min(l.acts[0], l.acts[1]) < 0.5:
		needed++ // the titles say different things
	}
	return l.points() >= needed
}

// decided tells whether both titles say that the same was done or demanded in the
// same country: decisions name no places and no numbers.
func (l *likeness) decided() bool {
	done := l.sum[markAct]
	if l.sum[markStage] >= headFact {
		done += politicalAct
	}
	return !l.violent && l.sum[markCountry] > 0 && l.sum[markTopic] > 0 && done >= 2*politicalAct
}

// politicalAct is about what the verb of a decision weighs.
const politicalAct = 4

// unlisted tells whether places that differ may be one of which the vocabulary
// lacks the name in one language: a rare toll and who did it are the same.
func (l *likeness) unlisted() bool {
	return l.toll && l.rareToll >= oddNumber && l.sum[markActor] > 0
}

// foreignNumbers weighs the numbers shared by articles in two languages: few
// articles name 47, but half of them four and two, which say something only
// where both count the same with them.
func (l *likeness) foreignNumbers() float64 {
	if l.toll {
		return l.sum[markNumber]
	}
	return l.telling
}

// points counts what two articles in different languages share.
func (l *likeness) points() float64 {
	anchors := l.sum[markPlace]/8 + l.sum[markActor]/8
	points := 2*min(anchors, 2) + min(2, l.foreignNumbers()/4) + min(2, l.sum[markAct]/3) + min(1, l.sum[markDay]/5)
	points += min(2, l.sum[markCountry]/6+0.5)
	for _, kind := range []markKind{markToll, markVictim, markTarget, markNation, markMode} {
		points += 0.5 * min(1, l.sum[kind]/mainFact)
	}
	return points + 0.5*min(2, l.sum[markTopic]/3)
}

// evidence names what is shared, in the words of the article that was joined.
func (l *likeness) evidence(own []mark) []string {
	texts := map[[2]uint32]string{}
	for _, m := range own {
		texts[[2]uint32{uint32(m.kind), m.hash}] = m.text
	}
	var evidence []string
	if l.sameTitle {
		evidence = append(evidence, "same title")
	}
	if l.share >= 0.3 {
		evidence = append(evidence, fmt.Sprintf("%.0f %% of the text is the same", 100*l.share))
	}
	names := [markKinds]string{markWord: "words", markAct: "what happened", markNumber: "numbers", markDay: "days",
		markCountry: "countries", markPlace: "places", markActor: "names", markTopic: "topics"}
	for kind := markKinds - 1; ; kind-- {
		var shared []string
		for _, m := range l.shared {
			if m.kind == kind && len(shared) < 6 && (kind != markWord || m.weight >= 5) {
				shared = append(shared, texts[[2]uint32{uint32(kind), m.hash}])
			}
		}
		if len(shared) > 0 && names[kind] != "" {
			evidence = append(evidence, names[kind]+": "+strings.Join(shared, ", "))
		}
		if kind == 0 {
			return evidence
		}
	}
}
