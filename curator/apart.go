package curator

// facts compares what two articles say of an event, kind by kind.
type factMarks struct{ main, all map[uint32]bool }

func factsOfKind(p profile, kind markKind) factMarks {
	var f factMarks
	for _, m := range p.marks {
		if m.kind == kind {
			f.put(m.hash, m.weight == mainFact)
		}
	}
	return f
}

func (f *factMarks) put(hash uint32, main bool) {
	if f.all == nil {
		f.main, f.all = map[uint32]bool{}, map[uint32]bool{}
	}
	f.all[hash] = true
	if main {
		f.main[hash] = true
	}
}

// contradicts tells whether two articles say different things: what each tells
// first stands nowhere in the other.
func (f factMarks) contradicts(other factMarks) bool {
	switch {
	case len(f.all) == 0 || len(other.all) == 0:
		return false
	case len(f.main) > 0 && len(other.main) > 0:
		return !share(f.main, other.main) && !(share(f.main, other.all) && share(other.main, f.all))
	}
	return !share(f.all, other.all)
}

func share(a, b map[uint32]bool) bool {
	for hash := range a {
		if b[hash] {
			return true
		}
	}
	return false
}

// compareFacts finds what two articles say differently.
func (l *likeness) compareFacts(a, b profile) {
	for _, kind := range []markKind{markDay, markVictim, markTarget, markMode, markNation} {
		first, second := factsOfKind(a, kind), factsOfKind(b, kind)
		l.contradict[kind] = first.contradicts(second)
		l.adds = l.adds || len(first.all) > 0 && len(second.all) == 0
	}
	l.compareTolls(a, b)
	l.violent = violent(a) && violent(b)
	l.stage = otherStage(a, b, headFact) || otherStage(b, a, headFact)
	l.result = otherStage(a, b, resultFact) || otherStage(b, a, resultFact)
}

// violent tells whether an article tells of an attack or of its victims.
func violent(p profile) bool {
	for _, m := range p.marks {
		if (m.kind == markMode || m.kind == markToll) && m.weight == mainFact {
			return true
		}
	}
	return false
}

// tollBits is how many bits of a toll are its number; the rest says of what.
const tollBits = 24

// compareTolls compares the numbers of those killed, of those hurt, of those
// taken: one in common outweighs the others.
func (l *likeness) compareTolls(a, b profile) {
	for _, role := range roles {
		of := func(p profile) factMarks {
			var f factMarks
			for _, m := range p.marks {
				if m.kind == markToll && m.hash>>tollBits == role {
					f.put(m.hash, m.weight == mainFact)
				}
			}
			return f
		}
		first, second := of(a), of(b)
		l.adds = l.adds || len(first.all) > 0 && len(second.all) == 0
		if share(first.all, second.all) {
			l.toll = true
		}
		if first.contradicts(second) {
			l.contradict[markToll] = true
			l.tolls = max(l.tolls, ratio(first.most(), second.most()))
		}
	}
	if l.toll {
		l.contradict[markToll] = false
	}
}

func ratio(a, b uint32) float64 { return float64(max(a, b)) / float64(min(a, b)) }

// most is the greatest toll of what is told first, or of all.
func (f factMarks) most() uint32 {
	from := f.main
	if len(from) == 0 {
		from = f.all
	}
	most := uint32(0)
	for hash := range from {
		most = max(most, hash&(1<<tollBits-1))
	}
	return most
}

// otherStage tells whether a's title names a stage of an affair of a weight, of
// which b says nothing.
func otherStage(a, b profile, weight uint8) bool {
	said := factsOfKind(b, markStage)
	for _, m := range a.marks {
		if m.kind == markStage && m.weight == weight && !said.all[m.hash] {
			return true
		}
	}
	return false
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
	if l.result || form && (l.conflict[markNumber] || l.conflict[markPlace] || c[markDay] || c[markToll]) {
		return true
	}
	if !l.violent {
		return false
	}
	if c[markDay] || c[markVictim] || c[markNation] || l.conflict[markCountry] || c[markToll] && !l.recounted() {
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
