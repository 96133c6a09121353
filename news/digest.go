package news

import "time"

// Digest is what a digest edition tells of one period. Once issued it never
// changes.
type Digest struct {
	ID string // permanent; empty for a period without news, of which nothing is told
	// Since and Until bound the period by when articles were first seen; Since
	// itself is out.
	Since, Until time.Time
	IssuedAt     time.Time
	Title        string // plain text, one line
	Summary      string // plain text
	HTML         string // balanced, with absolute links
	Countries    []Tag  // that its stories are about, without evidence
}
