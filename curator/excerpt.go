package curator

import "strings"

// fallbackTitle is how many characters of the text make a missing title.
const fallbackTitle = 90

// minSummary is how many bytes a source's own summary needs to be one.
const minSummary = 40

// excerpt is what an entry shows of an article: the source's own summary, else
// the beginning of the text, in one line.
func excerpt(summary, text string, limit int) string {
	if len(summary) < minSummary && len(text) > len(summary) {
		summary = text
	}
	// Only what may be shown is worth tidying.
	return cutWords(oneLine(cutBytes(summary, 8*limit)), limit)
}

// tails are the lines that content systems put behind an article: how they
// begin and what stands in them.
var tails = []struct{ begin, middle string }{
	{"The post ", " appeared first on "},
	{"The article ", " appeared first on "},
	{"L’article ", " est apparu en premier sur "},
	{"L'article ", " est apparu en premier sur "},
	{"Cet article ", " est apparu en premier sur "},
	{"L’article ", " est apparu en premier "},
	{"La entrada ", " se publicó primero en "},
	{"La entrada ", " aparece primero en "},
	{"O post ", " apareceu primeiro em "},
	{"O conteúdo ", " aparece primeiro em "},
	{"Der Beitrag ", " erschien zuerst auf "},
	{"L'articolo ", " proviene da "},
	{"ظهرت المقالة ", " أولاً على "},
	{"ظهرت المقالة ", " أولا على "},
	{"The post ", " first appeared on "},
	{"Artykuł ", " pochodzi z serwisu "},
}

// tailFinder finds what stands in them.
var tailFinder = func() *finder {
	var middles [][]string
	for _, tail := range tails {
		middles = append(middles, []string{tail.middle})
	}
	return newFinder(middles...)
}()

// leadOns are the words with which a source calls readers over.
var leadOns = []string{"[…]", "[...]", "Continue reading", "Read more", "Read More", "Lire la suite", "Lire plus", "Leia mais", "Leer más",
	"Continuer la lecture", "Weiterlesen", "اقرأ المزيد", "→", "»", "(Suite…)", "&hellip;"}

// maxTail is how long such a line can be, in bytes.
const maxTail = 700

// withoutTail cuts what a content system put behind the text.
func withoutTail(text string) string {
	near := max(0, len(text)-maxTail) // no middle begins before it
	found := tailFinder.in(text[near:])
	for number, tail := range tails {
		if found>>number&1 == 0 {
			continue
		}
		from := max(0, near-maxTail) // no tail begins before it
		middle := near - from + strings.LastIndex(text[near:], tail.middle)
		if begin := strings.LastIndex(text[from:from+middle], tail.begin); begin >= 0 && middle-begin < maxTail {
			text = strings.TrimSpace(text[:from+begin])
			near = max(0, len(text)-maxTail)
			found = tailFinder.in(text[near:])
		}
	}
	for cut := true; cut; {
		cut = false
		for _, words := range leadOns {
			if rest, ok := strings.CutSuffix(text, words); ok && rest != "" {
				text, cut = strings.TrimRight(rest, " \n"), true
			}
		}
	}
	return text
}
