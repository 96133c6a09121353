// Package vocabulary holds what the curator knows of the world: concepts, the
// forms that they take in every language, and what makes a form ambiguous. It
// finds them in text.
package vocabulary

// File is a vocabulary file of the user, already read.
type File struct {
	Name string // as messages name it
	Data []byte // TOML
}
