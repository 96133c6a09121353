package curator

import (
	"cmp"
	"slices"
)

// factMarks are the marks of an article that are of one kind, by hash.
type factMarks []mark

func (p profile) ofKind(kind markKind) factMarks {
	from, _ := slices.BinarySearchFunc(p.marks, kind, func(m mark, k markKind) int { return cmp.Compare(m.kind, k) })
	to := from
	for to < len(p.marks) && p.marks[to].kind == kind {
		to++
	}
	return p.marks[from:to]
}

// first are the facts that title and first sentence tell.
func (f factMarks) first() factMarks { return f.from(mainFact) }

// from are the facts of a weight or more.
func (f factMarks) from(weight uint8) factMarks {
	var heavy factMarks
	for _, m := range f {
		if m.weight >= weight {
			heavy = append(heavy, m)
		}
	}
	return heavy
}

// contradicts tells whether two articles say different things: what each tells
// first stands nowhere in the other.
func (f factMarks) contradicts(other factMarks) bool {
	if len(f) == 0 || len(other) == 0 {
		return false
	}
	a, b := f.first(), other.first()
	if len(a) == 0 || len(b) == 0 {
		return !f.shares(other)
	}
	return !a.shares(b) && !(a.shares(other) && b.shares(f))
}

func (f factMarks) shares(other factMarks) bool {
	return slices.ContainsFunc(f, other.has)
}

func (f factMarks) has(m mark) bool {
	return slices.ContainsFunc(f, func(n mark) bool { return n.hash == m.hash })
}

// compareFacts finds what two articles say differently.
func (l *likeness) compareFacts(a, b profile) {
	for _, kind := range []markKind{markDay, markVictim, markTarget, markMode, markNation} {
		first, second := a.ofKind(kind), b.ofKind(kind)
		l.contradict[kind] = first.contradicts(second)
		l.adds = l.adds || len(first) > 0 && len(second) == 0
	}
	l.compareTolls(a, b)
	l.counts = titlesCount(a.ofKind(markNumber), b.ofKind(markNumber))
	l.violent = violent(a) && violent(b)
	l.stage = otherStage(a, b, headFact) || otherStage(b, a, headFact)
	l.result = otherStage(a, b, resultFact) || otherStage(b, a, resultFact)
	l.later = laterStage(a, b) || laterStage(b, a)
	l.freed = freedAlone(a, b) || freedAlone(b, a)
}

// titlesCount tells whether two titles name numbers of which the other article
// names none.
func titlesCount(a, b factMarks) bool {
	inTitle := func(all factMarks) (named factMarks) {
		for _, m := range all {
			if m.weight&headNumber != 0 {
				named = append(named, m)
			}
		}
		return named
	}
	first, second := inTitle(a), inTitle(b)
	return len(first) > 0 && len(second) > 0 && !first.shares(b) && !second.shares(a)
}

// violent tells whether an article tells of an attack or of its victims.
func violent(p profile) bool {
	for _, m := range p.marks {
		if (m.kind == markMode || m.kind == markToll) && m.weight >= mainFact {
			return true
		}
	}
	return false
}

// tollBits is how many bits of a toll are its number; the rest says of what.
const tollBits = 24

// tolls are the marks of one fate: the fate stands in the high bits, and marks
// are sorted.
func (p profile) tolls(role uint32) factMarks {
	all := p.ofKind(markToll)
	from, _ := slices.BinarySearchFunc(all, role, func(m mark, r uint32) int { return cmp.Compare(m.hash>>tollBits, r) })
	to := from
	for to < len(all) && all[to].hash>>tollBits == role {
		to++
	}
	return all[from:to]
}

// compareTolls compares the numbers of those killed, of those hurt, of those
// taken: one in common outweighs the others, but for those of two titles.
func (l *likeness) compareTolls(a, b profile) {
	shared, titles := false, false
	for _, role := range roles {
		first, second := a.tolls(role), b.tolls(role)
		l.adds = l.adds || len(first) > 0 && len(second) == 0
		if first.contradicts(second) && !rounded(first.most(), second.most()) {
			l.contradict[markToll] = true
			l.tolls = max(l.tolls, ratio(first.most(), second.most()))
		}
		for _, m := range first {
			if second.has(m) {
				shared = true
				l.rareToll = max(l.rareToll, numberWeight(int(m.hash&(1<<tollBits-1))))
			}
		}
		if otherTitle(first, second) || otherTitle(second, first) {
			titles = true
			l.tolls = max(l.tolls, ratio(first.most(), second.most()))
		}
	}
	l.toll = shared && !titles
	l.contradict[markToll] = titles || l.contradict[markToll] && !shared
}

// otherTitle tells whether one title names a far greater toll than the other, of
// which its article knows nothing. A toll that rose stands beside the first
// count; the report of a second crash in a week names the greater of the first.
func otherTitle(greater, less factMarks) bool {
	a, b := greater.from(headFact), less.from(headFact)
	return len(b) > 0 && float64(a.most()) > nearToll*float64(b.most()) && !greater.shares(b)
}

func ratio(a, b uint32) float64 { return float64(max(a, b)) / float64(min(a, b)) }

// rounded tells whether one toll may be the other in round numbers: "more than
// 80" are 82.
func rounded(a, b uint32) bool {
	return min(a, b) >= 20 && (a%10 == 0) != (b%10 == 0) && ratio(a, b) <= 1.1
}

// most is the greatest toll of what is told first, or of all.
func (f factMarks) most() uint32 {
	from := f.first()
	if len(from) == 0 {
		from = f
	}
	most := uint32(0)
	for _, m := range from {
		most = max(most, m.hash&(1<<tollBits-1))
	}
	return most
}

// otherStage tells whether a's title names a stage of an affair of a weight, of
// which b says nothing.
func otherStage(a, b profile, weight uint8) bool {
	said := b.ofKind(markStage)
	return slices.ContainsFunc(a.ofKind(markStage), func(m mark) bool { return m.weight == weight && !said.has(m) })
}

// laterStage tells whether b knows a stage that a's title names as one that had
// passed, and as nothing else.
func laterStage(a, b profile) bool {
	said := b.ofKind(markStage)
	return slices.ContainsFunc(a.ofKind(markStage), func(m mark) bool {
		at := slices.IndexFunc(said, func(n mark) bool { return n.hash == m.hash })
		return m.weight >= headFact && at >= 0 && said[at].weight == earlierFact
	})
}

// freedAlone tells whether a's title says that people were freed, of which b
// says nothing.
func freedAlone(a, b profile) bool {
	freed := mark{hash: uint32(hash("freed"))} //nolint:gosec // 32 bits are enough
	said := b.ofKind(markStage)
	return !said.has(freed) && slices.ContainsFunc(a.ofKind(markStage), func(m mark) bool { return m.hash == freed.hash && m.weight == headFact })
}

const (
	// formShare is the share of equal shingles from which two texts that differ
	// in a number, a day or a place are one form filled in twice,
	formShare = 0.25
	// formTitles unless one says all of the other's title.
	formTitles = 0.97
	// nearToll is how far apart two counts of the same dead may be.
	nearToll = 1.35
)

// apartEvents tells whether two articles tell of different events, however like
// they are: another day, toll, victim, target or place, another stage.
func (l *likeness) apartEvents() bool {
	c := &l.contradict
	form := l.share >= formShare && (max(l.titles[0], l.titles[1]) < formTitles || l.sameVoice)
	if l.result || l.later || form && (l.partners || l.conflict[markNumber] || l.conflict[markPlace] || c[markDay] || c[markToll]) {
		return true
	}
	if !l.violent {
		return false
	}
	if l.freed || c[markDay] || c[markVictim] || c[markNation] || l.conflict[markCountry] || c[markToll] && !l.recounted() {
		return true
	}
	return !l.toll && (l.stage || c[markTarget] || c[markMode] || l.conflict[markPlace])
}

// recounted tells whether two tolls that differ may be early counts of one
// event: they are near each other, and where it was is the same.
func (l *likeness) recounted() bool {
	return l.tolls <= nearToll && !l.sameVoice && l.share < formShare &&
		(l.sum[markPlace] > 0 || l.sum[markTarget] > 0 && l.sum[markVictim] > 0)
}
