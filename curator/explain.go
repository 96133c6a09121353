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

// hint tells why an article lacks a tag, or nothing when it does not come near.
type hint func(kinds []news.Kind, ids []string) string

// decide checks every condition of a rule. Reasons are only worded when there
// is a hint to word them with, for most articles are in no edition.
func (r *rule) decide(a news.Article, why hint) outcome {
	o := outcome{in: true, score: 1}
	note := func(met bool, format string, args ...any) {
		if !met {
			o.in = false
			o.failed++
		}
		if why != nil {
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
		missing := below(best, r.MinScore)
		if missing == "" && why != nil {
			missing = why(l.kinds, l.ids)
		}
		note(false, "%s: none of %s%s", l.name, shorten(l.ids), missing)
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
func (e *edition) decide(a news.Article, why hint) outcome {
	var best outcome
	for i := range e.rules {
		o := e.rules[i].decide(a, why)
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

// lacks tells of the tags that an article almost has: how much weight was
// found and needed, what spoke against it, and which words did not count.
func (d judgement) lacks(j *judge) hint {
	return func(kinds []news.Kind, ids []string) string {
		best, said := 0.0, ""
		for _, c := range append(d.countries, d.concepts...) {
			concept := j.vocabulary.Concepts()[c.concept]
			if !slices.Contains(kinds, concept.Kind) || !slices.Contains(ids, concept.ID) {
				continue
			}
			if said == "" || c.weight > best {
				best, said = c.weight, fmt.Sprintf("; %s weighs %.2f%s", concept.ID, c.weight, uncounted(c.evidence))
			}
		}
		for number, c := range d.topics {
			t := j.vocabulary.Topics()[number]
			id := j.vocabulary.Concepts()[t.Concept].ID
			if c.raw > best && slices.Contains(kinds, news.KindTopic) && slices.Contains(ids, id) {
				best, said = c.raw, fmt.Sprintf("; %s weighs %.2f and needs %.2f%s", id, c.weight, t.Threshold, d.against(j, c))
			}
		}
		return said
	}
}

// against names the topics that lowered one.
func (d judgement) against(j *judge, c topicClaim) string {
	if len(c.lowered) == 0 {
		return ""
	}
	var names []string
	for _, number := range c.lowered {
		names = append(names, j.vocabulary.Concepts()[j.vocabulary.Topics()[number].Concept].ID)
	}
	return fmt.Sprintf(" (%.2f before %s spoke against it)", c.raw, strings.Join(names, ", "))
}

// uncounted quotes a name that was found and why it did not count.
func uncounted(evidence []news.Evidence) string {
	for _, e := range evidence {
		if e.Weight == 0 && e.Note != "" {
			return fmt.Sprintf(": %q in the %s is %s", e.Term, e.Field, e.Note)
		}
	}
	return ", less than what the article is about"
}
