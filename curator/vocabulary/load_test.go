package vocabulary_test

import (
	"testing"

	"harmattan/curator/vocabulary"
)

func TestBuiltinVocabularyCompiles(t *testing.T) {
	if _, err := vocabulary.New(); err != nil {
		t.Fatal(err)
	}
}
