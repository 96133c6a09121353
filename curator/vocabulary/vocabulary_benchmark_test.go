package vocabulary_test

import (
	"runtime"
	"testing"

	"harmattan/curator/vocabulary"
)

// BenchmarkNew measures the built-in vocabulary from bytes to readiness; the
// ceiling is 100 ms.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := vocabulary.New(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestBuiltinVocabularyStaysSmall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	v, err := vocabulary.New()
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	const ceiling = 30 << 20
	if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > ceiling {
		t.Errorf("the vocabulary holds %d bytes, want at most %d", held, ceiling)
	} else {
		t.Logf("the vocabulary holds %.1f MB", float64(held)/(1<<20))
	}
	runtime.KeepAlive(v)
}
