package storage

import "slices"

// hiddenFrom are the private editions, as JSON, that the readers of an edition
// know nothing of: all but their own.
func (a *arrangement) hiddenFrom(editionID string) string {
	return jsonStrings(slices.DeleteFunc(slices.Clone(a.private), func(id string) bool { return id == editionID }))
}

// isOpen takes the articles "a" that do not stand in the hidden editions alone:
// ?1.
const isOpen = ` (?1 = '[]' OR NOT EXISTS (SELECT 1 FROM membership m WHERE m.article = a.num AND m.left_at = 0
		AND m.edition_id IN (SELECT value FROM json_each(?1)))
	OR EXISTS (SELECT 1 FROM membership m WHERE m.article = a.num AND m.left_at = 0
		AND m.edition_id NOT IN (SELECT value FROM json_each(?1))))`
