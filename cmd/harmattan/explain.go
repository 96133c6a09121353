package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"harmattan/news"
	"harmattan/storage"
)

type explainCommand struct {
	settings
	Ref  string `arg:"" name:"url|id" help:"Link of the article, or its entry id."`
	JSON bool   `help:"Print JSON."`
}

// explanation is all that is known of an article; the JSON names are a promise.
type explanation struct {
	Article   news.Article     `json:"article"`
	Source    news.Source      `json:"source"`
	State     news.SourceState `json:"state"`
	Story     []news.Article   `json:"story"`
	Revisions []news.Revision  `json:"revisions"`
	Editions  []news.Verdict   `json:"editions"`
	// Documents brought the states of the article, the present one first.
	Documents []documentRow `json:"documents"`
}

func (c *explainCommand) Run(s *session) error {
	cfg, err := c.load(s)
	if err != nil {
		return err
	}
	judge, err := newCurator(cfg)
	if err != nil {
		return err
	}
	var e explanation
	err = readStore(s, c.State, func(store *storage.Store) error {
		if e, err = explain(s.ctx, store, judge, sourcesByID(cfg), c.Ref); err != nil {
			return err
		}
		e.Documents, err = documentsOf(s.ctx, store, e.Article, e.Revisions)
		return err
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("nothing is stored yet; run harmattan serve or harmattan fetch first")
	case errors.Is(err, storage.ErrNotFound):
		return fmt.Errorf("no article has the link or id %q; give it as it stands in the edition", c.Ref)
	case err != nil:
		return err
	}
	if c.JSON {
		return writeJSON(s.out, e)
	}
	e.print(s.out)
	return nil
}

func (e *explanation) print(out io.Writer) {
	a := &e.Article
	fmt.Fprintf(out, "%s\n%s\n", a.Title, a.Link)
	e.printFetched(out)
	e.printIdentity(out)
	e.printDates(out)
	e.printTags(out)
	e.printStory(out)
	e.printEditions(out)
}

func (e *explanation) printFetched(out io.Writer) {
	heading(out, "Fetched")
	field(out, "source", "%s (%s), published by %s", e.Source.ID, e.Source.Title(), e.Article.Publisher)
	field(out, "from", "%s", e.State.URL)
	if e.State.MovedTo != "" {
		field(out, "moved to", "%s, where it redirects for good since %s", e.State.MovedTo, moment(e.State.MovedSince))
	}
	field(out, "first seen", "%s", moment(e.Article.FirstSeen))
	for _, d := range e.Documents {
		d.print(out)
	}
	field(out, "source now", "%s, last answer %s at %s, due %s", e.State.Status, code(e.State.LastCode),
		moment(e.State.CheckedAt), moment(e.State.DueAt))
}

func (e *explanation) printIdentity(out io.Writer) {
	a := &e.Article
	heading(out, "Identified")
	field(out, "entry id", "%s", a.ID)
	field(out, "key", "%s", strings.ReplaceAll(a.Key, "\n", " + "))
	field(out, "link given", "%s", a.RawLink)
	field(out, "revision", "%d, text %s", a.Revision, a.ContentHash)
	for _, r := range e.Revisions {
		field(out, fmt.Sprintf("was %d", r.Number), "%s; seen %s, document %s", r.Title, moment(r.SeenAt), r.BodyHash)
	}
	for _, t := range a.TollChanges {
		field(out, "toll changed", "%s %d, now %d; seen %s", t.Kind, t.From, t.To, moment(t.At))
	}
	field(out, "language", "%s (%s)", a.Language, a.LanguageFrom)
}

func (e *explanation) printDates(out io.Writer) {
	a := &e.Article
	heading(out, "Dated")
	field(out, "published", "%s from %s, written %q", moment(a.Published.Time), a.Published.From, a.Published.Raw)
	if !a.Updated.Time.IsZero() {
		field(out, "updated", "%s from %s, written %q", moment(a.Updated.Time), a.Updated.From, a.Updated.Raw)
	}
	field(out, "text changed", "%s", moment(a.ModifiedAt))
}

func (e *explanation) printTags(out io.Writer) {
	heading(out, "Tagged")
	if len(e.Article.Tags) == 0 {
		fmt.Fprintln(out, "  nothing was recognised")
	}
	for _, tag := range e.Article.Tags {
		fmt.Fprintf(out, "  %s/%s %s, score %.2f\n", tag.Kind, tag.ID, tag.Label, tag.Score)
		for _, ev := range tag.Evidence {
			if ev.Term == "" { // no word of the article
				fmt.Fprintf(out, "    %s, weight %.2f\n", ev.Note, ev.Weight)
				continue
			}
			fmt.Fprintf(out, "    %q in %s at byte %d, weight %.2f", ev.Term, ev.Field, ev.Offset, ev.Weight)
			if ev.Note != "" {
				fmt.Fprintf(out, " (%s)", ev.Note)
			}
			fmt.Fprintln(out)
		}
	}
}

func (e *explanation) printStory(out io.Writer) {
	heading(out, "Story")
	field(out, "story", "%s, told by %d articles", e.Article.StoryID, max(1, len(e.Story)))
	if why := e.Article.StoryWhy; why != nil {
		kind := "same event as"
		if why.Copy {
			kind = "copy of"
		}
		field(out, "joined", "%s %s, score %.2f: %s", kind, why.ArticleID, why.Score, strings.Join(why.Evidence, "; "))
	}
	for _, other := range e.Story {
		if other.ID != e.Article.ID {
			field(out, "also by", "%s: %s <%s>", other.Publisher, other.Title, other.Link)
		}
	}
}

func (e *explanation) printEditions(out io.Writer) {
	heading(out, "Editions")
	if hold := e.Article.Hold; hold != "" {
		fmt.Fprintf(out, "  %s: in none, whatever the rules say\n", hold)
	}
	for _, v := range e.Editions {
		place := "not in"
		if v.In {
			place = "in"
		}
		fmt.Fprintf(out, "  %s %s, score %.2f\n", place, v.EditionID, v.Score)
		for _, reason := range v.Reasons {
			fmt.Fprintf(out, "    %s\n", reason)
		}
	}
}

func heading(out io.Writer, name string) { fmt.Fprintf(out, "\n%s\n", name) }

func field(out io.Writer, name, format string, args ...any) {
	fmt.Fprintf(out, "  %-12s %s\n", name, fmt.Sprintf(format, args...))
}
