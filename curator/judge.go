package curator

import (
	"harmattan/curator/vocabulary"
	"harmattan/news"
)

// judge decides what an article is about and which editions it belongs to. It
// never changes once made and is safe for concurrent use.
type judge struct {
	editions []news.Edition
}

// newJudge compiles the built-in vocabulary, the user's files and the rules of
// the editions.
func newJudge(o Options, editions []news.Edition, files ...vocabulary.File) (*judge, error) {
	return &judge{editions: editions}, nil
}

// tags says what a is about, judged from Title, Summary, Text and Language.
func (j *judge) tags(a news.Article, source news.Source) []news.Tag { return nil }

// memberships lists the editions that a belongs to, judged from its Tags.
func (j *judge) memberships(a news.Article, source news.Source) []news.Membership { return nil }

// explain tells for every edition why a is in it or why not.
func (j *judge) explain(a news.Article, source news.Source) []news.Verdict { return nil }

// fingerprint changes when vocabulary, rules or the way of judging change.
func (j *judge) fingerprint() string { return "" }
