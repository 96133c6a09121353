package curator

import (
	"strings"
	"unicode/utf8"

	"harmattan/news"
)

// agencies are the wire services and the names that credits give them. Short
// names are matched as they are written, for "ap" and "ana" are words too.
var agencies = []struct {
	name  string
	forms []string
}{
	{"AFP", []string{"AFP", "Agence France-Presse", "Agence France Presse", "أ ف ب", "أ.ف.ب", "ا ف ب", "فرانس برس", "وكالة فرانس برس"}},
	{"AP", []string{"AP", "Associated Press", "The Associated Press", "أسوشيتد برس", "أ ب"}},
	{"Reuters", []string{"Reuters", "REUTERS", "Thomson Reuters", "رويترز", "وكالة رويترز"}},
	{"Xinhua", []string{"Xinhua", "XINHUA", "شينخوا", "وكالة شينخوا", "新华社", "新华网"}},
	{"TASS", []string{"TASS", "ITAR-TASS", "Tass", "تاس"}},
	{"RIA", []string{"RIA Novosti", "Sputnik", "سبوتنيك"}},
	{"DPA", []string{"dpa", "DPA"}},
	{"EFE", []string{"EFE", "Agencia EFE"}},
	{"ANSA", []string{"ANSA"}},
	{"Lusa", []string{"Lusa", "LUSA"}},
	{"Anadolu", []string{"Anadolu", "Anadolu Agency", "Agence Anadolu", "Anadolu Ajansı", "الأناضول", "وكالة الأناضول", "AA"}},
	{"APS", []string{"APS", "واج", "Algérie Presse Service"}},
	{"APA", []string{"APA", "APA-News", "APAnews", "APA News", "Agence de Presse Africaine", "African Press Agency"}},
	{"PANA", []string{"PANA", "Pana", "Panapress", "PANAPRESS"}},
	{"ANP", []string{"ANP"}},
	{"AIB", []string{"AIB", "Agence d'information du Burkina"}},
	{"AMAP", []string{"AMAP"}},
	{"AIP", []string{"AIP"}},
	{"AMI", []string{"AMI", "وما", "Agence mauritanienne d'information"}},
	{"MAP", []string{"MAP"}},
	{"TAP", []string{"TAP"}},
	{"NAN", []string{"NAN", "News Agency of Nigeria"}},
	{"GNA", []string{"GNA", "Ghana News Agency"}},
	{"PA", []string{"PA Media", "Press Association"}},
	{"UPI", []string{"UPI"}},
	{"Bloomberg", []string{"Bloomberg"}},
	{"CNN", []string{"CNN", "CNN Newsource"}},
	{"SPA", []string{"واس"}},
	{"QNA", []string{"قنا"}},
}

// agencyFinder finds their forms.
var agencyFinder = func() *finder {
	var forms [][]string
	for _, agency := range agencies {
		forms = append(forms, agency.forms)
	}
	return newFinder(forms...)
}()

// bylineDashes part names in a byline as commas do.
var bylineDashes = strings.NewReplacer(" - ", ",", " – ", ",", " — ", ",")

// citySpan is how many bytes the place of a dateline has at most.
const citySpan = 40

// creditSpan is where a credit stands: that many bytes from either end.
const creditSpan = 160

// wire returns the agency that an article credits with its text, or nothing:
// in the byline, the origin, the dateline or behind the last words. An agency
// that is only quoted ("told AFP") is no credit.
func wire(a news.Article) string {
	names := append([]string{}, a.Authors...)
	if a.Origin != nil {
		names = append(names, a.Origin.Title)
	}
	for _, name := range names {
		for _, part := range strings.FieldsFunc(bylineDashes.Replace(name), func(r rune) bool { return strings.ContainsRune(",/|()&+;", r) }) {
			if agency := agencyNamed(trimByline(part)); agency != "" {
				return agency
			}
		}
	}
	head := cutBytes(a.Text, creditSpan)
	tail := a.Text
	if len(tail) > creditSpan {
		tail = tail[len(tail)-creditSpan:]
		for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
			tail = tail[1:]
		}
	}
	found := agencyFinder.in(head) | agencyFinder.in(tail) | agencyFinder.in(a.Title)
	for number, agency := range agencies {
		if found>>number&1 == 0 {
			continue
		}
		for _, form := range agency.forms {
			if inDateline(head, form) || atEnd(tail, form) || bracketed(a.Title, form) {
				return agency.name
			}
		}
	}
	return ""
}

// trimByline leaves the name in "Par AFP", "By The Associated Press", "avec AFP".
func trimByline(name string) string {
	name = strings.TrimSpace(name)
	for _, word := range []string{"Par ", "par ", "By ", "by ", "Avec ", "avec ", "with ", "With ", "Source : ", "Source: ", "© ", "la rédaction avec ",
		"La rédaction avec ", "Le Monde avec ", "Por ", "Com "} {
		name = strings.TrimPrefix(name, word)
	}
	if _, agency, ok := strings.Cut(name, " avec "); ok {
		name = agency
	}
	for _, word := range []string{" News Agency", ".com"} {
		name = strings.TrimSuffix(name, word)
	}
	return strings.TrimSpace(name)
}

// agencyNamed knows an agency by its name, by a long one also behind a person's.
func agencyNamed(name string) string {
	for _, agency := range agencies {
		for _, form := range agency.forms {
			if name == form || strings.Contains(form, " ") && strings.HasSuffix(name, " "+form) {
				return agency.name
			}
		}
	}
	return ""
}

// inDateline tells "BAMAKO, Mali (AP) —", "Dakar, 12 août (APS) –", "APA – Dakar",
// "أنقرة/ الأناضول".
func inDateline(head, form string) bool {
	if bracketed(head, form) {
		return true
	}
	if city, rest, ok := strings.Cut(head, "/"); ok && len(city) < citySpan && strings.HasPrefix(strings.TrimLeft(rest, " "), form) {
		return true
	}
	rest, ok := strings.CutPrefix(head, form)
	if !ok {
		return false
	}
	rest = strings.TrimLeft(rest, " ")
	for _, dash := range []string{"—", "–", "-", "/", ":", "|"} {
		if strings.HasPrefix(rest, dash) {
			return true
		}
	}
	return false
}

// bracketed tells "(AFP)", "[AFP]", "(AFP/…", "(avec AFP)".
func bracketed(s, form string) bool {
	for from := 0; ; {
		at := strings.Index(s[from:], form)
		if at < 0 {
			return false
		}
		before, rest := s[:from+at], s[from+at+len(form):]
		from = len(s) - len(rest)
		if rest != "" && !strings.ContainsAny(rest[:1], ")]/,-: ") && !strings.HasPrefix(rest, "–") {
			continue
		}
		for _, open := range creditOpenings {
			if strings.HasSuffix(before, open) {
				return true
			}
		}
		if strings.HasSuffix(before, "/") && rest != "" && (rest[0] == ')' || rest[0] == '/') {
			return true
		}
	}
}

// creditOpenings stand before an agency's name in brackets.
var creditOpenings = []string{"(", "[", "(Avec ", "(avec ", "(With ", "(with ", "(©", "(c) "}

// atEnd tells a text that ends in "AFP", "Source: Xinhua", "© AFP", "Avec AFP".
func atEnd(tail, form string) bool {
	tail = strings.TrimRight(tail, " \n.)]»\"”")
	rest, ok := strings.CutSuffix(tail, form)
	if !ok || rest == "" {
		return false
	}
	line := rest[strings.LastIndexByte(rest, '\n')+1:]
	if strings.TrimSpace(line) == "" {
		return true
	}
	line = strings.TrimRight(line, " 0123456789") // © 2026 AFP
	for _, before := range []string{"(", "[", "©", "Avec", "avec", "With", "with", "+", "Source:", "Source :", "source:", "–", "—", "/", ".", "By", "Par", "المصدر:"} {
		if strings.HasSuffix(line, before) {
			return true
		}
	}
	return false
}
