package news

import "time"

// Raw is a response as it was received, kept to prove what was read and to
// read it again. It is told apart by its SHA-256.
type Raw struct {
	SourceID string
	// Hash is the SHA-256 of Body, in hex: what Item.BodyHash and
	// Article.BodyHash cite.
	Hash string
	// Body is the document byte for byte, its transfer and content codings
	// undone; nil when the archive has let it go, or when Gzip is there.
	Body []byte
	// Gzip is the document as it was sent, on its way into the archive: what was
	// packed well is not packed again. What the archive gives back has a Body.
	Gzip []byte
	// Size is the length of the document, in bytes, whether Body is there or not.
	Size int64
	// URL was asked; FinalURL answered, after all redirects.
	URL, FinalURL string
	Status        int // of HTTP
	// Header holds the fields of the response but for those that may carry a
	// secret, within bounds; nil once Body was let go.
	Header map[string][]string
	// ReceivedAt is when a document with these bytes first came from the source.
	ReceivedAt time.Time
}
