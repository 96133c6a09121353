package curator

import (
	"strconv"
	"strings"
	"time"

	"harmattan/curator/vocabulary"
)

// countWords are small numbers as they are written, folded, in English, French,
// Arabic and Portuguese. One is left out: it is an article too.
var countWords = countNumbers(map[int]string{
	2: "two deux اثنين اثنان dois", 3: "three trois ثلاثه ثلاث tres", 4: "four quatre اربعه اربع", 5: "five cinq خمسه خمس cinco",
	6: "six سته ست seis", 7: "seven sept سبعه سبع sete", 8: "eight huit ثمانيه ثماني oito", 9: "nine neuf تسعه تسع nove",
	10: "ten dix عشره عشر dez", 11: "eleven onze", 12: "twelve douze doze", 13: "thirteen treize", 14: "fourteen quatorze",
	15: "fifteen quinze", 16: "sixteen seize", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty vingt عشرين عشرون vinte",
	30: "thirty trente ثلاثين ثلاثون trinta", 40: "forty quarante اربعين اربعون", 50: "fifty cinquante خمسين خمسون",
	60: "sixty soixante ستين ستون", 70: "seventy سبعين سبعون", 80: "eighty ثمانين ثمانون", 90: "ninety تسعين تسعون",
	100: "hundred cent مئه مائه",
})

func countNumbers(names map[int]string) map[string]int {
	numbers := map[string]int{}
	for n, list := range names {
		for name := range strings.FieldsSeq(list) {
			numbers[name] = n
		}
	}
	return numbers
}

// numbers are the counts in a text: tolls, amounts, ages; no years.
func numbers(text string) []mark {
	var marks []mark
	for _, token := range joinThousands(dateTokensOf(vocabulary.Fold(text))) {
		n, ok := countWords[token.text]
		if token.kind == 'n' && len(token.text) <= 9 {
			n, ok = number(token.text), true
		}
		if !ok || n < 2 || n >= 1990 && n <= 2040 {
			continue
		}
		weight := uint8(smallNumber)
		if n > 12 && n%10 != 0 {
			weight = oddNumber
		} else if n > 12 {
			weight = roundNumber
		}
		name := strconv.Itoa(n)
		marks = append(marks, mark{uint32(hash(name)), markNumber, weight, name}) //nolint:gosec // 32 bits are enough
	}
	return marks[:min(len(marks), maxNumbers)]
}

const maxNumbers = 12

// How much a number tells: few articles share 47, many share 3.
const (
	smallNumber = 4
	roundNumber = 6
	oddNumber   = 8
)

// joinThousands makes one number of "1.850", "1 850" and "1,850".
func joinThousands(tokens []dateToken) []dateToken {
	var joined []dateToken
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		for t.kind == 'n' && len(t.text) < 9 {
			next := i + 1
			if next < len(tokens) && (tokens[next].text == "." || tokens[next].text == ",") {
				next++
			}
			if next >= len(tokens) || tokens[next].kind != 'n' || len(tokens[next].text) != 3 || len(tokens[i].text) > 3 {
				break
			}
			t.text += tokens[next].text
			i = next
		}
		joined = append(joined, t)
	}
	return joined
}

// weekdays are names of days, Sunday first, folded.
var weekdays = countNumbers(map[int]string{
	0: "sunday dimanche domingo الاحد", 1: "monday lundi الاثنين الاثنين", 2: "tuesday mardi الثلاثاء", 3: "wednesday mercredi الاربعاء",
	4: "thursday jeudi الخميس", 5: "friday vendredi الجمعه", 6: "saturday samedi السبت",
})

// relativeDays are words for days beside that of publication.
var relativeDays = countNumbers(map[int]string{1: "yesterday hier امس ontem", 0: "today اليوم hoje tonight"})

// days are the days that a text names: dates, and weekdays as the last before
// it was published.
func days(text string, published time.Time) []mark {
	var marks []mark
	add := func(day time.Time, words string) {
		if len(marks) < maxDays {
			marks = append(marks, mark{dayOf(day), markDay, 5, words})
		}
	}
	tokens := dateTokensOf(vocabulary.Fold(text))
	for i, t := range tokens {
		if weekday, ok := weekdays[t.text]; ok {
			back := (int(published.Weekday()) - weekday + 7) % 7
			add(published.AddDate(0, 0, -back), t.text)
		}
		if back, ok := relativeDays[t.text]; ok {
			add(published.AddDate(0, 0, -back), t.text)
		}
		month, ok := monthWords[t.text]
		if !ok || len(t.text) < 3 {
			continue
		}
		for _, near := range []int{i - 1, i + 1} {
			if near < 0 || near >= len(tokens) || tokens[near].kind != 'n' || len(tokens[near].text) > 2 {
				continue
			}
			day := time.Date(published.Year(), time.Month(month), number(tokens[near].text), 0, 0, 0, 0, time.UTC)
			if apart := day.Sub(published).Abs(); apart < 60*24*time.Hour {
				add(day, tokens[near].text+" "+t.text)
			}
		}
	}
	return marks
}

const maxDays = 4
