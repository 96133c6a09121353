package curator

import (
	"fmt"
	"slices"
	"strings"

	"harmattan/news"
)

// explain tells for every edition why a is in it or why not.
func (j *judge) explain(a news.Article, source news.Source) []news.Verdict {
	d := j.judge(a, source)
	a.Tags = d.tags(j)
	verdicts := make([]news.Verdict, len(j.editions))
	for i := range j.editions {
		o := j.editions[i].decide(a, d.lacks(j))
		verdicts[i] = news.Verdict{EditionID: j.editions[i].ID, In: o.in, Score: o.score, Reasons: o.reasons}
		if !o.in {
			verdicts[i].Score = 0
		}
	}
	return verdicts
}

// outcome is what a rule says of an article.
type outcome struct {
	in      bool
	score   float64    // of the weakest tag that met a list, 1 when no list asks for tags
	tags    []news.Tag // those that met a list
	reasons []string   // one for each condition, in the order of the rule
	met     int        // conditions that are met; what is only absent is none
	why     hint
}

// hint tells what an article lacks for a tag of a list, or nothing when it
// does not come near.
type hint func(kinds []news.Kind, ids []string) string

// note notes whether a condition is met. It is only worded when there is a
// hint to word it with, for most articles are in no edition.
func (o *outcome) note(met bool, format string, args ...any) {
	sign := "met: "
	if !met {
		sign = "not met: "
		o.in = false
	}
	if o.why != nil {
		o.reasons = append(o.reasons, sign+fmt.Sprintf(format, args...))
	}
}

// require notes a condition that says something for the rule when it is met.
func (o *outcome) require(met bool, format string, args ...any) {
	if met {
		o.met++
	}
	o.note(met, format, args...)
}

// decide takes the rule that says most for the article: of those that let it
// in the one with the highest score, else the one of which most is met, the
// edition's own before the others.
func (e *edition) decide(a news.Article, why hint) outcome {
	var best outcome
	nearest := 0
	for i := range e.rules {
		o := e.rules[i].decide(a, why)
		if i == 0 || o.in && (!best.in || o.score > best.score) || !o.in && !best.in && o.met > best.met {
			best, nearest = o, i
		}
	}
	if why != nil && !best.in && len(e.rules) > 1 {
		best.reasons = slices.Insert(best.reasons, 0, e.ruleName(nearest)+" comes nearest:")
	}
	return best
}

// ruleName names one of the rules as people count them.
func (e *edition) ruleName(number int) string {
	switch further := number + 1 + len(e.Also) - len(e.rules); further {
	case 0:
		return "the edition's own rule"
	default:
		return fmt.Sprintf("rule %d of %d under also", further, len(e.Also))
	}
}

// decide checks every condition of a rule.
func (r *rule) decide(a news.Article, why hint) outcome {
	o := outcome{in: true, score: 1, why: why}
	for _, l := range r.lists() {
		if len(l.ids) > 0 {
			r.decideList(&o, a.Tags, l)
		}
	}
	r.decideKeys(&o, a)
	r.decideOrigin(&o, a)
	if r.where == nil {
		return o
	}
	if held, err := r.where.holds(a); err != nil {
		o.note(false, "where: %v", err)
	} else {
		o.require(held, "where: %s", r.Where)
	}
	return o
}

func (r *rule) decideList(o *outcome, tags []news.Tag, l list) {
	best, ok := bestTag(tags, l, r.MinScore)
	if ok {
		o.score = min(o.score, best.Score)
		o.tags = append(o.tags, best)
		o.require(true, "%s: %s, score %.2f%s", l.name, idAndLabel(best), best.Score, quotes(best))
		return
	}
	missing := below(best, r.MinScore)
	if missing == "" && o.why != nil {
		missing = o.why(l.kinds, l.ids)
	}
	o.require(false, "%s: it is about none of %s%s", l.name, shorten(l.ids), missing)
}

func (r *rule) decideKeys(o *outcome, a news.Article) {
	for _, key := range r.All {
		switch s := tagScore(a.Tags, key); {
		case s == 0:
			o.require(false, "all: it lacks %s", key)
		default:
			o.require(s >= r.MinScore, "all: %s, score %.2f of the %.2f that is asked for", key, s, r.MinScore)
		}
	}
	for _, key := range r.None {
		i := slices.IndexFunc(a.Tags, func(t news.Tag) bool { return string(t.Kind)+"/"+t.ID == key })
		if i >= 0 {
			o.note(false, "none: it has %s%s", key, quotes(a.Tags[i]))
		} else {
			o.note(true, "none: it lacks %s", key)
		}
	}
}

func (r *rule) decideOrigin(o *outcome, a news.Article) {
	if len(r.Languages) > 0 {
		base, _, _ := strings.Cut(a.Language, "-")
		o.require(slices.Contains(r.Languages, a.Language) || slices.Contains(r.Languages, base), "languages: it is in %q", a.Language)
	}
	if len(r.Sources) > 0 {
		o.require(slices.Contains(r.Sources, a.SourceID), "sources: it came from %q", a.SourceID)
	}
	if len(r.Publishers) > 0 {
		o.require(slices.Contains(r.Publishers, a.Publisher), "publishers: it is from %q", a.Publisher)
	}
}

// bestTag finds the strongest tag that meets a list. When none does, it is the
// strongest that would but for its score.
func bestTag(tags []news.Tag, l list, minimum float64) (best news.Tag, ok bool) {
	for _, t := range tags {
		if slices.Contains(l.kinds, t.Kind) && slices.Contains(l.ids, t.ID) && t.Score > best.Score {
			best = t
		}
	}
	return best, best.Score > 0 && best.Score >= minimum
}

// below says how much a tag lacked, if there was one.
func below(t news.Tag, minimum float64) string {
	if t.Score == 0 {
		return ""
	}
	return fmt.Sprintf("; %s has the score %.2f, and %.2f is asked for", idAndLabel(t), t.Score, minimum)
}

// idAndLabel is the id of a tag, with its label where that says more.
func idAndLabel(t news.Tag) string {
	if t.Label == "" || strings.EqualFold(t.ID, t.Label) {
		return t.ID
	}
	return t.ID + " (" + t.Label + ")"
}

// quotes tells the strongest evidence of a tag.
func quotes(t news.Tag) string {
	var quoted []string
	note := ""
	for _, e := range t.Evidence {
		switch {
		case e.Weight > 0 && e.Term != "" && len(quoted) < 3:
			quoted = append(quoted, fmt.Sprintf("%q in the %s", e.Term, e.Field))
		case e.Term == "" && note == "":
			note = ": " + e.Note
		}
	}
	if len(quoted) == 0 {
		return note
	}
	return " for " + strings.Join(slices.Compact(quoted), ", ")
}

func shorten(ids []string) string {
	if len(ids) > 6 {
		return strings.Join(ids[:6], ", ") + " …"
	}
	return strings.Join(ids, ", ")
}

// memberships lists the editions that a belongs to, judged from its Tags.
func (j *judge) memberships(a news.Article, _ news.Source) []news.Membership {
	var all []news.Membership
	for i := range j.editions {
		if o := j.editions[i].decide(a, nil); o.in {
			all = append(all, news.Membership{EditionID: j.editions[i].ID, Score: o.score, Reason: reason(o.tags)})
		}
	}
	return all
}

// reason names the tags that let an article in.
func reason(tags []news.Tag) string {
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = t.Label
	}
	return strings.Join(names, ", ")
}
