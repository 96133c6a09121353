package publisher

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"harmattan/news"
)

// words are what we say ourselves in an edition, in its language.
type words struct {
	Lang, Dir string
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
	// arrow, which points the way the language is read.
	Toll, arrow string
	victims     map[news.TollKind]string
	months      [12]string
	// moment joins a day and a clock time, clock completes hours and minutes.
	moment, clock string
}

var english = words{
	Lang: "en", Dir: "ltr", Colon: ": ",
	Source: "Source", Via: "via", AlsoBy: "Also reported by", Same: "same text", Voices: "Independent publishers",
	Rights:    "Titles and excerpts belong to their publishers, whom every entry names and links.",
	LeaveOut:  "To have a source left out:",
	Subscribe: "Subscribe", SubscribeHelp: "Copy one of these addresses into a feed reader. They carry the same entries.",
	Entries: "Entries", LastChange: "Last change", Empty: "No article belongs to this edition yet.",
	Layer: "Places, as GeoJSON", Sources: "Sources, as OPML",
	Why: "Why it is here", Revised: "Revised", Burst: "Far more than usual", About: "About", All: "All editions", Skip: "Skip to the entries", Search: "Search", Nav: "Pages",
	Story: "The whole story", Image: "Image", Map: "Map", MapOf: "Map of the places that the entries name", Places: "Places", SkipMap: "Skip the map",
	Outside: "Outside this window, in the list alone", NoPlaces: "No entry names a place whose position is known.",
	Borders: "Outlines: Natural Earth, public domain; they state no view on any border.", Positions: "Positions: GeoNames, CC BY 4.0.",
	Toll: "Toll changed", arrow: " → ",
	victims: map[news.TollKind]string{news.TollKilled: "killed", news.TollInjured: "injured", news.TollAbducted: "abducted", news.TollDisplaced: "displaced"},
	months:  [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	moment:  "%s, %s", clock: "%s UTC",
}

var french = words{
	Lang: "fr", Dir: "ltr", Colon: "\u00a0: ",
	Source: "Source", Via: "via", AlsoBy: "Également rapporté par", Same: "même texte", Voices: "Éditeurs indépendants",
	Rights:    "Les titres et les extraits appartiennent à leurs éditeurs, que chaque article nomme et relie.",
	LeaveOut:  "Pour faire retirer une source\u00a0:",
	Subscribe: "S’abonner", SubscribeHelp: "Copiez l’une de ces adresses dans un lecteur de flux. Elles donnent les mêmes articles.",
	Entries: "Articles", LastChange: "Dernier changement", Empty: "Aucun article n’appartient encore à cette édition.",
	Layer: "Lieux, en GeoJSON", Sources: "Sources, en OPML",
	Why: "Pourquoi il est ici", Revised: "Révisé", Burst: "Bien plus que d’ordinaire", About: "À propos", All: "Toutes les éditions", Skip: "Aller aux articles", Search: "Recherche", Nav: "Pages",
	Story: "Toute l’histoire", Image: "Image", Map: "Carte", MapOf: "Carte des lieux que nomment les articles", Places: "Lieux", SkipMap: "Passer la carte",
	Outside: "Hors du cadre, dans la liste seulement", NoPlaces: "Aucun article ne nomme un lieu dont la position est connue.",
	Borders: "Contours\u00a0: Natural Earth, domaine public\u00a0; ils n’expriment aucun avis sur les frontières.", Positions: "Positions\u00a0: GeoNames, CC BY 4.0.",
	Toll: "Bilan modifié", arrow: " → ",
	victims: map[news.TollKind]string{news.TollKilled: "tués", news.TollInjured: "blessés", news.TollAbducted: "enlevés", news.TollDisplaced: "déplacés"},
	months:  [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	moment:  "%s, %s", clock: "%s UTC",
}

var arabic = words{
	Lang: "ar", Dir: "rtl", Colon: ": ",
	Source: "المصدر", Via: "عبر", AlsoBy: "نشرته أيضًا", Same: "النص نفسه", Voices: "الناشرون المستقلون",
	Rights:    "العناوين والمقتطفات ملك لناشريها، وكل مادة تذكر ناشرها وتشير إليه.",
	LeaveOut:  "لطلب استبعاد مصدر:",
	Subscribe: "الاشتراك", SubscribeHelp: "انسخ أحد هذه العناوين إلى قارئ الخلاصات. تحمل جميعها المواد نفسها.",
	Entries: "المواد", LastChange: "آخر تغيير", Empty: "لا توجد مواد في هذه الطبعة بعد.",
	Layer: "الأماكن بصيغة GeoJSON", Sources: "المصادر بصيغة OPML",
	Why: "سبب إدراجها", Revised: "عُدّلت", Burst: "أكثر بكثير من المعتاد", About: "حول الموقع", All: "كل الطبعات", Skip: "إلى المواد", Search: "البحث", Nav: "الصفحات",
	Story: "القصة كاملة", Image: "الصورة", Map: "الخريطة", MapOf: "خريطة الأماكن التي تذكرها المواد", Places: "الأماكن", SkipMap: "تجاوز الخريطة",
	Outside: "خارج الإطار، في القائمة فقط", NoPlaces: "لا تذكر أي مادة مكانًا معروف الموقع.",
	Borders: "حدود الدول: Natural Earth، ملك عام، ولا تعبّر عن رأي في أي حدود.", Positions: "المواقع: GeoNames، برخصة CC BY 4.0.",
	Toll: "تغيّرت الحصيلة", arrow: " ← ",
	victims: map[news.TollKind]string{news.TollKilled: "القتلى", news.TollInjured: "الجرحى", news.TollAbducted: "المختطفون", news.TollDisplaced: "النازحون"},
	months:  [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
	moment:  "%s، %s", clock: "%s (UTC)",
}

// wordsFor are the words in the language of an edition, else the English ones.
func wordsFor(lang string) *words {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	switch base {
	case "fr":
		return &french
	case "ar":
		return &arabic
	}
	return &english
}

// Tolls writes what tolls were first and what they are now.
func (w *words) Tolls(changes []news.TollChange) string {
	parts := make([]string, 0, len(changes))
	for _, c := range changes {
		parts = append(parts, w.victims[c.Kind]+" "+strconv.Itoa(c.From)+w.arrow+strconv.Itoa(c.To))
	}
	return w.Toll + w.Colon + strings.Join(parts, ", ")
}

// Day writes the UTC day of a moment for people.
func (w *words) Day(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("%d %s %d", t.Day(), w.months[t.Month()-1], t.Year())
}

// Clock writes the UTC hour and minute of a moment for people.
func (w *words) Clock(t time.Time) string { return fmt.Sprintf(w.clock, t.UTC().Format("15:04")) }

// Moment writes the UTC day and minute of a moment for people.
func (w *words) Moment(t time.Time) string { return fmt.Sprintf(w.moment, w.Day(t), w.Clock(t)) }

// rights is the statement of an edition with the way to be left out.
func (w *words) rights(contact string) string {
	if contact == "" {
		return w.Rights
	}
	return w.Rights + " " + w.LeaveOut + " " + contact
}
