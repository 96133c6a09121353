package newsroom

import (
	"encoding/json"
	"html"
	"strings"
	"text/template"
)

// writing returns the functions with which the templates write text as the
// CMS of the outlets do.
func writing() template.FuncMap {
	return template.FuncMap{
		"xml":        markup.Replace,
		"cdata":      cdata,
		"json":       quoted,
		"paragraphs": paragraphs,
		"entities":   named.Replace,
		"french":     french.Replace,
		"arabic":     arabic.Replace,
		"words":      words,
	}
}

// cdata wraps text that must not be escaped.
func cdata(s string) string {
	return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>"
}

// quoted writes a JSON string.
func quoted(s string) (string, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

// paragraphs turns plain text into HTML.
func paragraphs(s string) string {
	var b strings.Builder
	for p := range strings.SplitSeq(strings.TrimSpace(s), "\n\n") {
		b.WriteString("<p>" + html.EscapeString(strings.ReplaceAll(p, "\n", " ")) + "</p>\n")
	}
	return b.String()
}

// words cuts text after so many words, as excerpts are cut.
func words(n int, s string) string {
	all := strings.Fields(s)
	if len(all) <= n {
		return strings.Join(all, " ")
	}
	return strings.Join(all[:n], " ")
}

// markup writes text inside an XML element or attribute.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// named writes the HTML names of characters, and the unbreakable spaces of
// French, that old editors put into texts.
var named = strings.NewReplacer(
	"« ", "&laquo;&nbsp;", " »", "&nbsp;&raquo;", " :", "&nbsp;:", " ?", "&nbsp;?",
	"’", "&rsquo;", "“", "&ldquo;", "”", "&rdquo;",
	"à", "&agrave;", "â", "&acirc;", "ç", "&ccedil;", "è", "&egrave;", "é", "&eacute;",
	"ê", "&ecirc;", "É", "&Eacute;", "ï", "&iuml;", "ô", "&ocirc;", "ù", "&ugrave;")

// french puts the names of days and months in French, as a CMS does that
// formats the dates of its feed in its readers' language.
var french = strings.NewReplacer(
	"Mon", "lun", "Tue", "mar", "Wed", "mer", "Thu", "jeu", "Fri", "ven", "Sat", "sam", "Sun", "dim",
	"Jan", "janv.", "Feb", "févr.", "Mar", "mars", "Apr", "avr.", "May", "mai", "Jun", "juin",
	"Jul", "juil.", "Aug", "août", "Sep", "sept.", "Oct", "oct.", "Nov", "nov.", "Dec", "déc.")

// arabic does so in Arabic, with the month names of the Nile and the Sahel.
var arabic = strings.NewReplacer(
	"Mon", "الاثنين", "Tue", "الثلاثاء", "Wed", "الأربعاء", "Thu", "الخميس", "Fri", "الجمعة", "Sat", "السبت", "Sun", "الأحد",
	"Jan", "يناير", "Feb", "فبراير", "Mar", "مارس", "Apr", "أبريل", "May", "مايو", "Jun", "يونيو",
	"Jul", "يوليو", "Aug", "أغسطس", "Sep", "سبتمبر", "Oct", "أكتوبر", "Nov", "نوفمبر", "Dec", "ديسمبر")
