package curator

import (
	"slices"

	"harmattan/news"
)

// Figures are the results of an evaluation. What the labels of a file do not
// speak of is left out.
type Figures struct {
	// Countries counts every statement about a country that some label of the
	// file names; a label set that never names a country cannot tell whether it
	// was said rightly.
	Countries *Counts `json:"countries,omitempty"`
	// CountriesAll counts statements about every country.
	CountriesAll *Counts            `json:"countries_all,omitempty"`
	ByCountry    map[string]*Counts `json:"by_country,omitempty"`
	Topics       map[string]*Counts `json:"topics,omitempty"`
	Editions     map[string]*Counts `json:"editions,omitempty"`
	Languages    *Accuracy          `json:"languages,omitempty"`
	Stories      *StoryFigures      `json:"stories,omitempty"`
	Links        *LinkFigures       `json:"links,omitempty"`
}

// Counts are true and false statements and what follows from them. A share
// without a denominator is 0.
type Counts struct {
	Right     int     `json:"right"`    // said and expected
	Wrong     int     `json:"wrong"`    // said, not expected
	Missed    int     `json:"missed"`   // expected, not said
	Rejected  int     `json:"rejected"` // neither, where the label says so
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	// FalseAlarms is the share of the articles that do not belong which were
	// let in.
	FalseAlarms float64 `json:"false_alarms"`
}

// Accuracy is the share of texts whose language was told rightly, over texts
// of 40 characters and more in English, French, Arabic, Portuguese and Hausa.
type Accuracy struct {
	Accuracy   float64            `json:"accuracy"`
	Texts      int                `json:"texts"`
	ByLanguage map[string]*Counts `json:"by_language"` // texts of every length and language
}

func (c *Counts) add(said, expected bool) {
	switch {
	case said && expected:
		c.Right++
	case said:
		c.Wrong++
	case expected:
		c.Missed++
	default:
		c.Rejected++
	}
}

func (c *Counts) finish() *Counts {
	share := func(part, whole int) float64 {
		if whole == 0 {
			return 0
		}
		return float64(int(float64(part)/float64(whole)*10000+0.5)) / 10000
	}
	c.Precision = share(c.Right, c.Right+c.Wrong)
	c.Recall = share(c.Right, c.Right+c.Missed)
	c.F1 = share(2*c.Right, 2*c.Right+c.Wrong+c.Missed)
	c.FalseAlarms = share(c.Wrong, c.Wrong+c.Rejected)
	return c
}

// tally counts while a file is read.
type tally struct {
	byCountry, byTopic, byEdition, byLanguage map[string]*Counts
	named                                     map[string]bool // countries that some label names
	right, texts                              int
	mistakes                                  []Mistake
}

func newTally() *tally {
	return &tally{byCountry: map[string]*Counts{}, byTopic: map[string]*Counts{}, byEdition: map[string]*Counts{},
		byLanguage: map[string]*Counts{}, named: map[string]bool{}}
}

func count(all map[string]*Counts, key string, said, expected bool) {
	if all[key] == nil {
		all[key] = &Counts{}
	}
	all[key].add(said, expected)
}

// countries counts what was said of countries.
func (t *tally) countries(l labelled, a news.Article, d judgement) {
	if !l.countriesGiven {
		return
	}
	for _, code := range l.Expect.Countries {
		t.named[code] = true
		said := hasCountry(a.Tags, code)
		count(t.byCountry, code, said, true)
		if !said {
			t.mistakes = append(t.mistakes, Mistake{ID: l.ID, Title: a.Title, Key: "country/" + code})
		}
	}
	if l.Expect.Complete != nil && !*l.Expect.Complete {
		return
	}
	for _, tag := range a.Tags {
		if tag.Kind == news.KindCountry && !slices.Contains(l.Expect.Countries, tag.ID) {
			count(t.byCountry, tag.ID, true, false)
			t.mistakes = append(t.mistakes, Mistake{ID: l.ID, Title: a.Title, Key: "country/" + tag.ID, Wrong: true, Score: tag.Score, Evidence: tag.Evidence})
		}
	}
}

func hasCountry(tags []news.Tag, code string) bool {
	return slices.ContainsFunc(tags, func(t news.Tag) bool { return t.Kind == news.KindCountry && t.ID == code })
}

// topics counts the topics that the labels name.
func (t *tally) topics(l labelled, a news.Article) {
	if l.Expect.Topics == nil {
		return
	}
	for _, id := range l.Expect.Topics {
		count(t.byTopic, id, tagScore(a.Tags, "topic/"+id) > 0, true)
	}
	for _, tag := range a.Tags {
		if tag.Kind == news.KindTopic && !slices.Contains(l.Expect.Topics, tag.ID) {
			count(t.byTopic, tag.ID, true, false)
		}
	}
}

// editions counts membership in the editions that the labels speak of.
func (t *tally) editions(l labelled, a news.Article, d judgement, j *judge, p Prediction) {
	for id, expected := range l.Expect.Editions {
		said := slices.Contains(p.Editions, id)
		count(t.byEdition, id, said, expected)
		i := slices.IndexFunc(j.editions, func(e edition) bool { return e.ID == id })
		if said == expected || i < 0 {
			continue
		}
		o := j.editions[i].decide(a, d.lacks(j))
		t.mistakes = append(t.mistakes, Mistake{ID: l.ID, Title: a.Title, Key: "edition/" + id, Wrong: said, Score: o.score, Reasons: o.reasons})
	}
}

// language counts a text whose language is labelled.
func (t *tally) language(id, text, want, got string) {
	count(t.byLanguage, want, got == want, true)
	if got != want {
		count(t.byLanguage, got, true, false)
		t.mistakes = append(t.mistakes, Mistake{ID: id, Title: text, Key: "language/" + got, Wrong: true})
	}
	if longEnough(text) && slices.Contains(spoken, want) {
		t.texts++
		if got == want {
			t.right++
		}
	}
}

// figures adds up what was counted.
func (t *tally) figures() Figures {
	var f Figures
	all, named := &Counts{}, &Counts{}
	for code, c := range t.byCountry {
		sums := []*Counts{all}
		if t.named[code] {
			sums = append(sums, named)
		}
		for _, s := range sums {
			s.Right, s.Wrong, s.Missed = s.Right+c.Right, s.Wrong+c.Wrong, s.Missed+c.Missed
		}
		c.finish()
	}
	if len(t.byCountry) > 0 {
		f.Countries, f.CountriesAll, f.ByCountry = named.finish(), all.finish(), t.byCountry
	}
	for _, c := range t.byTopic {
		c.finish()
	}
	for _, c := range t.byEdition {
		c.finish()
	}
	f.Topics, f.Editions = t.byTopic, t.byEdition
	if t.texts > 0 {
		f.Languages = &Accuracy{Accuracy: (&Counts{Right: t.right, Missed: t.texts - t.right}).finish().Recall, Texts: t.texts, ByLanguage: t.byLanguage}
		for _, c := range t.byLanguage {
			c.finish()
		}
	}
	return f
}
