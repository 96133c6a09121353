package curator

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// judging is the version of the way of judging: another one judges stored
// articles again.
const judging = "2"

// judge decides what an article is about and which editions it belongs to. It
// never changes once made and is safe for concurrent use.
type judge struct {
	vocabulary *vocabulary.Vocabulary
	// within tells, by topic, which topics are it or a part of it.
	within [][]bool
	// noClaims are those of a text that says nothing of any topic, as most do.
	noClaims []topicClaim
	// above lists, by concept, the regions that it lies in.
	above    [][]int
	editions []edition
	rules    string // hash of the editions' rules
}

// newJudge compiles the built-in vocabulary, the user's files and the rules of
// the editions.
func newJudge(o Options, editions []news.Edition, files ...vocabulary.File) (*judge, error) {
	words, err := vocabulary.New(files...)
	if err != nil {
		return nil, fmt.Errorf("vocabulary: %w", err)
	}
	j := &judge{vocabulary: words, within: topicTree(words.Topics()), noClaims: make([]topicClaim, len(words.Topics())),
		above: regionTree(words.Concepts()), rules: rulesHash(editions)}
	for _, e := range editions {
		if e.Of != "" { // it shows what another one has chosen
			continue
		}
		compiled, problems := compileEdition(e, words)
		if len(problems) > 0 {
			return nil, fmt.Errorf("edition %s: %w", e.ID, problems[0])
		}
		j.editions = append(j.editions, compiled)
	}
	return j, nil
}

// rulesHash is another one when a rule changes; titles and limits of editions
// do not count.
func rulesHash(editions []news.Edition) string {
	sum := fnv.New64a()
	for _, e := range editions {
		if e.Of != "" {
			continue
		}
		fmt.Fprintf(sum, "%q %+v %+v\n", e.ID, e.Rule, e.Also)
	}
	return strconv.FormatUint(sum.Sum64(), 36)
}

// topicTree tells for each topic which topics count for it.
func topicTree(topics []vocabulary.Topic) [][]bool {
	within := make([][]bool, len(topics))
	for i := range topics {
		within[i] = make([]bool, len(topics))
	}
	for i := range topics {
		for at := []int{i}; len(at) > 0; at = at[1:] {
			if !within[at[0]][i] {
				within[at[0]][i] = true
				at = append(at, topics[at[0]].Parents...)
			}
		}
	}
	return within
}

// regionTree lists for every place, group and person the regions above it.
// What a country lies in is left to the countries that an article is about.
func regionTree(concepts []vocabulary.Concept) [][]int {
	above := make([][]int, len(concepts))
	for i := range concepts {
		if concepts[i].Kind == news.KindCountry {
			continue
		}
		for at := concepts[i].Parents; len(at) > 0; at = at[1:] {
			c := &concepts[at[0]]
			if c.Kind != news.KindRegion && c.Kind != news.KindPlace || slices.Contains(above[i], at[0]) {
				continue
			}
			above[i] = append(above[i], at[0])
			at = slices.Concat(at, c.Parents)
		}
	}
	return above
}

// judgement is all that judging an article finds.
type judgement struct {
	fields    []vocabulary.Field
	reading   *vocabulary.Reading
	countries []claim // every country that is spoken of, strongest first
	about     []claim // those that the article is about
	concepts  []claim
	topics    []topicClaim
}

// judge reads an article once and weighs what it finds.
func (j *judge) judge(a news.Article, source news.Source) judgement {
	var d judgement
	d.fields = readingFields(a, source)
	beat := j.beat(a, source)
	d.reading = j.vocabulary.Read(d.fields, a.Language, a.Published.Time, beat)
	d.concepts, d.countries = j.claims(d.reading, d.fields, beat)
	d.about = about(d.countries)
	d.topics = j.topicClaims(d.reading, d.fields)
	return d
}

// beat lists the countries that the source writes about: those of the
// configuration, else the home of the outlet.
func (j *judge) beat(a news.Article, source news.Source) []int {
	var beat []int
	for _, code := range source.Countries {
		if number, ok := j.vocabulary.Lookup("country/" + code); ok {
			beat = append(beat, number)
		}
	}
	if len(beat) > 0 {
		return beat
	}
	host := ""
	if u, err := url.Parse(a.Link); err == nil {
		host = u.Hostname()
	}
	publisher, _, _ := strings.Cut(a.Publisher, " — ")
	if home, ok := j.vocabulary.Home(publisher, host); ok {
		beat = append(beat, home)
	}
	return beat
}

// tags says what a is about, judged from Title, Summary, Text and Language.
func (j *judge) tags(a news.Article, source news.Source) []news.Tag {
	return j.judge(a, source).tags(j)
}

// The weights that a place, a group or a person, and a region need for a tag.
const (
	nameFloor   = 0.5
	regionFloor = 0.75
)

func (d judgement) tags(j *judge) []news.Tag {
	var tags []news.Tag
	concepts := j.vocabulary.Concepts()
	for _, c := range d.about {
		tags = append(tags, tag(concepts[c.concept], countryScore(c), c.evidence))
	}
	for _, c := range d.concepts {
		concept := concepts[c.concept]
		floor := nameFloor
		if concept.Kind == news.KindRegion {
			floor = regionFloor
		}
		if concept.Kind != news.KindCountry && c.weight >= floor {
			tags = append(tags, tag(concept, score(c.weight, floor), c.evidence))
		}
	}
	tags = j.addRegions(tags, d.about)
	for number, c := range d.topics {
		t := j.vocabulary.Topics()[number]
		if c.weight >= t.Threshold && !t.Silent {
			tags = append(tags, tag(concepts[t.Concept], score(c.weight, t.Threshold), c.evidence(d.fields)))
		}
	}
	return tags
}

// addRegions adds the regions that the countries lie in. One that is named too
// keeps its own evidence.
func (j *judge) addRegions(tags []news.Tag, countries []claim) []news.Tag {
	concepts := j.vocabulary.Concepts()
	for _, c := range countries {
		for _, parent := range concepts[c.concept].Parents {
			region, of := concepts[parent], countryScore(c)
			at := slices.IndexFunc(tags, func(t news.Tag) bool { return t.Kind == region.Kind && t.ID == region.ID })
			if at >= 0 {
				tags[at].Score = max(tags[at].Score, of)
				continue
			}
			because := news.Evidence{Weight: round(c.weight), Note: concepts[c.concept].Label + " lies in it"}
			tags = append(tags, tag(region, of, []news.Evidence{because}))
		}
	}
	return tags
}

// mostEvidence is how many pieces of evidence a tag keeps.
const mostEvidence = 8

func tag(c vocabulary.Concept, score float64, evidence []news.Evidence) news.Tag {
	strong := slices.Clone(evidence)
	slices.SortStableFunc(strong, func(a, b news.Evidence) int { return cmp.Compare(b.Weight, a.Weight) })
	if len(strong) > mostEvidence {
		strong = strong[:mostEvidence]
	}
	return news.Tag{Kind: c.Kind, ID: c.ID, Label: c.Label, Score: score, Evidence: strong, Point: c.Point}
}

// fingerprint changes when vocabulary, rules or the way of judging change.
func (j *judge) fingerprint() string {
	hash := fnv.New64a()
	for _, e := range j.editions {
		fmt.Fprintf(hash, "%q %+v %+v\n", e.ID, e.Rule, e.Also)
	}
	return judging + "-" + j.vocabulary.Fingerprint() + "-" + strconv.FormatUint(hash.Sum64(), 36)
}
