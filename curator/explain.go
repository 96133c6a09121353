package curator

import (
	"fmt"
	"slices"
	"strings"

	"harmattan/news"
)

// outcome is what a rule says of an article.
type outcome struct {
	in      bool
	score   float64    // of the weakest tag that met a list, 1 when no list asks for tags
	tags    []news.Tag // those that met a list
	reasons []string   // one for each condition, in the order of the rule
	failed  int        // conditions that are not met
}

// decide checks every condition of a rule. Reasons are only worded when asked
// for, for most articles are in no edition.
func (r *rule) decide(a news.Article, worded bool) outcome {
	o := outcome{in: true, score: 1}
	note := func(met bool, format string, args ...any) {
		if !met {
			o.in = false
			o.failed++
		}
		if worded {
			sign := "met: "
			if !met {
				sign = "not met: "
			}
			o.reasons = append(o.reasons, sign+fmt.Sprintf(format, args...))
		}
	}
	for _, l := range r.lists() {
		if len(l.ids) == 0 {
			continue
		}
		best, ok := bestTag(a.Tags, l, r.MinScore)
		if ok {
			o.score = min(o.score, best.Score)
			o.tags = append(o.tags, best)
			note(true, "%s: %s %.2f%s", l.name, best.ID, best.Score, quotes(best))
			continue
		}
		note(false, "%s: none of %s%s", l.name, shorten(l.ids), below(best, r.MinScore))
	}
	r.decideKeys(a, note)
	r.decideOrigin(a, note)
	if r.where != nil {
		held, err := r.where.holds(a)
		if err != nil {
			note(false, "where: %v", err)
		} else {
			note(held, "where: %s", r.Where)
		}
	}
	return o
}

func (r *rule) decideKeys(a news.Article, note func(bool, string, ...any)) {
	for _, key := range r.All {
		s := tagScore(a.Tags, key)
		note(s > 0 && s >= r.MinScore, "all: %s %.2f", key, s)
	}
	for _, key := range r.None {
		i := slices.IndexFunc(a.Tags, func(t news.Tag) bool { return string(t.Kind)+"/"+t.ID == key })
		if i >= 0 {
			note(false, "none: it has %s%s", key, quotes(a.Tags[i]))
		} else {
			note(true, "none: %s is absent", key)
		}
	}
}

func (r *rule) decideOrigin(a news.Article, note func(bool, string, ...any)) {
	if len(r.Languages) > 0 {
		base, _, _ := strings.Cut(a.Language, "-")
		note(slices.Contains(r.Languages, a.Language) || slices.Contains(r.Languages, base), "languages: it is in %q", a.Language)
	}
	if len(r.Sources) > 0 {
		note(slices.Contains(r.Sources, a.SourceID), "sources: it came from %q", a.SourceID)
	}
	if len(r.Publishers) > 0 {
		note(slices.Contains(r.Publishers, a.Publisher), "publishers: it is from %q", a.Publisher)
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
	return fmt.Sprintf("; %s has %.2f and needs %.2f", t.ID, t.Score, minimum)
}

// quotes tells the strongest evidence of a tag.
func quotes(t news.Tag) string {
	var quoted []string
	for _, e := range t.Evidence {
		if e.Weight > 0 && len(quoted) < 3 && e.Term != "" {
			quoted = append(quoted, fmt.Sprintf("%q in the %s", e.Term, e.Field))
		}
	}
	if len(quoted) == 0 {
		return ""
	}
	return " for " + strings.Join(slices.Compact(quoted), ", ")
}

func shorten(ids []string) string {
	if len(ids) > 6 {
		return strings.Join(ids[:6], ", ") + " …"
	}
	return strings.Join(ids, ", ")
}

// decide takes the rule that says most for the article: the first that lets it
// in, else the one that misses least.
func (e *edition) decide(a news.Article, worded bool) outcome {
	var best outcome
	for i := range e.rules {
		o := e.rules[i].decide(a, worded)
		if i == 0 || o.in && (!best.in || o.score > best.score) || !best.in && o.failed < best.failed {
			best = o
		}
	}
	return best
}

// memberships lists the editions that a belongs to, judged from its Tags.
func (j *judge) memberships(a news.Article, _ news.Source) []news.Membership {
	var all []news.Membership
	for i := range j.editions {
		if o := j.editions[i].decide(a, false); o.in {
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
