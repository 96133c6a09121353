package publisher

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// words are what we say ourselves, in one language: data of site/words.
type words struct {
	Lang, Dir, Name string
	// Colon follows a label; French sets a no-break space before it.
	Colon string
	// Source introduces the credit line; Via the outlet that passed it on.
	Source, Via string
	// AlsoBy introduces the other outlets of a story; Same marks a copy;
	// Voices counts the independent publishers.
	AlsoBy, Same, Voices string
	// Rights is the statement of the whole edition; LeaveOut follows it and is
	// completed with the contact.
	Rights, LeaveOut string
	// Subscribe and the words below stand on the edition's page.
	Subscribe, SubscribeHelp   string
	Entries, LastChange, Empty string
	Layer, Sources             string
	Why, Revised, About, All   string
	Skip, Search, Nav          string
	// Image leads to the picture that the source gave, which we do not load.
	Image string
	// Story leads to the page of an entry's story; Map and the words below
	// stand on the edition's map.
	Story, Map, MapOf, Places  string
	SkipMap, Outside, NoPlaces string
	Borders, Positions         string
	// Burst heads what is told far more than usual.
	Burst string
	// Toll introduces corrected numbers of victims; From and to are joined by
	// Arrow, which points the way the language is read.
	Toll, Arrow string
	Victims     map[news.TollKind]string
	Months      [12]string
	// OnDay joins a day and a clock time, At completes hours and minutes.
	OnDay, At string
	// Text are the words of single pages and their parts. Those that count have a
	// form for each number of the language, with bars between them.
	Text map[string]string
}

// languages are what we speak.
var (
	languages = []*words{readWords("en"), readWords("fr"), readWords("ar")}
	english   = languages[0]
)

// readWords reads what is part of the program: that it cannot be read is a
// mistake of whoever built it.
func readWords(lang string) *words {
	text, err := site.ReadFile("site/words/" + lang + ".json")
	if err != nil {
		panic(err)
	}
	w := &words{}
	if err := json.Unmarshal(text, w); err != nil {
		panic("words of " + lang + ": " + err.Error())
	}
	return w
}

// wordsFor are the words in the language of an edition, else the English ones.
func wordsFor(lang string) *words {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	for _, w := range languages {
		if w.Lang == base {
			return w
		}
	}
	return english
}

// Count writes a number of things in the form that the language has for it:
// Arabic has four, the others two, and French counts nothing as one.
func (w *words) Count(n int, key string) string {
	forms := strings.Split(w.Text[key], "|")
	at := 1
	switch {
	case n == 1, n == 0 && w.Lang == "fr":
		at = 0
	case len(forms) > 2 && n > 2:
		at = 3
		if n%100 >= 3 && n%100 <= 10 {
			at = 2
		}
	case len(forms) > 2 && n == 0:
		at = 3
	}
	return strings.ReplaceAll(forms[at], "%d", strconv.Itoa(n))
}

// Naming writes a phrase about somebody, whose name may run the other way.
func (w *words) Naming(key, name string) template.HTML {
	return template.HTML(strings.Replace(html.EscapeString(w.Text[key]), "%s", `<bdi class="publisher">`+html.EscapeString(name)+"</bdi>", 1))
}

// Kind, Field and State name kinds of tags, fields of articles and states of
// sources; what we have no word for stays as it is.
func (w *words) Kind(k news.Kind) string    { return firstOf(w.Text["kind."+string(k)], string(k)) }
func (w *words) Field(field string) string  { return firstOf(w.Text["field."+field], field) }
func (w *words) State(status string) string { return firstOf(w.Text["state."+status], status) }

// Tolls writes what tolls were first and what they are now.
func (w *words) Tolls(changes []news.TollChange) string {
	parts := make([]string, 0, len(changes))
	for _, c := range changes {
		parts = append(parts, w.Victims[c.Kind]+" "+strconv.Itoa(c.From)+w.Arrow+strconv.Itoa(c.To))
	}
	return w.Toll + w.Colon + strings.Join(parts, ", ")
}

// Day writes the UTC day of a moment for people.
func (w *words) Day(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%d %s %d", t.Day(), w.Months[t.Month()-1], t.Year())
}

// Clock writes the UTC hour and minute of a moment for people.
func (w *words) Clock(t time.Time) string { return fmt.Sprintf(w.At, t.UTC().Format("15:04")) }

// Moment writes the UTC day and minute of a moment for people.
func (w *words) Moment(t time.Time) string { return fmt.Sprintf(w.OnDay, w.Day(t), w.Clock(t)) }

// rights is the statement of an edition with the way to be left out.
func (w *words) rights(contact string) string {
	if contact == "" {
		return w.Rights
	}
	return w.Rights + " " + w.LeaveOut + " " + contact
}
