package curator

import (
	"strconv"
	"strings"
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

// numberMark is the mark of a number: few articles share 47, many share 3.
func numberMark(n int) mark {
	name := strconv.Itoa(n)
	return mark{uint32(hash(name)), markNumber, numberWeight(n), name} //nolint:gosec // 32 bits are enough
}

func numberWeight(n int) uint8 {
	switch {
	case n <= 12:
		return smallNumber
	case n%10 == 0:
		return roundNumber
	}
	return oddNumber
}

// countsIn reads the numbers among tokens, -1 for what is none. One of several
// words ("trente-quatre", "أربعة وثلاثين") stands on its first.
func countsIn(tokens []dateToken) []int {
	counts := make([]int, len(tokens))
	for i := range counts {
		counts[i] = -1
	}
	for i := 0; i < len(tokens); i++ {
		if t := tokens[i]; t.kind == 'n' && !t.glued && len(t.text) <= 9 {
			counts[i] = number(t.text)
		} else if n, used := spelled(tokens[i:]); used > 0 {
			counts[i] = n
			i += used - 1
		}
	}
	return counts
}

const maxNumbers = 12

// How much a number tells: few articles share 47, many share 3.
const (
	smallNumber = 4
	roundNumber = 6
	oddNumber   = 8
	headNumber  = 1 // is added to one that the title names
)

// thousandWords stand behind a number for three zeros.
var thousandWords = words("thousand mille ألف ألفا آلاف mil")

// joinThousands makes one number of "1.850", "1 850" and "1,850".
func joinThousands(tokens []dateToken) []dateToken {
	joined := make([]dateToken, 0, len(tokens))
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
		if t.kind == 'n' && len(t.text) <= 3 && i+1 < len(tokens) && thousandWords[tokens[i+1].text] {
			t.text += "000"
			i++
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

const maxDays = 4
