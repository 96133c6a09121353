package curator

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"harmattan/news"
)

// labelled is one line of an evaluation file: an article, or a short text of
// which only the language is known, with what is expected of it.
type labelled struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Summary   string `json:"summary"`
	Language  string `json:"language"`
	Link      string `json:"link"`
	Publisher string `json:"publisher"`
	Source    string `json:"source"`
	Expect    struct {
		Countries []string        `json:"countries"`
		Complete  *bool           `json:"complete"` // false: other countries may be right too
		Topics    []string        `json:"topics"`
		Editions  map[string]bool `json:"editions"`
		Language  string          `json:"language"`
	} `json:"expect"`

	Lang string `json:"lang"` // of Text
	Text string `json:"text"`

	countriesGiven bool
}

// Evaluation is what judging a file of labelled articles comes to.
type Evaluation struct {
	File     string  `json:"file"`
	Articles int     `json:"articles"`
	Figures  Figures `json:"figures"`
	// Mistakes are the worst first: those that were surest.
	Mistakes []Mistake `json:"mistakes,omitempty"`
	// Predictions say what was decided on each line, in the order of the file.
	Predictions []Prediction `json:"-"`
}

// Mistake is something that was said wrongly of an article, or not said.
type Mistake struct {
	ID       string          `json:"id"`
	Title    string          `json:"title"`
	Key      string          `json:"key"`   // "country/ML", "edition/sahel-security", "language/fr"
	Wrong    bool            `json:"wrong"` // said and not expected; else missed
	Score    float64         `json:"score"`
	Evidence []news.Evidence `json:"evidence,omitempty"`
	Reasons  []string        `json:"reasons,omitempty"`
}

// Prediction is what was decided on a line.
type Prediction struct {
	ID        string             `json:"id"`
	Countries []string           `json:"countries"`
	Topics    []string           `json:"topics"`
	Editions  []string           `json:"editions"`
	Language  string             `json:"language"`
	Scores    map[string]float64 `json:"scores"` // by "kind/id" and "edition/id"
	// Same tells, for a line with a pair, whether it was joined.
	Same *bool `json:"same,omitempty"`
}

// maxLine bounds a line of an evaluation file, in bytes.
const maxLine = 4 << 20

// Evaluate judges labelled articles, one JSON object a line, and compares the
// outcome with the labels. The sources of the configuration lend their focus
// to articles of their publishers. Name stands in the result and in errors.
func (c *Curator) Evaluate(name string, lines io.Reader, sources []news.Source) (Evaluation, error) {
	e := Evaluation{File: name}
	t, pairs := newTally(), &pairTally{}
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, maxLine)
	for number := 1; scanner.Scan(); number++ {
		line := bytes.TrimSpace(scanner.Bytes())
		if len(line) == 0 {
			continue
		}
		if p, ok, err := c.evaluatePair(line, fmt.Sprintf("line-%d", number), pairs); ok {
			if err != nil {
				return e, fmt.Errorf("%s:%d: %w", name, number, err)
			}
			e.Articles++
			e.Predictions = append(e.Predictions, p)
			continue
		}
		l, err := parseLabelled(line, number)
		if err != nil {
			return e, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		e.Articles++
		e.Predictions = append(e.Predictions, c.evaluateLine(l, sources, t))
	}
	if err := scanner.Err(); err != nil {
		return e, fmt.Errorf("%s: %w", name, err)
	}
	e.Figures = t.figures()
	pairs.figures(c, &e.Figures)
	e.Mistakes = append(t.mistakes, pairs.mistakes...)
	slices.SortStableFunc(e.Mistakes, func(a, b Mistake) int { return cmp.Compare(b.Score, a.Score) })
	return e, nil
}

func parseLabelled(line []byte, number int) (labelled, error) {
	var l labelled
	if err := json.Unmarshal(line, &l); err != nil {
		return l, fmt.Errorf("is no labelled article: %w", err)
	}
	if l.Title == "" && l.Summary == "" && l.Text == "" {
		return l, fmt.Errorf("has neither title nor summary nor text")
	}
	if l.ID == "" {
		l.ID = fmt.Sprintf("line-%d", number)
	}
	l.countriesGiven = l.Expect.Countries != nil
	return l, nil
}

// evaluateLine decides on one line and counts it.
func (c *Curator) evaluateLine(l labelled, sources []news.Source, t *tally) Prediction {
	if l.Text != "" && l.Title == "" {
		tag, _ := c.languages.of(l.Text, "", news.Source{})
		t.language(l.ID, l.Text, l.Lang, tag)
		return Prediction{ID: l.ID, Countries: []string{}, Topics: []string{}, Editions: []string{}, Language: tag, Scores: map[string]float64{}}
	}
	source := sourceOf(l, sources)
	a := news.Article{Title: l.Title, Summary: l.Summary, Text: l.Summary, Link: l.Link, Publisher: l.Publisher, SourceID: source.ID}
	a.Language, a.LanguageFrom = c.languages.of(a.Title+"\n"+a.Text, l.Language, source)
	if want := l.Expect.Language; want != "" {
		tag, _ := c.languages.of(a.Title+"\n"+a.Text, "", source)
		t.language(l.ID, a.Title+"\n"+a.Text, want, tag)
	}
	d := c.judge.judge(a, source)
	a.Tags = d.tags(c.judge)
	a.Editions = c.judge.memberships(a, source)
	p := predict(l.ID, a)
	t.countries(l, a, d)
	t.topics(l, a)
	t.editions(l, a, d, c.judge, p)
	return p
}

func predict(id string, a news.Article) Prediction {
	p := Prediction{ID: id, Countries: []string{}, Topics: []string{}, Editions: []string{}, Language: a.Language, Scores: map[string]float64{}}
	for _, tag := range a.Tags {
		switch tag.Kind {
		case news.KindCountry:
			p.Countries = append(p.Countries, tag.ID)
		case news.KindTopic:
			p.Topics = append(p.Topics, tag.ID)
		}
		p.Scores[string(tag.Kind)+"/"+tag.ID] = tag.Score
	}
	for _, m := range a.Editions {
		p.Editions = append(p.Editions, m.EditionID)
		p.Scores["edition/"+m.EditionID] = m.Score
	}
	return p
}

// sourceOf finds the configured source whose publisher or address a line has.
func sourceOf(l labelled, sources []news.Source) news.Source {
	for _, s := range sources {
		if l.Publisher != "" && strings.EqualFold(s.Outlet(), l.Publisher) || l.Source == s.ID && s.ID != "" {
			return s
		}
	}
	return news.Source{}
}

// shortText is the length, in characters, below which a language is not
// expected to be told.
const shortText = 40

// spoken are the languages that accuracy is measured over: those that the
// vocabulary speaks.
var spoken = []string{"en", "fr", "ar", "pt", "ha"}

func longEnough(text string) bool {
	return len(text) >= utf8.UTFMax*shortText || utf8.RuneCountInString(text) >= shortText
}
