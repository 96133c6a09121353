package publisher

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A word that one language lacks would be missing on its pages alone.
func TestEveryLanguageSaysEverythingThatPagesSay(t *testing.T) {
	keys := slices.Sorted(maps.Keys(english.Text))
	for _, w := range languages {
		if got := slices.Sorted(maps.Keys(w.Text)); !slices.Equal(got, keys) {
			t.Errorf("%s has other words than English: %v", w.Lang, slices.DeleteFunc(append(got, keys...), func(k string) bool {
				return w.Text[k] != "" && english.Text[k] != ""
			}))
		}
		for key, text := range w.Text {
			if text == "" || strings.Count(text, "%s") != strings.Count(english.Text[key], "%s") {
				t.Errorf("%s: %s is %q", w.Lang, key, text)
			}
			if forms := strings.Count(text, "|") + 1; forms > 1 && forms != map[bool]int{true: 4, false: 2}[w.Lang == "ar"] {
				t.Errorf("%s: %s has %d forms", w.Lang, key, forms)
			}
		}
	}
	said := map[string]bool{}
	pattern := regexp.MustCompile(`Text\.([A-Za-z]+)|Text\["([A-Za-z]+)"\]|(?:[wW](?:ords)?\.Count[ (][^"}]*|W\.Naming |key :?= )"([A-Za-z]+)"`)
	for _, glob := range []string{"*.go", "site/*.html"} {
		files, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range pattern.FindAllStringSubmatch(string(text), -1) {
				said[found[1]+found[2]+found[3]] = true
			}
		}
	}
	for _, key := range keys {
		if !said[key] && !strings.Contains(key, ".") {
			t.Errorf("no page says %s", key)
		}
		delete(said, key)
	}
	for key := range said {
		t.Errorf("%s has no words", key)
	}
}

func TestNumbersTakeTheFormOfTheirLanguage(t *testing.T) {
	for n, want := range map[int][3]string{
		0: {"0 articles", "0 article", "0 مادة"}, 1: {"1 article", "1 article", "مادة واحدة"}, 2: {"2 articles", "2 articles", "مادتان"},
		7: {"7 articles", "7 articles", "7 مواد"}, 25: {"25 articles", "25 articles", "25 مادة"}, 103: {"103 articles", "103 articles", "103 مواد"},
	} {
		for i, w := range languages {
			if got := w.Count(n, "articlesCount"); got != want[i] {
				t.Errorf("%s: %d is %q, want %q", w.Lang, n, got, want[i])
			}
		}
	}
}
