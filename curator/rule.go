package curator

import "harmattan/news"

// ValidateEdition reports every mistake in the rules of an edition: unknown
// countries, concepts and kinds, and expressions that do not compile.
func ValidateEdition(e news.Edition) []news.Problem { return nil }
