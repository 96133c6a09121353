package news

// Search is what somebody looks for among the stored articles: all of it must
// be met.
type Search struct {
	Facet
	// Terms stand in title or summary, Titles in the title; a term of several
	// words is a phrase. The curator's folding is done by whoever asks storage.
	Terms, Titles []string
	// Open says that the last of Terms may be the beginning of a word.
	Open bool
	// Editions are those of which an article must be in one, if there are any.
	Editions []string
}

// Empty tells a search that asks for nothing.
func (s Search) Empty() bool {
	f := s.Facet
	return len(s.Terms)+len(s.Titles)+len(s.Editions)+len(f.TagLists())+len(f.Languages)+len(f.Publishers)+len(f.Sources) == 0 &&
		f.Since.IsZero() && f.Before.IsZero()
}
