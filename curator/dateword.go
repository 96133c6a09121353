package curator

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"harmattan/curator/vocabulary"
)

// dateToken is a number ('n'), a word ('w') or a sign ('s') of a date.
type dateToken struct {
	kind  byte
	text  string
	glued bool // a number that goes on a word: U18, G5
}

// dateTokens folds a date and cuts it; digits of other scripts become ASCII.
func dateTokens(raw string) []dateToken {
	if len(raw) > 120 {
		return nil
	}
	return splitMarks(dateTokensOf(vocabulary.Fold(raw)))
}

// dateTokensOf cuts folded text into numbers, words and signs.
func dateTokensOf(folded string) []dateToken {
	tokens := make([]dateToken, 0, len(folded)/4)
	last, from := byte(0), 0
	for i, r := range folded {
		kind, end := byte('s'), i+utf8.RuneLen(r)
		switch is := runeIs(r); {
		case is&digitRune != 0:
			kind = 'n'
		case is&letterRune != 0:
			kind = 'w'
		case is&spaceRune != 0:
			last = 0
			continue
		}
		if kind != last || kind == 's' {
			from = i
			tokens = append(tokens, dateToken{kind: kind, glued: kind == 'n' && last == 'w'})
		}
		tokens[len(tokens)-1].text = folded[from:end]
		last = kind
	}
	for i := range tokens {
		if tokens[i].kind == 'n' {
			tokens[i].text = strings.Map(func(r rune) rune { return '0' + digitValue(r) }, tokens[i].text)
		}
	}
	return tokens
}

// splitMarks drops the T between date and time when it stands alone.
func splitMarks(tokens []dateToken) []dateToken {
	kept := tokens[:0]
	for i, token := range tokens {
		between := i > 0 && i+1 < len(tokens) && tokens[i-1].kind == 'n' && tokens[i+1].kind == 'n'
		if token.text == "t" && between {
			continue
		}
		kept = append(kept, token)
	}
	return kept
}

// digitValue reads a decimal digit; Unicode keeps every set of ten together.
func digitValue(r rune) rune {
	if r <= '9' {
		return r - '0'
	}
	value := rune(0)
	for unicode.IsDigit(r-1) && value < 9 {
		r--
		value++
	}
	return value
}

// monthWords are the names of the months in English, French, Arabic (eastern,
// Egyptian, Maghrebi), Portuguese, Spanish, German and Hausa, folded.
var monthWords = numbered(
	"jan january janv janvier janeiro ene enero januar jaenner janairu يناير جانفي كانون_الثاني",
	"feb february fev fevr fevrier fevereiro febrero februar fabrairu فبراير فيفري شباط",
	"mar march mars marco marzo marz maerz maris مارس اذار",
	"apr april avr avril abr abril afrilu ابريل افريل نيسان",
	"may mai maio mayo mayu مايو ماي ايار",
	"jun june juin junho junio juni yuni يونيو يونيه جوان حزيران",
	"jul july juil juillet julho julio juli yuli يوليو يوليه جويليه يوليوز تموز",
	"aug august aout aou ago agosto agusta اغسطس اوت غشت اب",
	"sep sept september septembre set setembro septiembre satumba سبتمبر شتنبر ايلول",
	"oct october octobre out outubro octubre okt oktober oktoba اكتوبر تشرين_الاول",
	"nov november novembre novembro noviembre nuwamba نوفمبر نونبر تشرين_الثاني",
	"dec december decembre dez dezembro dic diciembre dezember disamba ديسمبر دجنبر كانون_الاول",
)

// weekdayWords are names of days: they are read over.
var weekdayWords = words(
	"mon tue tues wed weds thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday " +
		"lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche " +
		"seg ter qua qui sex sab dom segunda terca quarta quinta sexta sabado domingo feira " +
		"lunes martes mie miercoles jue jueves vie viernes mo di mi do fr sa so " +
		"montag dienstag mittwoch donnerstag freitag samstag sonntag " +
		"الاثنين الاحد الثلاثاء الاربعاء الخميس الجمعه السبت اثنين احد ثلاثاء اربعاء خميس جمعه سبت")

// joinWords stand between the parts of a date.
var joinWords = words("de du le la at on of the a as um uhr em st nd rd th er publie updated posted o في الساعه يوم el del")

// zoneOffsets are named zones in seconds east of Greenwich: RFC 822's, Europe's
// and Africa's.
var zoneOffsets = func() map[string]int {
	hours := map[string]float64{
		"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
		"wat": 1, "cat": 2, "eat": 3, "sast": 2, "trt": 3, "gst": 4, "pkt": 5, "ist": 5.5, "sgt": 8, "hkt": 8, "jst": 9, "kst": 9,
		"aest": 10, "aedt": 11, "ast": -4, "brt": -3, "art": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
		"pst": -8, "pdt": -7,
	}
	seconds := make(map[string]int, len(hours))
	for name, h := range hours {
		seconds[name] = int(h * 3600)
	}
	return seconds
}()

// numbered maps each word of each line to the number of its line, from 1; an
// underscore joins a name of two words.
func numbered(lines ...string) map[string]int {
	numbers := map[string]int{}
	for i, line := range lines {
		for word := range strings.FieldsSeq(line) {
			numbers[vocabulary.Fold(strings.ReplaceAll(word, "_", " "))] = i + 1
		}
	}
	return numbers
}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[vocabulary.Fold(word)] = true
	}
	return set
}
