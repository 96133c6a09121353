package vocabulary

import "strings"

// rule is a compiled ambiguity.
type rule struct {
	needs, unless []need
	otherwise     float64
	firstName     bool
	foreign       []string
	note          string
}

// need is a concept or a cue that an article must hold.
type need struct{ concept, cue int }

// guards tells that a form under the rule is no support for others.
func (r *rule) guards() bool { return len(r.needs) > 0 || r.firstName || len(r.foreign) > 0 }

func (c *compiler) needOf(s *source, text string) (need, bool) {
	if kind, id, found := strings.Cut(text, "/"); found && !strings.Contains(id, " ") && kind == strings.ToLower(kind) {
		if number, ok := c.index[text]; ok {
			return need{concept: number, cue: -1}, true
		}
		c.report(s, text, "%q is no concept of the vocabulary", text)
		return need{}, false
	}
	return need{concept: -1, cue: c.cueNumber(text, "")}, true
}

// addRules turns the ambiguity rules into numbers before the forms that they
// speak of are added.
func (c *compiler) addRules() {
	for _, s := range c.sources {
		for _, a := range s.Ambiguity {
			c.addRule(s, a)
		}
	}
}

func (c *compiler) addRule(s *source, a ambiguity) {
	if _, ok := c.index[a.Means]; !ok {
		c.report(s, a.Means, "an ambiguity speaks of %q, which the vocabulary does not hold", a.Means)
		return
	}
	r := rule{firstName: a.FirstName, foreign: a.Foreign, note: a.Note}
	switch a.Otherwise {
	case "half":
		r.otherwise = 0.5
	case "", "nothing":
	default:
		c.report(s, a.Otherwise, "otherwise = %q; give half or nothing", a.Otherwise)
	}
	for _, text := range a.Needs {
		if n, ok := c.needOf(s, text); ok {
			r.needs = append(r.needs, n)
		}
	}
	for _, text := range a.Unless {
		if n, ok := c.needOf(s, text); ok {
			r.unless = append(r.unless, n)
		}
	}
	for _, text := range a.Not {
		c.mask(text)
	}
	for _, text := range a.Forms {
		c.ruled[a.Means+" "+Fold(text)] = len(c.rules)
	}
	c.rules = append(c.rules, r)
	if len(a.Forms) == 0 {
		c.report(s, a.Means, "an ambiguity of %s names no forms", a.Means)
	}
}
