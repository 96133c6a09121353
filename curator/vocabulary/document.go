package vocabulary

// document is a vocabulary file as it is written.
type document struct {
	About  string `toml:"about"`
	Credit string `toml:"credit"`

	Country     []record    `toml:"country"`
	Region      []record    `toml:"region"`
	Place       []record    `toml:"place"`
	Group       []record    `toml:"group"`
	Institution []record    `toml:"institution"`
	Person      []record    `toml:"person"`
	Topic       []topic     `toml:"topic"`
	Ambiguity   []ambiguity `toml:"ambiguity"`
	Nothing     []nothing   `toml:"nothing"`
	Agencies    []string    `toml:"agencies"`
	// PlaceWords stand before the name of a place, BorderWords beside that of a
	// country which an article only passes by, Bearers behind the nationality
	// of a single person, FunctionWords in headlines with capitals throughout.
	PlaceWords    []string  `toml:"place_words"`
	BorderWords   []string  `toml:"border_words"`
	Bearers       languages `toml:"bearers"`
	FunctionWords []string  `toml:"function_words"`
	Abbreviations []string  `toml:"abbreviations"`
	Outlets       []string  `toml:"outlets"`
	Outlet        []outlet  `toml:"outlet"`
	Example       []Example `toml:"example"`
}

// record is a concept that has names.
type record struct {
	ID    string `toml:"id"`
	Label string `toml:"label"`
	// Add: the concept is another file's, and what stands here comes to it.
	Add bool `toml:"add"`
	// In lists what it lies in or belongs to: country codes, region ids.
	In []string `toml:"in"`
	// Shares: a mention speaks of all countries in In, not of one of them.
	Shares bool `toml:"shares"`

	ISO3 string `toml:"iso3"`
	// Capital names belong to a country's seat of power.
	Capital []string  `toml:"capital"`
	Point   []float64 `toml:"point"`

	languages
	Names []string `toml:"names"` // valid in every language

	// Topics that a mention is evidence for, and how strong: strong, medium
	// or weak.
	Topics   []string `toml:"topics"`
	Strength string   `toml:"strength"`

	// Office is what a person is or was known for, Since and Until bound it in
	// time; for what is no person they bound its existence. AsOf is when the
	// entry was last checked.
	Office string `toml:"office"`
	Since  string `toml:"since"`
	Until  string `toml:"until"`
	AsOf   string `toml:"as_of"`
	Note   string `toml:"note"`
}

// languages holds forms by the language that they belong to.
type languages struct {
	En []string `toml:"en"`
	Fr []string `toml:"fr"`
	Ar []string `toml:"ar"`
	Pt []string `toml:"pt"`
	Ha []string `toml:"ha"`
	Es []string `toml:"es"`
	De []string `toml:"de"`
	Sw []string `toml:"sw"`
	It []string `toml:"it"`
	Pl []string `toml:"pl"`
	// Any forms are valid in every language.
	Any []string `toml:"any"`
}

func (l languages) each(do func(language string, forms []string)) {
	do("en", l.En)
	do("fr", l.Fr)
	do("ar", l.Ar)
	do("pt", l.Pt)
	do("ha", l.Ha)
	do("es", l.Es)
	do("de", l.De)
	do("sw", l.Sw)
	do("it", l.It)
	do("pl", l.Pl)
	do("", l.Any)
}

// outlet is a publisher of news with the country that it writes about.
type outlet struct {
	Names []string `toml:"names"`
	Host  string   `toml:"host"`
	Home  string   `toml:"home"` // ISO 3166-1 code
}

// topic is a subject that is recognised by weighted terms.
type topic struct {
	ID    string   `toml:"id"`
	Label string   `toml:"label"`
	Add   bool     `toml:"add"` // as for a record
	In    []string `toml:"in"`  // topics that it is a part of

	Strong languages `toml:"strong"`
	Medium languages `toml:"medium"`
	Weak   languages `toml:"weak"`
	// Not are expressions in which the terms mean something else.
	Not languages `toml:"not"`
	// All are combinations: one term of every group within Window words.
	All []combination `toml:"all"`
	// Lowers are topics that this one speaks against, unless one of Unless is
	// in the article.
	Lowers []string  `toml:"lowers"`
	Factor float64   `toml:"factor"`
	Unless languages `toml:"unless"`
	// Threshold is the weight that the topic needs, 1 when not given.
	Threshold float64 `toml:"threshold"`
	// Silent topics only lower others and make no tag.
	Silent bool   `toml:"silent"`
	Note   string `toml:"note"`
}

// combination is met when every group has a term within the window.
type combination struct {
	Language string     `toml:"language"`
	Groups   [][]string `toml:"groups"`
	Not      []string   `toml:"not"`
	Window   int        `toml:"window"`
	Strength string     `toml:"strength"`
}

// ambiguity says what makes a form mean a concept and what makes it not.
type ambiguity struct {
	Forms []string `toml:"forms"`
	Means string   `toml:"means"`
	// Not are longer expressions in which the form means something else.
	Not []string `toml:"not"`
	// Unless are words anywhere in the article that speak against it.
	Unless []string `toml:"unless"`
	// Needs are words or "kind/id" one of which must be in the article.
	Needs []string `toml:"needs"`
	// Otherwise is what the form counts when a need is not met: "half", or
	// "nothing" when not given.
	Otherwise string `toml:"otherwise"`
	// FirstName: it does not count beside another name of a person.
	FirstName bool `toml:"first_name"`
	// Foreign are languages in which the form is a common word: there it
	// needs support.
	Foreign []string `toml:"foreign"`
	Note    string   `toml:"note"`
}

// nothing lists expressions that mean no concept although they hold its form.
type nothing struct {
	Forms []string `toml:"forms"`
	Note  string   `toml:"note"`
}

// Example is a test that a vocabulary file carries: what must and must not be
// said of a short text. Keys are "kind/id".
type Example struct {
	Title    string   `toml:"title"`
	Text     string   `toml:"text"`
	Language string   `toml:"language"`
	Expect   []string `toml:"expect"`
	Refuse   []string `toml:"refuse"`
	Note     string   `toml:"note"`

	File string `toml:"-"`
}
