package vocabulary

var languageBits = map[string]uint16{"en": 1, "fr": 2, "ar": 4, "pt": 8, "ha": 16, "es": 32, "de": 64, "sw": 128, "it": 256, "pl": 512}

// languageBit is 0 for "every language" and for languages that no form has.
func languageBit(language string) uint16 { return languageBits[language] }

// otherLanguage is the bit of languages that the vocabulary does not speak.
const otherLanguage = 1 << 15

// languageOf returns the bit of a language, 0 when it is unknown.
func languageOf(tag string) uint16 {
	if len(tag) > 2 && tag[2] == '-' {
		tag = tag[:2]
	}
	switch bit := languageBit(tag); {
	case bit != 0:
		return bit
	case tag == "" || tag == "und":
		return 0
	}
	return otherLanguage
}
